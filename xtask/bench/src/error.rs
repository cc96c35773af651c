//! The errors that abort the benchmark, with exit code 2.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error as ThisError;

/// A measurement could not be made.
#[derive(Debug, ThisError)]
pub(crate) enum Error {
    /// A file or folder could not be read or written.
    #[error("could not use {}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A program failed.
    #[error("`{command}` failed\n{output}")]
    Program {
        /// The command.
        command: String,
        /// What it printed to stderr, or why it could not be run.
        output: String,
    },
    /// The generator refused a model or failed.
    #[error("the generator failed: {0}")]
    Generator(String),
    /// typify refused a schema.
    #[error("typify refused `{model}`: {reason}")]
    Typify {
        /// The model.
        model: String,
        /// Why.
        reason: String,
    },
    /// The copy of the client could not be written or built, or a temporary folder could not be created.
    #[error("could not use a copy of the client or a temporary folder: {0}")]
    Scratch(io::Error),
    /// The plot could not be drawn.
    #[error("could not draw the plot: {0}")]
    Plot(String),
}

impl Error {
    /// Adds the path to an I/O error.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}
