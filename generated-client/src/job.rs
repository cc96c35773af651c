//! A job: one submitted request, from its id to its output.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::address::check_request_id;
use crate::answer::{Finished, State, Status};
use crate::client::{Call, Client};
use crate::error::Error;
use crate::model::Model;
use crate::progress::Progress;
use crate::reading::{self, Verdict};
use crate::wait::{PollPolicy, Polls, Turn};

/// A job of the model `M`: its request id, and the client to ask about it.
///
/// Dropping it changes nothing: the job runs on and is billed. Its id is enough to take it up
/// again, see [`Client::resume`]; serialised, it is `{"model_id", "request_id"}`, which
/// [`StoredJob`] reads.
pub struct Job<M: Model> {
    client: Client,
    request_id: String,
    model: PhantomData<fn() -> M>,
}

/// What came of a cancel call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CancelOutcome {
    /// The job was in the queue and will not run.
    Cancelled,
    /// The job runs, or is over already. It cannot be cancelled any more: it runs on **and is
    /// billed**. Keep its request id and [wait](Job::wait) for what is paid for.
    TooLate,
    /// The server said something else, such as `cancellation_requested`, or (empty) nothing at
    /// all. Whether the job runs is told by [`Job::status`].
    Unknown(String),
}

impl<M: Model> Job<M> {
    pub(crate) fn new(client: Client, request_id: String) -> Self {
        Self {
            client,
            request_id,
            model: PhantomData,
        }
    }

    /// The id of the job, worth storing as soon as there is one.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The client that asks about the job.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Asks where the job is.
    ///
    /// # Errors
    ///
    /// When there was no usable answer, after the tries that the
    /// [`RetryPolicy`](crate::RetryPolicy) allows.
    pub async fn status(&self) -> Result<Status, Error> {
        let told = self
            .client
            .0
            .repeated(Call::Status, &self.request_id, reading::status)
            .await?;
        Ok(told.what)
    }

    /// Asks for the output: `None` while the job is not over.
    ///
    /// # Errors
    ///
    /// [`FailedJob`](crate::ErrorKind::FailedJob) or [`Cancelled`](crate::ErrorKind::Cancelled)
    /// with what the provider said; [`UnexpectedAnswer`](crate::ErrorKind::UnexpectedAnswer) with
    /// the whole answer where the output cannot be typed; else there was no usable answer, after
    /// the tries that the [`RetryPolicy`](crate::RetryPolicy) allows.
    pub async fn result(&self) -> Result<Option<Finished<M::Output>>, Error> {
        let core = &self.client.0;
        let told = core
            .repeated(Call::Result, &self.request_id, reading::verdict)
            .await?;
        match told.what {
            Verdict::Pending(_) => Ok(None),
            Verdict::Over(error) => Err(error.with_request_id(&self.request_id)),
            Verdict::Succeeded(json) => self.typed(json).map(Some),
        }
    }

    /// Asks the server to cancel the job, and tells what really happened. Only a job that is still
    /// in the queue can be cancelled.
    ///
    /// # Errors
    ///
    /// When there was no usable answer, after the tries that the
    /// [`RetryPolicy`](crate::RetryPolicy) allows: the job may then be cancelled or not.
    pub async fn cancel(&self) -> Result<CancelOutcome, Error> {
        let core = &self.client.0;
        let told = core
            .repeated(Call::Cancel, &self.request_id, reading::cancelled)
            .await?;
        if told.what == CancelOutcome::TooLate && told.tries > 1 {
            // A try whose answer was lost may have cancelled it: then this one came too late to
            // do it, but the job does not run.
            let status = self.status().await?;
            if status.state == State::Cancelled {
                return Ok(CancelOutcome::Cancelled);
            }
        }
        tracing::debug!(request_id = self.request_id, outcome = ?told.what, "cancel answered");
        Ok(told.what)
    }

    /// Waits for the output, by the [`PollPolicy`] of the client. **By default there is no
    /// deadline**: see [`PollPolicy::deadline`].
    ///
    /// The future may be dropped at any time: nothing is lost, and the job runs on.
    ///
    /// # Errors
    ///
    /// As [`wait_with`](Self::wait_with).
    pub async fn wait(&self) -> Result<Finished<M::Output>, Error> {
        self.wait_with(self.client.0.poll).await
    }

