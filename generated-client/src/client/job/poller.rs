//! The polls of a wait, the delays between them, and the deadline.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tracing::Instrument;

use crate::client::api::{
    ApiCore, Attempt, Endpoint, JobOutcome, Parse, State, Status, has_output, parse_job_outcome,
    parse_status,
};
use crate::client::error::{Error, ErrorKind};
use crate::client::http::CallError;
use crate::client::policy::PollPolicy;

/// What a successful poll found.
#[derive(Debug)]
pub(crate) enum PollUpdate {
    /// The job has not ended, or its output is still missing.
    Pending(Status),
    /// The job succeeded. Contains the whole response of the result call.
    Succeeded(Map<String, Value>),
}

/// Polls a job until it ends.
#[derive(Debug)]
pub(crate) struct Poller {
    core: Arc<ApiCore>,
    request_id: String,
    policy: PollPolicy,
    /// When the first poll was made, on the client's clock.
    start: Option<Duration>,
    polls: u32,
    consecutive_failures: u32,
    next: Option<NextPoll>,
    last_status: Option<Status>,
    /// The number of further "not found" responses to tolerate, see [`NOT_FOUND_TOLERANCE`].
    not_found_tolerance: u32,
    /// Whether a status call has stated that the job has ended.
    has_ended: bool,
    /// The number of results without an output although the job had ended: the state of the result was
    /// `completed`, or the status call stated `failed`.
    missing_outputs: u32,
}

/// The number of "not found" responses that count as failed polls instead of ending the wait.
///
/// Some servers may not know a new job or a new result for a moment. This number of responses is
/// therefore tolerated before the first successful status call, and again after the job has ended.
const NOT_FOUND_TOLERANCE: u32 = 3;

/// When to make the next poll.
#[derive(Clone, Copy, Debug)]
struct NextPoll {
    /// The delay of the backoff.
    delay: Duration,
    /// The delay that the server asked for.
    minimum: Duration,
}

/// Why a poll gave no update.
enum PollError {
    /// The call failed. [`Poller::record_failure`] decides whether this ends the wait.
    Failed(CallError),
    /// The job or the wait has ended.
    Terminal(Error),
}

impl Poller {
    pub(crate) fn new(core: Arc<ApiCore>, request_id: String, policy: PollPolicy) -> Self {
        Self {
            core,
            request_id,
            policy,
            start: None,
            polls: 0,
            consecutive_failures: 0,
            next: None,
            last_status: None,
            not_found_tolerance: NOT_FOUND_TOLERANCE,
            has_ended: false,
            missing_outputs: 0,
        }
    }

    /// Waits for the delay that is due, then polls until there is an update.
    pub(crate) async fn next(&mut self) -> Result<PollUpdate, Error> {
        let span = tracing::debug_span!("wait", request_id = self.request_id);
        async {
            loop {
                self.sleep().await?;
                match self.poll().await {
                    Ok((update, retry_after)) => {
                        self.consecutive_failures = 0;
                        self.next = Some(NextPoll {
                            delay: self.policy.backoff.delay(self.polls, self.core.jitter()),
                            minimum: retry_after.min(self.core.retry.max_retry_after),
                        });
                        self.polls = self.polls.saturating_add(1);
                        if let PollUpdate::Pending(status) = &update {
                            tracing::debug!(state = status.state.as_str(), "polled");
                            self.last_status = Some(status.clone());
                        }
                        return Ok(update);
                    }
                    Err(PollError::Failed(call)) => self.record_failure(call)?,
                    Err(PollError::Terminal(error)) => return Err(error),
                }
            }
        }
        .instrument(span)
        .await
    }

    /// The time until the deadline, or `None` if there is no deadline. The first call sets `start`.
    fn remaining(&mut self) -> Option<Duration> {
        let now = self.core.clock.now();
        let start = *self.start.get_or_insert(now);
        let deadline = self.policy.deadline?;
        Some(deadline.saturating_sub(now.saturating_sub(start)))
    }

    async fn sleep(&mut self) -> Result<(), Error> {
        let remaining = self.remaining();
        if let Some(NextPoll { delay, minimum }) = self.next {
            let Some(delay) = self.policy.next_delay(delay, minimum, remaining) else {
                return Err(self.deadline_error());
            };
            self.core.clock.sleep(delay).await;
            // Cleared only after sleeping: if this call is cancelled, the next call repeats the delay.
            self.next = None;
        }
        Ok(())
    }

