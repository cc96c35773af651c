//! MP4 and `QuickTime`: the width and height of the first video track.
//!
//! The existing crates read the complete sample table, which can take megabytes, and some panic if it is
//! broken. This module reads only the track header, the kind of the track and the beginning of the first
//! sample description, and skips over other boxes.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

use crate::media::MediaKind;

use super::media_file::MediaFile;

/// The media type of an MP4 file with audio and without video.
const AUDIO: &str = "audio/mp4";
/// The maximum number of boxes to read.
const BOXES: u32 = 4096;

/// Recognizes MP4 and `QuickTime` by the first bytes. Returns `None` for image formats with the same
/// container, such as HEIF and AVIF.
pub(super) fn recognize(head: &[u8]) -> Option<MediaFile> {
    let (kind, format) = match (head.get(4..8)?, head.get(8..12)?) {
        (
            b"ftyp",
            b"avif" | b"avis" | b"heic" | b"heim" | b"heis" | b"heix" | b"hevc" | b"hevm" | b"hevs"
            | b"hevx" | b"mif1" | b"mif2" | b"miaf" | b"msf1" | b"jpeg" | b"jpgs" | b"crx ",
        ) => return None,
        (b"ftyp", b"M4A " | b"M4B " | b"M4P ") => (MediaKind::Audio, AUDIO),
        // Old QuickTime files have no brand.
        (b"ftyp", b"qt  ") | (b"moov" | b"mdat" | b"wide" | b"pnot", _) => {
            (MediaKind::Video, "video/quicktime")
        }
        (b"ftyp", _) => (MediaKind::Video, "video/mp4"),
        _ => return None,
    };
    Some(MediaFile {
        kind: Some(kind),
        format: Some(format),
        ..MediaFile::default()
    })
}

/// Reads the tracks of a recognized file.
pub(super) fn measure<R: Read + Seek>(reader: &mut R, file: &mut MediaFile) -> io::Result<()> {
    let end = file.metadata.bytes.unwrap_or(u64::MAX);
    let mut walk = Walk {
        reader,
        remaining: BOXES,
        is_cut_off: false,
    };
    let Some(moov) = walk.find(Part { start: 0, end }, b"moov")? else {
        return Ok(());
    };
    let mut at = moov.start;
    let mut has_audio = false;
    while let Some((name, track)) = walk.next(at, moov.end)? {
        at = track.end;
        if name != *b"trak" {
            continue;
        }
        match walk.handler(track)?.as_ref() {
            Some(b"vide") => {
                if let Some((displayed, stored)) = walk.size(track)? {
                    file.set_size(displayed, stored);
                }
                return Ok(());
            }
            handler => has_audio |= handler == Some(b"soun"),
        }
    }
    // If the file is cut off, the missing part may contain a video track.
    if has_audio && !walk.is_cut_off {
        file.kind = Some(MediaKind::Audio);
        file.format = Some(AUDIO);
    }
    Ok(())
}

/// The content of a box, as byte positions in the file.
#[derive(Clone, Copy)]
struct Part {
    start: u64,
    end: u64,
}

/// Width and height.
type Size = (u32, u32);

struct Walk<'a, R> {
    reader: &'a mut R,
    remaining: u32,
    /// Whether a box extends beyond the one that contains it, or beyond the end of the file.
    is_cut_off: bool,
}

