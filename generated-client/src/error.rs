//! The one error of the client, and the kinds that a caller can match on.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::validate::Violations;

/// What went wrong, for code. For people there is the error's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input breaks the limits of its schema; nothing was sent. See [`Error::violations`].
    InvalidInput,
    /// The token is missing, wrong or expired, or may not do this: HTTP 401 or 403, code 400004
    /// or 403001.
    Unauthorized,
    /// The balance does not pay for the job: HTTP 402 or code 400002.
    OutOfBalance,
    /// There is no such request any more, or never was: HTTP 404 or 410, code 404001.
    NotFound,
    /// Too many requests: HTTP 429. Of a submit: no job was made. See [`Error::retry_after`].
    RateLimited,
    /// The server refused the request: any other 4xx, code 400001 (bad model id) among them. Of a
    /// submit: no job was made.
    Rejected,
    /// The job ended as failed. [`Error::job_json`] has all that the provider said.
    FailedJob,
    /// The job was cancelled.
    Cancelled,
    /// The caller's own deadline passed. The job goes on, and is billed.
    Deadline,
    /// It is not known whether a submit made a job. It may exist and be billed, so it was not
    /// sent again.
    UncertainSubmit,
    /// No connection, no whole answer, or none in time. Of a submit: the connection was never
    /// made, so no job was made either.
    Network,
    /// The server answered 5xx. Of a submit it is a 503, and no job was made.
    ServerError,
    /// The server answered what cannot be understood: a redirect, something that is not JSON, an
    /// answer beyond the size limit, an output that is not an object. [`Error::body`] and
    /// [`Error::job_json`] have what came.
    UnexpectedAnswer,
    /// The journal of a batch cannot be read or written, or is of another batch; the input was not
    /// sent.
    Journal,
    /// The client is set up wrongly, or was given an id that cannot be one; nothing was sent.
    Configuration,
}

/// Why a call did not do what it was asked to.
///
/// The text never holds the token, even where the server sent it back.
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    request_id: Option<String>,
    http_status: Option<u16>,
    provider_code: Option<i64>,
    retryable: bool,
    retry_after: Option<Duration>,
    body: Option<String>,
    job_json: Option<Value>,
    violations: Option<Violations>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            request_id: None,
            http_status: None,
            provider_code: None,
            retryable: false,
            retry_after: None,
            body: None,
            job_json: None,
            violations: None,
            source: None,
        }))
    }

    pub(crate) fn invalid_input(violations: Violations) -> Self {
        let mut error = Self::new(
            ErrorKind::InvalidInput,
            format!("the input was not sent, it breaks its schema:\n{violations}"),
        );
        error.0.violations = Some(violations);
        error
    }

    pub(crate) fn with_request_id(mut self, request_id: &str) -> Self {
        self.0
            .request_id
            .get_or_insert_with(|| request_id.to_owned());
        self
    }

    pub(crate) fn with_http_status(mut self, status: u16) -> Self {
        self.0.http_status = Some(status);
        self
    }

    pub(crate) fn with_provider_code(mut self, code: Option<i64>) -> Self {
        self.0.provider_code = code;
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    pub(crate) fn with_body(mut self, body: String) -> Self {
        self.0.body = Some(body);
        self
    }

    pub(crate) fn with_job_json(mut self, json: Value) -> Self {
        self.0.job_json = Some(json);
        self
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    pub(crate) fn retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = retryable;
        self
    }

    /// The same failure in other words: what came of it is known further up.
    pub(crate) fn reworded(mut self, kind: ErrorKind, word: impl FnOnce(&str) -> String) -> Self {
        self.0.kind = kind;
        self.0.message = word(&self.0.message);
        self
    }

    /// What went wrong, to match on.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The job that the error is about, where one is known. With it the job can be
    /// [resumed](crate::Client::resume), also when the error says that waiting ended.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// HTTP status of the answer, where there was one. An error may come with status 200.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// The provider's `error_code`, such as 400002, where the answer has one.
    #[must_use]
    pub fn provider_code(&self) -> Option<i64> {
        self.0.provider_code
    }

    /// The answer as text, as far as it was read, where it was not a job's answer.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        self.0.body.as_deref()
    }

    /// The whole answer of the result call: of a job that failed or was cancelled, and of one
    /// whose output could not be typed, so that nothing that was paid for is lost.
    #[must_use]
    pub fn job_json(&self) -> Option<&Value> {
        self.0.job_json.as_ref()
    }

    /// What is wrong with the input, for [`ErrorKind::InvalidInput`].
    #[must_use]
    pub fn violations(&self) -> Option<&Violations> {
        self.0.violations.as_ref()
    }

    /// Whether the same call may succeed later. Never true where repeating could mean a second
    /// bill.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// The least time that the server asked to be left alone, from `Retry-After`.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.message)?;
        if let Some(request_id) = &self.0.request_id {
            write!(out, " (request id {request_id})")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
