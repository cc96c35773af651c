//! How a command that ran to its end ends the process.

/// The outcome of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Everything is as it should be: exit code 0.
    Done,
    /// There are errors in files, or files are stale: exit code 1.
    Failed,
}
