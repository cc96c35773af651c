//! Media files within an input, as `data:` URIs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::media_file::MediaFile;
use super::probe::{probe_bytes, probe_file};
use crate::media::MediaKind;

/// The maximum size of each kind of file, in bytes: the caps of the provider's own tools.
const MAX_IMAGE_BYTES: u64 = 6 << 20;
const MAX_VIDEO_BYTES: u64 = 32 << 20;
const MAX_AUDIO_BYTES: u64 = 16 << 20;
/// The maximum size of an image, in pixels.
const MAX_PIXELS: u64 = 32_000_000;

/// Why a file cannot be a `data:` URI.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataUriError {
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The I/O error. Its kind is `InvalidInput` if the path does not lead to a regular file.
        source: io::Error,
    },
    /// The file is not recognized as an image, a video or audio.
    #[error("not recognized as an image, a video or audio")]
    NotMedia,
    /// The file is too large for a request.
    #[error("the file has {actual} bytes, more than {limit}")]
    TooLarge {
        /// The maximum size, in bytes.
        limit: u64,
        /// The size, in bytes.
        actual: u64,
    },
    /// The image has too many pixels for a request.
    #[error("the image has {actual} pixels, more than {limit}")]
    TooManyPixels {
        /// The maximum number of pixels.
        limit: u64,
        /// The number of pixels.
        actual: u64,
    },
}

/// A local media file as a `data:` URI, to use in place of a URL. Reads the file on the calling
/// thread.
///
/// **`data:` URIs are not documented.** The documentation of the API asks for public HTTPS URLs, but the
/// provider's own tools send `data:` URIs. The limits of these tools are enforced here: 6 MiB and 32
/// megapixels for an image, 32 MiB for a video, 16 MiB for audio. An image whose width and height cannot
/// be read from its header passes the limit on pixels. The limit of 64 MiB for the complete request is
/// not checked.
/// [`Preflight`](super::Preflight) decodes such a URI and checks the provider's media rules on the file.
///
/// # Errors
///
/// The file cannot be read, is not a media file, or exceeds a cap.
pub fn data_uri(path: impl AsRef<Path>) -> Result<String, DataUriError> {
    let path = path.as_ref();
    let file_error = |source| DataUriError::File {
        path: path.to_owned(),
        source,
    };
    let file = probe_file(path).map_err(file_error)?;
    let (Some(kind), Some(format)) = (file.kind, file.format) else {
        return Err(DataUriError::NotMedia);
    };
    check_size(kind, &file)?;
    let bytes = fs::read(path).map_err(file_error)?;
    Ok(format!("data:{format};base64,{}", STANDARD.encode(bytes)))
}

fn check_size(kind: MediaKind, file: &MediaFile) -> Result<(), DataUriError> {
    let limit = match kind {
        MediaKind::Image => MAX_IMAGE_BYTES,
        MediaKind::Video => MAX_VIDEO_BYTES,
        MediaKind::Audio => MAX_AUDIO_BYTES,
        MediaKind::Unknown => return Err(DataUriError::NotMedia),
    };
    let actual = file.metadata.bytes.unwrap_or(u64::MAX);
    if actual > limit {
        return Err(DataUriError::TooLarge { limit, actual });
    }
    let size = file.metadata.width.zip(file.metadata.height);
    let pixels = size.map(|(width, height)| u64::from(width) * u64::from(height));
    match pixels.filter(|_| kind == MediaKind::Image) {
        Some(actual) if actual > MAX_PIXELS => Err(DataUriError::TooManyPixels {
            limit: MAX_PIXELS,
            actual,
        }),
        _ => Ok(()),
    }
}

/// Reads the header of the file in a `data:` URI. Returns `None` if `url` is not a valid base64 `data:`
/// URI.
pub(super) fn probe_data_uri(url: &str) -> Option<MediaFile> {
    let (head, data) = url.split_once(',')?;
    let scheme = head.get(..5)?;
    if !scheme.eq_ignore_ascii_case("data:") || !head.to_ascii_lowercase().ends_with(";base64") {
        return None;
    }
    Some(probe_bytes(&STANDARD.decode(data.trim()).ok()?))
}