impl<R: Read + Seek> Walk<'_, R> {
    /// The name and content of the box at `at`, or `None` if fewer than 8 bytes remain before `end`. The
    /// content is cut off at `end`.
    ///
    /// # Errors
    ///
    /// The length of the box is invalid, more than [`BOXES`] boxes are read, or the reader fails.
    fn next(&mut self, at: u64, end: u64) -> io::Result<Option<([u8; 4], Part)>> {
        if end.saturating_sub(at) < 8 {
            return Ok(None);
        }
        let Some(remaining) = self.remaining.checked_sub(1) else {
            return Err(ErrorKind::InvalidData.into());
        };
        self.remaining = remaining;
        self.reader.seek(SeekFrom::Start(at))?;
        let length = u32::from_be_bytes(self.take()?);
        let name = self.take()?;
        let (header, length) = match length {
            // With a length of 0, the box extends to `end`.
            0 => (8, end - at),
            1 => (16, u64::from_be_bytes(self.take()?)),
            length => (8, length.into()),
        };
        match at.checked_add(length) {
            Some(stop) if length >= header => {
                self.is_cut_off |= stop > end;
                let part = Part {
                    start: at + header,
                    end: stop.min(end),
                };
                Ok(Some((name, part)))
            }
            _ => Err(ErrorKind::InvalidData.into()),
        }
    }

    fn find(&mut self, part: Part, wanted: &[u8; 4]) -> io::Result<Option<Part>> {
        let mut at = part.start;
        while let Some((name, found)) = self.next(at, part.end)? {
            if name == *wanted {
                return Ok(Some(found));
            }
            at = found.end;
        }
        Ok(None)
    }

    fn descend(&mut self, part: Part, path: &[&[u8; 4]]) -> io::Result<Option<Part>> {
        let mut part = part;
        for name in path {
            match self.find(part, name)? {
                Some(found) => part = found,
                None => return Ok(None),
            }
        }
        Ok(Some(part))
    }

    /// The kind of a track: `vide`, `soun` …
    fn handler(&mut self, track: Part) -> io::Result<Option<[u8; 4]>> {
        let Some(handler) = self.descend(track, &[b"mdia", b"hdlr"])? else {
            return Ok(None);
        };
        self.skip_to(handler.start, 8)?;
        self.take().map(Some)
    }

    /// The size of a video track, as displayed and as stored.
    fn size(&mut self, track: Part) -> io::Result<Option<(Size, Size)>> {
        let (header, is_rotated) = self.header(track)?;
        let stored = self.stored(track)?;
        let Some(unrotated) = header.or(stored) else {
            return Ok(None);
        };
        let displayed = if is_rotated {
            (unrotated.1, unrotated.0)
        } else {
            unrotated
        };
        Ok(Some((displayed, stored.unwrap_or(unrotated))))
    }

    /// The header of a track: the size before rotation, and whether it is rotated by 90° or 270°.
    fn header(&mut self, track: Part) -> io::Result<(Option<Size>, bool)> {
        let Some(header) = self.find(track, b"tkhd")? else {
            return Ok((None, false));
        };
        self.skip_to(header.start, 0)?;
        let [version, _, _, flags] = self.take()?;
        // Version 1 has 64-bit times and durations.
        let matrix = if version == 1 { 52 } else { 40 };
        self.skip_to(header.start, matrix)?;
        let [a, b, _, c, d, _, _, _, _] = self.words::<9>()?;
        let [width, height] = self.words::<2>()?;
        // 16.16 fixed-point numbers.
        let pixels = |fixed: u32| fixed.saturating_add(0x8000) >> 16;
        let size = (pixels(width), pixels(height));
        // If bit 3 of the flags is set, width and height are an aspect ratio instead of pixels.
        let is_known = flags & 0b1000 == 0 && size.0 > 0 && size.1 > 0;
        let is_rotated = a == 0 && d == 0 && b != 0 && c != 0;
        Ok((is_known.then_some(size), is_rotated))
    }

    /// The size of the coded frames, from the first sample description.
    fn stored(&mut self, track: Part) -> io::Result<Option<Size>> {
        let path: [&[u8; 4]; 4] = [b"mdia", b"minf", b"stbl", b"stsd"];
        let Some(description) = self.descend(track, &path)? else {
            return Ok(None);
        };
        // Skips 40 bytes: 8 before the first entry of `stsd`, and in that entry the box header (8), the
        // fields that every kind of entry has (8), and reserved fields (16).
        self.skip_to(description.start, 40)?;
        let [width_0, width_1, height_0, height_1] = self.take()?;
        let width = u16::from_be_bytes([width_0, width_1]);
        let height = u16::from_be_bytes([height_0, height_1]);
        Ok((width > 0 && height > 0).then_some((width.into(), height.into())))
    }

    fn skip_to(&mut self, start: u64, offset: u64) -> io::Result<()> {
        self.reader
            .seek(SeekFrom::Start(start.saturating_add(offset)))
            .map(drop)
    }

    fn words<const N: usize>(&mut self) -> io::Result<[u32; N]> {
        let mut words = [0; N];
        for word in &mut words {
            *word = u32::from_be_bytes(self.take()?);
        }
        Ok(words)
    }

    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.reader.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
