//! One HTTP call: a request and its bounded response. Nothing is interpreted or repeated here.

use std::time::{Duration, SystemTime};

use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER,
};
use reqwest::{Method, Response};
use url::Url;

use super::failure::Failure;
use super::response::{BodyEnd, NoResponse, RawResponse};
use super::retry_after::parse_retry_after;
use super::token::Token;
use crate::egress::is_encoded;

/// The HTTP clients and the settings common to all calls.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    /// Reuses connections.
    pooled: reqwest::Client,
    /// Opens a connection for each request and closes it afterwards.
    unpooled: reqwest::Client,
    token: Token,
    request_timeout: Duration,
    max_response_bytes: usize,
}

/// Which connection a request uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connection {
    /// One from the pool, or a new one.
    Pooled,
    /// A new one, used for nothing else. Nothing that arrived earlier can be mistaken for the
    /// response.
    Fresh,
}

/// A request to the API.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) connection: Connection,
    /// Shortens the timeout.
    pub(crate) time_limit: Option<Duration>,
}

impl Transport {
    pub(crate) fn new(
        pooled: reqwest::Client,
        unpooled: reqwest::Client,
        token: Token,
        request_timeout: Duration,
        max_response_bytes: usize,
    ) -> Self {
        Self {
            pooled,
            unpooled,
            token,
            request_timeout,
            max_response_bytes,
        }
    }

    pub(crate) fn token(&self) -> &Token {
        &self.token
    }

    /// Sends a request and reads the response.
    ///
    /// # Errors
    ///
    /// There was no response. [`Failure::NeverConnected`] only if no byte of the request can have
    /// left this machine.
    pub(crate) async fn call(&self, request: Request) -> Result<RawResponse, NoResponse> {
        let host = host(&request.url);
        let http = match request.connection {
            Connection::Pooled => &self.pooled,
            Connection::Fresh => &self.unpooled,
        };
        let timeout = request.time_limit.map_or(self.request_timeout, |limit| {
            limit.min(self.request_timeout)
        });
        let mut builder = http
            .request(request.method, request.url)
            .timeout(timeout)
            .header(AUTHORIZATION, self.token.header())
            .header(ACCEPT, "application/json");
        if request.connection == Connection::Fresh {
            builder = builder.header(CONNECTION, "close");
        }
        if let Some(body) = request.body {
            builder = builder.header(CONTENT_TYPE, "application/json").body(body);
        }
        let response = builder.send().await.map_err(|error| {
            let (failure, source) = classify(error);
            NoResponse {
                failure,
                host,
                source,
            }
        })?;
        let status = response.status().as_u16();
        let retry_after = retry_after(response.headers());
        let is_encoded = is_encoded(response.headers());
        let (body, end) = read_body(response, self.max_response_bytes).await;
        tracing::trace!(status, bytes = body.len(), "response read");
        Ok(RawResponse {
            status,
            retry_after,
            is_encoded,
            body,
            end,
        })
    }
}

/// The host and port of a URL.
fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
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
