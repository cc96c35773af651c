//! Writes changed files. In each folder, either all changes of a run are made or none, and only one run
//! writes at a time.
//!
//! A command first locks the folders that it will write, then reads them. It makes all its changes through
//! the [`WriteLock`]. A run that is killed halfway is undone by the next one that locks the same folders.

mod lock;
#[cfg(test)]
mod tests;
mod transaction;

use std::path::{Path, PathBuf};

pub(crate) use lock::{WriteLock, interrupted};

use similar::TextDiff;

use crate::error::Error;
use crate::files::{display_path, read_text};

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
    /// A file exists, but its content differs from the new content.
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

    /// The change as a unified diff. In its header, the path of the file is followed by `old_side` or
    /// `new_side`, in parentheses.
    pub(crate) fn unified_diff(&self, old_side: &str, new_side: &str) -> String {
        let (old, new) = match self {
            Self::Create { text, .. } => ("", text.as_str()),
            Self::Update { old, text, .. } => (old.as_str(), text.as_str()),
            Self::Remove { old, .. } => (old.as_str(), ""),
        };
        let path = display_path(self.path());
        let diff = TextDiff::from_lines(old, new);
        let mut diff = diff.unified_diff();
        let (old, new) = (
            format!("{path} ({old_side})"),
            format!("{path} ({new_side})"),
        );
        diff.header(&old, &new).to_string()
    }
}

/// The change that is needed for the file `path` to contain `text`, or `None` if it already does.
///
/// CRLF line endings in the existing file are compared as LF, since git may convert them.
pub(crate) fn change(path: PathBuf, text: String) -> Result<Option<Change>, Error> {
    Ok(match read_text(&path)? {
        None => Some(Change::Create { path, text }),
        Some(old) if old.replace("\r\n", "\n") == text => None,
        Some(old) => Some(Change::Update { path, old, text }),
    })
}
