//! Jobs, and how they progress.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

/// How long a job is queued and runs, on tokio's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timings {
    /// Time in the queue.
    pub queued: Duration,
    /// Time in progress.
    pub running: Duration,
}

/// What advances a job from the queue to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// tokio's clock, which `tokio::time::pause` and `advance` control.
    Clock(Timings),
    /// The polls of the job, which are its status and result requests. The first `queued` polls find it
    /// in the queue, the next `running` polls find it in progress, and all later polls find it ended.
    /// Requests that take no effect because of a fault are not counted.
    Polls {
        /// The number of polls that find the job in the queue.
        queued: u64,
        /// The number of polls that find the job in progress.
        running: u64,
    },
    /// Explicit calls: [`run`](crate::Sandbox::run), [`finish`](crate::Sandbox::finish),
    /// [`fail`](crate::Sandbox::fail) and [`cancel`](crate::Sandbox::cancel).
    Manual,
}

/// How a job ends.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// Succeeds. The output has one field, which contains the URL of a sample file. The field is named
    /// `video`, `image`, `audio` or the plural of one of these, as in the output schema of the model. If the
    /// schema has no such field, the output is an empty object. Without an output schema, the name of the
    /// field follows from the model id.
    #[default]
    Succeed,
    /// Succeeds, with this value as its `output`.
    SucceedWith(Value),
    /// Fails for this reason. If the reason is an object, its members are added to the result. Any other
    /// value, usually a string, becomes the `error` of the result.
    Fail(Value),
    /// Is cancelled by the provider.
    Cancelled,
}

/// The phase of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// In the queue. The job can be cancelled.
    Queued,
    /// In progress. The job can no longer be cancelled.
    Running,
    /// Ended with an output.
    Succeeded,
    /// Ended without an output.
    Failed,
    /// Ended by a cancellation.
    Cancelled,
}

impl Phase {
    /// Whether the job has ended.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }

    /// The `status` in responses to status and cancel requests. A failed job is `completed`.
    pub(crate) fn status_state(self) -> &'static str {
        match self {
            Self::Queued => "in_queue",
            Self::Running => "in_progress",
            Self::Succeeded | Self::Failed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The `status` in responses to a result request.
    pub(crate) fn result_state(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            other => other.status_state(),
        }
    }
}

/// A snapshot of a job.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct JobView {
    /// The request id of the job.
    pub request_id: String,
    /// The id of its model.
    pub model_id: String,
    /// The submitted input.
    pub input: Value,
    /// Its phase.
    pub phase: Phase,
    /// The number of its polls, see [`Progress::Polls`].
    pub polls: u64,
}

/// The request id is unknown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no job with the request id `{0}`")]
pub struct UnknownRequest(
    /// The unknown request id.
    pub String,
);

/// A job.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) model_id: String,
    pub(crate) input: Value,
    pub(crate) outcome: Outcome,
    pub(crate) created: Instant,
    polls: u64,
    /// The phase if it was set explicitly or by a cancel request. [`Progress`] then no longer
    /// applies.
    explicit_phase: Option<Phase>,
    /// When the job ended. Set when a poll first finds it ended, or when a terminal phase is set.
    ended: Option<Instant>,
}

impl Job {
    pub(crate) fn new(id: String, model_id: String, input: Value, outcome: Outcome) -> Self {
        Self {
            id,
            model_id,
            input,
            outcome,
            created: Instant::now(),
            polls: 0,
            explicit_phase: None,
            ended: None,
        }
    }

    /// The phase. Does not count as a poll.
    pub(crate) fn phase(&self, progress: Progress) -> Phase {
        if let Some(phase) = self.explicit_phase {
            return phase;
        }
        let (elapsed, queued, running) = match progress {
            Progress::Clock(timings) => (
                self.created.elapsed().as_nanos(),
                timings.queued.as_nanos(),
                timings.running.as_nanos(),
            ),
            // Before its first poll, a job has the phase in which that poll will find it.
            Progress::Polls { queued, running } => (
                u128::from(self.polls.saturating_sub(1)),
                queued.into(),
                running.into(),
            ),
            Progress::Manual => return Phase::Queued,
        };
        if elapsed < queued {
            Phase::Queued
        } else if elapsed < queued + running {
            Phase::Running
        } else {
            self.final_phase()
        }
    }

    /// Counts a poll and returns the phase in which it finds the job.
    pub(crate) fn poll(&mut self, progress: Progress) -> Phase {
        self.polls += 1;
        let phase = self.phase(progress);
        if phase.is_terminal() && self.ended.is_none() {
            self.ended = Some(match progress {
                Progress::Clock(timings) if self.explicit_phase.is_none() => {
                    self.created + timings.queued + timings.running
                }
                _ => Instant::now(),
            });
        }
        phase
    }

    /// Sets the phase. The job stays in it.
    pub(crate) fn set_phase(&mut self, phase: Phase) {
        self.explicit_phase = Some(phase);
        self.ended = phase.is_terminal().then(Instant::now);
    }

    /// When the job ended. `None` until a poll finds it ended or a terminal phase is set.
    pub(crate) fn ended(&self) -> Option<Instant> {
        self.ended
    }

    /// The phase in which the job ends.
    pub(crate) fn final_phase(&self) -> Phase {
        match self.outcome {
            Outcome::Succeed | Outcome::SucceedWith(_) => Phase::Succeeded,
            Outcome::Fail(_) => Phase::Failed,
            Outcome::Cancelled => Phase::Cancelled,
        }
    }

    pub(crate) fn view(&self, progress: Progress) -> JobView {
        JobView {
            request_id: self.id.clone(),
            model_id: self.model_id.clone(),
            input: self.input.clone(),
            phase: self.phase(progress),
            polls: self.polls,
        }
    }
}
