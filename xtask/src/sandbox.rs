//! `cargo xtask sandbox`: a local server that behaves like the API.

use crate::error::Error;
use crate::outcome::Outcome;
use crate::program::{self, cargo};

/// Runs the sandbox until interrupted.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The port on the loopback address.
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// Further arguments of the sandbox; `cargo xtask sandbox -- --help` lists them.
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Runs the sandbox. It is a separate program, so that the other commands of `cargo xtask` do not have to
/// compile a web server.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Error> {
    let mut command = cargo();
    command
        .args(["run", "--package", "runcomfy-sandbox", "--"])
        .args(["--schemas", "schemas"])
        .args(["--port", &arguments.port.to_string()])
        .args(&arguments.rest);
    if program::run("runcomfy-sandbox", &mut command)?.success() {
        Ok(Outcome::Done)
    } else {
        Err(Error::Sandbox)
    }
}
