//! The exit code of a command that ran without a fatal error.

/// The outcome of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The command succeeded: exit code 0.
    Done,
    /// A check failed, for example because a file is stale or has errors: exit code 1.
    Failed,
}
