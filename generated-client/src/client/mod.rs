//! The client: one token, one connection pool, one set of policies.

mod api;
mod batch;
#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod clock;
mod error;
mod http;
mod job;
mod policy;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use secrecy::SecretString;
use serde_json::Value;
use tracing::Instrument;

use crate::download::Downloads;
use crate::model::{Model, ModelInput};
use api::ApiCore;
use http::check_request_id;

pub use api::{CancelOutcome, Finished, State, Status};
pub use batch::{Batch, BatchResult};
pub use builder::{ClientBuilder, DEFAULT_BASE_URL, TOKEN_VARIABLE};
pub use clock::{Clock, TokioClock};
pub use error::{Error, ErrorKind};
pub use job::{Job, Progress, StoredJob};
pub use policy::{Backoff, PollPolicy, RetryPolicy};

/// A client of the API.
///
/// Clones are cheap and share one connection pool. The token is sent to the configured base URL
/// only: redirects are not followed, URLs in responses are not called, and no error, log line or
/// `Debug` output contains it.
///
/// Calls need a tokio runtime with time and IO enabled.
///
/// ```no_run
/// # use runcomfy_client::{Client, Error, Finished, Model, ModelInput};
/// # async fn run<I: ModelInput>(
/// #     input: I,
/// # ) -> Result<Finished<<I::Model as Model>::Output>, Error> {
/// let client = Client::from_env()?;
/// let job = client.submit(&input).await?;
/// // The job is billed from here on. Its id is enough to resume it.
/// println!("{}", job.request_id());
/// let finished = job.wait().await?;
/// # Ok(finished)
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<ApiCore>);

impl Client {
    /// A client with this token and the defaults of [`ClientBuilder`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`]: the token is empty or not a valid header value.
    pub fn new(token: impl Into<SecretString>) -> Result<Self, Error> {
        Self::builder().token(token).build()
    }

    /// A client with the token of the environment variable `RUNCOMFY_API_TOKEN`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`]: the variable is unset, empty or not a valid header value.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// A builder with default settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Validates an input and submits it to its model. The job that this creates is billed.
    ///
    /// An invalid input is never sent.
    ///
    /// Each submit uses a connection of its own. It is **never repeated** unless it certainly
    /// created no job: the connection was not established, or the API itself answered 429 or 503.
    /// Such a response is a complete JSON object of error members that names no job anywhere; for
    /// 503, which gateways also send after forwarding a request, it has an `error_code` or
    /// `error_message`. Then the submit is repeated as the [`RetryPolicy`] allows.
    ///
    /// In every other case (a timeout, a lost connection, an incomplete or unreadable response,
    /// any other 429 or 5xx, a redirect, an error that names a job) the error is
    /// [`ErrorKind::UncertainSubmit`], with the request id if the response names one. The same
    /// uncertainty exists if this future is dropped before it completes, or if the process is
    /// killed after the server accepted the request and before the response was read.
    ///
    /// A successful response with a top-level `request_id` and without an error code is a job, even
    /// if it breaks off after the id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] with all violations, before anything is sent;
    /// [`ErrorKind::UncertainSubmit`] if a job may have been created; any other kind only if none
    /// was.
    pub async fn submit<I: ModelInput>(&self, input: &I) -> Result<Job<I::Model>, Error> {
        input.validate().map_err(Error::invalid_input)?;
        log_advice(input);
        let body = serde_json::to_vec(input).map_err(Error::unserializable_input)?;
        self.submit_body(body).await
    }

    /// Submits an input without validating it, for the day when the service accepts more than its
    /// published schema, such as a new property or a raised limit. If the service refuses the
    /// input, the error is [`ErrorKind::Rejected`]; if it accepts it, the job is billed.
    ///
    /// In everything else it is like [`submit`](Self::submit).
    ///
    /// # Errors
    ///
    /// See [`submit`](Self::submit), except for the violations.
    pub async fn submit_unchecked<M: Model>(&self, input: &Value) -> Result<Job<M>, Error> {
        let body = serde_json::to_vec(input).map_err(Error::unserializable_input)?;
        self.submit_body(body).await
    }

    async fn submit_body<M: Model>(&self, body: Vec<u8>) -> Result<Job<M>, Error> {
        let span = tracing::debug_span!("submit", model_id = M::ID);
        let request_id = self
            .0
            .submit(M::ID, M::PATH, &body)
            .instrument(span)
            .await?;
        Ok(Job::new(self.0.clone(), request_id))
    }

    /// Resumes a job that was submitted earlier, perhaps by another process. Nothing is sent.
    ///
    /// The caller states the model: no call of the API returns the model of a request. For jobs
    /// stored with their model see [`resume_stored`](Self::resume_stored).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`]: the text is empty, `.` or `..`. Any other text is
    /// percent-encoded.
    pub fn resume<M: Model>(&self, request_id: &str) -> Result<Job<M>, Error> {
        check_request_id(request_id)?;
        Ok(Job::new(self.0.clone(), request_id.to_owned()))
    }

    /// Resumes a stored job. Nothing is sent.
    #[must_use]
    pub fn resume_stored<M: Model>(&self, stored: StoredJob<M>) -> Job<M> {
        Job::new(self.0.clone(), stored.into_request_id())
    }

    /// Downloads into a folder, with the rules of [`Downloads::new`]. If the base URL is a local
    /// server, loopback hosts are allowed.
    pub fn downloads(&self, dir: impl Into<PathBuf>) -> Downloads {
        let downloads = Downloads::new(dir);
        if self.0.base_url.is_local() {
            downloads.allow_loopback()
        } else {
            downloads
        }
    }

    /// The base URL of all calls, including a path before `/v1` if it has one.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.0.base_url.to_string()
    }
}

/// Logs what the input should observe although the service accepts it otherwise. Without the values
/// of the input.
fn log_advice<I: ModelInput>(input: &I) {
    if tracing::enabled!(tracing::Level::WARN) {
        for advice in input.advice() {
            tracing::warn!(
                model_id = I::Model::ID,
                path = advice.path,
                rule = %advice.rule,
                reason = advice.reason,
                "the input does not follow a recommendation"
            );
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Client")
            .field("base_url", &self.base_url())
            .field("retry", &self.0.retry)
            .field("poll", &self.0.poll)
            .field("include_cost", &self.0.include_cost)
            .finish_non_exhaustive()
    }
}
