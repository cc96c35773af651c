//! `cargo xtask bench`: ratios to other tools.

use crate::error::Error;
use crate::outcome::Outcome;
use crate::program::{self, cargo};

/// Measures this project and other tools side by side.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Arguments {
    /// Arguments of the benchmark; see its `--help`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Runs the benchmark: a workspace of its own, since no other build needs what it measures against.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Error> {
    const MANIFEST: &str = "xtask/bench/Cargo.toml";
    let mut command = cargo();
    command
        .args(["run", "--quiet", "--release", "--manifest-path", MANIFEST])
        .arg("--")
        .args(&arguments.rest);
    if program::run(
        "cargo run --manifest-path xtask/bench/Cargo.toml",
        &mut command,
    )?
    .success()
    {
        Ok(Outcome::Done)
    } else {
        Err(Error::Benchmark)
    }
}
