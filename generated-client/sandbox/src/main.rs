//! The sandbox as a command. `--help` lists its arguments.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use runcomfy_sandbox::cli::{Args, run};

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run(Args::parse()).await else {
        return ExitCode::SUCCESS;
    };
    eprint!("error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprint!(": {error}");
        cause = error.source();
    }
    eprintln!();
    ExitCode::from(2)
}
