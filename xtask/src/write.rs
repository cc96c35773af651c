//! Writing the tree: only what changes, and all of it or nothing.

use std::collections::HashSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::fault::Fault;
use crate::tree;

/// What has to change for the tree to be as it should.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// A file is missing.
    Create {
        /// Where.
        path: PathBuf,
        /// Its content.
        text: String,
    },
    /// A file has another content.
    Update {
        /// Where.
        path: PathBuf,
        /// Its content now.
        old: String,
        /// Its content as it should be.
        text: String,
    },
    /// A file should not be there.
    Remove {
        /// Where.
        path: PathBuf,
        /// Its content.
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

    /// What happens to it.
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

/// The change that gives `path` this content, if one is needed. Line endings do not count: git may
/// have changed them.
pub(crate) fn change(path: PathBuf, text: String) -> Result<Option<Change>, Fault> {
    Ok(match tree::text(&path)? {
        None => Some(Change::Create { path, text }),
        Some(old) if old.replace("\r\n", "\n") == text => None,
        Some(old) => Some(Change::Update { path, old, text }),
    })
}

/// Makes all changes, or none: every new content is on the disk before the first file is replaced,
/// and a failure in between puts back what was replaced.
pub(crate) fn apply(changes: &[Change]) -> Result<(), Fault> {
    let mut staged = Vec::new();
    let mut folders = HashSet::new();
    for change in changes {
        if let Change::Create { path, text } | Change::Update { path, text, .. } = change {
            let folder = path.parent().unwrap_or(Path::new("."));
            if folders.insert(folder) {
                fs::create_dir_all(folder).map_err(Fault::io("could not create", folder))?;
            }
            staged.push((path, stage(folder, path, text)?));
        }
    }
    for (index, (path, file)) in staged.into_iter().enumerate() {
        if let Err(error) = file.persist(path) {
            undo(changes, index);
            return Err(Fault::io("could not replace", path)(error.error));
        }
    }
    for change in changes {
        if let Change::Remove { path, .. } = change {
            fs::remove_file(path).map_err(Fault::io("could not remove", path))?;
            remove_empty_folders(path);
        }
    }
    Ok(())
}

fn stage(folder: &Path, path: &Path, text: &str) -> Result<NamedTempFile, Fault> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        // A temporary file is its owner's alone; a source file is not.
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o644));
    }
    let fault = |error| Fault::io("could not write", path)(error);
    let mut file = builder
        .prefix(".codegen-")
        .tempfile_in(folder)
        .map_err(fault)?;
    file.write_all(text.as_bytes()).map_err(fault)?;
    Ok(file)
}

/// Puts back the first `count` files that were written. Nothing more can be done where that fails
/// too; the first failure is the one that is reported.
fn undo(changes: &[Change], count: usize) {
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
    // `remove_dir` fails on a folder that holds something, which is where this ends.
    while let Some(empty) = folder.filter(|folder| fs::remove_dir(folder).is_ok()) {
        folder = empty.parent();
    }
}
