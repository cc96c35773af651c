//! Parses the responses about a job, leniently.

use serde_json::{Map, Value, json};

use crate::client::error::{Error, ErrorKind};
use crate::client::http::{ApiResponse, CallError, ErrorBody, NOT_FINISHED, Token, one_line};
use crate::model::ModelOutput;

/// The state of a job, as reported by the status call or the result call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// `in_queue` (also `queued`, `pending`, `waiting`): the job can still be cancelled.
    Queued,
    /// `in_progress` (also `processing`, `starting`): the job runs, is billed, and can no longer be
    /// cancelled.
    Running,
    /// `completed`, documented only for the status call: the job has ended. Only
    /// [`Job::result`](crate::Job::result) states whether it succeeded.
    Completed,
    /// `succeeded` (also `success`), from the result call: there is an output.
    Succeeded,
    /// `failed`: there is no output.
    Failed,
    /// `cancelled` (also `canceled`).
    Cancelled,
    /// A word that this version does not know. The job counts as not ended, unless the result call returns
    /// an output together with the word.
    Unknown(String),
}

impl State {
    pub(crate) fn parse(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "in_queue" | "queued" | "pending" | "waiting" => Self::Queued,
            "in_progress" | "processing" | "starting" => Self::Running,
            "completed" => Self::Completed,
            "succeeded" | "success" => Self::Succeeded,
            "failed" => Self::Failed,
            "cancelled" | "canceled" => Self::Cancelled,
            _ => Self::Unknown(word.to_owned()),
        }
    }

    /// Whether the job has ended.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        match self {
            Self::Completed | Self::Succeeded | Self::Failed | Self::Cancelled => true,
            Self::Queued | Self::Running | Self::Unknown(_) => false,
        }
    }

    /// The documented name of the state. For [`Unknown`](Self::Unknown), the word that the server sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Queued => "in_queue",
            Self::Running => "in_progress",
            Self::Completed => "completed",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Unknown(word) => word,
        }
    }
}

/// The response of the status call.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Status {
    /// The state of the job.
    pub state: State,
    /// The number of jobs ahead in the queue, if the server states it.
    pub queue_position: Option<u64>,
    /// The whole response.
    pub json: Value,
}

/// A job that succeeded.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Finished<O> {
    /// The typed output. Properties that the schema does not describe are in its `extra`.
    pub output: O,
    /// When the job was created, as the server writes it (RFC 3339 where documented).
    pub created_at: Option<String>,
    /// When the job ended, as the server writes it.
    pub finished_at: Option<String>,
    /// The cost in USD, if the server states it. It is requested only with
    /// [`include_cost`](crate::ClientBuilder::include_cost) or a
    /// [spend limit](crate::ClientBuilder::spend_limit).
    pub cost: Option<f64>,
    /// The whole response of the result call.
    pub json: Value,
}

impl<O: ModelOutput> Finished<O> {
    /// Creates a result that has only an output, for tests of code that takes a `Finished`.
    #[must_use]
    pub fn new(output: O) -> Self {
        Self {
            json: json!({ "status": "succeeded", "output": output.to_value() }),
            output,
            created_at: None,
            finished_at: None,
            cost: None,
        }
    }
}

/// The outcome of a cancel call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CancelOutcome {
    /// The job was queued and will not run.
    Cancelled,
    /// The job is running or has ended, and cannot be cancelled. A running job continues **and is
    /// billed**. Keep its request id and [wait](crate::Job::wait) for the result.
    TooLate,
    /// Another outcome, such as `cancellation_requested`. If the server states no outcome, this is the
    /// state of the job, or an empty string if the state is missing too.
    /// [`Job::status`](crate::Job::status) returns the current state of the job.
    Unknown(String),
}

/// The outcome of a job, in the response of the result call.
#[derive(Debug)]
pub(crate) enum JobOutcome {
    /// The job has not ended.
    Pending(Status),
    /// The job succeeded. Contains the whole response.
    Succeeded(Map<String, Value>),
    /// The job failed or was cancelled.
    Ended(Error),
}

/// Parses the response of the status call.
pub(crate) fn parse_status(response: ApiResponse, token: &Token) -> Result<Status, CallError> {
    let word = response.json.get("status").and_then(Value::as_str);
    // An unknown word may be anything, even an echo of the token.
    let state = word.map(|word| State::parse(&token.redact(word)));
    let state = match state {
        // An error code beside an unknown state means that the call failed. Beside a known state, it
        // is about the job.
        Some(State::Unknown(_)) if ErrorBody::parse(&response.json).code.is_some() => None,
        state => state,
    };
    let Some(state) = state else {
        return Err(CallError::unusable(response, token, "status"));
    };
    let queue_position = response
        .json
        .get("queue_position")
        .and_then(|position| match position {
            Value::String(text) => text.parse().ok(),
            number => number.as_u64(),
        });
    let json = token.redact_json(&Value::Object(response.json));
    Ok(Status {
        state,
        queue_position,
        json,
    })
}

