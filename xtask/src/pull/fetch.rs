//! Runs `runcomfy-pull`, the program that reads the catalogue.

use std::fs;

use super::Arguments;
use crate::error::Error;
use crate::program::{self, cargo};

/// The catalogue, as JSON text.
///
/// # Errors
///
/// `runcomfy-pull` could not be started or failed, or a temporary file could not be created or read. If
/// `runcomfy-pull` fails, it prints the reason itself.
pub(super) fn fetch(arguments: &Arguments) -> Result<String, Error> {
    let folder = tempfile::tempdir();
    let folder = folder.map_err(Error::io("could not create", &std::env::temp_dir()))?;
    let path = folder.path().join("catalogue.json");
    let mut command = cargo();
    command
        .args([
            "run",
            "--quiet",
            "--package",
            "runcomfy-pull",
            "--",
            "--out",
        ])
        .arg(&path);
    if let Some(base_url) = &arguments.base_url {
        command.args(["--base-url", base_url]);
    }
    if let Some(delay) = arguments.retry_delay_ms {
        command.args(["--retry-delay-ms", &delay.to_string()]);
    }
    command.arg("--").args(&arguments.prefixes);
    if !program::run("runcomfy-pull", &mut command)?.success() {
        return Err(Error::Catalogue);
    }
    fs::read_to_string(&path).map_err(Error::io("could not read", &path))
}