    /// Waits for the output, by a policy of its own.
    ///
    /// # Errors
    ///
    /// [`FailedJob`](crate::ErrorKind::FailedJob) and [`Cancelled`](crate::ErrorKind::Cancelled)
    /// say that the job is over; [`UnexpectedAnswer`](crate::ErrorKind::UnexpectedAnswer) with a
    /// [`job_json`](Error::job_json) that it succeeded, but with an output that cannot be typed.
    /// Any other kind says that *waiting* is over, as
    /// [`Deadline`](crate::ErrorKind::Deadline) does: the job goes on, is billed, and can be
    /// waited for again.
    pub async fn wait_with(&self, policy: PollPolicy) -> Result<Finished<M::Output>, Error> {
        let mut polls = self.polls(policy);
        loop {
            if let Turn::Done(json) = polls.next().await? {
                return self.typed(json);
            }
        }
    }

    /// Waits as [`wait`](Self::wait) does and tells of every poll on the way; the last item is
    /// [`Progress::Done`] or an error.
    pub fn progress(
        &self,
    ) -> impl futures::Stream<Item = Result<Progress<M::Output>, Error>> + Send + Unpin + 'static
    {
        self.progress_with(self.client.0.poll)
    }

    /// As [`progress`](Self::progress), by a policy of its own.
    pub fn progress_with(
        &self,
        policy: PollPolicy,
    ) -> impl futures::Stream<Item = Result<Progress<M::Output>, Error>> + Send + Unpin + 'static
    {
        crate::progress::stream(self.clone(), self.polls(policy))
    }

    /// The job to store: what [`Client::resume_stored`] takes up again.
    #[must_use]
    pub fn stored(&self) -> StoredJob<M> {
        StoredJob {
            request_id: self.request_id.clone(),
            model: PhantomData,
        }
    }

    fn polls(&self, policy: PollPolicy) -> Polls {
        Polls::new(self.client.0.clone(), self.request_id.clone(), policy)
    }

    pub(crate) fn typed(
        &self,
        json: serde_json::Map<String, serde_json::Value>,
    ) -> Result<Finished<M::Output>, Error> {
        reading::finished(json, self.client.0.transport.token())
            .map_err(|error| error.with_request_id(&self.request_id))
    }
}

impl<M: Model> Clone for Job<M> {
    fn clone(&self) -> Self {
        Self::new(self.client.clone(), self.request_id.clone())
    }
}

impl<M: Model> fmt::Debug for Job<M> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Job")
            .field("model_id", &M::ID)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

impl<M: Model> Serialize for Job<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_job::<M, S>(&self.request_id, serializer)
    }
}

/// A job that was stored: `{"model_id", "request_id"}`.
///
/// Reading one of another model than `M` is an error, as its output would be read wrongly.
pub struct StoredJob<M: Model> {
    request_id: String,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> StoredJob<M> {
    /// The id of the job.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    pub(crate) fn into_request_id(self) -> String {
        self.request_id
    }
}

impl<M: Model> Clone for StoredJob<M> {
    fn clone(&self) -> Self {
        Self {
            request_id: self.request_id.clone(),
            model: PhantomData,
        }
    }
}

impl<M: Model> PartialEq for StoredJob<M> {
    fn eq(&self, other: &Self) -> bool {
        self.request_id == other.request_id
    }
}

impl<M: Model> Eq for StoredJob<M> {}

impl<M: Model> fmt::Debug for StoredJob<M> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("StoredJob")
            .field("model_id", &M::ID)
            .field("request_id", &self.request_id)
            .finish()
    }
}

impl<M: Model> Serialize for StoredJob<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_job::<M, S>(&self.request_id, serializer)
    }
}

fn write_job<M: Model, S: Serializer>(request_id: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let mut job = serializer.serialize_struct("Job", 2)?;
    job.serialize_field("model_id", M::ID)?;
    job.serialize_field("request_id", request_id)?;
    job.end()
}

impl<'de, M: Model> Deserialize<'de> for StoredJob<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        struct Wire {
            model_id: String,
            request_id: String,
        }
        let Wire {
            model_id,
            request_id,
        } = Wire::deserialize(deserializer)?;
        if model_id != M::ID {
            return Err(D::Error::custom(format!(
                "this is a job of the model {model_id:?}, not of {:?}",
                M::ID
            )));
        }
        check_request_id(&request_id).map_err(D::Error::custom)?;
        Ok(Self {
            request_id,
            model: PhantomData,
        })
    }
}
