//! Jobs, and how time moves them.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

/// How long a job waits and runs on tokio's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timings {
    /// Time in the queue.
    pub queued: Duration,
    /// Time in progress.
    pub running: Duration,
}

/// What moves a job from the queue to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Tokio's clock, which `tokio::time::pause` and `advance` drive.
    Clock(Timings),
    /// Its own polls: the first `queued` status or result calls that are truly answered find the job
    /// in the queue, the next `running` find it in progress, and the one after finds it ended.
    Polls {
        /// Polls that find it in the queue.
        queued: u64,
        /// Polls that find it in progress.
        running: u64,
    },
    /// Nothing but [`Sandbox::run`](crate::Sandbox::run) and its like.
    Manual,
}

/// How a job ends when its time has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// With the output its model is documented to have.
    Succeed,
    /// With this as its `output`.
    SucceedWith(Value),
    /// `failed`: an object's fields stand in the result beside the state; any other value, usually
    /// the provider's text, stands there as `error`.
    Fail(Value),
    /// `cancelled`, by the provider.
    Cancelled,
}

/// Where a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Waiting: it can be cancelled.
    Queued,
    /// At work: it cannot be cancelled any more.
    Running,
    /// Ended with an output.
    Succeeded,
    /// Ended without one.
    Failed,
    /// Never ran.
    Cancelled,
}

impl Phase {
    /// Whether nothing will change any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }

    /// The word of the status call, which says `completed` for a failure too.
    pub(crate) fn in_status(self) -> &'static str {
        match self {
            Self::Queued => "in_queue",
            Self::Running => "in_progress",
            Self::Succeeded | Self::Failed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The word of the result call.
    pub(crate) fn in_result(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            other => other.in_status(),
        }
    }
}

/// A job as a test sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct JobView {
    /// Its id.
    pub request_id: String,
    /// The model it was submitted to.
    pub model_id: String,
    /// The input it was submitted with.
    pub input: Value,
    /// Where it is now.
    pub phase: Phase,
    /// How many status and result calls were truly answered for it.
    pub polls: u64,
}

/// There is no job of this id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no job has the request id `{0}`")]
pub struct UnknownRequest(
    /// The id that was asked for.
    pub String,
);

/// A job as the server keeps it.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) model_id: String,
    pub(crate) input: Value,
    pub(crate) outcome: Outcome,
    pub(crate) created: Instant,
    polls: u64,
    /// Set by hand or by a cancel call; from then on time has no say.
    forced: Option<Phase>,
    /// When its end was first known.
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
            forced: None,
            ended: None,
        }
    }

    /// Where the job is, without a poll.
    pub(crate) fn phase(&self, progress: Progress) -> Phase {
        if let Some(phase) = self.forced {
            return phase;
        }
        let (at, queued, running) = match progress {
            Progress::Clock(timings) => (
                self.created.elapsed().as_nanos(),
                timings.queued.as_nanos(),
                timings.running.as_nanos(),
            ),
            // Before its first poll a job is where that poll would find it.
            Progress::Polls { queued, running } => (
                u128::from(self.polls.saturating_sub(1)),
                queued.into(),
                running.into(),
            ),
            Progress::Manual => return Phase::Queued,
        };
        match at {
            at if at < queued => Phase::Queued,
            at if at < queued + running => Phase::Running,
            _ => self.end(),
        }
    }

    /// Counts a poll and says where it finds the job.
    pub(crate) fn poll(&mut self, progress: Progress) -> Phase {
        self.polls += 1;
        let phase = self.phase(progress);
        if phase.is_final() && self.ended.is_none() {
            self.ended = Some(match progress {
                Progress::Clock(timings) if self.forced.is_none() => {
                    self.created + timings.queued + timings.running
                }
                _ => Instant::now(),
            });
        }
        phase
    }

    /// Puts the job into a phase, where it stays.
    pub(crate) fn force(&mut self, phase: Phase) {
        self.forced = Some(phase);
        self.ended = phase.is_final().then(Instant::now);
    }

    /// When its end was first known; `None` while it has none.
    pub(crate) fn ended(&self) -> Option<Instant> {
        self.ended
    }

    /// The phase its planned outcome leads to.
    pub(crate) fn end(&self) -> Phase {
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
