//! Responses: as received, as a JSON object, and as errors.

use std::time::Duration;

use serde_json::{Map, Value};

use super::error_body::{ErrorBody, NOT_FINISHED, one_line};
use super::failure::Failure;
use super::token::Token;
use super::transport::TransportError;
use crate::client::error::{Error, ErrorKind, root_cause};

/// A response, as far as it was received.
#[derive(Debug)]
pub(crate) struct RawResponse {
    /// HTTP status.
    pub(crate) status: u16,
    /// The delay that the server asked for.
    pub(crate) retry_after: Option<Duration>,
    /// Whether the body is compressed. The client does not request compression.
    pub(crate) is_encoded: bool,
    /// The part of the body that was read.
    pub(crate) body: Vec<u8>,
    /// How the body ended.
    pub(crate) end: RawBodyEnd,
}

/// The error of a request to which no response was received.
#[derive(Debug)]
pub(crate) struct NoResponse {
    pub(crate) failure: Failure,
    /// The host and port of the request.
    pub(crate) host: String,
    pub(crate) source: TransportError,
}

/// How the body of a response ended.
#[derive(Debug)]
pub(crate) enum RawBodyEnd {
    /// The body is complete.
    Complete,
    /// The body was cut off at this size limit, in bytes.
    TooLarge(usize),
    /// The body ended early.
    Broken(Failure, TransportError),
}

/// A response that is a JSON object, as all responses of the API are.
#[derive(Debug)]
pub(crate) struct ApiResponse {
    pub(crate) http_status: u16,
    pub(crate) json: Map<String, Value>,
    pub(crate) retry_after: Option<Duration>,
}

impl ApiResponse {
    /// Whether the response is an error, by its HTTP status or by the status in the error code of its body.
    pub(crate) fn has_error_code(&self) -> bool {
        ErrorBody::parse(&self.json).status(self.http_status) >= 400
    }

    /// Whether the response names a request other than `request_id`.
    pub(crate) fn names_other_request(&self, request_id: &str) -> bool {
        match self.json.get("request_id") {
            Some(Value::String(id)) => id != request_id,
            Some(Value::Number(id)) => id.to_string() != request_id,
            _ => false,
        }
    }
}

/// A failed call: how it failed, and the error for the caller.
#[derive(Debug)]
pub(crate) struct CallError {
    pub(crate) failure: Failure,
    pub(crate) error: Error,
}

impl CallError {
    /// The error of a call to which no response was received.
    pub(crate) fn no_response(no_response: NoResponse) -> Self {
        let NoResponse {
            failure,
            host,
            source,
        } = no_response;
        let cause = root_cause(&source);
        let message = match failure {
            Failure::NeverConnected => {
                format!("no connection to {host} could be established: {cause}")
            }
            Failure::TimedOut => format!("{host} did not respond in time"),
            _ => format!("the connection to {host} was lost before the response: {cause}"),
        };
        let error = Error::new(ErrorKind::Network, message)
            .with_source(source)
            .with_retryable(failure.is_retryable());
        Self { failure, error }
    }

    /// Creates the error for a response that [`RawResponse::parse`] accepted but that cannot be used: its
    /// body describes an error, or it lacks the member whose name is in `missing`.
    pub(crate) fn unusable(response: ApiResponse, token: &Token, missing: &str) -> Self {
        let error_body = ErrorBody::parse(&response.json);
        let status = error_body.status(response.http_status);
        let body = Value::Object(response.json).to_string();
        let parts = ErrorParts {
            http_status: response.http_status,
            retry_after: response.retry_after,
            body: &body,
        };
        if Failure::from_status(status) == Failure::Unreadable && !error_body.is_error() {
            let message = format!("the response has no `{missing}`");
            return parts.error(
                Failure::Unreadable,
                ErrorKind::UnexpectedResponse,
                &message,
                token,
            );
        }
        parts.with_error_body(&error_body, status, token)
    }
}

