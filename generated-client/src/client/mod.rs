//! The API client. All calls of a client use the same token and the same policies.

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
mod spend;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;
use tracing::Instrument;

use crate::about::About;
use crate::download::Downloads;
use crate::model::{Model, ModelInput};
use crate::models;
use crate::validate::Advice;
use api::{ApiCore, Submission};
use http::{check_request_id, path_segment};
use spend::estimate_usd;

pub use api::{CancelOutcome, Finished, State, Status};
pub use batch::{Batch, BatchProgress, BatchResult};
pub use builder::{BASE_URL_VARIABLE, ClientBuilder, DEFAULT_BASE_URL, TOKEN_VARIABLE};
pub use clock::{Clock, TokioClock};
pub use error::{Error, ErrorKind};
pub use http::transport;
pub use job::{Job, JobModel, JsonOutput, Progress, StoredJob, Untyped};
pub use policy::{Backoff, PollPolicy, RetryPolicy};

/// A client of the API.
///
/// Clones are cheap and share one connection pool. The token is sent to the configured base URL
/// only. Redirects are not followed, and the token is not sent to URLs in responses. No error, log
/// line or `Debug` output contains the token.
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
    /// [`ErrorKind::Configuration`]: the token is empty or not a valid header value; TLS cannot be set up.
    pub fn new(token: impl Into<SecretString>) -> Result<Self, Error> {
        Self::builder().token(token).build()
    }

    /// A client with the settings of the environment: the token of `RUNCOMFY_API_TOKEN` or else
    /// `RUNCOMFY_TOKEN`, and the base URL of `RUNCOMFY_MODEL_API_BASE` if it is set.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`]: there is no token, or it is empty or not a valid header value;
    /// the base URL is invalid; TLS cannot be set up.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env().build()
    }

    /// A builder with default settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Validates an input and submits it to its model. The job that this creates is billed.
    ///
    /// An invalid input is never sent.
    ///
    /// Each submit uses its own connection. A submit is **repeated only if it certainly created no
    /// job**: the connection was not established, or the API itself (not a gateway) responded with 429
    /// or 503. It is then repeated as the [`RetryPolicy`] allows. A response is attributed to the API
    /// itself if it is a complete JSON object that has only error members, such as `error_code` or
    /// `message`, and contains nothing that may identify a job. Because some gateways also send a 503
    /// after forwarding a request, a 503 must also have an `error_code` or `error_message`.
    ///
    /// If a job may have been created, the error is [`ErrorKind::UncertainSubmit`], with the request id
    /// if the response contains one. This is the case, for example, after a timeout, a lost connection, an
    /// incomplete or unreadable response, a 408 or 499, any other 429 or 5xx, a redirect, or an error that
    /// mentions a job.
    ///
    /// It is also unknown whether a job was created if this future is dropped before it completes, or if
    /// the process is killed after the server accepted the request and before the response was read.
    ///
    /// A successful response with a top-level `request_id` and without an error code means that a job was
    /// created, even if the response breaks off after the id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] with all violations, before anything is sent;
    /// [`ErrorKind::UncertainSubmit`] if a job may have been created; any other kind only if no
    /// job was created.
    pub async fn submit<I: ModelInput>(&self, input: &I) -> Result<Job<I::Model>, Error> {
        input.validate().map_err(Error::invalid_input)?;
        log_advice(input);
        let input = serde_json::to_value(input).map_err(Error::unserializable_input)?;
        self.submit_unchecked(&input).await
    }

    /// Submits an input without validating it, in case the service accepts more than its published
    /// schema, such as a new property or a raised limit. If the service refuses the input, the error
    /// is [`ErrorKind::Rejected`]. If the service accepts the input, the job is billed.
    ///
    /// Otherwise like [`submit`](Self::submit).
    ///
    /// # Errors
    ///
    /// The errors of [`submit`](Self::submit), except [`ErrorKind::InvalidInput`].
    pub async fn submit_unchecked<M: Model>(&self, input: &Value) -> Result<Job<M>, Error> {
        self.submit_to(M::ID, M::PATH, &M::ABOUT, input).await
    }

    /// Validates an input and submits it to the model with this id, for programs that learn the id at
    /// run time. Otherwise like [`submit`](Self::submit).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownModel`] if no model of this id is compiled in; otherwise the errors of
    /// [`submit`](Self::submit).
    #[inline]
    pub async fn submit_json(&self, model_id: &str, input: &Value) -> Result<Job<Untyped>, Error> {
        let model = models::find(model_id).ok_or_else(|| unknown_model(model_id))?;
        model.validate(input).map_err(Error::invalid_input)?;
        warn_of_advice(model_id, || model.advice(input).unwrap_or_default());
        self.submit_to(model_id, model.path(), &model.about(), input)
            .await
    }

    /// Submits an input to the model with this id without validating it, even if the model is not
    /// compiled in. Otherwise like [`submit_unchecked`](Self::submit_unchecked).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] if `model_id` does not consist of two to five segments separated by
    /// `/`, or if a segment is empty, `.` or `..`. Otherwise the errors of [`submit`](Self::submit),
    /// except [`ErrorKind::InvalidInput`].
    #[inline]
    pub async fn submit_json_unchecked(
        &self,
        model_id: &str,
        input: &Value,
    ) -> Result<Job<Untyped>, Error> {
        let about = models::find(model_id).map_or(About::NONE, |model| model.about());
        let path = model_path(model_id)?;
        self.submit_to(model_id, &path, &about, input).await
    }

    async fn submit_to<M: JobModel>(
        &self,
        model_id: &str,
        path: &str,
        about: &About,
        input: &Value,
    ) -> Result<Job<M>, Error> {
        let span = tracing::debug_span!("submit", model_id);
        let body = serde_json::to_vec(input).map_err(Error::unserializable_input)?;
        let submission = Submission {
            model_id,
            path,
            body: &body,
            estimate_usd: estimate_usd(about, input),
        };
        let request_id = self.0.submit(&submission).instrument(span).await?;
        Ok(Job::new(self.0.clone(), model_id, request_id))
    }

    /// Resumes a job that was submitted earlier, perhaps by another process. Nothing is sent.
    ///
    /// The caller must state the model, because no call of the API returns the model of a job. For
    /// jobs that were stored with their model, see [`resume_stored`](Self::resume_stored).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`]: `request_id` is empty, `.` or `..`. Any other id is accepted, and
    /// is percent-encoded in URLs.
    pub fn resume<M: Model>(&self, request_id: &str) -> Result<Job<M>, Error> {
        check_request_id(request_id)?;
        Ok(Job::new(self.0.clone(), M::ID, request_id.to_owned()))
    }

    /// Resumes a job of a model that is known at run time only. Nothing is sent.
    ///
    /// # Errors
    ///
    /// See [`resume`](Self::resume).
    pub fn resume_json(&self, model_id: &str, request_id: &str) -> Result<Job<Untyped>, Error> {
        check_request_id(request_id)?;
        Ok(Job::new(self.0.clone(), model_id, request_id.to_owned()))
    }

    /// Resumes a stored job. Nothing is sent.
    #[must_use]
    pub fn resume_stored<M: JobModel>(&self, stored: StoredJob<M>) -> Job<M> {
        let request_id = stored.request_id().to_owned();
        Job::new(self.0.clone(), stored.model_id(), request_id)
    }

    /// The same client with another retry policy.
    #[must_use]
    pub fn with_retry(&self, policy: RetryPolicy) -> Self {
        Self(self.0.with(|core| core.retry = policy))
    }

    /// The same client with another poll policy.
    #[must_use]
    pub fn with_poll(&self, policy: PollPolicy) -> Self {
        Self(self.0.with(|core| core.poll = policy))
    }

    /// The same client with another [request timeout](ClientBuilder::request_timeout).
    #[must_use]
    pub fn with_request_timeout(&self, timeout: Duration) -> Self {
        Self(self.0.with(|core| {
            let timeout = timeout.min(builder::MAX_TIMEOUT);
            core.exchange = core.exchange.with_request_timeout(timeout);
        }))
    }

    /// The total in USD that counts towards the [spend limit](ClientBuilder::spend_limit): known costs,
    /// and what is reserved for jobs whose cost is not known. `None` without a limit.
    #[must_use]
    pub fn spent_usd(&self) -> Option<f64> {
        self.0.spend_limit.as_ref().map(|limit| limit.spent_usd())
    }

    /// Creates a [`Downloads`] that saves files in the folder `dir`, with the defaults of
    /// [`Downloads::new`]. If the host of the base URL is a loopback host, such as `localhost`, downloads
    /// from loopback hosts are allowed too.
    pub fn downloads(&self, dir: impl Into<PathBuf>) -> Downloads {
        let downloads = Downloads::new(dir);
        if self.0.base_url.is_local() {
            downloads.allow_loopback()
        } else {
            downloads
        }
    }

    /// The base URL of all calls, including its path if it has one. The `/v1` of the API is not part
    /// of it.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.0.base_url.to_string()
    }
}

