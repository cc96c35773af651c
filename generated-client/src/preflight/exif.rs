//! The EXIF orientation of an image.
//!
//! The crate `kamadak-exif` is not used. It reads every TIFF file in full, and a JPEG file if there is no
//! EXIF. For a URL, that would fetch the complete file instead of its header.

use std::io::{self, Cursor, ErrorKind, Read, Seek, SeekFrom};

use imagesize::ImageType;

/// The maximum number of segments or chunks to read.
const PARTS: usize = 128;
/// The maximum size of an EXIF block, in bytes: the limit of JPEG.
const BLOCK: u64 = 65_536;
/// The prefix of an EXIF block. JPEG requires it. In other formats, only some programs write it.
const PREFIX: &[u8] = b"Exif\0\0";
/// The tag of the orientation in the first directory.
const ORIENTATION: u16 = 0x0112;

/// Whether the image is displayed rotated by 90° or 270°.
///
/// HEIF stores its rotation outside of EXIF, and `imagesize` applies it. In PNG, EXIF after the
/// pixels is ignored.
pub(super) fn is_rotated<R: Read + Seek>(reader: &mut R, format: ImageType) -> io::Result<bool> {
    let orientation = match format {
        ImageType::Jpeg => jpeg(reader)?,
        ImageType::Png => png(reader)?,
        ImageType::Webp => webp(reader)?,
        ImageType::Tiff => directory(reader)?,
        _ => None,
    };
    // 5 to 8 are rotations by 90° and 270°, mirrored or not.
    Ok(matches!(orientation, Some(5..=8)))
}

fn jpeg<R: Read + Seek>(reader: &mut R) -> io::Result<Option<u16>> {
    reader.seek(SeekFrom::Start(2))?;
    for _ in 0..PARTS {
        let [0xff, mut marker] = read::<2>(reader)? else {
            return Ok(None);
        };
        // A marker may be preceded by any number of 0xff.
        while marker == 0xff {
            [marker] = read::<1>(reader)?;
        }
        if marker == 0xda || marker == 0xd9 {
            return Ok(None);
        }
        let length = u64::from(u16::from_be_bytes(read(reader)?)).saturating_sub(2);
        let next = reader.stream_position()?.saturating_add(length);
        if marker == 0xe1 {
            let found = block(reader, length, true)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        reader.seek(SeekFrom::Start(next))?;
    }
    Ok(None)
}

fn png<R: Read + Seek>(reader: &mut R) -> io::Result<Option<u16>> {
    let mut at = 8;
    for _ in 0..PARTS {
        reader.seek(SeekFrom::Start(at))?;
        let length = u64::from(u32::from_be_bytes(read(reader)?));
        match &read::<4>(reader)? {
            b"IDAT" | b"IEND" => return Ok(None),
            b"eXIf" => return block(reader, length, false),
            // Length, name and checksum are 12 bytes.
            _ => at += length + 12,
        }
    }
    Ok(None)
}

fn webp<R: Read + Seek>(reader: &mut R) -> io::Result<Option<u16>> {
    reader.seek(SeekFrom::Start(12))?;
    let header = read::<9>(reader)?;
    // Bit 3 of the extended header is set if there is EXIF, which is often at the end of the file.
    if !header.starts_with(b"VP8X") || header[8] & 0b1000 == 0 {
        return Ok(None);
    }
    let mut at = 12;
    for _ in 0..PARTS {
        reader.seek(SeekFrom::Start(at))?;
        let name = read::<4>(reader)?;
        let length = u64::from(u32::from_le_bytes(read(reader)?));
        if name == *b"EXIF" {
            return block(reader, length, false);
        }
        at += 8 + length + length % 2;
    }
    Ok(None)
}

/// Reads an EXIF block of `length` bytes. If `needs_prefix`, a block without the prefix is not EXIF.
fn block<R: Read>(reader: &mut R, length: u64, needs_prefix: bool) -> io::Result<Option<u16>> {
    let mut bytes = Vec::new();
    reader
        .by_ref()
        .take(length.min(BLOCK))
        .read_to_end(&mut bytes)?;
    let tiff = match bytes.strip_prefix(PREFIX) {
        Some(rest) => rest,
        None if needs_prefix => return Ok(None),
        None => &bytes,
    };
    match directory(&mut Cursor::new(tiff)) {
        // A broken block does not make the image invalid.
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        found => found,
    }
}

/// Looks up the orientation in the first directory of TIFF data: a TIFF file or an EXIF block.
fn directory<R: Read + Seek>(reader: &mut R) -> io::Result<Option<u16>> {
    reader.seek(SeekFrom::Start(0))?;
    let little = match &read::<4>(reader)? {
        b"II\x2a\0" => true,
        b"MM\0\x2a" => false,
        _ => return Ok(None),
    };
    let short = if little {
        u16::from_le_bytes
    } else {
        u16::from_be_bytes
    };
    let long = if little {
        u32::from_le_bytes
    } else {
        u32::from_be_bytes
    };
    let start = long(read(reader)?);
    reader.seek(SeekFrom::Start(start.into()))?;
    for _ in 0..short(read(reader)?) {
        let [tag_0, tag_1, _, _, _, _, _, _, value_0, value_1, _, _] = read(reader)?;
        if short([tag_0, tag_1]) == ORIENTATION {
            return Ok(Some(short([value_0, value_1])));
        }
    }
    Ok(None)
}

fn read<const N: usize>(reader: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}
