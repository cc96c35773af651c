//! Reads the model files of the old and the new side of a comparison.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use runcomfy_codegen::SourceFile;
use runcomfy_codegen::dialect::MODEL_SCHEMA_FILE;

use super::Arguments;
use crate::error::Error;
use crate::files::{model_files, schemas_folder};
use crate::git::Repository;

/// The model files of one side.
pub(super) struct ModelFiles {
    /// The path of the folder that contains the files, as shown in reports.
    pub(super) folder: String,
    pub(super) files: Vec<SourceFile>,
}

/// Reads the model files of the old and the new side.
pub(super) fn sides(arguments: &Arguments) -> Result<[ModelFiles; 2], Error> {
    if let (Some(old), Some(new)) = (&arguments.old, &arguments.new) {
        let side = |folder: &Path| {
            Ok::<_, Error>(ModelFiles {
                folder: folder.to_string_lossy().replace('\\', "/"),
                files: model_files(folder)?,
            })
        };
        return Ok([side(old)?, side(new)?]);
    }
    let schemas = schemas_folder(arguments.schemas.as_deref());
    if !schemas.is_dir() {
        return Err(Error::NoSchemas { path: schemas });
    }
    let repository = Repository::new(&schemas);
    let [old, new] = if arguments.inputs.is_empty() {
        changed_files(&schemas, &repository, &arguments.base)?
    } else {
        // Past inputs can be for any model, so unchanged files are read too.
        [
            repository.model_files(&arguments.base)?,
            model_files(&schemas)?,
        ]
    };
    let folder = repository.folder()?;
    let side = |files| ModelFiles {
        folder: folder.clone(),
        files,
    };
    Ok([side(old), side(new)])
}

/// Reads the files that differ, in their old and new versions, and the unchanged files whose Rust module
/// could have the same name as that of a changed file.
fn changed_files(
    schemas: &Path,
    repository: &Repository<'_>,
    base: &str,
) -> Result<[Vec<SourceFile>; 2], Error> {
    let changed = repository.changed_model_files(base)?;
    let mut old = changed.old;
    let mut new = Vec::new();
    let mut folders: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
    for path in &changed.paths {
        let file = schemas.join(path);
        if file.is_file() {
            new.push(read(schemas, path)?);
            let mut steps = normalized(path);
            let name = steps.pop().unwrap_or_default();
            folders.entry(steps).or_default().insert(name);
        }
    }
    for (folder, names) in &folders {
        let mut alike = Vec::new();
        files_like(schemas, "", folder, names, &mut alike)?;
        alike.retain(|path| !changed.paths.contains(path));
        for path in alike {
            let file = read(schemas, &path)?;
            old.push(file.clone());
            new.push(file);
        }
    }
    for files in [&mut old, &mut new] {
        // Sorted by path components, the same order as when all files of a folder are read.
        files.sort_by(|one, other| Path::new(&one.path).cmp(Path::new(&other.path)));
    }
    Ok([old, new])
}

fn read(schemas: &Path, path: &str) -> Result<SourceFile, Error> {
    let file = schemas.join(path);
    let bytes = fs::read(&file).map_err(Error::io("could not read", &file))?;
    Ok(SourceFile {
        path: path.to_owned(),
        bytes,
    })
}

/// Removes `.json` from a path, splits it at `/`, and keeps only the ASCII letters and digits of each step,
/// in lowercase. The conversion of a model id to module names preserves these characters except for their
/// case, so files whose normalized paths differ have models with different modules. There are two exceptions:
/// `names` gives the models the same module, or a file is not at the path that its model id requires.
fn normalized(path: &str) -> Vec<String> {
    let path = path.strip_suffix(".json").unwrap_or(path);
    path.split('/').map(normalized_step).collect()
}

fn normalized_step(step: &str) -> String {
    let kept = step.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

/// Adds to `found` the model files below `path` whose normalized folders are `steps` and whose normalized
/// names are among `names`.
fn files_like(
    schemas: &Path,
    path: &str,
    steps: &[String],
    names: &BTreeSet<String>,
    found: &mut Vec<String>,
) -> Result<(), Error> {
    let folder = schemas.join(path);
    let entries = fs::read_dir(&folder).map_err(Error::io("could not list", &folder))?;
    for entry in entries {
        let entry = entry.map_err(Error::io("could not list", &folder))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let below = match path {
            "" => name.clone(),
            path => format!("{path}/{name}"),
        };
        match steps {
            [] => {
                let stem = name.strip_suffix(".json").map(normalized_step);
                if below != MODEL_SCHEMA_FILE && stem.is_some_and(|stem| names.contains(&stem)) {
                    found.push(below);
                }
            }
            [first, rest @ ..] => {
                if normalized_step(&name) == *first
                    && entry.file_type().is_ok_and(|kind| kind.is_dir())
                {
                    files_like(schemas, &below, rest, names, found)?;
                }
            }
        }
    }
    Ok(())
}
