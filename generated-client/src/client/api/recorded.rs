//! Converts results of ended jobs to responses for recording, and back.

use serde_json::Value;

use super::status::{Finished, JobOutcome, parse_finished, parse_job_outcome};
use crate::client::error::Error;
use crate::client::http::{ApiResponse, Token};
use crate::model::ModelOutput;

/// Returns the response that the journal records after the wait for a job. The token is redacted. `None` if
/// `result` contains no response about the job, or if that response does not state the outcome.
pub(crate) fn recordable_result<O>(
    result: &Result<Finished<O>, Error>,
    token: &Token,
) -> Option<Value> {
    let response = match result {
        Ok(finished) => &finished.json,
        Err(error) => error.job_json()?,
    };
    let outcome = parse_response(response, token)?;
    let has_ended = !matches!(outcome, JobOutcome::Pending(_));
    has_ended.then(|| token.redact_json(response))
}

/// The result that a recorded response contains. `None` if it contains none.
pub(crate) fn parse_recorded_result<O: ModelOutput>(
    response: &Value,
    token: &Token,
) -> Option<Result<Finished<O>, Error>> {
    match parse_response(response, token)? {
        JobOutcome::Pending(_) => None,
        JobOutcome::Succeeded(json) => Some(parse_finished(json, token)),
        JobOutcome::Ended(error) => Some(Err(error)),
    }
}

fn parse_response(response: &Value, token: &Token) -> Option<JobOutcome> {
    let response = ApiResponse {
        http_status: 200,
        json: response.as_object()?.clone(),
        retry_after: None,
    };
    parse_job_outcome(response, token).ok()
}
