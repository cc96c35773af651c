//! What the tests share: model files from the tree, and generating that must or must not succeed.

use std::fs;
use std::path::{Path, PathBuf};

use runcomfy_codegen::{Generated, Report, SourceFile, generate};
use serde_json::Value;

/// The workspace's folder.
pub(crate) fn workspace() -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder.parent().unwrap().to_owned()
}

/// A model file that stands where its id says.
pub(crate) fn source(text: &str) -> SourceFile {
    let json: Value = serde_json::from_str(text).unwrap();
    let id = json["model_id"].as_str().unwrap();
    SourceFile {
        path: format!("{id}.json"),
        bytes: text.as_bytes().to_vec(),
    }
}

/// All files below a folder whose names end so, sorted.
pub(crate) fn files_below(folder: &Path, suffix: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path, suffix));
        } else if path.to_str().is_some_and(|path| path.ends_with(suffix)) {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The path below a folder, with `/` between.
pub(crate) fn below(folder: &Path, path: &Path) -> String {
    let path = path.strip_prefix(folder).unwrap();
    path.to_str().unwrap().replace('\\', "/")
}

/// The model files of the tree.
pub(crate) fn schemas() -> Vec<SourceFile> {
    let folder = workspace().join("schemas");
    let files = files_below(&folder, ".json").into_iter();
    let sources = files.map(|path| SourceFile {
        bytes: fs::read(&path).unwrap(),
        path: below(&folder, &path),
    });
    sources
        .filter(|source| source.path != "model.schema.json")
        .collect()
}

/// The further models that are beside the workspace on some machines, without those that have become
/// models of the tree.
pub(crate) fn catalogue() -> Vec<SourceFile> {
    let folder = workspace().join("../shared/catalog");
    if !folder.is_dir() {
        return Vec::new();
    }
    let files = files_below(&folder, ".json").into_iter();
    let sources = files.map(|path| source(&fs::read_to_string(path).unwrap()));
    let known = schemas();
    sources
        .filter(|source| known.iter().all(|known| known.path != source.path))
        .collect()
}

/// What is generated from files that must be accepted.
pub(crate) fn accepted(sources: &[SourceFile]) -> Generated {
    generate(sources).unwrap().unwrap_or_else(|refused| {
        let reports: Vec<String> = refused.reports.iter().map(Report::one_line).collect();
        panic!("refused:\n{}", reports.join("\n"))
    })
}

/// What is said about files that must be refused.
pub(crate) fn refused(sources: &[SourceFile]) -> Vec<Report> {
    match generate(sources).unwrap() {
        Ok(generated) => panic!("accepted: {:#?}", generated.files),
        Err(refused) => refused.reports,
    }
}
