//! Writing files of the tree: only what changes, all or nothing.

use std::collections::HashSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::Error;
use crate::files::read_text;

/// A change that a file needs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// A file is missing.
    Create {
        /// Its path.
        path: PathBuf,
        /// Its content.
        text: String,
    },
    /// A file has another content.
    Update {
        /// Its path.
        path: PathBuf,
        /// Its current content.
        old: String,
        /// Its new content.
        text: String,
    },
    /// A file should not exist.
    Remove {
        /// Its path.
        path: PathBuf,
        /// Its current content.
        old: String,
    },
}

impl Change {
    /// The file that changes.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Create { path, .. } | Self::Update { path, .. } | Self::Remove { path, .. } => {
                path
            }
        }
    }

    /// What happens to the file, as a past participle.
    pub(crate) const fn verb(&self) -> &'static str {
        match self {
            Self::Create { .. } => "created",
            Self::Update { .. } => "updated",
            Self::Remove { .. } => "removed",
        }
    }

    /// The content before and after.
    pub(crate) fn texts(&self) -> (&str, &str) {
        match self {
            Self::Create { text, .. } => ("", text),
            Self::Update { old, text, .. } => (old, text),
            Self::Remove { old, .. } => (old, ""),
        }
    }
}

/// The change that gives `path` this content, if one is needed. Line endings do not count, since git
/// may change them.
pub(crate) fn change(path: PathBuf, text: String) -> Result<Option<Change>, Error> {
    Ok(match read_text(&path)? {
        None => Some(Change::Create { path, text }),
        Some(old) if old.replace("\r\n", "\n") == text => None,
        Some(old) => Some(Change::Update { path, old, text }),
    })
}

/// Makes all changes, or none: all new contents are on the disk before the first file is replaced,
/// and after a failure the replaced files are restored.
pub(crate) fn apply(changes: &[Change]) -> Result<(), Error> {
    let mut staged = Vec::new();
    let mut folders = HashSet::new();
    for change in changes {
        if let Change::Create { path, text } | Change::Update { path, text, .. } = change {
            let folder = path.parent().unwrap_or(Path::new("."));
            if folders.insert(folder) {
                fs::create_dir_all(folder).map_err(Error::io("could not create", folder))?;
            }
            staged.push((path, stage(folder, path, text)?));
        }
    }
    for (index, (path, file)) in staged.into_iter().enumerate() {
        if let Err(error) = file.persist(path) {
            restore(changes, index);
            return Err(Error::io("could not replace", path)(error.error));
        }
    }
    for change in changes {
        if let Change::Remove { path, .. } = change {
            fs::remove_file(path).map_err(Error::io("could not remove", path))?;
            remove_empty_folders(path);
        }
    }
    Ok(())
}

fn stage(folder: &Path, path: &Path, text: &str) -> Result<NamedTempFile, Error> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        // By default only the owner can read a temporary file.
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o644));
    }
    let failed = |error| Error::io("could not write", path)(error);
    let mut file = builder
        .prefix(".codegen-")
        .tempfile_in(folder)
        .map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    Ok(file)
}

/// Restores the first `count` files that were written. Best effort: the caller reports the error that
/// came first.
fn restore(changes: &[Change], count: usize) {
    let written = changes
        .iter()
        .filter(|change| !matches!(change, Change::Remove { .. }));
    for change in written.take(count) {
        let _ = match change {
            Change::Update { path, old, .. } => fs::write(path, old),
            Change::Create { path, .. } => fs::remove_file(path),
            Change::Remove { .. } => Ok(()),
        };
    }
}

fn remove_empty_folders(path: &Path) {
    let mut folder = path.parent();
    // Ends at the first folder that is not empty, which `remove_dir` refuses.
    while let Some(empty) = folder.filter(|folder| fs::remove_dir(folder).is_ok()) {
        folder = empty.parent();
    }
}