/// Parses the response of the result call. The outcome follows from the state in this response. If
/// the state is missing, unknown or `completed`, a response with an output is a success, so that a
/// paid result is not lost.
pub(crate) fn parse_job_outcome(
    response: ApiResponse,
    token: &Token,
) -> Result<JobOutcome, CallError> {
    let json = response.json.clone();
    let http_status = response.http_status;
    let is_pending = ErrorBody::parse(&json).code == Some(NOT_FINISHED);
    let has_output = json.get("output").is_some_and(is_output);
    let status = match parse_status(response, token) {
        Err(_) if has_output => return Ok(JobOutcome::Succeeded(json)),
        Err(_) if is_pending => {
            return Ok(JobOutcome::Pending(Status {
                state: State::Running,
                queue_position: None,
                json: token.redact_json(&Value::Object(json)),
            }));
        }
        status => status?,
    };
    let ended = |kind, what: &str| {
        let error_body = ErrorBody::parse(&json);
        let mut message = what.to_owned();
        if let Some(text) = &error_body.text {
            message += &format!(": {}", one_line(&token.redact(text)));
        }
        let error = Error::new(kind, message)
            .with_http_status(http_status)
            .with_provider_code(error_body.code)
            .with_job_json(status.json.clone());
        Ok(JobOutcome::Ended(error))
    };
    match status.state {
        State::Succeeded => Ok(JobOutcome::Succeeded(json)),
        State::Failed => ended(ErrorKind::FailedJob, "the job failed"),
        State::Cancelled => ended(ErrorKind::Cancelled, "the job was cancelled"),
        // `completed` is a state of the status call. It does not state whether the job succeeded.
        State::Completed | State::Unknown(_) if has_output => Ok(JobOutcome::Succeeded(json)),
        State::Completed | State::Queued | State::Running | State::Unknown(_) => {
            Ok(JobOutcome::Pending(status))
        }
    }
}

/// Whether a response has an `output` that is neither null, nor a boolean, nor empty.
pub(crate) fn has_output(json: &Value) -> bool {
    json.get("output").is_some_and(is_output)
}

fn is_output(output: &Value) -> bool {
    match output {
        Value::Null | Value::Bool(_) => false,
        Value::Number(_) => true,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// Converts the response for a successful job to a [`Finished`] with a typed output.
pub(crate) fn parse_finished<O: ModelOutput>(
    json: Map<String, Value>,
    token: &Token,
) -> Result<Finished<O>, Error> {
    let json = token.redact_json(&Value::Object(json));
    let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
    let (created_at, finished_at) = (text("created_at"), text("finished_at"));
    let cost = cost_usd(&json);
    let output = json.get("output").cloned().unwrap_or_default();
    match O::from_value(output) {
        Ok(output) => Ok(Finished {
            output,
            created_at,
            finished_at,
            cost,
            json,
        }),
        Err(_) => Err(Error::new(
            ErrorKind::UnexpectedResponse,
            "the job succeeded, but its `output` is missing or of another type than the model's; \
             `job_json` of this error is the whole response",
        )
        .with_http_status(200)
        .with_body(json.to_string())
        .with_job_json(json)),
    }
}

/// The cost in a response about a job, in USD.
pub(crate) fn cost_usd(json: &Value) -> Option<f64> {
    let cost = match json.get("cost")? {
        Value::String(text) => text.parse().ok(),
        number => number.as_f64(),
    };
    cost.filter(|cost: &f64| cost.is_finite() && *cost >= 0.0)
}

/// Parses the response of the cancel call.
pub(crate) fn parse_cancel_outcome(
    response: ApiResponse,
    token: &Token,
) -> Result<CancelOutcome, CallError> {
    let word = |name: &str| response.json.get(name).and_then(Value::as_str);
    let state = word("status").map(|word| State::parse(&token.redact(word)));
    match (word("outcome"), state) {
        // The state takes precedence over the outcome: an earlier call may have cancelled the job.
        (_, Some(State::Cancelled)) => Ok(CancelOutcome::Cancelled),
        (Some(outcome), _) => Ok(match outcome.to_ascii_lowercase().as_str() {
            "cancelled" | "canceled" => CancelOutcome::Cancelled,
            "not_cancellable" => CancelOutcome::TooLate,
            _ => CancelOutcome::Unknown(token.redact(outcome)),
        }),
        (None, Some(State::Running | State::Completed | State::Succeeded | State::Failed)) => {
            Ok(CancelOutcome::TooLate)
        }
        (None, Some(State::Queued)) => Ok(CancelOutcome::Unknown("in_queue".to_owned())),
        (None, Some(State::Unknown(_))) if ErrorBody::parse(&response.json).is_error() => {
            Err(CallError::unusable(response, token, "outcome"))
        }
        (None, Some(State::Unknown(word))) => Ok(CancelOutcome::Unknown(word)),
        (None, None)
            if response.json.contains_key("request_id")
                && !ErrorBody::parse(&response.json).is_error() =>
        {
            Ok(CancelOutcome::Unknown(String::new()))
        }
        (None, None) => Err(CallError::unusable(response, token, "outcome")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_states_vary() {
        for (word, state) in [
            ("success", State::Succeeded),
            ("canceled", State::Cancelled),
            ("COMPLETED", State::Completed),
            ("on_hold", State::Unknown("on_hold".to_owned())),
        ] {
            assert_eq!(State::parse(word), state);
        }
    }
}
