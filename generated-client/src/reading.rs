//! What the answers about a job say.

use serde_json::{Map, Value};

use crate::answer::{ErrorBody, Finished, State, Status, one_line};
use crate::error::{Error, ErrorKind};
use crate::fault::{Fault, Reply};
use crate::job::CancelOutcome;
use crate::model::ModelOutput;
use crate::token::Token;

/// What the result call says of a job.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It has no end yet.
    Pending(Status),
    /// It succeeded: the whole answer.
    Succeeded(Map<String, Value>),
    /// It failed, or was cancelled.
    Over(Error),
}

/// Reads the answer of the status call.
pub(crate) fn status(reply: Reply, token: &Token) -> Result<Status, Fault> {
    let word = reply.json.get("status").and_then(Value::as_str);
    // Whatever the server says there may be a text that it was sent.
    let state = word.map(|word| State::read(&token.redact(word)));
    let state = match state {
        // With a known state, an error text in the answer is about the job, not about the call.
        Some(State::Unknown(_)) if ErrorBody::read(&reply.json).code.is_some() => None,
        state => state,
    };
    let Some(state) = state else {
        return Err(Fault::in_reply(reply, token, "status"));
    };
    let queue_position = reply
        .json
        .get("queue_position")
        .and_then(|position| match position {
            Value::String(text) => text.parse().ok(),
            number => number.as_u64(),
        });
    let json = token.redact_json(&Value::Object(reply.json));
    Ok(Status {
        state,
        queue_position,
        json,
    })
}

/// Reads the answer of the result call: its own state is the verdict.
pub(crate) fn verdict(reply: Reply, token: &Token) -> Result<Verdict, Fault> {
    let json = reply.json.clone();
    let http_status = reply.http_status;
    let status = status(reply, token)?;
    let over = |kind, what: &str| {
        let said = ErrorBody::read(&json);
        let mut message = what.to_owned();
        if let Some(text) = &said.text {
            message += &format!(": {}", one_line(&token.redact(text)));
        }
        let error = Error::new(kind, message)
            .with_http_status(http_status)
            .with_provider_code(said.code)
            .with_job_json(status.json.clone());
        Ok(Verdict::Over(error))
    };
    match status.state {
        State::Succeeded => Ok(Verdict::Succeeded(json)),
        State::Failed => over(ErrorKind::FailedJob, "the job failed"),
        State::Cancelled => over(ErrorKind::Cancelled, "the job was cancelled"),
        // `completed` is a word of the status call. Here it tells success only by what is there.
        State::Completed if json.get("output").is_some_and(Value::is_object) => {
            Ok(Verdict::Succeeded(json))
        }
        State::Completed | State::Queued | State::Running | State::Unknown(_) => {
            Ok(Verdict::Pending(status))
        }
    }
}

/// Types the answer about a job that succeeded.
pub(crate) fn finished<O: ModelOutput>(
    json: Map<String, Value>,
    token: &Token,
) -> Result<Finished<O>, Error> {
    let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
    let (created_at, finished_at) = (text("created_at"), text("finished_at"));
    let cost = json.get("cost").and_then(|cost| match cost {
        Value::String(text) => text.parse().ok(),
        number => number.as_f64(),
    });
    let cost = cost.filter(|cost: &f64| cost.is_finite());
    let output = json.get("output").cloned().unwrap_or_default();
    let json = Value::Object(json);
    match O::from_value(output) {
        Ok(output) => Ok(Finished {
            output,
            created_at,
            finished_at,
            cost,
            json,
        }),
        Err(_) => {
            let json = token.redact_json(&json);
            Err(Error::new(
                ErrorKind::UnexpectedAnswer,
                "the job succeeded, but its `output` is not a JSON object; the error's `job_json` \
                 has the whole answer",
            )
            .with_http_status(200)
            .with_body(json.to_string())
            .with_job_json(json))
        }
    }
}

/// What the cancel call says, and whether the answer itself says that the job is cancelled.
pub(crate) fn cancelled(reply: Reply, token: &Token) -> Result<CancelOutcome, Fault> {
    let word = |name: &str| reply.json.get(name).and_then(Value::as_str);
    let state = word("status").map(|word| State::read(&token.redact(word)));
    match (word("outcome"), state) {
        // Whatever the outcome of this call, an earlier one had its effect.
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
        (None, Some(State::Unknown(_))) if ErrorBody::read(&reply.json).is_error() => {
            Err(Fault::in_reply(reply, token, "outcome"))
        }
        (None, Some(State::Unknown(word))) => Ok(CancelOutcome::Unknown(word)),
        (None, None)
            if reply.json.contains_key("request_id")
                && !ErrorBody::read(&reply.json).is_error() =>
        {
            Ok(CancelOutcome::Unknown(String::new()))
        }
        (None, None) => Err(Fault::in_reply(reply, token, "outcome")),
    }
}
