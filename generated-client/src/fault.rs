//! What an answer, or its absence, means: usable JSON, or an error and how it may be met.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::answer::{ErrorBody, one_line, text};
use crate::error::{Error, ErrorKind};
use crate::retry::Failure;
use crate::token::Token;
use crate::transport::{Answer, End};

/// A call that failed.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) failure: Failure,
    pub(crate) error: Error,
}

/// A call that was answered with a JSON object.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) http_status: u16,
    pub(crate) json: Map<String, Value>,
    pub(crate) retry_after: Option<Duration>,
}

impl Fault {
    /// No answer at all.
    pub(crate) fn lost(failure: Failure, source: reqwest::Error) -> Self {
        let what = match failure {
            Failure::NeverConnected => "no connection to the server could be made",
            Failure::TimedOut => "the server did not answer in time",
            _ => "the connection was lost before the answer",
        };
        let error = Error::new(ErrorKind::Network, what)
            .with_source(source)
            .retryable(failure.repeats_read());
        Self { failure, error }
    }

    /// An answer with HTTP 200 that is an error, or is nothing that the call can answer.
    pub(crate) fn in_reply(reply: Reply, token: &Token, missing: &str) -> Self {
        let said = ErrorBody::read(&reply.json);
        let status = said.status(reply.http_status);
        let body = Value::Object(reply.json).to_string();
        let answer = Seen {
            status: reply.http_status,
            retry_after: reply.retry_after,
            body: &body,
        };
        if failure_of(status) == Failure::Unreadable && !said.is_error() {
            let what = format!("the server's answer cannot be understood: it has no `{missing}`");
            return answer.fault(
                Failure::Unreadable,
                ErrorKind::UnexpectedAnswer,
                what,
                token,
            );
        }
        answer.error(&said, status, token)
    }
}

/// An answer as errors tell of it.
struct Seen<'a> {
    status: u16,
    retry_after: Option<Duration>,
    body: &'a str,
}

impl Seen<'_> {
    fn fault(&self, failure: Failure, kind: ErrorKind, what: String, token: &Token) -> Fault {
        let error = Error::new(kind, token.redact(&what))
            .with_http_status(self.status)
            .with_retry_after(self.retry_after)
            .with_body(token.redact_body(self.body))
            .retryable(failure.repeats_read());
        Fault { failure, error }
    }

    /// The fault for an answer that is an error. `status` is what the error stands for, which may
    /// be another one than the one it came with.
    fn error(&self, said: &ErrorBody, status: u16, token: &Token) -> Fault {
        let failure = failure_of(status);
        let kind = kind_of(failure, status, said.code);
        let mut what = match kind {
            ErrorKind::Unauthorized => "the token was not accepted for this call",
            ErrorKind::OutOfBalance => "the balance does not pay for this",
            ErrorKind::NotFound => "the server knows nothing of the kind, or not any more",
            ErrorKind::RateLimited => "too many requests",
            ErrorKind::ServerError => "the server failed",
            ErrorKind::UnexpectedAnswer if failure == Failure::Redirected => {
                "the server answered with a redirect, which is never followed"
            }
            ErrorKind::UnexpectedAnswer => "the server answered with an error that is not known",
            _ => "the server refused the request",
        }
        .to_owned();
        what += &format!(": HTTP {}", self.status);
        if let Some(code) = said.code {
            what += &format!(", code {code}");
        }
        if let Some(text) = &said.text {
            // Redacted before it is cut, or half of a token could remain.
            what += &format!(", {}", one_line(&token.redact(text)));
        }
        let fault = self.fault(failure, kind, what, token);
        Fault {
            error: fault.error.with_provider_code(said.code),
            ..fault
        }
    }
}

/// Reads an answer as the JSON object that every call is answered with.
pub(crate) fn reply(answer: Answer, token: &Token) -> Result<Reply, Fault> {
    let Answer {
        status,
        retry_after,
        body,
        end,
    } = answer;
    let whole = text(&body);
    let seen = Seen {
        status,
        retry_after,
        body: &whole,
    };
    if !(200..300).contains(&status) {
        let json = match serde_json::from_slice(&body) {
            Ok(Value::Object(json)) => json,
            _ => Map::new(),
        };
        // A server may say with 409 that a job cannot be cancelled; it is the answer all the same.
        if (400..500).contains(&status) && json.get("outcome").is_some_and(Value::is_string) {
            return Ok(Reply {
                http_status: status,
                json,
                retry_after,
            });
        }
        return Err(seen.error(&ErrorBody::read(&json), status, token));
    }
    let unexpected =
        |failure, what: String| seen.fault(failure, ErrorKind::UnexpectedAnswer, what, token);
    match end {
        End::Whole => {}
        End::TooLarge(limit) => {
            let what = format!("the answer is larger than the limit of {limit} bytes");
            return Err(unexpected(Failure::TooLarge, what));
        }
        End::Broken(failure, source) => {
            let what = match failure {
                Failure::TimedOut => "the answer did not end in time",
                _ => "the connection was lost in the middle of the answer",
            };
            let fault = seen.fault(failure, ErrorKind::Network, what.to_owned(), token);
            return Err(Fault {
                error: fault.error.with_source(source),
                ..fault
            });
        }
    }
    match serde_json::from_slice(&body) {
        Ok(Value::Object(json)) => Ok(Reply {
            http_status: status,
            json,
            retry_after,
        }),
        Ok(_) => {
            let what = "the answer is not a JSON object".to_owned();
            Err(unexpected(Failure::Unreadable, what))
        }
        Err(error) => {
            let what = format!("the answer is not JSON: {error}");
            Err(unexpected(Failure::Unreadable, what))
        }
    }
}

fn failure_of(status: u16) -> Failure {
    match status {
        300..=399 => Failure::Redirected,
        408 => Failure::RequestTimeout,
        429 => Failure::RateLimited,
        400..=499 => Failure::Refused,
        503 => Failure::Unavailable,
        500..=599 => Failure::ServerError,
        _ => Failure::Unreadable,
    }
}

fn kind_of(failure: Failure, status: u16, code: Option<i64>) -> ErrorKind {
    match failure {
        Failure::NeverConnected
        | Failure::TimedOut
        | Failure::ConnectionLost
        | Failure::RequestTimeout => ErrorKind::Network,
        Failure::RateLimited => ErrorKind::RateLimited,
        Failure::Unavailable | Failure::ServerError => ErrorKind::ServerError,
        Failure::Redirected | Failure::Unreadable | Failure::TooLarge => {
            ErrorKind::UnexpectedAnswer
        }
        // No balance and a bad token may both come as HTTP 400: the code tells.
        Failure::Refused => match (code, status) {
            (Some(400_001), _) => ErrorKind::Rejected,
            (Some(400_002), _) => ErrorKind::OutOfBalance,
            (Some(400_004 | 403_001), _) => ErrorKind::Unauthorized,
            (Some(404_001), _) => ErrorKind::NotFound,
            (_, 401 | 403) => ErrorKind::Unauthorized,
            (_, 402) => ErrorKind::OutOfBalance,
            (_, 404 | 410) => ErrorKind::NotFound,
            _ => ErrorKind::Rejected,
        },
    }
}
