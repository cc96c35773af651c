//! The stamp of the last run: with it, a run that has nothing to do need not generate to know it.
//!
//! The stamp holds a hash of everything that a run reads: the program itself, the model files, and
//! the generated files as they are. It is kept in the build folder, and losing it costs nothing.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use runcomfy_codegen::SourceFile;

use crate::fault::Fault;
use crate::{tree, workspace};

/// Where the stamp of a pair of folders is kept.
pub(crate) struct Stamp {
    path: PathBuf,
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
        let name = format!("{:016x}", folders.finish());
        Self {
            path: target.join("codegen").join(name),
        }
    }

    /// The warnings of the last run, where nothing has changed since.
    pub(crate) fn warnings(&self, now: u64) -> Option<String> {
        let stamp = fs::read_to_string(&self.path).ok()?;
        let (hash, warnings) = stamp.split_once('\n')?;
        (hash == format!("{now:016x}")).then(|| warnings.to_owned())
    }

    /// Notes a run that left the tree as it should be. A stamp that cannot be kept is not missed.
    pub(crate) fn keep(&self, now: u64, warnings: &str) {
        if let Some(folder) = self.path.parent() {
            let _ = fs::create_dir_all(folder);
        }
        let _ = fs::write(&self.path, format!("{now:016x}\n{warnings}"));
    }
}

/// A hash of everything that a run reads. `None` where the program's own file is not known.
pub(crate) fn hash(
    sources: &[SourceFile],
    schemas: &Path,
    client: &Path,
) -> Result<Option<u64>, Fault> {
    let program = std::env::current_exe().and_then(fs::metadata);
    let Ok(modified) = program
        .as_ref()
        .map_err(drop)
        .and_then(|data| data.modified().map_err(drop))
    else {
        return Ok(None);
    };
    let mut hash = DefaultHasher::new();
    modified.hash(&mut hash);
    for source in sources {
        source.path.hash(&mut hash);
        source.bytes.hash(&mut hash);
    }
    let models = client.join("src/models");
    let mut outputs = vec![schemas.join(tree::MODEL_SCHEMA), client.join("Cargo.toml")];
    if models.is_dir() {
        outputs.extend(tree::files(&models, "rs")?);
    }
    for path in outputs {
        let text = tree::text(&path)?;
        path.hash(&mut hash);
        text.hash(&mut hash);
    }
    Ok(Some(hash.finish()))
}
