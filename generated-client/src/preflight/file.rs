//! What a media file is, read from its header.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use imagesize::{ImageError, ImageType};
use infer::MatcherType;

use crate::media::{MediaFacts, MediaKind};

use super::{exif, movie};

/// How much of a file says of what kind it is.
const SIGNATURE: u64 = 512;

/// A media file, as far as its header tells.
///
/// Width and height are read from PNG, JPEG, GIF, WebP, BMP, TIFF, HEIF, AVIF and from MP4 and
/// `QuickTime` (MOV). Other formats (WebM, AVI, JPEG XL …) are recognised, but not measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MediaFile {
    /// The size in bytes, and width and height in pixels **as the file is shown**: after the
    /// orientation in EXIF or the rotation of a video track, as a browser measures it. Of an
    /// animation, the canvas that all its frames are drawn on.
    pub facts: MediaFacts,
    /// Width and height in pixels **as stored**, where they differ from those shown: some libraries
    /// measure a picture before it is turned, or a video before its pixels are made square.
    pub stored: Option<(u32, u32)>,
    /// Whether it is a picture, a video or sound; `None` where it is none of them or not known.
    pub kind: Option<MediaKind>,
    /// The media type that the first bytes speak of, such as `image/png` or `application/zip`.
    /// `None` where they are not recognised. The file's name and what a server says do not count.
    pub format: Option<&'static str>,
}

/// Reads the header of a local file.
///
/// # Errors
///
/// The file cannot be read, or is no regular file. A file that is not media is no error.
pub fn facts_of_file(path: impl AsRef<Path>) -> io::Result<MediaFile> {
    let file = File::open(path)?;
    let about = file.metadata()?;
    if !about.is_file() {
        return Err(io::Error::new(
            ErrorKind::InvalidInput,
            "not a regular file",
        ));
    }
    read_header(&mut BufReader::new(file), Some(about.len()))
}

/// Reads the header of a file that is in memory as a whole.
#[must_use]
pub fn facts_of_bytes(bytes: &[u8]) -> MediaFile {
    let size = bytes.len() as u64;
    // Memory does not fail; what it holds may be broken, and that is not an error here.
    read_header(&mut Cursor::new(bytes), Some(size)).unwrap_or_default()
}

/// Reads the header of a file of `bytes` bytes, where that is known.
///
/// # Errors
///
/// Those of the reader. A header that is broken or breaks off gives no dimensions.
pub(super) fn read_header<R: BufRead + Seek>(
    reader: &mut R,
    bytes: Option<u64>,
) -> io::Result<MediaFile> {
    let mut head = Vec::new();
    reader.seek(SeekFrom::Start(0))?;
    reader.by_ref().take(SIGNATURE).read_to_end(&mut head)?;
    let movie = movie::recognise(&head);
    let is_movie = movie.is_some();
    let mut file = movie.unwrap_or_else(|| signature(&head));
    file.facts.bytes = bytes;
    if is_movie {
        tolerant(movie::measure(reader, &mut file))?;
    } else if file.kind == Some(MediaKind::Image) {
        measure(reader, &mut file)?;
    }
    Ok(file)
}

fn signature(head: &[u8]) -> MediaFile {
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
    let Some((format, stored)) = tolerant(dimensions(reader))?.flatten() else {
        return Ok(());
    };
    let turned = tolerant(exif::is_turned(reader, format))?.unwrap_or(false);
    let shown = if turned { (stored.1, stored.0) } else { stored };
    file.set_size(shown, stored);
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
    if format == ImageType::Bmp {
        // The oldest header has numbers of 16 bits, which are not told apart.
        let mut header = [0; 4];
        reader.seek(SeekFrom::Start(14))?;
        reader.read_exact(&mut header)?;
        if u32::from_le_bytes(header) < 16 {
            return Ok(None);
        }
        // A bitmap that is stored from top to bottom has a negative height.
        if height > i32::MAX.unsigned_abs() {
            height = height.wrapping_neg();
        }
    }
    Ok((width > 0 && height > 0).then_some((format, (width, height))))
}

impl MediaFile {
    pub(super) fn set_size(&mut self, shown: (u32, u32), stored: (u32, u32)) {
        self.facts.width = Some(shown.0);
        self.facts.height = Some(shown.1);
        self.stored = (stored != shown).then_some(stored);
    }
}

/// Takes faults of the file's content for nothing found, and leaves those of the reader.
fn tolerant<T>(read: io::Result<T>) -> io::Result<Option<T>> {
    match read {
        Ok(found) => Ok(Some(found)),
        Err(error) => match error.kind() {
            ErrorKind::UnexpectedEof | ErrorKind::InvalidData | ErrorKind::InvalidInput => Ok(None),
            _ => Err(error),
        },
    }
}