    /// Asks for the state and, if the job has ended, for its result. Returns the update and the
    /// delay that the server asked for.
    async fn poll(&mut self) -> Result<(PollUpdate, Duration), PollError> {
        let Attempt {
            value: status,
            retry_after,
            ..
        } = self
            .call_within_deadline(Endpoint::Status, parse_status)
            .await?;
        let status_delay = retry_after.unwrap_or_default();
        if !status.state.is_terminal() {
            self.not_found_tolerance = 0;
            return Ok((PollUpdate::Pending(status), status_delay));
        }
        if !std::mem::replace(&mut self.has_ended, true) {
            self.not_found_tolerance = NOT_FOUND_TOLERANCE;
        }
        let is_cancelled = status.state == State::Cancelled;
        let ended_without_output = is_cancelled || status.state == State::Failed;
        let result = self
            .call_within_deadline(Endpoint::Result, parse_job_outcome)
            .await;
        let Attempt {
            value: outcome,
            retry_after,
            ..
        } = match result {
            Ok(attempt) => attempt,
            // The status call has stated the outcome; the result would only add details.
            Err(PollError::Failed(call))
                if ended_without_output && !call.failure.is_retryable() =>
            {
                return Err(PollError::Terminal(self.ended_error(status)));
            }
            Err(error) => return Err(error),
        };
        let delay = status_delay.max(retry_after.unwrap_or_default());
        match outcome {
            JobOutcome::Succeeded(json) => Ok((PollUpdate::Succeeded(json), delay)),
            JobOutcome::Ended(error) => {
                Err(PollError::Terminal(error.with_request_id(&self.request_id)))
            }
            JobOutcome::Pending(_) if is_cancelled => {
                Err(PollError::Terminal(self.ended_error(status)))
            }
            JobOutcome::Pending(result) if has_output(&result.json) => {
                let json = result.json.as_object().cloned().unwrap_or_default();
                Ok((PollUpdate::Succeeded(json), delay))
            }
            JobOutcome::Pending(result)
                if ended_without_output || result.state == State::Completed =>
            {
                self.missing_outputs += 1;
                if self.missing_outputs <= self.policy.max_consecutive_failures {
                    return Ok((PollUpdate::Pending(result), delay));
                }
                Err(PollError::Terminal(if ended_without_output {
                    self.ended_error(status)
                } else {
                    self.missing_output_error(result)
                }))
            }
            JobOutcome::Pending(result) => Ok((PollUpdate::Pending(result), delay)),
        }
    }

    /// Makes one call. Its time limit is the request timeout or the time until the deadline, whichever
    /// is shorter.
    async fn call_within_deadline<T>(
        &mut self,
        endpoint: Endpoint,
        parse: Parse<T>,
    ) -> Result<Attempt<T>, PollError> {
        let remaining = self.remaining();
        if remaining == Some(Duration::ZERO) {
            return Err(PollError::Terminal(self.deadline_error()));
        }
        self.core
            .send(endpoint, &self.request_id, remaining, parse)
            .await
            .map_err(PollError::Failed)
    }

    /// Schedules the next poll after a failed one. Returns an error if the wait ends instead.
    fn record_failure(&mut self, call: CallError) -> Result<(), Error> {
        let CallError { failure, error } = call;
        self.consecutive_failures += 1;
        let failures = self.consecutive_failures;
        tracing::debug!(?failure, failures, "poll failed");
        if !failure.is_retryable() && !self.tolerates(error.kind()) {
            return Err(wait_ended(error, "waiting ended"));
        }
        if self.remaining() == Some(Duration::ZERO) {
            return Err(self.deadline_error().with_source(error));
        }
        if failures > self.policy.max_consecutive_failures {
            let what = format!("waiting ended after {failures} failed polls in a row");
            return Err(wait_ended(error, &what));
        }
        let minimum = error.retry_after().unwrap_or_default();
        if minimum > self.core.retry.max_retry_after && self.policy.deadline.is_none() {
            return Err(wait_ended(
                error,
                "waiting ended because the server asks for too long a delay",
            ));
        }
        let random = self.core.jitter();
        let delay = self
            .policy
            .backoff
            .delay(self.polls, random)
            .max(self.core.retry.backoff.delay(failures - 1, random));
        self.polls = self.polls.saturating_add(1);
        self.next = Some(NextPoll { delay, minimum });
        Ok(())
    }

    /// Whether an error that is not retryable counts as a failed poll instead of ending the wait.
    fn tolerates(&mut self, kind: ErrorKind) -> bool {
        match kind {
            ErrorKind::NotFound => {
                let is_tolerated = self.not_found_tolerance > 0;
                self.not_found_tolerance = self.not_found_tolerance.saturating_sub(1);
                is_tolerated
            }
            // Polls are not billed, so the next one may succeed despite an insufficient balance.
            ErrorKind::InsufficientBalance => true,
            _ => false,
        }
    }

    fn missing_output_error(&self, result: Status) -> Error {
        Error::new(
            ErrorKind::UnexpectedResponse,
            format!(
                "the job has ended, but {} results had no output; `job_json` of this error is the \
                 last one",
                self.missing_outputs
            ),
        )
        .with_job_json(result.json)
        .with_request_id(&self.request_id)
    }

    /// The error of a job that, according to its status, failed or was cancelled.
    fn ended_error(&self, status: Status) -> Error {
        let (kind, message) = match status.state {
            State::Cancelled => (ErrorKind::Cancelled, "the job was cancelled"),
            _ => (ErrorKind::FailedJob, "the job failed"),
        };
        Error::new(kind, message)
            .with_job_json(status.json)
            .with_request_id(&self.request_id)
    }

    fn deadline_error(&self) -> Error {
        let deadline = self.policy.deadline.unwrap_or_default();
        let elapsed = self
            .start
            .map(|start| self.core.clock.now().saturating_sub(start))
            .unwrap_or_default();
        let last_state = match &self.last_status {
            Some(status) => format!("its last known state is `{}`", status.state.as_str()),
            None => "its state is unknown".to_owned(),
        };
        tracing::debug!(?deadline, ?elapsed, "waiting ended");
        let error = Error::new(
            ErrorKind::Deadline,
            format!(
                "waiting ended after {elapsed:.1?} because of the deadline of {deadline:?}; unless the job \
                 has ended, it continues and is billed; {last_state}. Wait again (another process can \
                 resume the job with `Client::resume`), or cancel the job"
            ),
        )
        .with_request_id(&self.request_id);
        match &self.last_status {
            Some(status) => error.with_job_json(status.json.clone()),
            None => error,
        }
    }
}

/// The error of a wait that ended while the job may continue. Keeps the kind of `error`.
fn wait_ended(error: Error, what: &str) -> Error {
    let kind = error.kind();
    error.with_context(kind, |cause| {
        format!("{what}; the job is unaffected and may continue: {cause}")
    })
}
