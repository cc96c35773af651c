//! The updates that are received while waiting for a job.

use crate::client::api::{Finished, State, Status};

/// One update of [`Job::progress`](crate::Job::progress). Consecutive updates may be equal.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Progress<O> {
    /// The job is queued.
    Queued {
        /// The number of jobs ahead, if the server states it.
        position: Option<u64>,
    },
    /// The job runs, or has ended and its result is not available yet.
    Running,
    /// The server used a state unknown to this version.
    Unknown(String),
    /// The job succeeded. This is the last update.
    Done(Box<Finished<O>>),
}

impl<O> Progress<O> {
    pub(super) fn from_status(status: Status) -> Self {
        match status.state {
            State::Queued => Self::Queued {
                position: status.queue_position,
            },
            State::Unknown(word) => Self::Unknown(word),
            _ => Self::Running,
        }
    }
}
