//! The submit rule: a request that may be billed is not sent twice on a guess.

use reqwest::Method;

use crate::answer::{names_a_request, request_id};
use crate::client::Core;
use crate::error::{Error, ErrorKind};
use crate::fault::{Fault, Reply, reply};
use crate::retry::{Failure, SubmitVerdict};
use crate::token::Token;
use crate::transport::{Answer, End};

impl Core {
    /// Sends an input to a model and returns the request id of the job that it made.
    pub(crate) async fn submit(
        &self,
        model_id: &str,
        path: &str,
        input: Vec<u8>,
    ) -> Result<String, Error> {
        let url = self.base.submit(path);
        let mut failures = 0;
        loop {
            let body = Some(input.clone());
            let answer = self
                .transport
                .call(Method::POST, url.clone(), body, None)
                .await;
            let (verdict, failure, error) = match judge(answer, self.transport.token()) {
                Ok(request_id) => {
                    tracing::debug!(request_id, "job submitted");
                    return Ok(request_id);
                }
                Err(refusal) => refusal,
            };
            failures += 1;
            match verdict {
                SubmitVerdict::Refused => return Err(error.retryable(false)),
                SubmitVerdict::Uncertain => {
                    tracing::warn!(?failure, "it is not known whether the submit made a job");
                    return Err(uncertain(error, model_id));
                }
                SubmitVerdict::Repeat => {
                    let wish = error.retry_after();
                    let Some(pause) = self.retry.pause(failures, wish, self.chance()) else {
                        return Err(error.retryable(true));
                    };
                    tracing::debug!(?failure, ?pause, "no job was made, submitting again");
                    self.clock.sleep(pause).await;
                }
            }
        }
    }
}

/// What the answer to a submit means, or its absence.
fn judge(
    answer: Result<Answer, (Failure, reqwest::Error)>,
    token: &Token,
) -> Result<String, (SubmitVerdict, Failure, Error)> {
    let answer = match answer {
        Ok(answer) => answer,
        Err((failure, source)) => {
            let fault = Fault::lost(failure, source);
            return Err((failure.of_submit(), failure, fault.error));
        }
    };
    let http_status = answer.status;
    if (200..300).contains(&http_status)
        && let Some(request_id) = request_id(&answer.body)
    {
        // However odd the rest of the answer is: the job exists, and nothing else matters now.
        return Ok(request_id);
    }
    // An answer that turns the request away must not name a job, and all of it must have been
    // seen to know that.
    let turned_away = matches!(answer.end, End::Whole) && !names_a_request(&answer.body);
    let named = request_id(&answer.body);
    let fault = match reply(answer, token) {
        Err(fault) => fault,
        Ok(Reply {
            http_status,
            json,
            retry_after,
        }) => Fault::in_reply(
            Reply {
                http_status,
                json,
                retry_after,
            },
            token,
            "request_id",
        ),
    };
    let Fault { failure, mut error } = fault;
    if let Some(request_id) = named {
        error = error.with_request_id(&request_id);
    }
    let verdict = match failure {
        Failure::RateLimited | Failure::Unavailable if !turned_away => SubmitVerdict::Uncertain,
        // Said in a body that came with success: who wrote it, and when, is not known.
        Failure::Unavailable if http_status < 300 => SubmitVerdict::Uncertain,
        Failure::RateLimited if http_status < 300 => SubmitVerdict::Refused,
        failure => failure.of_submit(),
    };
    Err((verdict, failure, error))
}

fn uncertain(error: Error, model_id: &str) -> Error {
    error
        .reworded(ErrorKind::UncertainSubmit, |what| {
            format!(
                "it is not known whether the job for {model_id} was made: {what}. It may exist and \
                 be billed, so it was not submitted again. Look for it among the requests in your \
                 RunComfy account; submit again only when it is not there"
            )
        })
        .retryable(false)
}
