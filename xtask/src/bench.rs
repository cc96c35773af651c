//! `cargo xtask bench`: ratios to other tools.

#[path = "../bench/src/arguments.rs"]
mod arguments;

use crate::error::Error;
use crate::outcome::Outcome;
use crate::program::{self, cargo};

pub(crate) use arguments::Arguments;

/// Runs the benchmark with the arguments that follow `bench`, which have been parsed already. The
/// benchmark is a separate workspace, since no other build needs the tools that it compares with.
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
