//! `cargo xtask ci`: everything that CI runs.

use std::process::Command;

use crate::error::Error;
use crate::outcome::Outcome;
use crate::program;

pub(crate) fn run() -> Result<Outcome, Error> {
    let status = program::run("bash .ci/run", Command::new("bash").arg(".ci/run"))?;
    Ok(if status.success() {
        Outcome::Done
    } else {
        Outcome::Failed
    })
}
