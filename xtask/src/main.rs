//! The maintainer's commands: `cargo xtask …`.
//!
//! The code generator does not access the file system: this crate reads the model files and writes the
//! generated code. It does not depend on the generated client, so that broken generated code can always
//! be regenerated.
//!
//! Exit codes: 0 for success, 1 if a check failed (such as errors in files or stale files), 2 for invalid
//! arguments or any other failure.

mod bench;
mod ci;
mod codegen;
mod diagnostics;
mod diff;
mod error;
mod files;
mod git;
mod github;
mod import;
mod outcome;
mod program;
mod pull;
mod sandbox;
mod watch;
mod write;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use outcome::Outcome;

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
    /// Turns the provider's catalogue into model files.
    Pull(pull::Arguments),
    /// Reports what a schema change means to callers.
    Diff(diff::Arguments),
    /// Measures this project and other tools side by side.
    Bench(bench::Arguments),
    /// Checks formatting, lints, documentation and features, and runs all tests.
    Ci,
    /// Runs a local server that behaves like the API, until interrupted.
    Sandbox(sandbox::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Codegen(arguments) => codegen::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Pull(arguments) => pull::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Ci => ci::run(),
        Command::Sandbox(arguments) => sandbox::run(&arguments),
    };
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
