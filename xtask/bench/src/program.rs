//! Running other programs: how long, and how much memory.

use std::ffi::OsStr;
use std::io::{self, Read as _, Seek as _};
use std::process::{Command, Stdio};
use std::time::Instant;

use wait4::Wait4 as _;

use crate::fault::Fault;

/// What a run took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// From its start to its end, in seconds.
    pub(crate) seconds: f64,
    /// Of all processors together, its children's included, in seconds.
    pub(crate) processor: f64,
    /// The most memory that one of its processes held, in bytes.
    pub(crate) peak: u64,
}

/// Runs a program to its end; what it writes is shown only if it fails.
pub(crate) fn run(command: &mut Command) -> Result<Usage, Fault> {
    let name = shown(command);
    run_quietly(command).map_err(|output| Fault::Program {
        command: name,
        output,
    })
}

fn run_quietly(command: &mut Command) -> Result<Usage, String> {
    let text = |error: io::Error| error.to_string();
    // A file and not a pipe: nobody reads while it runs.
    let mut said = tempfile::tempfile().map_err(text)?;
    let start = Instant::now();
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(said.try_clone().map_err(text)?)
        .spawn()
        .map_err(text)?;
    let ended = child.wait4().map_err(text)?;
    let seconds = start.elapsed().as_secs_f64();
    if !ended.status.success() {
        let mut output = String::new();
        said.rewind().map_err(text)?;
        said.read_to_string(&mut output).map_err(text)?;
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
    // What cargo run sets for this program is not meant for the crates that are built here.
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
