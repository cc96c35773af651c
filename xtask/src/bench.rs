//! `cargo xtask bench`: measures this project and other tools side by side.

#[path = "../bench/src/arguments.rs"]
mod arguments;

use crate::error::Error;
use crate::outcome::Outcome;
use crate::program::{self, cargo};

pub(crate) use arguments::Arguments;

/// Runs the benchmark and passes on the command-line arguments after `bench` unchanged. They were parsed
/// only to handle `--help` and misuse before the benchmark is built. The benchmark is a separate workspace,
/// since no other build needs the tools that this project is compared with.
pub(crate) fn run(_: &Arguments) -> Result<Outcome, Error> {
    const MANIFEST: &str = "xtask/bench/Cargo.toml";
    let mut command = cargo();
    command
        .args(["run", "--release", "--manifest-path", MANIFEST])
        .arg("--")
        .args(std::env::args_os().skip(2));
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
