//! Running other programs.

use std::process::{Command, ExitStatus};

use crate::error::Error;
use crate::files::workspace;

/// A command for the cargo that started this program or, if the environment variable `CARGO` does not name
/// it, for `cargo` in the `PATH`.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a program in the workspace's folder and waits for it to exit.
///
/// # Errors
///
/// The program could not be started. The error message contains `name`.
pub(crate) fn run(name: &str, command: &mut Command) -> Result<ExitStatus, Error> {
    let status = command.current_dir(workspace()).status();
    status.map_err(|source| Error::Program {
        program: name.to_owned(),
        source,
    })
}
