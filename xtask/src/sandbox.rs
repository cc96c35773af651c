//! `cargo xtask sandbox`: a local server that behaves like the API.

use std::process::Command;

use crate::fault::Fault;
use crate::{Outcome, workspace};

/// Runs the sandbox until interrupted.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The port to listen on, on the loopback address.
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// More for the sandbox; `-- --help` tells what it takes.
    #[arg(last = true)]
    rest: Vec<String>,
}

/// The sandbox is a program of its own, so that `cargo xtask` need not build a web server.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Fault> {
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["run", "--quiet", "--package", "runcomfy-sandbox", "--"])
        .args(["--port", &arguments.port.to_string()])
        .args(&arguments.rest)
        .current_dir(workspace())
        .status()
        .map_err(|source| Fault::Program {
            program: "runcomfy-sandbox".to_owned(),
            source,
        })?;
    Ok(if status.success() {
        Outcome::Done
    } else {
        Outcome::Findings
    })
}
