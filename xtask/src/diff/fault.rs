//! What stops a comparison: exit code 2.

use std::path::PathBuf;

use thiserror::Error;

/// The schemas of one side could not be had.
#[derive(Debug, Error)]
pub(crate) enum DiffFault {
    /// There is no repository around the schemas.
    #[error(
        "{} is not in a git repository, so there is no revision to compare with; \
         compare two folders instead: `cargo xtask diff OLD NEW`",
        path.display()
    )]
    NotARepository {
        /// The folder of schemas.
        path: PathBuf,
    },
    /// git knows no such revision.
    #[error("git knows no revision `{}`; give one with --base", revision.escape_debug())]
    NoRevision {
        /// What was asked for.
        revision: String,
    },
    /// git failed otherwise.
    #[error("`git {command}` failed: {message}")]
    Git {
        /// What it was told to do.
        command: String,
        /// What it said.
        message: String,
    },
}
