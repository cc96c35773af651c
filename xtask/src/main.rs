//! The maintainer's commands: `cargo xtask …`.
//!
//! The only code that reads and writes the tree. It never depends on the generated client, so that
//! broken generated code can always be regenerated.
//!
//! Exit codes: 0 done, 1 there are findings or something is stale, 2 misuse or a fault.

mod bench;
mod ci;
mod codegen;
mod diff;
mod fault;
mod findings;
mod import;
mod sandbox;
mod stamp;
mod tree;
mod watch;
mod write;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Maintains the RunComfy client.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Regenerates the client's models from the schemas.
    Codegen(codegen::Arguments),
    /// Turns saved documentation pages into model files.
    Import(import::Arguments),
    /// Reports what a schema change means to callers.
    Diff(diff::Arguments),
    /// Measures this project and its rivals side by side.
    Bench(bench::Arguments),
    /// Runs everything that CI runs.
    Ci,
    /// Runs a local server that behaves like the API, until interrupted.
    Sandbox(sandbox::Arguments),
}

/// How a command ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// As asked.
    Done,
    /// There are findings, or something is stale.
    Findings,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Codegen(arguments) => codegen::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Ci => ci::run(),
        Command::Sandbox(arguments) => sandbox::run(&arguments),
    };
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::from(2)
        }
    }
}

/// The workspace's folder.
fn workspace() -> PathBuf {
    // The environment may be that of another package, whose build runs this program; it is asked
    // only where the folder that this was built in is gone.
    let built_in = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let package = if built_in.is_dir() {
        built_in
    } else {
        std::env::var_os("CARGO_MANIFEST_DIR").map_or(built_in, PathBuf::from)
    };
    package
        .parent()
        .map_or_else(|| package.clone(), PathBuf::from)
}
