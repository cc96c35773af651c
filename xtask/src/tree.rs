//! Reading the tree.

use std::fs;
use std::path::{Path, PathBuf};

use runcomfy_codegen::SourceFile;

use crate::fault::Fault;

/// The name of the JSON Schema of the model files, in the folder of schemas.
pub(crate) const MODEL_SCHEMA: &str = "model.schema.json";

/// All model files below `schemas`, sorted by path.
pub(crate) fn model_files(schemas: &Path) -> Result<Vec<SourceFile>, Fault> {
    if !schemas.is_dir() {
        return Err(Fault::NoSchemas {
            path: schemas.to_owned(),
        });
    }
    let mut sources = Vec::new();
    for file in files(schemas, "json")? {
        let path = relative(schemas, &file);
        if path == MODEL_SCHEMA {
            continue;
        }
        let bytes = fs::read(&file).map_err(Fault::io("could not read", &file))?;
        sources.push(SourceFile { path, bytes });
    }
    Ok(sources)
}

/// All files below `folder` with this extension, sorted. Links to folders are not followed.
pub(crate) fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, Fault> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).map_err(Fault::io("could not list", &folder))?;
        for entry in entries {
            let entry = entry.map_err(Fault::io("could not list", &folder))?;
            let kind = entry
                .file_type()
                .map_err(Fault::io("could not read", &entry.path()))?;
            let path = entry.path();
            if kind.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The path below `base`, with `/` between.
pub(crate) fn relative(base: &Path, path: &Path) -> String {
    let below = path.strip_prefix(base).unwrap_or(path);
    let parts = below
        .components()
        .map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

/// The text of a file, `None` when there is no such file. Bytes that are not UTF-8 are replaced:
/// the text is only compared and shown.
pub(crate) fn text(path: &Path) -> Result<Option<String>, Fault> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Fault::io("could not read", path)(error)),
    }
}

/// The path as a person types it: below the current folder where it is there.
pub(crate) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here)
        .unwrap_or(path)
        .display()
        .to_string()
}
