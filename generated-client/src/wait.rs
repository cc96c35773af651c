//! Waiting: polls, the pauses between them, and the deadline that binds on every turn.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tracing::Instrument;

use crate::answer::{State, Status};
use crate::client::{Call, Core};
use crate::error::{Error, ErrorKind};
use crate::fault::Fault;
use crate::reading::{self, Verdict};
use crate::retry::Backoff;

/// How a job is waited for. Limits compose: whichever is met first ends the wait.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PollPolicy {
    /// The pauses between polls. Default: 1 s, times 1.5, at most 10 s, a fifth of it jitter.
    pub backoff: Backoff,
    /// How long to wait in all, from the first poll. **Default `None`: as long as the job takes.**
    ///
    /// A job may be in the queue for hours, and it is billed whether somebody waits or not, so no
    /// default would be right for long, and a hidden one would lose paid results. A wait without
    /// a deadline still ends when the server cannot be reached, see
    /// [`lost_polls`](Self::lost_polls).
    ///
    /// The deadline binds on every turn, also while the server says that all is well. The wait
    /// may end a little earlier, when no further poll fits in before it.
    pub deadline: Option<Duration>,
    /// How many polls may fail in a row: with one more, the wait ends with the last one's error.
    /// Any good answer resets the count. Default 10.
    pub lost_polls: u32,
}

impl Default for PollPolicy {
    fn default() -> Self {
        Self {
            backoff: Backoff {
                initial: Duration::from_secs(1),
                factor: 1.5,
                max: Duration::from_secs(10),
                jitter: 0.2,
            },
            deadline: None,
            lost_polls: 10,
        }
    }
}

impl PollPolicy {
    /// The default with a deadline.
    #[must_use]
    pub fn within(deadline: Duration) -> Self {
        Self {
            deadline: Some(deadline),
            ..Self::default()
        }
    }

    /// The pause before the next poll: `pause`, but not less than `least`. `None` when no further
    /// poll fits into what `remains`.
    ///
    /// Where the pause is too long but something remains, the last poll comes just before the
    /// end, so that what ended in the meantime is still seen.
    fn fit(&self, pause: Duration, least: Duration, remains: Option<Duration>) -> Option<Duration> {
        let pause = pause.max(least);
        let Some(remains) = remains else {
            return Some(pause);
        };
        if pause < remains {
            return Some(pause);
        }
        let last = remains.saturating_sub((remains / 10).min(Duration::from_secs(1)));
        (last >= least.max(self.backoff.initial) && last < remains).then_some(last)
    }
}

/// One turn of a wait.
#[derive(Debug)]
pub(crate) enum Turn {
    /// The job goes on.
    Pending(Status),
    /// It succeeded: the whole answer of the result call.
    Done(Map<String, Value>),
}

/// The polls of one wait.
#[derive(Debug)]
pub(crate) struct Polls {
    core: Arc<Core>,
    request_id: String,
    policy: PollPolicy,
    /// When the first poll was made, on the client's clock.
    began: Option<Duration>,
    polls: u32,
    lost: u32,
    /// The pause before the next poll, and the least that the server allows.
    pause: Option<(Duration, Duration)>,
    last_seen: Option<State>,
}

impl Polls {
    pub(crate) fn new(core: Arc<Core>, request_id: String, policy: PollPolicy) -> Self {
        Self {
            core,
            request_id,
            policy,
            began: None,
            polls: 0,
            lost: 0,
            pause: None,
            last_seen: None,
        }
    }

    /// Pauses where due, then polls until there is something to tell.
    pub(crate) async fn next(&mut self) -> Result<Turn, Error> {
        let span = tracing::debug_span!("wait", request_id = self.request_id);
        async {
            loop {
                self.rest().await?;
                match self.poll().await {
                    Ok(Told { turn, wish }) => {
                        self.lost = 0;
                        let pause = self.policy.backoff.pause(self.polls, self.core.chance());
                        self.pause = Some((pause, wish));
                        self.polls = self.polls.saturating_add(1);
                        if let Turn::Pending(status) = &turn {
                            tracing::debug!(state = status.state.as_str(), "polled");
                            self.last_seen = Some(status.state.clone());
                        }
                        return Ok(turn);
                    }
                    Err(Stop::Lost(fault)) => self.lose(fault)?,
                    Err(Stop::Over(error)) => return Err(error),
                }
            }
        }
        .instrument(span)
        .await
    }

    /// What is left of the deadline.
    fn remains(&mut self) -> Option<Duration> {
        let now = self.core.clock.now();
        let began = *self.began.get_or_insert(now);
        let deadline = self.policy.deadline?;
        Some(deadline.saturating_sub(now.saturating_sub(began)))
    }

    async fn rest(&mut self) -> Result<(), Error> {
        let remains = self.remains();
        if let Some((pause, least)) = self.pause {
            let Some(pause) = self.policy.fit(pause, least, remains) else {
                return Err(self.give_up());
            };
            self.core.clock.sleep(pause).await;
            // Not before the pause is over: whoever drops this future and asks again still pauses.
            self.pause = None;
        }
        Ok(())
    }

