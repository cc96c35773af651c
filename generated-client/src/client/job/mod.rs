//! Jobs: status, result, cancel and wait.

mod job_model;
mod poller;
mod progress;
mod stored;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use futures_util::{Stream, StreamExt, stream};
use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::api::{
    ApiCore, CancelOutcome, Endpoint, Finished, JobOutcome, State, Status, cost_usd,
    parse_cancel_outcome, parse_finished, parse_job_outcome, parse_status,
};
use super::error::{Error, ErrorKind};
use super::policy::PollPolicy;

pub use job_model::{JobModel, JsonOutput, Untyped};
use poller::{PollUpdate, Poller};
pub use progress::Progress;
pub use stored::StoredJob;

/// A submitted job of the model `M`, or of an [`Untyped`] model.
///
/// Dropping a `Job` does not cancel the job, which continues and is billed. A job can be
/// [resumed](crate::Client::resume) by its model and request id. A `Job` serializes as
/// `{"model_id", "request_id"}`, and a [`StoredJob`] can be deserialized from that.
pub struct Job<M: JobModel> {
    core: Arc<ApiCore>,
    model_id: Arc<str>,
    request_id: String,
    model: PhantomData<fn() -> M>,
}

impl<M: JobModel> Job<M> {
    pub(crate) fn new(core: Arc<ApiCore>, model_id: &str, request_id: String) -> Self {
        Self {
            core,
            model_id: model_id.into(),
            request_id,
            model: PhantomData,
        }
    }

    /// The id of the model.
    #[must_use]
    pub fn model_id(&self) -> &str {
        &self.model_id
    }

    /// The id of the job. Store it as soon as the job exists.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Asks for the state of the job.
    ///
    /// # Errors
    ///
    /// The call failed. Temporary failures are first retried as the
    /// [`RetryPolicy`](crate::RetryPolicy) allows.
    pub async fn status(&self) -> Result<Status, Error> {
        let attempt = self
            .core
            .send_with_retry(Endpoint::Status, &self.request_id, parse_status)
            .await?;
        Ok(attempt.value)
    }

    /// Asks for the output: `None` while the job has not ended, or if it has ended but the response has no
    /// output yet.
    ///
    /// # Errors
    ///
    /// - [`FailedJob`](crate::ErrorKind::FailedJob) or [`Cancelled`](crate::ErrorKind::Cancelled):
    ///   the job failed or was cancelled. The message includes the provider's explanation, if there
    ///   is one.
    /// - [`UnexpectedResponse`](crate::ErrorKind::UnexpectedResponse) with a
    ///   [`job_json`](Error::job_json): the job succeeded, but its output is missing or does not have
    ///   the type `M::Output`. The `job_json` is the whole response.
    /// - Any other error: the call failed. Temporary failures are first retried as the
    ///   [`RetryPolicy`](crate::RetryPolicy) allows.
    pub async fn result(&self) -> Result<Option<Finished<M::Output>>, Error> {
        let attempt = self
            .core
            .send_with_retry(Endpoint::Result, &self.request_id, parse_job_outcome)
            .await?;
        match attempt.value {
            JobOutcome::Pending(_) => Ok(None),
            JobOutcome::Ended(error) => {
                Err(self.settle_failed(error.with_request_id(&self.request_id)))
            }
            JobOutcome::Succeeded(json) => self.finished(json).map(Some),
        }
    }

    /// Asks the server to cancel the job, and returns what happened. Only a queued job can be
    /// cancelled.
    ///
    /// # Errors
    ///
    /// The call failed. Temporary failures are first retried as the
    /// [`RetryPolicy`](crate::RetryPolicy) allows. The job may have been cancelled nevertheless.
    pub async fn cancel(&self) -> Result<CancelOutcome, Error> {
        let attempt = self
            .core
            .send_with_retry(Endpoint::Cancel, &self.request_id, parse_cancel_outcome)
            .await?;
        if attempt.value == CancelOutcome::TooLate && attempt.attempts > 1 {
            // An earlier attempt, whose response was lost, may have cancelled the job.
            let status = self.status().await?;
            if status.state == State::Cancelled {
                return Ok(CancelOutcome::Cancelled);
            }
        }
        tracing::debug!(request_id = self.request_id, outcome = ?attempt.value, "cancel response");
        Ok(attempt.value)
    }

