//! Runs other programs and measures the time and the memory that they use.

use std::ffi::OsStr;
use std::io::{self, Read as _, Seek as _};
use std::process::{Command, Stdio};
use std::time::Instant;

use wait4::Wait4 as _;

use crate::error::Error;

/// The time and the memory of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// Wall-clock time in seconds.
    pub(crate) seconds: f64,
    /// The processor time of the program and its child processes, in seconds.
    pub(crate) processor: f64,
    /// The highest peak memory of a single process, in bytes: the program or one of its child processes.
    pub(crate) peak: u64,
}

/// Runs a program and waits until it exits. Its standard output is discarded. Its standard error is part of
/// the returned error if it fails, and is discarded otherwise.
pub(crate) fn run(command: &mut Command) -> Result<Usage, Error> {
    let name = shown(command);
    run_quietly(command).map_err(|output| Error::Program {
        command: name,
        output,
    })
}

fn run_quietly(command: &mut Command) -> Result<Usage, String> {
    let text = |error: io::Error| error.to_string();
    // Standard error goes to a file. A pipe would be read only after the program exits, so a full pipe would
    // block the program.
    let mut stderr = tempfile::tempfile().map_err(text)?;
    let start = Instant::now();
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(stderr.try_clone().map_err(text)?)
        .spawn()
        .map_err(text)?;
    let ended = child.wait4().map_err(text)?;
    let seconds = start.elapsed().as_secs_f64();
    if !ended.status.success() {
        let mut output = String::new();
        stderr.rewind().map_err(text)?;
        stderr.read_to_string(&mut output).map_err(text)?;
        return Err(output);
    }
    Ok(Usage {
        seconds,
        processor: (ended.rusage.utime + ended.rusage.stime).as_secs_f64(),
        peak: ended.rusage.maxrss,
    })
}

/// A command for the cargo that started this program, or for `cargo` from `PATH` if it was started directly.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // `cargo run` set this variable to the folder of this program. It does not apply to the crates built
    // here.
    cargo.env_remove("CARGO_MANIFEST_DIR");
    cargo
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}
