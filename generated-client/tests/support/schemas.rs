//! Reads the model files in `schemas/` with serde_json instead of the generator.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The folder of the model files.
pub(crate) const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas");

/// The id and the text of every model file, sorted by path.
pub(crate) fn model_files() -> Vec<(String, String)> {
    let mut paths = Vec::new();
    collect(Path::new(FOLDER), &mut paths);
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path).unwrap();
            let file: Value = serde_json::from_str(&text).unwrap();
            (file["model_id"].as_str().unwrap().to_owned(), text)
        })
        .collect()
}

/// The schema of one property of a model's input.
pub(crate) fn input_property(model_id: &str, name: &str) -> Value {
    let text = fs::read(format!("{FOLDER}/{model_id}.json")).unwrap();
    let file: Value = serde_json::from_slice(&text).unwrap();
    file["input"]["properties"][name].clone()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|found| found == "json")
            && !path.ends_with("model.schema.json")
        {
            paths.push(path);
        }
    }
}
