//! Running other programs, with the time and the memory that they take.

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
    /// Processor time in seconds, children included.
    pub(crate) processor: f64,
    /// The peak memory of one process, in bytes.
    pub(crate) peak: u64,
}

/// Runs a program to its end; its output is shown only if it fails.
pub(crate) fn run(command: &mut Command) -> Result<Usage, Error> {
    let name = shown(command);
    run_quietly(command).map_err(|output| Error::Program {
        command: name,
        output,
    })
}

fn run_quietly(command: &mut Command) -> Result<Usage, String> {
    let text = |error: io::Error| error.to_string();
    // A file, because the program would block on a full pipe.
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

/// The cargo that runs this program.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // Set by `cargo run` for this program, not for the crates that are built here.
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
