//! The stamp of the last run: with it, a run that has nothing to do need not generate to know it.
//!
//! It holds a hash of everything that the run depended on (the program, the model files, and the
//! generated files as they should be) and what the run said. It is kept in the build folder, and
//! losing it costs nothing.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use runcomfy_codegen::{SourceFile, format};
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::{tree, workspace};

/// Where the stamp of a pair of folders is kept.
pub(crate) struct Stamp {
    path: PathBuf,
}

/// A run that left the tree as it should be, and what it said.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Run {
    /// The hash of everything that it depended on.
    pub(crate) hash: u64,
    /// Its warnings, a line each.
    pub(crate) warnings: String,
    /// The commit that was the last one then, where there was one.
    pub(crate) commit: Option<String>,
    /// What it said of the changes since that commit.
    pub(crate) since: String,
}

impl Stamp {
    /// The stamp of runs from `schemas` to `client`.
    pub(crate) fn new(schemas: &Path, client: &Path) -> Self {
        let mut folders = DefaultHasher::new();
        for folder in [schemas, client] {
            // A folder that is not there yet is known by the name that it was given.
            fs::canonicalize(folder)
                .unwrap_or_else(|_| folder.to_owned())
                .hash(&mut folders);
        }
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| workspace().join("target"), PathBuf::from);
        let name = format!("{:016x}.json", folders.finish());
        Self {
            path: target.join("codegen").join(name),
        }
    }

    /// The last run, where nothing has changed since. A stamp that cannot be read is none.
    pub(crate) fn last(&self, hash: u64) -> Option<Run> {
        let text = fs::read(&self.path).ok()?;
        let run: Run = serde_json::from_slice(&text).ok()?;
        (run.hash == hash).then_some(run)
    }

    /// Notes a run. A stamp that cannot be kept is not missed.
    pub(crate) fn keep(&self, run: &Run) {
        if let Some(folder) = self.path.parent() {
            let _ = fs::create_dir_all(folder);
        }
        if let Ok(text) = serde_json::to_string(run) {
            let _ = fs::write(&self.path, text);
        }
    }
}

/// A hash of files as they are: those that a run keeps up to date. A file that somebody wrote by
/// hand is none of them.
pub(crate) fn as_they_are(schemas: &Path, client: &Path) -> Result<u64, Fault> {
    let models = client.join("src/models");
    let mut files = Vec::new();
    for path in [schemas.join(tree::MODEL_SCHEMA), client.join("Cargo.toml")] {
        files.extend(tree::text(&path)?.map(|text| (path, text)));
    }
    if models.is_dir() {
        for path in tree::files(&models, "rs")? {
            let text = tree::text(&path)?.filter(|text| text.starts_with(format::HEADER));
            files.extend(text.map(|text| (path, text)));
        }
    }
    Ok(of_files(
        files.iter().map(|(path, text)| (&**path, &**text)),
    ))
}

/// A hash of files, whatever their order. Line endings do not count: git may have changed them.
pub(crate) fn of_files<'a>(files: impl Iterator<Item = (&'a Path, &'a str)>) -> u64 {
    let mut files: Vec<_> = files.collect();
    files.sort_by_key(|(path, _)| *path);
    let mut hash = DefaultHasher::new();
    for (path, text) in files {
        path.hash(&mut hash);
        if text.contains('\r') {
            text.replace("\r\n", "\n").hash(&mut hash);
        } else {
            text.hash(&mut hash);
        }
    }
    hash.finish()
}

/// A hash of everything that a run depends on. `None` where the program's own file is not known.
pub(crate) fn hash(sources: &[SourceFile], files: u64) -> Option<u64> {
    let program = std::env::current_exe().and_then(fs::metadata).ok()?;
    let mut hash = DefaultHasher::new();
    program.modified().ok()?.hash(&mut hash);
    program.len().hash(&mut hash);
    files.hash(&mut hash);
    for source in sources {
        source.path.hash(&mut hash);
        source.bytes.hash(&mut hash);
    }
    Some(hash.finish())
}
