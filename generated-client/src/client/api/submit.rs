//! The submit. A request that may be billed is never repeated on a guess.

use reqwest::Method;

use super::ApiCore;
use crate::client::error::{Error, ErrorKind};
use crate::client::http::{
    BodyEnd, CallError, Failure, RawResponse, SubmitDecision, Token, created_request_id,
    mentions_request_id,
};

impl ApiCore {
    /// Submits an input to a model and returns the request id of the job.
    pub(crate) async fn submit(
        &self,
        model_id: &str,
        path: &str,
        input: Vec<u8>,
    ) -> Result<String, Error> {
        let url = self.base_url.submit(path);
        let mut failures = 0;
        loop {
            let response = self
                .transport
                .call(Method::POST, url.clone(), Some(input.clone()), None)
                .await;
            let failed = match interpret(response, self.transport.token()) {
                Ok(request_id) => {
                    tracing::debug!(request_id, "job created");
                    return Ok(request_id);
                }
                Err(failed) => failed,
            };
            let CallError { failure, error } = failed.call;
            failures += 1;
            match failed.decision {
                SubmitDecision::Refused => return Err(error.with_retryable(false)),
                SubmitDecision::Uncertain => {
                    tracing::warn!(?failure, "unknown whether the submit created a job");
                    return Err(uncertain(error, model_id));
                }
                SubmitDecision::Retry => {
                    let retry_after = error.retry_after();
                    let delay = self.retry.next_delay(failures, retry_after, self.jitter());
                    let Some(delay) = delay else {
                        return Err(error.with_retryable(true));
                    };
                    tracing::debug!(?failure, ?delay, "no job was created, submitting again");
                    self.clock.sleep(delay).await;
                }
            }
        }
    }
}

/// A submit that created no known job.
struct FailedSubmit {
    decision: SubmitDecision,
    call: CallError,
}

/// Interprets the response to a submit, or its absence.
fn interpret(
    response: Result<RawResponse, (Failure, reqwest::Error)>,
    token: &Token,
) -> Result<String, FailedSubmit> {
    let response = match response {
        Ok(response) => response,
        Err((failure, source)) => {
            return Err(FailedSubmit {
                decision: failure.submit_decision(),
                call: CallError::no_response(failure, source),
            });
        }
    };
    let http_status = response.status;
    let named = created_request_id(&response.body);
    if (200..300).contains(&http_status)
        && let Some(request_id) = named
    {
        // The job exists, however odd the rest of the response is.
        return Ok(request_id);
    }
    // A refusal must be complete and name no job.
    let is_refusal =
        matches!(response.end, BodyEnd::Complete) && !mentions_request_id(&response.body);
    let mut call = match response.parse(token) {
        Err(call) => call,
        Ok(response) => CallError::unusable(response, token, "request_id"),
    };
    if let Some(request_id) = named {
        call.error = call.error.with_request_id(&request_id);
    }
    let decision = match call.failure {
        Failure::RateLimited | Failure::Unavailable if !is_refusal => SubmitDecision::Uncertain,
        // The error is in the body of a success: which server wrote it is unknown.
        Failure::Unavailable if http_status < 300 => SubmitDecision::Uncertain,
        Failure::RateLimited if http_status < 300 => SubmitDecision::Refused,
        failure => failure.submit_decision(),
    };
    Err(FailedSubmit { decision, call })
}

fn uncertain(error: Error, model_id: &str) -> Error {
    error
        .with_context(ErrorKind::UncertainSubmit, |cause| {
            format!(
                "it is unknown whether the submit to {model_id} created a job: {cause}. A job may \
                 exist and be billed, so the submit was not repeated. Check the requests in your \
                 RunComfy account, and submit again only if the job is not there"
            )
        })
        .with_retryable(false)
}
