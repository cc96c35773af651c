//! `cargo xtask bench`: the side-by-side ratios.

use std::process::Command;

use crate::fault::Fault;
use crate::{Outcome, workspace};

/// Measures this project and its rivals side by side.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Arguments {
    /// What the benchmark takes; `--help` tells.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// The benchmark is a workspace of its own, so that no other build needs what it measures against.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Fault> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(program)
        .args([
            "run",
            "--quiet",
            "--release",
            "--manifest-path",
            "xtask/bench/Cargo.toml",
            "--",
        ])
        .args(&arguments.rest)
        .current_dir(workspace())
        .status()
        .map_err(|source| Fault::Program {
            program: "cargo run --manifest-path xtask/bench/Cargo.toml".to_owned(),
            source,
        })?;
    if status.success() {
        Ok(Outcome::Done)
    } else {
        Err(Fault::Benchmark)
    }
}