/// Logs the advice on an input.
fn log_advice<I: ModelInput>(input: &I) {
    warn_of_advice(I::Model::ID, || input.advice());
}

/// Logs advice, without the values of the input.
fn warn_of_advice(model_id: &str, advice: impl FnOnce() -> Vec<Advice>) {
    if !tracing::enabled!(tracing::Level::WARN) {
        return;
    }
    for advice in advice() {
        tracing::warn!(
            model_id,
            path = advice.path,
            rule = %advice.rule,
            reason = advice.reason,
            "the input does not follow a recommendation"
        );
    }
}

fn unknown_model(model_id: &str) -> Error {
    Error::new(
        ErrorKind::UnknownModel,
        format!(
            "no model {model_id:?} is compiled in; enable the feature of its owner, or use \
             `submit_json_unchecked`"
        ),
    )
}

/// The path of the submit call.
fn model_path(model_id: &str) -> Result<String, Error> {
    let segments: Vec<&str> = model_id.split('/').collect();
    let is_valid = |segment: &&str| !matches!(*segment, "" | "." | "..");
    if !(2..=5).contains(&segments.len()) || !segments.iter().all(is_valid) {
        return Err(Error::new(
            ErrorKind::Configuration,
            format!("{model_id:?} cannot be a model id"),
        ));
    }
    let segments = segments
        .iter()
        .map(|segment| format!("/{}", path_segment(segment)));
    Ok(format!("/v1/models{}", segments.collect::<String>()))
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
