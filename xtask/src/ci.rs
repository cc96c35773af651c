//! `cargo xtask ci`: everything that CI runs.

use std::process::Command;

use crate::fault::Fault;
use crate::{Outcome, workspace};

pub(crate) fn run() -> Result<Outcome, Fault> {
    let status = Command::new("bash")
        .arg(".ci/run")
        .current_dir(workspace())
        .status()
        .map_err(|source| Fault::Program {
            program: "bash .ci/run".to_owned(),
            source,
        })?;
    Ok(if status.success() {
        Outcome::Done
    } else {
        Outcome::Findings
    })
}
