//! Helpers of several tests: the model files in `schemas`, and generation that must succeed or must fail.

use std::fs;
use std::path::{Path, PathBuf};

use runcomfy_codegen::{Generated, RenderedDiagnostic, SourceFile, analyze_all, generate};
use serde_json::Value;

use crate::scratch::Scratch;

/// The workspace's folder.
pub(crate) fn workspace() -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder.parent().unwrap().to_owned()
}

/// The copy of the client that the tests build.
pub(crate) fn scratch() -> Scratch {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || workspace().join("target"),
        |target| workspace().join(target),
    );
    Scratch::new(&workspace(), &target.join("scratch-client")).unwrap()
}

/// A model file with this text. Its path is the `model_id` in the text, followed by `.json`.
pub(crate) fn source(text: &str) -> SourceFile {
    let json: Value = serde_json::from_str(text).unwrap();
    let id = json["model_id"].as_str().unwrap();
    SourceFile {
        path: format!("{id}.json"),
        bytes: text.as_bytes().to_vec(),
    }
}

/// All files with this suffix below a folder, sorted.
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

/// Returns `path` relative to `folder`, with `/` between its segments.
pub(crate) fn below(folder: &Path, path: &Path) -> String {
    let path = path.strip_prefix(folder).unwrap();
    path.to_str().unwrap().replace('\\', "/")
}

/// The model files in `schemas`.
pub(crate) fn schemas() -> Vec<SourceFile> {
    let folder = workspace().join("schemas");
    let files = files_below(&folder, ".json").into_iter();
    let sources = files.map(|path| SourceFile {
        bytes: fs::read(&path).unwrap(),
        path: below(&folder, &path),
    });
    sources
        .filter(|source| source.path != runcomfy_codegen::dialect::MODEL_SCHEMA_FILE)
        .collect()
}

/// Generates from files that must be accepted.
pub(crate) fn accepted(sources: &[SourceFile]) -> Generated {
    generate(&analyze_all(sources))
        .unwrap()
        .unwrap_or_else(|refused| panic!("refused:\n{}", lines(&refused.diagnostics)))
}

/// The diagnostics of files that must be refused.
pub(crate) fn refused(sources: &[SourceFile]) -> Vec<RenderedDiagnostic> {
    match generate(&analyze_all(sources)).unwrap() {
        Ok(generated) => panic!("accepted: {:#?}", generated.files),
        Err(refused) => refused.diagnostics,
    }
}

/// The diagnostics, one per line.
pub(crate) fn lines(diagnostics: &[RenderedDiagnostic]) -> String {
    let lines = diagnostics.iter().map(RenderedDiagnostic::one_line);
    lines.collect::<Vec<_>>().join("\n")
}
