//! Submits inputs. A submit that may have created a billed job is not repeated.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

use super::ApiCore;
use crate::client::error::{Error, ErrorKind};
use crate::client::http::{
    CallError, Connection, Failure, NoResponse, OwnError, RawResponse, Request, SubmitDecision,
    Token, created_request_id, nested_request_id,
};
use crate::client::spend::Reservation;

/// An input to submit to a model.
#[derive(Debug)]
pub(crate) struct Submission<'a> {
    pub(crate) model_id: &'a str,
    pub(crate) path: &'a str,
    /// The input as JSON.
    pub(crate) body: &'a [u8],
    /// The estimated cost, if the model has a price.
    pub(crate) estimate_usd: Option<f64>,
}

/// A submit that failed, or for which it is unknown whether it created a job.
#[derive(Debug)]
pub(crate) struct FailedSubmit {
    pub(crate) decision: SubmitDecision,
    pub(crate) error: Error,
}

impl ApiCore {
    /// Submits an input to a model and returns the request id of the job. Repeats the submit as the
    /// retry policy allows.
    pub(crate) async fn submit(&self, submission: &Submission<'_>) -> Result<String, Error> {
        let mut failures = 0;
        loop {
            let failed = match self.submit_once(submission).await {
                Ok(request_id) => return Ok(request_id),
                Err(failed) => failed,
            };
            failures += 1;
            match self.submit_delay(&failed, failures) {
                Some(delay) => self.clock.sleep(delay).await,
                None => return Err(failed.error),
            }
        }
    }

    /// The delay before a failed submit is repeated. `None` if it is not repeated.
    fn submit_delay(&self, failed: &FailedSubmit, failures: u32) -> Option<Duration> {
        if failed.decision != SubmitDecision::Retry {
            return None;
        }
        let retry_after = failed.error.retry_after();
        let delay = self
            .retry
            .next_delay(failures, retry_after, self.jitter())?;
        tracing::debug!(?delay, "no job was created, submitting again");
        Some(delay)
    }

    async fn submit_once(&self, submission: &Submission<'_>) -> Result<String, FailedSubmit> {
        let reservation = self.reserve(submission)?;
        self.submit_reserved(submission, reservation).await
    }

    /// Reserves the amount of a submit in the total of the spend limit. Returns `Ok(None)` if no limit is
    /// set, and an error if the submit would exceed the limit.
    pub(crate) fn reserve(
        &self,
        submission: &Submission<'_>,
    ) -> Result<Option<Reservation>, FailedSubmit> {
        let reservation = self
            .spend_limit
            .as_ref()
            .map(|limit| limit.reserve(submission.model_id, submission.estimate_usd));
        reservation.transpose().map_err(|error| FailedSubmit {
            decision: SubmitDecision::Refused,
            error,
        })
    }

    /// Submits an input once, on a new connection.
    pub(crate) async fn submit_reserved(
        &self,
        submission: &Submission<'_>,
        reservation: Option<Reservation>,
    ) -> Result<String, FailedSubmit> {
        let Some(mut reservation) = reservation else {
            return self.send_submit(submission).await;
        };
        reservation.mark_sent();
        let result = self.send_submit(submission).await;
        match &result {
            Ok(request_id) => reservation.assign(request_id),
            // A job may exist, so the amount stays in the total. If the id is known, the amount can be
            // replaced by the cost later.
            Err(failed) if failed.decision == SubmitDecision::Uncertain => {
                if let Some(request_id) = failed.error.request_id() {
                    reservation.assign(request_id);
                }
            }
            Err(_) => reservation.release(),
        }
        result
    }

    async fn send_submit(&self, submission: &Submission<'_>) -> Result<String, FailedSubmit> {
        let request = Request {
            method: Method::POST,
            url: self.base_url.submit(submission.path),
            body: Some(submission.body.to_vec()),
            // On a reused connection, a late response to an earlier request could be read instead.
            connection: Connection::Fresh,
            time_limit: None,
        };
        let response = self.exchange.call(request).await;
        match interpret(response, self.exchange.token()) {
            Ok(request_id) => {
                tracing::debug!(request_id, "job created");
                Ok(request_id)
            }
            Err((decision, error)) => {
                let error = match decision {
                    SubmitDecision::Retry => error.with_retryable(true),
                    SubmitDecision::Refused => error.with_retryable(false),
                    SubmitDecision::Uncertain => {
                        tracing::warn!(%error, "unknown whether the submit created a job");
                        uncertain(error, submission.model_id)
                    }
                };
                Err(FailedSubmit { decision, error })
            }
        }
    }
}

/// Interprets the response to a submit, or its absence.
fn interpret(
    response: Result<RawResponse, NoResponse>,
    token: &Token,
) -> Result<String, (SubmitDecision, Error)> {
    let response = match response {
        Ok(response) => response,
        Err(no_response) => {
            let decision = no_response.failure.submit_decision();
            return Err((decision, CallError::no_response(no_response).error));
        }
    };
    let is_success = (200..300).contains(&response.status);
    let created = created_request_id(&response.body, token);
    let json: Option<Value> = serde_json::from_slice(&response.body).ok();
    let own_error = response.own_error(json.as_ref());
    let call = match (response.parse(token), &created) {
        (Ok(response), Some(request_id)) if is_success && !response.has_error_code() => {
            return Ok(request_id.clone());
        }
        // The job exists, although the rest of the response is unreadable.
        (Err(_), Some(request_id)) if is_success => return Ok(request_id.clone()),
        (Ok(response), _) => CallError::unusable(response, token, "request_id"),
        (Err(call), _) => call,
    };
    let decision = decide(own_error, call.failure, is_success, created.is_some());
    let nested = || nested_request_id(json.as_ref()?, token);
    let error = match created.or_else(nested) {
        Some(request_id) => call.error.with_request_id(&request_id),
        None => call.error,
    };
    Err((decision, error))
}

fn decide(own_error: OwnError, failure: Failure, is_success: bool, has_id: bool) -> SubmitDecision {
    match failure {
        _ if has_id => SubmitDecision::Uncertain,
        // An error body with a success status. If the API itself wrote it, no job was created.
        Failure::RateLimited | Failure::Refused if is_success => {
            if own_error.any {
                SubmitDecision::Refused
            } else {
                SubmitDecision::Uncertain
            }
        }
        Failure::Unavailable if is_success || !own_error.marked => SubmitDecision::Uncertain,
        Failure::RateLimited if !own_error.any => SubmitDecision::Uncertain,
        Failure::Refused if own_error.mentions_job => SubmitDecision::Uncertain,
        failure => failure.submit_decision(),
    }
}

fn uncertain(error: Error, model_id: &str) -> Error {
    let known_id = error.request_id().is_some();
    error
        .with_context(ErrorKind::UncertainSubmit, |cause| {
            let advice = if known_id {
                "Resume the job by its request id"
            } else {
                "Check the requests in your RunComfy account, and submit again only if the job is \
                 not there"
            };
            format!(
                "it is unknown whether the submit to {model_id} created a job: {cause}. A job may \
                 exist and be billed, so the submit was not repeated. {advice}"
            )
        })
        .with_retryable(false)
}
