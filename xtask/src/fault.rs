//! What stops a command: exit code 2.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A command could not do its work.
#[derive(Debug, Error)]
pub(crate) enum Fault {
    /// A file or folder could not be read or written.
    #[error("{action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A file in the way of a generated one was written by hand.
    #[error(
        "{} exists and does not begin with the header of generated files; \
         move it away, nothing was written", path.display()
    )]
    HandWritten {
        /// The file.
        path: PathBuf,
    },
    /// The folder of schemas is not there.
    #[error("{} is not a folder; give the folder of schemas with --schemas", path.display())]
    NoSchemas {
        /// The folder.
        path: PathBuf,
    },
    /// The client's manifest has no place for the features.
    #[error("{}: {source}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// Why.
        source: runcomfy_codegen::manifest::ManifestError,
    },
    /// A bug in the generator.
    #[error("{0}; this is a bug in the generator, nothing was written")]
    Generator(#[from] runcomfy_codegen::Fault),
    /// A model file that is to be replaced cannot be read, so its names would be lost.
    #[error(
        "{} is not a model file whose `names` could be kept; mend or remove it, nothing was written",
        path.display()
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
    },
    /// See [`DiffFault`](crate::diff::DiffFault).
    #[error(transparent)]
    Diff(#[from] crate::diff::DiffFault),
    /// A folder cannot be watched.
    #[error("could not watch {}: {source}", path.display())]
    Watch {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: notify::Error,
    },
    /// The benchmark ended with a failure, which it has told.
    #[error("the benchmark failed")]
    Benchmark,
    /// Another program could not be started.
    #[error("could not run `{program}`: {source}")]
    Program {
        /// Its name.
        program: String,
        /// Why.
        source: io::Error,
    },
}

impl Fault {
    /// Turns an I/O error into a fault that says where it came from.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }
}