impl RawResponse {
    /// Parses the body as a JSON object.
    ///
    /// # Errors
    ///
    /// The HTTP status is not 2xx, or the body of a 2xx response is incomplete or not a JSON object. A 4xx
    /// response that has an `outcome` or the error code [`NOT_FINISHED`] is returned, not treated as an
    /// error. A 2xx response is returned even if its body describes an error.
    pub(crate) fn parse(self, token: &Token) -> Result<ApiResponse, CallError> {
        let text = String::from_utf8_lossy(&self.body);
        let parts = ErrorParts {
            http_status: self.status,
            retry_after: self.retry_after,
            body: &text,
        };
        if !(200..300).contains(&self.status) {
            let json = match serde_json::from_slice(&self.body) {
                Ok(Value::Object(json)) => json,
                _ => Map::new(),
            };
            // A 409 may state that a job cannot be cancelled, and a 400 that its result is not
            // available yet. Both are regular responses.
            let error_body = ErrorBody::parse(&json);
            if (400..500).contains(&self.status)
                && (json.get("outcome").is_some_and(Value::is_string)
                    || error_body.code == Some(NOT_FINISHED))
            {
                return Ok(ApiResponse {
                    http_status: self.status,
                    json,
                    retry_after: self.retry_after,
                });
            }
            return Err(parts.with_error_body(&error_body, self.status, token));
        }
        let unexpected = |failure, message: &str| {
            parts.error(failure, ErrorKind::UnexpectedResponse, message, token)
        };
        match self.end {
            RawBodyEnd::Complete => {}
            RawBodyEnd::TooLarge(limit) => {
                let message = format!("the response is larger than the limit of {limit} bytes");
                return Err(unexpected(Failure::TooLarge, &message));
            }
            RawBodyEnd::Broken(failure, source) => {
                let message = match failure {
                    Failure::TimedOut => "the response did not end in time",
                    _ => "the connection was lost within the response",
                };
                let call = parts.error(failure, ErrorKind::Network, message, token);
                return Err(CallError {
                    error: call.error.with_source(source),
                    ..call
                });
            }
        }
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(json)) => Ok(ApiResponse {
                http_status: self.status,
                json,
                retry_after: self.retry_after,
            }),
            Ok(_) => Err(unexpected(
                Failure::Unreadable,
                "the response is not a JSON object",
            )),
            Err(error) => {
                let message = format!("the response is not JSON: {error}");
                Err(unexpected(Failure::Unreadable, &message))
            }
        }
    }
}

/// The parts of a response that errors carry.
struct ErrorParts<'a> {
    http_status: u16,
    retry_after: Option<Duration>,
    body: &'a str,
}

impl ErrorParts<'_> {
    fn error(&self, failure: Failure, kind: ErrorKind, message: &str, token: &Token) -> CallError {
        let error = Error::new(kind, token.redact(message))
            .with_http_status(self.http_status)
            .with_retry_after(self.retry_after)
            .with_body(token.redact_body(self.body))
            .with_retryable(failure.is_retryable());
        CallError { failure, error }
    }

    /// The error that a body describes. `status` is the HTTP status that the error means, which may
    /// differ from the status of the response.
    fn with_error_body(&self, body: &ErrorBody, status: u16, token: &Token) -> CallError {
        let failure = Failure::from_status(status);
        let kind = error_kind(failure, status, body.code);
        let mut message = match kind {
            ErrorKind::Unauthorized => "the token was not accepted for this call",
            ErrorKind::InsufficientBalance => "the balance does not cover this request",
            ErrorKind::NotFound => "the request or model does not exist",
            ErrorKind::RateLimited => "too many requests",
            ErrorKind::ServerError => "the server failed",
            ErrorKind::Network => "the server reported a timeout or a closed connection",
            ErrorKind::UnexpectedResponse if failure == Failure::Redirected => {
                "the server sent a redirect, and redirects are not followed"
            }
            ErrorKind::UnexpectedResponse => "the server answered with an unknown error",
            _ => "the server refused the request",
        }
        .to_owned();
        message += &format!(": HTTP {}", self.http_status);
        if let Some(code) = body.code {
            message += &format!(", code {code}");
        }
        if let Some(text) = &body.text {
            // Redacted before it is cut, because otherwise a part of the token could remain.
            message += &format!(", {}", one_line(&token.redact(text)));
        }
        let call = self.error(failure, kind, &message, token);
        CallError {
            error: call.error.with_provider_code(body.code),
            ..call
        }
    }
}

fn error_kind(failure: Failure, status: u16, code: Option<i64>) -> ErrorKind {
    match failure {
        Failure::NeverConnected
        | Failure::TimedOut
        | Failure::ConnectionLost
        | Failure::RequestTimeout
        | Failure::ClientClosed => ErrorKind::Network,
        Failure::RateLimited => ErrorKind::RateLimited,
        Failure::Unavailable | Failure::ServerError => ErrorKind::ServerError,
        Failure::Redirected | Failure::Unreadable | Failure::TooLarge => {
            ErrorKind::UnexpectedResponse
        }
        // An empty balance and a bad token may both arrive as HTTP 400: the code decides.
        Failure::Refused => match (code, status) {
            (Some(400_001), _) => ErrorKind::Rejected,
            (Some(400_002), _) => ErrorKind::InsufficientBalance,
            (Some(400_004 | 403_001), _) => ErrorKind::Unauthorized,
            (Some(404_001), _) => ErrorKind::NotFound,
            (_, 401 | 403) => ErrorKind::Unauthorized,
            (_, 402) => ErrorKind::InsufficientBalance,
            (_, 404 | 410) => ErrorKind::NotFound,
            _ => ErrorKind::Rejected,
        },
    }
}
