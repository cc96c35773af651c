//! The API core: sends a call once or with retries, and submits inputs.

mod recorded;
mod status;
mod submit;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::Method;
use tracing::Instrument;

use super::clock::Clock;
use super::error::Error;
use super::http::{ApiResponse, BaseUrl, CallError, Connection, Exchange, Request, Token};
use super::policy::{PollPolicy, RetryPolicy};
use super::spend::SpendLimit;

pub(crate) use recorded::{parse_recorded_result, recordable_result};
pub use status::{CancelOutcome, Finished, State, Status};
pub(crate) use status::{
    JobOutcome, cost_usd, has_output, parse_cancel_outcome, parse_finished, parse_job_outcome,
    parse_status,
};
pub(crate) use submit::{FailedSubmit, Submission};

/// The settings and state that all clones of a client and all its jobs share.
pub(crate) struct ApiCore {
    pub(crate) exchange: Exchange,
    pub(crate) base_url: BaseUrl,
    pub(crate) retry: RetryPolicy,
    pub(crate) poll: PollPolicy,
    pub(crate) include_cost: bool,
    pub(crate) spend_limit: Option<Arc<SpendLimit>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rng: Mutex<fastrand::Rng>,
}

/// An idempotent call about a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Status,
    Result,
    Cancel,
}

impl Endpoint {
    /// The last segment of the path.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Result => "result",
            Self::Cancel => "cancel",
        }
    }

    fn method(self) -> Method {
        match self {
            Self::Status | Self::Result => Method::GET,
            Self::Cancel => Method::POST,
        }
    }
}

/// Interprets a response.
pub(crate) type Parse<T> = fn(ApiResponse, &Token) -> Result<T, CallError>;

/// The outcome of a successful call.
#[derive(Debug)]
pub(crate) struct Attempt<T> {
    pub(crate) value: T,
    /// The number of requests that were sent.
    pub(crate) attempts: u32,
    /// The delay that the server asked for.
    pub(crate) retry_after: Option<Duration>,
}

impl ApiCore {
    /// Returns a copy of the core, changed by `change`.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> Arc<Self> {
        let rng = self
            .rng
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fork();
        let mut core = Self {
            exchange: self.exchange.clone(),
            base_url: self.base_url.clone(),
            retry: self.retry,
            poll: self.poll,
            include_cost: self.include_cost,
            spend_limit: self.spend_limit.clone(),
            clock: self.clock.clone(),
            rng: Mutex::new(rng),
        };
        change(&mut core);
        Arc::new(core)
    }

    /// A random number from 0 to 1, for jitter.
    pub(crate) fn jitter(&self) -> f64 {
        self.rng
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .f64()
    }

    /// Makes a call without retries. The only exception: if the response contains the id of another
    /// request, the call is repeated once on a new connection. If `time_limit` is shorter than the request
    /// timeout, it replaces the timeout.
    pub(crate) async fn send<T>(
        &self,
        endpoint: Endpoint,
        request_id: &str,
        time_limit: Option<Duration>,
        parse: Parse<T>,
    ) -> Result<Attempt<T>, CallError> {
        let started = self.clock.now();
        let mut attempts = 1;
        let mut response = self
            .call(endpoint, request_id, time_limit, Connection::Shared)
            .await;
        if let Ok(received) = &response
            && received.names_other_request(request_id)
        {
            // On a shared connection, this may be a late response that belongs to an earlier request.
            tracing::warn!("the response names another request, repeating the call");
            let elapsed = self.clock.now().saturating_sub(started);
            let time_limit = time_limit.map(|limit| limit.saturating_sub(elapsed));
            attempts = 2;
            response = self
                .call(endpoint, request_id, time_limit, Connection::Fresh)
                .await;
        }
        let attempt = response.and_then(|response| {
            let retry_after = response.retry_after;
            Ok(Attempt {
                value: parse(response, self.exchange.token())?,
                attempts,
                retry_after,
            })
        });
        attempt.map_err(|call| CallError {
            error: call.error.with_request_id(request_id),
            ..call
        })
    }

    async fn call(
        &self,
        endpoint: Endpoint,
        request_id: &str,
        time_limit: Option<Duration>,
        connection: Connection,
    ) -> Result<ApiResponse, CallError> {
        let mut url = self.base_url.request(request_id, endpoint.name());
        if endpoint == Endpoint::Result && self.include_cost {
            url.set_query(Some("include_cost=true"));
        }
        let request = Request {
            method: endpoint.method(),
            url,
            body: None,
            connection,
            time_limit,
        };
        match self.exchange.call(request).await {
            Ok(response) => response.parse(self.exchange.token()),
            Err(no_response) => Err(CallError::no_response(no_response)),
        }
    }

    /// Makes a call, and repeats it as the retry policy allows.
    pub(crate) async fn send_with_retry<T>(
        &self,
        endpoint: Endpoint,
        request_id: &str,
        parse: Parse<T>,
    ) -> Result<Attempt<T>, Error> {
        let span = tracing::debug_span!("call", call = endpoint.name(), request_id);
        async {
            let mut attempts = 1;
            loop {
                let CallError { failure, error } =
                    match self.send(endpoint, request_id, None, parse).await {
                        Ok(attempt) => {
                            return Ok(Attempt {
                                attempts: attempts - 1 + attempt.attempts,
                                ..attempt
                            });
                        }
                        Err(call) => call,
                    };
                let delay = failure
                    .is_retryable()
                    .then(|| {
                        self.retry
                            .next_delay(attempts, error.retry_after(), self.jitter())
                    })
                    .flatten();
                let Some(delay) = delay else {
                    tracing::debug!(?failure, attempts, "call failed");
                    return Err(error);
                };
                tracing::debug!(?failure, attempts, ?delay, "retrying");
                self.clock.sleep(delay).await;
                attempts += 1;
            }
        }
        .instrument(span)
        .await
    }
}

impl fmt::Debug for ApiCore {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ApiCore").finish_non_exhaustive()
    }
}
