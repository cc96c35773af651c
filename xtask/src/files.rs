//! Finds and reads files, and formats their paths.

use std::fs;
use std::path::{Path, PathBuf};

use runcomfy_codegen::SourceFile;
use runcomfy_codegen::dialect::MODEL_SCHEMA_FILE;
use runcomfy_codegen::text::escape_invisible;

use crate::error::Error;
use crate::git::STAGING;

/// The workspace's folder.
pub(crate) fn workspace() -> PathBuf {
    // The folder that this program was built from is preferred. If the build script of another package runs
    // this program, the environment variable names the folder of that package.
    let built_in = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let package = if built_in.is_dir() {
        built_in
    } else {
        std::env::var_os("CARGO_MANIFEST_DIR").map_or(built_in, PathBuf::from)
    };
    package
        .parent()
        .map_or_else(|| package.clone(), PathBuf::from)
}

/// The given folder of schemas; if none is given, the workspace's folder of schemas.
pub(crate) fn schemas_folder(given: Option<&Path>) -> PathBuf {
    given.map_or_else(|| workspace().join("schemas"), Path::to_owned)
}

/// All model files below `schemas`, sorted by path.
pub(crate) fn model_files(schemas: &Path) -> Result<Vec<SourceFile>, Error> {
    if !schemas.is_dir() {
        return Err(Error::NoSchemas {
            path: schemas.to_owned(),
        });
    }
    let mut sources = Vec::new();
    let (files, others) = list(schemas, "json")?;
    for other in others {
        warn_of_ignored(&other);
    }
    for file in files {
        let path = relative(schemas, &file);
        if path == MODEL_SCHEMA_FILE {
            continue;
        }
        let bytes = fs::read(&file).map_err(Error::io("could not read", &file))?;
        sources.push(SourceFile { path, bytes });
    }
    Ok(sources)
}

/// Warns if a path that is not read looks like a model file or a folder of model files.
fn warn_of_ignored(path: &Path) {
    let extension = path.extension().unwrap_or_default();
    let shown = escape_invisible(&display_path(path));
    if path.is_dir() {
        eprintln!("warning: {shown} is a link to a folder; links are not followed, it is ignored");
    } else if extension.eq_ignore_ascii_case("json") {
        eprintln!("warning: {shown} is ignored; the name of a model file ends with `.json`");
    }
}

/// All files below `folder` with this extension, sorted. Links to folders are not followed.
pub(crate) fn files_below(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, Error> {
    Ok(list(folder, extension)?.0)
}

/// The files below `folder`, as two sorted lists: those with this extension, and all others. Links to folders
/// are not followed; they are in the second list. Staging folders are skipped.
fn list(folder: &Path, extension: &str) -> Result<(Vec<PathBuf>, Vec<PathBuf>), Error> {
    let mut files = Vec::new();
    let mut others = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).map_err(Error::io("could not list", &folder))?;
        for entry in entries {
            let entry = entry.map_err(Error::io("could not list", &folder))?;
            let path = entry.path();
            let kind = entry.file_type();
            let kind = kind.map_err(Error::io("could not read", &path))?;
            if kind.is_dir() {
                if entry.file_name() != STAGING {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|found| found == extension)
                && !(kind.is_symlink() && path.is_dir())
            {
                files.push(path);
            } else {
                others.push(path);
            }
        }
    }
    files.sort();
    others.sort();
    Ok((files, others))
}

/// The path below `base`, separated by `/`.
pub(crate) fn relative(base: &Path, path: &Path) -> String {
    let below = path.strip_prefix(base).unwrap_or(path);
    let parts = below
        .components()
        .map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

/// The text of a file; `None` if the file does not exist. Invalid UTF-8 is replaced with U+FFFD.
pub(crate) fn read_text(path: &Path) -> Result<Option<String>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("could not read", path)(error)),
    }
}

/// The path as messages show it: relative to the current folder if it is below that folder.
pub(crate) fn display_path(path: &Path) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&current)
        .unwrap_or(path)
        .display()
        .to_string()
}