    /// Asks for the state, and where the job is over for its result.
    async fn poll(&mut self) -> Result<Told, Stop> {
        let status = self.ask(Call::Status, reading::status).await?;
        let wish = status.retry_after.unwrap_or_default();
        if !status.what.state.is_over() {
            return Ok(Told {
                turn: Turn::Pending(status.what),
                wish,
            });
        }
        let cancelled = status.what.state == State::Cancelled;
        let verdict = match self.ask(Call::Result, reading::verdict).await {
            Ok(verdict) => verdict,
            // The status call has said it all; there is only no more to tell.
            Err(Stop::Lost(fault)) if cancelled && !fault.failure.repeats_read() => {
                return Err(Stop::Over(self.cancelled(status.what)));
            }
            Err(stop) => return Err(stop),
        };
        let wish = wish.max(verdict.retry_after.unwrap_or_default());
        match verdict.what {
            Verdict::Succeeded(json) => Ok(Told {
                turn: Turn::Done(json),
                wish,
            }),
            Verdict::Over(error) => Err(Stop::Over(error.with_request_id(&self.request_id))),
            Verdict::Pending(_) if cancelled => Err(Stop::Over(self.cancelled(status.what))),
            Verdict::Pending(pending) => Ok(Told {
                turn: Turn::Pending(pending),
                wish,
            }),
        }
    }

    /// One call within what is left of the deadline.
    async fn ask<T>(
        &mut self,
        call: Call,
        read: crate::call::Read<T>,
    ) -> Result<crate::call::Told<T>, Stop> {
        let limit = self.remains();
        if limit == Some(Duration::ZERO) {
            return Err(Stop::Over(self.give_up()));
        }
        self.core
            .once(call, &self.request_id, limit, read)
            .await
            .map_err(Stop::Lost)
    }

    /// Notes a poll that failed. An error ends the wait.
    fn lose(&mut self, fault: Fault) -> Result<(), Error> {
        let Fault { failure, error } = fault;
        self.lost += 1;
        tracing::debug!(?failure, lost = self.lost, "a poll was lost");
        if !failure.repeats_read() {
            return Err(error.reworded_as("waiting ended"));
        }
        if self.remains() == Some(Duration::ZERO) {
            return Err(self.give_up().with_source(error));
        }
        if self.lost > self.policy.lost_polls {
            let what = format!("waiting ended after {} lost polls in a row", self.lost);
            return Err(error.reworded_as(&what));
        }
        let least = error.retry_after().unwrap_or_default();
        if least > self.core.retry.max_retry_after && self.policy.deadline.is_none() {
            return Err(error.reworded_as("waiting ended, the server asks for too long a pause"));
        }
        let chance = self.core.chance();
        let pause = self
            .policy
            .backoff
            .pause(self.polls, chance)
            .max(self.core.retry.backoff.pause(self.lost - 1, chance));
        self.polls = self.polls.saturating_add(1);
        self.pause = Some((pause, least));
        Ok(())
    }

    fn cancelled(&self, status: Status) -> Error {
        Error::new(ErrorKind::Cancelled, "the job was cancelled")
            .with_job_json(status.json)
            .with_request_id(&self.request_id)
    }

    fn give_up(&self) -> Error {
        let deadline = self.policy.deadline.unwrap_or_default();
        let seen = match &self.last_seen {
            Some(state) => format!("it was last seen `{}`", state.as_str()),
            None => "it was never seen".to_owned(),
        };
        tracing::debug!(?deadline, "gave up waiting");
        Error::new(
            ErrorKind::Deadline,
            format!(
                "gave up waiting at the deadline of {deadline:?}, but the job goes on and is \
                 billed; {seen}. Wait for it again, in another process with `Client::resume`, or \
                 cancel it"
            ),
        )
        .with_request_id(&self.request_id)
    }
}

/// A poll that was answered.
struct Told {
    turn: Turn,
    /// The least pause that the server asked for.
    wish: Duration,
}

/// A poll that gave no turn.
enum Stop {
    /// It failed.
    Lost(Fault),
    /// The job, or the wait, is over.
    Over(Error),
}

impl Error {
    /// The failure that ended a wait: the kind stays, the text says that the job goes on.
    fn reworded_as(self, what: &str) -> Self {
        let kind = self.kind();
        self.reworded(kind, |cause| {
            format!("{what}, but the job itself was not touched and may go on: {cause}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    fn fit(pause: u64, least: u64, remains: u64) -> Option<Duration> {
        PollPolicy::default().fit(seconds(pause), seconds(least), Some(seconds(remains)))
    }

    #[test]
    fn a_pause_fits_before_the_deadline() {
        assert_eq!(fit(5, 0, 60), Some(seconds(5)));
        assert_eq!(fit(5, 7, 60), Some(seconds(7)));
        assert_eq!(
            PollPolicy::default().fit(seconds(5), seconds(90), None),
            Some(seconds(90))
        );
    }

    #[test]
    fn the_last_poll_comes_just_before_the_deadline() {
        assert_eq!(fit(10, 0, 8), Some(Duration::from_millis(7_200)));
        assert_eq!(fit(100, 0, 60), Some(seconds(59)));
        assert_eq!(fit(10, 0, 1), None);
    }

    #[test]
    fn a_retry_after_beyond_the_deadline_is_not_waited_out() {
        assert_eq!(fit(1, 61, 60), None);
        assert_eq!(fit(1, u64::MAX, 60), None);
        assert_eq!(fit(1, 60, 60), None);
    }

    #[test]
    fn there_are_only_few_last_polls() {
        let mut remains = seconds(100);
        let mut polls = 0;
        while let Some(pause) =
            PollPolicy::default().fit(seconds(1_000), Duration::ZERO, Some(remains))
        {
            remains -= pause;
            polls += 1;
        }
        assert_eq!(polls, 1);
    }
}