    /// Waits for the output with the client's [`PollPolicy`]. **By default there is no deadline**,
    /// see [`PollPolicy::deadline`].
    ///
    /// The future may be dropped at any time: the job continues.
    ///
    /// # Errors
    ///
    /// See [`wait_with`](Self::wait_with).
    pub async fn wait(&self) -> Result<Finished<M::Output>, Error> {
        self.wait_with(self.core.poll).await
    }

    /// Waits for the output with the given policy.
    ///
    /// # Errors
    ///
    /// If the job has ended:
    ///
    /// - [`FailedJob`](crate::ErrorKind::FailedJob) or [`Cancelled`](crate::ErrorKind::Cancelled).
    /// - [`UnexpectedResponse`](crate::ErrorKind::UnexpectedResponse) with a
    ///   [`job_json`](Error::job_json): the output is missing or does not have the type `M::Output`.
    ///
    /// With any other error, such as [`Deadline`](crate::ErrorKind::Deadline), only the wait has ended.
    /// The job may continue and be billed, and can be waited for again.
    pub async fn wait_with(&self, policy: PollPolicy) -> Result<Finished<M::Output>, Error> {
        let mut poller = self.poller(policy);
        loop {
            match poller.next().await {
                Ok(PollUpdate::Pending(_)) => {}
                Ok(PollUpdate::Succeeded(json)) => return self.finished(json),
                Err(error) => return Err(self.settle_failed(error)),
            }
        }
    }

    /// Waits like [`wait`](Self::wait), and yields an item for every successful poll. The last item
    /// is [`Progress::Done`] or an error.
    pub fn progress(
        &self,
    ) -> impl Stream<Item = Result<Progress<M::Output>, Error>> + Send + Unpin + 'static {
        self.progress_with(self.core.poll)
    }

    /// Waits like [`progress`](Self::progress), with the given policy.
    pub fn progress_with(
        &self,
        policy: PollPolicy,
    ) -> impl Stream<Item = Result<Progress<M::Output>, Error>> + Send + Unpin + 'static {
        let state = Some((self.clone(), self.poller(policy)));
        stream::unfold(state, |state| async move {
            let (job, mut poller) = state?;
            match poller.next().await {
                Err(error) => Some((Err(job.settle_failed(error)), None)),
                Ok(PollUpdate::Pending(status)) => {
                    Some((Ok(Progress::from_status(status)), Some((job, poller))))
                }
                Ok(PollUpdate::Succeeded(json)) => {
                    let done = job.finished(json);
                    Some((
                        done.map(|finished| Progress::Done(Box::new(finished))),
                        None,
                    ))
                }
            }
        })
        .fuse()
        .boxed()
    }

    /// Returns the job in a form that can be stored. [`Client::resume_stored`](crate::Client::resume_stored)
    /// accepts it.
    #[must_use]
    pub fn stored(&self) -> StoredJob<M> {
        StoredJob::new(&self.model_id, &self.request_id)
    }

    fn poller(&self, policy: PollPolicy) -> Poller {
        Poller::new(self.core.clone(), self.request_id.clone(), policy)
    }

    fn finished(&self, json: Map<String, Value>) -> Result<Finished<M::Output>, Error> {
        let finished = parse_finished(json, self.core.exchange.token());
        match finished {
            Ok(finished) => {
                self.settle(finished.cost, false);
                Ok(finished)
            }
            Err(error) => Err(self.settle_failed(error.with_request_id(&self.request_id))),
        }
    }

    /// If `error` means that the job has ended, updates the spend limit with the cost of the job.
    /// Returns `error`.
    fn settle_failed(&self, error: Error) -> Error {
        let is_cancelled = error.kind() == ErrorKind::Cancelled;
        let has_ended = is_cancelled
            || matches!(
                error.kind(),
                ErrorKind::FailedJob | ErrorKind::UnexpectedResponse
            );
        if let Some(response) = error.job_json().filter(|_| has_ended) {
            self.settle(cost_usd(response), is_cancelled);
        }
        error
    }

    fn settle(&self, cost_usd: Option<f64>, is_cancelled: bool) {
        if let Some(limit) = &self.core.spend_limit {
            limit.settle(&self.model_id, &self.request_id, cost_usd, is_cancelled);
        }
    }
}

impl<M: JobModel> Clone for Job<M> {
    fn clone(&self) -> Self {
        Self {
            core: self.core.clone(),
            model_id: self.model_id.clone(),
            request_id: self.request_id.clone(),
            model: PhantomData,
        }
    }
}

impl<M: JobModel> fmt::Debug for Job<M> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Job")
            .field("model_id", &self.model_id)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

impl<M: JobModel> Serialize for Job<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.stored().serialize(serializer)
    }
}
