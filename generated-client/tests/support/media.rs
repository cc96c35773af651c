//! The files in `tests/media`.

use std::fs;
use std::path::PathBuf;

/// The content of a media file.
pub(crate) fn media(name: &str) -> Vec<u8> {
    fs::read(media_path(name)).unwrap()
}

/// The path of a media file.
pub(crate) fn media_path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "media", name].iter().collect()
}
