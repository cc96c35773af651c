//! The client: one token, one connection pool, one set of policies.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Method;
use secrecy::SecretString;
use serde_json::Value;
use tracing::Instrument;

use crate::address::{BaseUrl, check_request_id};
use crate::builder::ClientBuilder;
use crate::clock::Clock;
use crate::error::{Error, ErrorKind};
use crate::job::{Job, StoredJob};
use crate::model::{Model, ModelInput};
use crate::retry::RetryPolicy;
use crate::transport::Transport;
use crate::wait::PollPolicy;

/// The address that requests go to unless the builder is told another.
pub const DEFAULT_BASE_URL: &str = "https://model-api.runcomfy.net";

/// The environment variable that [`Client::from_env`] takes the token from.
pub const TOKEN_VARIABLE: &str = "RUNCOMFY_API_TOKEN";

/// A client of the API.
///
/// Cloning is cheap: all clones share one connection pool. The token goes to the configured
/// address only: no redirect is followed, no URL out of an answer is used, and no text, log line
/// or `Debug` output shows it.
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
/// // From here on the job is billed: with its id it can be taken up again.
/// println!("{}", job.request_id());
/// let finished = job.wait().await?;
/// # Ok(finished)
/// # }
/// ```
#[derive(Clone)]
pub struct Client(pub(crate) Arc<Core>);

/// What all clones and jobs share.
pub(crate) struct Core {
    pub(crate) transport: Transport,
    pub(crate) base: BaseUrl,
    pub(crate) retry: RetryPolicy,
    pub(crate) poll: PollPolicy,
    pub(crate) include_cost: bool,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Mutex<fastrand::Rng>,
}

impl Core {
    /// The next number of the jitter's sequence, from 0 to 1.
    pub(crate) fn chance(&self) -> f64 {
        self.random
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .f64()
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Core").finish_non_exhaustive()
    }
}

impl Client {
    /// A client with this token and the defaults of [`ClientBuilder`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`]: the token is empty or cannot be sent.
    pub fn new(token: impl Into<SecretString>) -> Result<Self, Error> {
        Self::builder().token(token).build()
    }

    /// A client with the token in the environment variable `RUNCOMFY_API_TOKEN`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`]: the variable is not set, is empty or cannot be sent.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Settings to start from.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Submits an input to its model. The job that it makes is billed.
    ///
    /// The input is checked first: one that breaks its schema is never sent.
    ///
    /// The request is **never sent twice** unless it is certain that the first made no job: the
    /// connection was never made, or the server answered 429 or 503 and named no request. Then it
    /// is repeated as the [`RetryPolicy`] says. Whenever it is not certain (a timeout, a lost
    /// connection, half an answer, an answer that cannot be read, a 5xx, a redirect) the error is
    /// [`ErrorKind::UncertainSubmit`]. So it is also when this future is dropped before its end:
    /// the request may be out.
    ///
    /// An answer that names its request is taken however odd the rest of it is, even if it broke
    /// off behind the id: the job exists.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] with all violations, before anything is sent;
    /// [`ErrorKind::UncertainSubmit`] when a job may have been made; any other kind only when none
    /// was.
    pub async fn submit<I: ModelInput>(&self, input: &I) -> Result<Job<I::Model>, Error> {
        input.validate().map_err(Error::invalid_input)?;
        let body = serde_json::to_vec(input).map_err(unwritable)?;
        self.send(body).await
    }

    /// Submits an input without checking it, the way past the checks of
    /// [`submit`](Self::submit): for the day that the service takes what its published schema does
    /// not know yet, such as a new property or a raised limit. What the service then refuses is
    /// [`ErrorKind::Rejected`]; what it takes is billed.
    ///
    /// In all else it is like `submit`.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit), without the violations.
    pub async fn submit_unchecked<M: Model>(&self, input: &Value) -> Result<Job<M>, Error> {
        let body = serde_json::to_vec(input).map_err(unwritable)?;
        self.send(body).await
    }

    async fn send<M: Model>(&self, body: Vec<u8>) -> Result<Job<M>, Error> {
        let span = tracing::debug_span!("submit", model_id = M::ID);
        let request_id = self.0.submit(M::ID, M::PATH, body).instrument(span).await?;
        Ok(Job::new(self.clone(), request_id))
    }

    /// Takes up a job that was submitted before, perhaps by another process. Nothing is sent.
    ///
    /// The model is taken at its word: no call of the API says which model a request is of. For
    /// jobs that were stored with their model see [`resume_stored`](Self::resume_stored).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`]: the text cannot be a request id, which is 1 to 128 of `A-Z`,
    /// `a-z`, `0-9`, `_`, `-` and `.`, but not `.` or `..`.
    pub fn resume<M: Model>(&self, request_id: &str) -> Result<Job<M>, Error> {
        check_request_id(request_id)?;
        Ok(Job::new(self.clone(), request_id.to_owned()))
    }

    /// Takes up a job that was stored. Nothing is sent.
    #[must_use]
    pub fn resume_stored<M: Model>(&self, stored: StoredJob<M>) -> Job<M> {
        Job::new(self.clone(), stored.into_request_id())
    }

    /// The URL that all requests go to, with the path before `/v1` if it has one.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.0.base.to_string()
    }
}

fn unwritable(error: serde_json::Error) -> Error {
    Error::new(
        ErrorKind::Configuration,
        "the input cannot be written as JSON",
    )
    .with_source(error)
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

/// The calls about a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Status,
    Result,
    Cancel,
}

impl Call {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Result => "result",
            Self::Cancel => "cancel",
        }
    }

    pub(crate) fn method(self) -> Method {
        match self {
            Self::Status | Self::Result => Method::GET,
            Self::Cancel => Method::POST,
        }
    }
}
