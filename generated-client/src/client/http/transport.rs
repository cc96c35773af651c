//! One HTTP call: a request and its bounded response. Nothing is interpreted or repeated here.

use std::time::{Duration, SystemTime};

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Method, Response};
use url::Url;

use super::failure::Failure;
use super::response::{BodyEnd, RawResponse};
use super::retry_after::parse_retry_after;
use super::token::Token;

/// The connection pool and the settings common to all calls.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    http: reqwest::Client,
    token: Token,
    request_timeout: Duration,
    max_response_bytes: usize,
}

impl Transport {
    pub(crate) fn new(
        http: reqwest::Client,
        token: Token,
        request_timeout: Duration,
        max_response_bytes: usize,
    ) -> Self {
        Self {
            http,
            token,
            request_timeout,
            max_response_bytes,
        }
    }

    pub(crate) fn token(&self) -> &Token {
        &self.token
    }

    /// Sends a request and reads the response. `time_limit` shortens the timeout.
    ///
    /// # Errors
    ///
    /// There was no response. [`Failure::NeverConnected`] only if no byte of the request can have
    /// left this machine.
    pub(crate) async fn call(
        &self,
        method: Method,
        url: Url,
        body: Option<Vec<u8>>,
        time_limit: Option<Duration>,
    ) -> Result<RawResponse, (Failure, reqwest::Error)> {
        let timeout = time_limit.map_or(self.request_timeout, |limit| {
            limit.min(self.request_timeout)
        });
        let mut request = self
            .http
            .request(method, url)
            .timeout(timeout)
            .header(AUTHORIZATION, self.token.header())
            .header(ACCEPT, "application/json");
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        let response = request.send().await.map_err(classify)?;
        let status = response.status().as_u16();
        let retry_after = retry_after(response.headers());
        let (body, end) = read_body(response, self.max_response_bytes).await;
        tracing::trace!(status, bytes = body.len(), "response read");
        Ok(RawResponse {
            status,
            retry_after,
            body,
            end,
        })
    }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    parse_retry_after(text(RETRY_AFTER)?, text(DATE), SystemTime::now())
}

async fn read_body(mut response: Response, max_bytes: usize) -> (Vec<u8>, BodyEnd) {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if chunk.len() > max_bytes - body.len() => {
                body.extend_from_slice(&chunk[..max_bytes - body.len()]);
                return (body, BodyEnd::TooLarge(max_bytes));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return (body, BodyEnd::Complete),
            Err(error) => {
                let (failure, error) = classify(error);
                return (body, BodyEnd::Broken(failure, error));
            }
        }
    }
}

/// What a transport error says about the request.
///
/// `is_connect` covers name resolution, TCP, a proxy's tunnel, the TLS handshake and the timeout of
/// them all. A pooled connection that turns out to be closed is not covered: the request may have
/// been written before the end was noticed.
fn classify(error: reqwest::Error) -> (Failure, reqwest::Error) {
    let failure = if error.is_connect() || error.is_builder() {
        Failure::NeverConnected
    } else if error.is_timeout() {
        Failure::TimedOut
    } else {
        Failure::ConnectionLost
    };
    // The URL contains model and request ids, which the error states separately.
    (failure, error.without_url())
}
