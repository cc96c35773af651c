//! Downloads, also from faulty servers.

mod faults;
mod file_name;
mod saved;

use std::fs;
use std::path::Path;

use runcomfy_client::download::{Download, DownloadError, Downloads};
use tempfile::TempDir;

pub(crate) fn dir() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// The sorted names of all files in a folder, including temporary files.
pub(crate) fn file_names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Downloads one file and returns its content.
pub(crate) async fn fetch_one(downloads: &Downloads, url: &str) -> Result<Vec<u8>, DownloadError> {
    let mut results = downloads.fetch_urls([("video", url)]).await;
    assert_eq!(results.len(), 1);
    let Download { result, .. } = results.remove(0);
    result.map(|saved| {
        let bytes = fs::read(&saved.path).unwrap();
        assert_eq!(saved.bytes, bytes.len() as u64);
        bytes
    })
}
