//! Saving the files of an output, from a server that does not always behave.

mod faults;
mod names;
mod saved;

use std::fs;
use std::path::Path;

use runcomfy_client::ModelOutput;
use runcomfy_client::download::{Download, DownloadError, Downloads};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) fn dir() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// The names of all that lies in a folder, sorted: of temporary files too.
pub(crate) fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

pub(crate) async fn one(downloads: &Downloads, url: &str) -> Result<Vec<u8>, DownloadError> {
    let mut results = downloads.fetch_urls([("video", url)]).await;
    assert_eq!(results.len(), 1);
    let Download { result, .. } = results.remove(0);
    result.map(|saved| {
        let bytes = fs::read(&saved.path).unwrap();
        assert_eq!(saved.bytes, bytes.len() as u64);
        bytes
    })
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Output(pub(crate) Value);

impl ModelOutput for Output {
    fn from_value(value: Value) -> Result<Self, Value> {
        Ok(Self(value))
    }

    fn to_value(&self) -> Value {
        self.0.clone()
    }
}
