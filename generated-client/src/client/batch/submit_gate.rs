//! Decides when the submits of a batch are sent. At first they are sent concurrently. After a submit
//! has failed with [`SubmitDecision::Retry`], they are sent one at a time. A submit that would exceed the
//! spend limit waits until another submit or job of the batch has ended.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::{Mutex, Notify};

use crate::client::api::{ApiCore, FailedSubmit, Submission};
use crate::client::error::{Error, ErrorKind};
use crate::client::http::SubmitDecision;
use crate::client::spend::Reservation;

/// After this many accepted submits without a refusal in between, submits are sent concurrently again.
const RECOVERY: u32 = 8;

/// Decides when a submit is sent.
pub(super) struct SubmitGate {
    core: Arc<ApiCore>,
    is_limited: AtomicBool,
    limit: Mutex<Limit>,
    stop: OnceLock<Stop>,
    /// The number of submits in progress and of submitted jobs that this batch waits for. Each may free a
    /// part of the spend limit when it ends.
    active: AtomicUsize,
    /// Notified whenever one of the active submits or jobs has ended.
    ended: Notify,
}

/// The state of a gate that sends one submit at a time.
#[derive(Default)]
struct Limit {
    /// The number of refusals since the last accepted submit. A refusal is a submit that failed with
    /// [`SubmitDecision::Retry`].
    refusals: u32,
    /// The number of submits accepted since the last refusal.
    accepted: u32,
    /// When the first refusal since the last accepted submit was recorded, on the client's clock.
    since: Option<Duration>,
    /// When the next submit may be sent, on the client's clock.
    not_before: Duration,
}

/// Why the batch stopped.
struct Stop {
    index: usize,
    kind: ErrorKind,
    message: String,
}

impl SubmitGate {
    pub(super) fn new(core: Arc<ApiCore>) -> Self {
        Self {
            core,
            is_limited: AtomicBool::new(false),
            limit: Mutex::default(),
            stop: OnceLock::new(),
            active: AtomicUsize::new(0),
            ended: Notify::new(),
        }
    }

    /// Submits an input with `send`, which may be called several times, and returns the request id of
    /// the job. After the wait for the job, the caller must call [`job_ended`](Self::job_ended).
    pub(super) async fn submit(
        &self,
        index: usize,
        submission: &Submission<'_>,
        send: impl AsyncFn(Option<Reservation>) -> Result<String, FailedSubmit>,
    ) -> Result<String, FailedSubmit> {
        let send = async || self.within_spend_limit(index, submission, &send).await;
        let mut failed = None;
        let mut limit = loop {
            if !self.is_limited.load(Ordering::Acquire) {
                match send().await {
                    Err(error) if error.decision == SubmitDecision::Retry => failed = Some(error),
                    result => return self.stop_after(index, result),
                }
            }
            let limit = self.limit.lock().await;
            // While this submit waited for its turn, the batch may have returned to concurrent submits.
            if failed.is_some() || self.is_limited.load(Ordering::Acquire) {
                break limit;
            }
            if let Some(error) = self.stopped(index) {
                return Err(error);
            }
        };
        self.is_limited.store(true, Ordering::Release);
        loop {
            if let Some(refused) = failed.take() {
                let Some(delay) = self.record_refusal(&mut limit, &refused.error) else {
                    self.stop(index, &refused.error);
                    return Err(refused);
                };
                tracing::debug!(?delay, "all submits of the batch wait");
            }
            let now = self.core.clock.now();
            if limit.not_before > now {
                self.core.clock.sleep(limit.not_before - now).await;
            }
            if let Some(error) = self.stopped(index) {
                return Err(error);
            }
            match send().await {
                Err(error) if error.decision == SubmitDecision::Retry => failed = Some(error),
                result => {
                    if result.is_ok() {
                        self.record_accepted(&mut limit);
                    }
                    return self.stop_after(index, result);
                }
            }
        }
    }

