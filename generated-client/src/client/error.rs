//! The error of the client, and its kinds.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::validate::Violations;

/// The kind of an [`Error`], to match on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input violates its schema. Nothing was sent. See [`Error::violations`].
    InvalidInput,
    /// The server did not accept the token, because it is wrong or expired or lacks a permission:
    /// HTTP 401 or 403, or code 400004 or 403001.
    Unauthorized,
    /// The balance does not cover the job: HTTP 402 or code 400002.
    InsufficientBalance,
    /// The request id is unknown, deleted or expired, or the server has no such model: HTTP 404 or 410,
    /// or code 404001.
    NotFound,
    /// Too many requests: HTTP 429. For a submit: no job was created. See [`Error::retry_after`].
    RateLimited,
    /// The server refused the request: any other 4xx except 408 and 499, or code 400001 (bad model id).
    /// For a submit: no job was created.
    Rejected,
    /// The job failed. [`Error::job_json`] is the whole response.
    FailedJob,
    /// The job was cancelled.
    Cancelled,
    /// The [deadline](crate::PollPolicy::deadline) of a wait passed. The job continues and is billed.
    Deadline,
    /// It is unknown whether a submit created a job. A job may exist and be billed, so the submit
    /// was not repeated.
    UncertainSubmit,
    /// No connection was established, the connection was lost, or the request timed out, including HTTP
    /// 408 and 499. For a submit: no connection was established, so no job was created.
    Network,
    /// HTTP 5xx. A submit fails with this kind only for HTTP 503, and only if no job was created.
    ServerError,
    /// The response cannot be used. For example, it is a redirect, is not JSON, exceeds the size limit, or
    /// has an output that is missing or is not an object. [`Error::body`] or [`Error::job_json`] contains
    /// what was received.
    UnexpectedResponse,
    /// The journal of a batch cannot be read or written, or belongs to another batch. The input
    /// was not sent.
    Journal,
    /// The submit would exceed the [spend limit](crate::ClientBuilder::spend_limit). Nothing was sent.
    SpendLimit,
    /// No model of this id is compiled in. Nothing was sent.
    UnknownModel,
    /// The client is misconfigured, an id is invalid, an input cannot be written as JSON, a blocking call
    /// was made within an async runtime, or an input of a batch was skipped because
    /// [`on_submitted`](crate::Batch::on_submitted) panicked for another input. Nothing was sent.
    Configuration,
}

/// An error of a client call.
///
/// No part of it contains the token, even if the server echoed it.
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    request_id: Option<String>,
    http_status: Option<u16>,
    provider_code: Option<i64>,
    is_retryable: bool,
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
            is_retryable: false,
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
            format!("the input violates its schema and was not sent:\n{violations}"),
        );
        error.0.violations = Some(violations);
        error
    }

    pub(crate) fn unserializable_input(error: serde_json::Error) -> Self {
        Self::new(
            ErrorKind::Configuration,
            "the input cannot be written as JSON",
        )
        .with_source(error)
    }

    /// Sets the request id unless there is one.
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

    pub(crate) fn with_retryable(mut self, is_retryable: bool) -> Self {
        self.0.is_retryable = is_retryable;
        self
    }

    /// Replaces the kind and the message. `message` receives the current message and returns the new one.
    pub(crate) fn with_context(
        mut self,
        kind: ErrorKind,
        message: impl FnOnce(&str) -> String,
    ) -> Self {
        self.0.kind = kind;
        self.0.message = message(&self.0.message);
        self
    }

    /// The kind of error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The request id of the job that the error concerns, if known. The job can be resumed with
    /// [`Client::resume`](crate::Client::resume), also after a wait that ended with an error.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The HTTP status of the response, if there was one. An error may arrive with status 200.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// The provider's `error_code`, such as 400002, if the response has one.
    #[must_use]
    pub fn provider_code(&self) -> Option<i64> {
        self.0.provider_code
    }

    /// The text of the response body, if the response is an error or cannot be used. If the body was not
    /// received completely, this is the part that was read. `None` for other errors. If the job failed,
    /// was cancelled or has no output, the response is in [`job_json`](Self::job_json).
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        self.0.body.as_deref()
    }

    /// A response about the job, in full. If the job failed or was cancelled, this is the response that
    /// reported it. If the output is missing or is not an object, this is the response of the result call,
    /// so that a paid result is not lost. If the deadline of a wait passed, this is the last response that
    /// reported the state of the job, if there was one. `None` for other errors.
    #[must_use]
    pub fn job_json(&self) -> Option<&Value> {
        self.0.job_json.as_ref()
    }

    /// The violations, for [`ErrorKind::InvalidInput`].
    #[must_use]
    pub fn violations(&self) -> Option<&Violations> {
        self.0.violations.as_ref()
    }

    /// Whether a network or server failure may be temporary, so that the same call may succeed later.
    /// False for other errors, such as [`Deadline`](ErrorKind::Deadline), and whenever repeating the call
    /// could create a second job.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.is_retryable
    }

    /// The minimum delay that the server asked for in `Retry-After`.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.message)?;
        if let Some(request_id) = &self.0.request_id {
            // The server chose the id, so control characters are escaped.
            write!(out, " (request id {})", request_id.escape_debug())?;
        }
        Ok(())
    }
}

/// `{:?}` prints the kind, the message and the root cause: an error that `main` returns is printed in this
/// format. `{:#?}` prints all members.
impl fmt::Debug for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if out.alternate() {
            return self.0.fmt(out);
        }
        let message = self.to_string();
        write!(out, "{:?}: {message}", self.0.kind)?;
        if let Some(source) = self.source() {
            let cause = root_cause(source).to_string();
            if !message.contains(&cause) {
                write!(out, ": {cause}")?;
            }
        }
        Ok(())
    }
}

/// Returns the innermost source of an error, usually the error of the operating system or of the TLS
/// library.
pub(crate) fn root_cause<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
