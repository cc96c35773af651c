//! MP4 and `QuickTime`: the width and height of the first video track.
//!
//! Read here, by walking the few boxes that lead there: the crates for the format want the whole
//! table of samples, which can be megabytes, and some of them panic on a broken one.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

use crate::media::MediaKind;

use super::file::MediaFile;

/// What is said of a file with sound alone.
const AUDIO: &str = "audio/mp4";
/// How many boxes are looked at before the file is given up.
const BOXES: u32 = 4096;

/// What a file is that begins like MP4 or `QuickTime` and is no still picture in the same container.
pub(super) fn recognise(head: &[u8]) -> Option<MediaFile> {
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

/// Reads the tracks of a file that was recognised.
pub(super) fn measure<R: Read + Seek>(reader: &mut R, file: &mut MediaFile) -> io::Result<()> {
    let end = file.facts.bytes.unwrap_or(u64::MAX);
    let mut walk = Walk {
        reader,
        left: BOXES,
    };
    let Some(movie) = walk.find(Part { start: 0, end }, b"moov")? else {
        return Ok(());
    };
    let mut at = movie.start;
    let mut sounds = false;
    while let Some((name, track)) = walk.next(at, movie.end)? {
        at = track.end;
        if name != *b"trak" {
            continue;
        }
        match walk.handler(track)?.as_ref() {
            Some(b"vide") => {
                if let Some((shown, stored)) = walk.size(track)? {
                    file.set_size(shown, stored);
                }
                return Ok(());
            }
            handler => sounds |= handler == Some(b"soun"),
        }
    }
    if sounds {
        file.kind = Some(MediaKind::Audio);
        file.format = Some(AUDIO);
    }
    Ok(())
}

/// What is inside a box: from byte to byte of the file.
#[derive(Clone, Copy)]
struct Part {
    start: u64,
    end: u64,
}

/// Width and height.
type Size = (u32, u32);

struct Walk<'a, R> {
    reader: &'a mut R,
    left: u32,
}

impl<R: Read + Seek> Walk<'_, R> {
    /// The box at `at`, where there is room for one before `end`.
    fn next(&mut self, at: u64, end: u64) -> io::Result<Option<([u8; 4], Part)>> {
        if end.saturating_sub(at) < 8 {
            return Ok(None);
        }
        let Some(left) = self.left.checked_sub(1) else {
            return Err(ErrorKind::InvalidData.into());
        };
        self.left = left;
        self.reader.seek(SeekFrom::Start(at))?;
        let length = u32::from_be_bytes(self.take()?);
        let name = self.take()?;
        let (header, length) = match length {
            // It reaches to the end.
            0 => (8, end - at),
            1 => (16, u64::from_be_bytes(self.take()?)),
            length => (8, length.into()),
        };
        match at.checked_add(length) {
            Some(stop) if length >= header => Ok(Some((
                name,
                Part {
                    start: at + header,
                    end: stop.min(end),
                },
            ))),
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

    /// What a track is of: `vide`, `soun` …
    fn handler(&mut self, track: Part) -> io::Result<Option<[u8; 4]>> {
        let Some(handler) = self.descend(track, &[b"mdia", b"hdlr"])? else {
            return Ok(None);
        };
        self.skip_to(handler.start, 8)?;
        self.take().map(Some)
    }

    /// The size of a video track, as shown and as stored.
    fn size(&mut self, track: Part) -> io::Result<Option<(Size, Size)>> {
        let (header, quarter_turn) = self.header(track)?;
        let stored = self.stored(track)?;
        let Some(flat) = header.or(stored) else {
            return Ok(None);
        };
        let shown = if quarter_turn { (flat.1, flat.0) } else { flat };
        Ok(Some((shown, stored.unwrap_or(flat))))
    }

    /// What the header of a track says: the size before it is turned, and whether it is turned.
    fn header(&mut self, track: Part) -> io::Result<(Option<Size>, bool)> {
        let Some(header) = self.find(track, b"tkhd")? else {
            return Ok((None, false));
        };
        self.skip_to(header.start, 0)?;
        let [version, _, _, flags] = self.take()?;
        // The second version has times and duration of 64 bits.
        let matrix = if version == 1 { 52 } else { 40 };
        self.skip_to(header.start, matrix)?;
        let [a, b, _, c, d, _, _, _, _] = self.words::<9>()?;
        let [width, height] = self.words::<2>()?;
        // Fixed point numbers, 16 bits before the point and 16 behind.
        let pixels = |fixed: u32| fixed.saturating_add(0x8000) >> 16;
        let size = (pixels(width), pixels(height));
        // The fourth flag says that these are an aspect ratio, not pixels.
        let known = flags & 0b1000 == 0 && size.0 > 0 && size.1 > 0;
        let quarter_turn = a == 0 && d == 0 && b != 0 && c != 0;
        Ok((known.then_some(size), quarter_turn))
    }

    /// The size of the coded pictures, from the first sample description.
    fn stored(&mut self, track: Part) -> io::Result<Option<Size>> {
        let path: [&[u8; 4]; 4] = [b"mdia", b"minf", b"stbl", b"stsd"];
        let Some(description) = self.descend(track, &path)? else {
            return Ok(None);
        };
        // Eight bytes of its own, then the entry: 8 of its box, 8 of every kind, 16 reserved.
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
