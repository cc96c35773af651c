//! Reading the header of a media file.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use imagesize::{ImageError, ImageType};
use infer::MatcherType;

use super::media_file::MediaFile;
use super::{exif, mp4};
use crate::media::MediaKind;

/// The number of bytes that identify the format.
const SIGNATURE: u64 = 512;

/// Reads the header of a local file.
///
/// # Errors
///
/// The file cannot be read, or is not a regular file. A file that is not media is no error.
pub fn probe_file(path: impl AsRef<Path>) -> io::Result<MediaFile> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::new(
            ErrorKind::InvalidInput,
            "not a regular file",
        ));
    }
    read_header(&mut BufReader::new(file), Some(metadata.len()))
}

/// Reads the header of a file in memory.
#[must_use]
pub fn probe_bytes(bytes: &[u8]) -> MediaFile {
    let size = bytes.len() as u64;
    // Reading memory cannot fail, and broken content is not an error.
    read_header(&mut Cursor::new(bytes), Some(size)).unwrap_or_default()
}

/// Reads the header of a file. `bytes` is its size, if known.
///
/// # Errors
///
/// The reader fails. A broken or truncated header is not an error: the result has no width and height.
pub(super) fn read_header<R: BufRead + Seek>(
    reader: &mut R,
    bytes: Option<u64>,
) -> io::Result<MediaFile> {
    let mut head = Vec::new();
    reader.seek(SeekFrom::Start(0))?;
    reader.by_ref().take(SIGNATURE).read_to_end(&mut head)?;
    let mp4 = mp4::recognize(&head);
    let is_mp4 = mp4.is_some();
    let mut file = mp4.unwrap_or_else(|| recognize(&head));
    file.metadata.bytes = bytes;
    if is_mp4 {
        ignore_broken_content(mp4::measure(reader, &mut file))?;
    } else if file.kind == Some(MediaKind::Image) {
        measure(reader, &mut file)?;
    }
    Ok(file)
}

fn recognize(head: &[u8]) -> MediaFile {
    let Some(found) = infer::get(head) else {
        return MediaFile::default();
    };
    let kind = match found.matcher_type() {
        MatcherType::Image => Some(MediaKind::Image),
        MatcherType::Video => Some(MediaKind::Video),
        MatcherType::Audio => Some(MediaKind::Audio),
        _ => None,
    };
    MediaFile {
        kind,
        format: Some(found.mime_type()),
        ..MediaFile::default()
    }
}

fn measure<R: BufRead + Seek>(reader: &mut R, file: &mut MediaFile) -> io::Result<()> {
    reader.seek(SeekFrom::Start(0))?;
    let Some((format, stored)) = ignore_broken_content(dimensions(reader))?.flatten() else {
        return Ok(());
    };
    let is_rotated = ignore_broken_content(exif::is_rotated(reader, format))?.unwrap_or(false);
    let displayed = if is_rotated {
        (stored.1, stored.0)
    } else {
        stored
    };
    file.set_size(displayed, stored);
    Ok(())
}

fn dimensions<R: BufRead + Seek>(reader: &mut R) -> io::Result<Option<(ImageType, (u32, u32))>> {
    let measured = imagesize::reader_type(&mut *reader)
        .and_then(|format| Ok((format, format.reader_size(reader)?)));
    let (format, size) = match measured {
        Ok(measured) => measured,
        Err(ImageError::IoError(error)) => return Err(error),
        Err(_) => return Ok(None),
    };
    let (Ok(width), Ok(mut height)) = (u32::try_from(size.width), u32::try_from(size.height))
    else {
        return Ok(None);
    };
    if format == ImageType::Png {
        // `imagesize` reads the first chunk without checking its name.
        let mut name = [0; 4];
        reader.seek(SeekFrom::Start(12))?;
        reader.read_exact(&mut name)?;
        if name != *b"IHDR" {
            return Ok(None);
        }
    }
    if format == ImageType::Bmp {
        // `imagesize` reads 32-bit numbers. The oldest version of the BMP header has 16-bit numbers.
        let mut header = [0; 4];
        reader.seek(SeekFrom::Start(14))?;
        reader.read_exact(&mut header)?;
        if u32::from_le_bytes(header) < 16 {
            return Ok(None);
        }
        // A top-down bitmap has a negative height.
        if height > i32::MAX.unsigned_abs() {
            height = height.wrapping_neg();
        }
    }
    Ok((width > 0 && height > 0).then_some((format, (width, height))))
}

/// Turns errors about the content of the file into `None`, and keeps those of the reader.
fn ignore_broken_content<T>(read: io::Result<T>) -> io::Result<Option<T>> {
    match read {
        Ok(found) => Ok(Some(found)),
        Err(error) => match error.kind() {
            ErrorKind::UnexpectedEof | ErrorKind::InvalidData | ErrorKind::InvalidInput => Ok(None),
            _ => Err(error),
        },
    }
}
