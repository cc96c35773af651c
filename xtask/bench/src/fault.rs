//! What stops a measurement: exit code 2.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A measurement could not be made.
#[derive(Debug, Error)]
pub(crate) enum Fault {
    /// A file or folder could not be read or written.
    #[error("could not use {}: {source}", path.display())]
    File {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A program failed.
    #[error("`{command}` failed\n{output}")]
    Program {
        /// What was run.
        command: String,
        /// What it said.
        output: String,
    },
    /// The generator refused a model or failed.
    #[error("the generator refused: {0}")]
    Generator(String),
    /// typify could not take a schema.
    #[error("typify could not take `{model}`: {reason}")]
    Typify {
        /// The model.
        model: String,
        /// Why.
        reason: String,
    },
    /// The differential proof could not be run.
    #[error("the differential proof: {0}")]
    Proof(io::Error),
}

impl Fault {
    /// Turns an I/O error into a fault that says where.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}