    /// Sends a submit if the spend limit allows it. Otherwise, waits until another active submit or job
    /// has ended, and tries again: the cost of a job may be lower than the amount that was reserved for
    /// it. Returns an error if no other submit or job is active.
    async fn within_spend_limit(
        &self,
        index: usize,
        submission: &Submission<'_>,
        send: &impl AsyncFn(Option<Reservation>) -> Result<String, FailedSubmit>,
    ) -> Result<String, FailedSubmit> {
        loop {
            // Created before the limit is checked, so that no later notification is missed.
            let ended = self.ended.notified();
            self.active.fetch_add(1, Ordering::SeqCst);
            match self.core.reserve(submission) {
                Ok(reservation) => {
                    let result = send(reservation).await;
                    if result.is_err() {
                        self.job_ended();
                    }
                    return result;
                }
                Err(refused) => {
                    if self.active.fetch_sub(1, Ordering::SeqCst) == 1 {
                        // Other submits may have counted this one as active and be waiting for it.
                        self.ended.notify_waiters();
                        return Err(refused);
                    }
                    ended.await;
                    if let Some(stopped) = self.stopped(index) {
                        return Err(stopped);
                    }
                }
            }
        }
    }

    /// Reports that a job of an earlier run is waited for. The caller must call
    /// [`job_ended`](Self::job_ended) after the wait.
    pub(super) fn job_resumed(&self) {
        self.active.fetch_add(1, Ordering::SeqCst);
    }

    /// Reports that an active submit has failed, or that the wait for a job has ended.
    pub(super) fn job_ended(&self) {
        self.active.fetch_sub(1, Ordering::SeqCst);
        self.ended.notify_waiters();
    }

    /// The error of an input that is not sent because the batch has stopped.
    pub(super) fn stopped(&self, index: usize) -> Option<FailedSubmit> {
        let stop = self.stop.get()?;
        let error = Error::new(
            stop.kind,
            format!(
                "input {index} was not sent, because the batch stopped at input {}: {}",
                stop.index, stop.message
            ),
        );
        Some(FailedSubmit {
            decision: SubmitDecision::Refused,
            error,
        })
    }

    /// Stops the batch: no further input is sent.
    pub(super) fn stop(&self, index: usize, error: &Error) {
        let stop = Stop {
            index,
            kind: error.kind(),
            message: error.to_string(),
        };
        // If the batch has stopped already, the first reason is kept.
        let _ = self.stop.set(stop);
    }

    /// Stops the batch if the submit was refused because of the token, the balance or the spend limit:
    /// later submits would probably be refused too. Returns `result` unchanged.
    fn stop_after(
        &self,
        index: usize,
        result: Result<String, FailedSubmit>,
    ) -> Result<String, FailedSubmit> {
        if let Err(failed) = &result
            && failed.decision == SubmitDecision::Refused
            && matches!(
                failed.error.kind(),
                ErrorKind::Unauthorized | ErrorKind::InsufficientBalance | ErrorKind::SpendLimit
            )
        {
            self.stop(index, &failed.error);
        }
        result
    }

    /// Records a refusal and returns the delay before the next submit. `None` if no further submit is to be
    /// sent.
    fn record_refusal(&self, limit: &mut Limit, error: &Error) -> Option<Duration> {
        let retry = &self.core.retry;
        let now = self.core.clock.now();
        limit.accepted = 0;
        limit.refusals += 1;
        let since = *limit.since.get_or_insert(now);
        let minimum = error.retry_after().unwrap_or_default();
        let has_attempts = match error.kind() {
            // These errors are transient. The batch gives up after a time, not after a number of attempts.
            ErrorKind::RateLimited | ErrorKind::ServerError => {
                retry.attempts > 1 && now.saturating_sub(since) < retry.max_retry_after
            }
            _ => limit.refusals < retry.attempts,
        };
        if !has_attempts || minimum > retry.max_retry_after {
            return None;
        }
        let delay = retry
            .backoff
            .delay(limit.refusals - 1, self.core.jitter())
            .max(minimum);
        limit.not_before = limit.not_before.max(now.saturating_add(delay));
        Some(delay)
    }

    fn record_accepted(&self, limit: &mut Limit) {
        limit.refusals = 0;
        limit.since = None;
        limit.accepted += 1;
        if limit.accepted >= RECOVERY {
            limit.accepted = 0;
            self.is_limited.store(false, Ordering::Release);
        }
    }
}
