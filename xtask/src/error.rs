//! Errors that stop a command. The exit code is then 2.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error as ThisError;

use crate::diff::InputsError;
use crate::git::GitError;
use crate::import::MergeError;

/// A command could not do its work.
#[derive(Debug, ThisError)]
pub(crate) enum Error {
    /// A file or folder could not be read or written.
    #[error("{action} {}: {source}", path.display())]
    Io {
        /// What failed, such as `could not read`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A hand-written file has the path of a generated one.
    #[error(
        "{} exists and does not begin with the header of generated files; \
         move it away, nothing was written", path.display()
    )]
    HandWritten {
        /// The file.
        path: PathBuf,
    },
    /// The folder of schemas does not exist.
    #[error(
        "{} is not a folder; give the folder of schemas with --schemas, or create it first",
        path.display()
    )]
    NoSchemas {
        /// The folder.
        path: PathBuf,
    },
    /// The folder of the client does not exist.
    #[error(
        "{} is not a folder; give the folder of the client with --client, or create it first",
        path.display()
    )]
    NoClient {
        /// The folder.
        path: PathBuf,
    },
    /// Another run writes in the folder.
    #[error(
        "another run is writing in {}; run the command again when it has ended, nothing was written",
        path.display()
    )]
    Locked {
        /// The folder.
        path: PathBuf,
    },
    /// The client's manifest does not mark where the features go.
    #[error("{}: {source}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// Why.
        source: runcomfy_codegen::manifest::ManifestError,
    },
    /// A bug in the generator.
    #[error("{0}; this is a bug in the generator, nothing was written")]
    Generator(#[from] runcomfy_codegen::InternalError),
    /// New content cannot be merged into an existing model file. The file is not overwritten, since content
    /// that only this file contains would be lost.
    #[error("{}: {source}; correct or remove it, nothing was written", path.display())]
    Unmergeable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: MergeError,
    },
    /// See [`InputsError`].
    #[error(transparent)]
    Inputs(#[from] InputsError),
    /// See [`GitError`].
    #[error(transparent)]
    Git(#[from] GitError),
    /// A folder cannot be watched.
    #[error("could not watch {}: {source}", path.display())]
    Watch {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: notify::Error,
    },
    /// The catalogue could not be fetched. `runcomfy-pull`, the program that fetches it, has printed why.
    #[error("the catalogue could not be read; nothing was written")]
    Catalogue,
    /// The whole catalogue is refused: it is not JSON, it has no list of models, the list is empty, or a
    /// model id is unsafe as a path.
    #[error("the catalogue is refused as a whole: {reason}; nothing was written")]
    InvalidCatalogue {
        /// Why.
        reason: String,
    },
    /// The benchmark failed; it has printed why.
    #[error("the benchmark failed")]
    Benchmark,
    /// The sandbox failed; it has printed why.
    #[error("the sandbox failed")]
    Sandbox,
    /// Another program could not be started.
    #[error("could not run `{program}`: {source}")]
    Program {
        /// The name or the command line of the program.
        program: String,
        /// Why.
        source: io::Error,
    },
}

impl Error {
    /// Adds the action and the path to an I/O error.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }
}
