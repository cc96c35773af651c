//! Sends one request and reads its response, with the settings common to all calls. The status and the
//! body are not interpreted here, and requests are not retried.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::Method;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, RETRY_AFTER,
};
use url::Url;

use super::failure::Failure;
use super::response::{NoResponse, RawBodyEnd, RawResponse};
use super::retry_after::parse_retry_after;
use super::token::Token;
use super::transport::{BodyEnd, Transport, TransportError, TransportErrorKind, TransportRequest};
use crate::egress::is_encoded;

/// The transport and the settings common to all calls.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    transport: Arc<dyn Transport>,
    token: Token,
    request_timeout: Duration,
    max_response_bytes: usize,
}

/// Which connection a request uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connection {
    /// A connection that other requests use as well.
    Shared,
    /// A new connection that no other request uses. On a reused connection, a late response to an earlier
    /// request could be mistaken for the response to this one.
    Fresh,
}

/// A request to the API.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) connection: Connection,
    /// A time limit for this request. It applies only if it is shorter than the request timeout.
    pub(crate) time_limit: Option<Duration>,
}

impl Exchange {
    pub(crate) fn new(
        transport: Arc<dyn Transport>,
        token: Token,
        request_timeout: Duration,
        max_response_bytes: usize,
    ) -> Self {
        Self {
            transport,
            token,
            request_timeout,
            max_response_bytes,
        }
    }

    /// The same exchange with another timeout.
    pub(crate) fn with_request_timeout(&self, request_timeout: Duration) -> Self {
        Self {
            request_timeout,
            ..self.clone()
        }
    }

    pub(crate) fn token(&self) -> &Token {
        &self.token
    }

    /// Sends a request and reads the response.
    ///
    /// # Errors
    ///
    /// No response was received. The `failure` of the error is [`Failure::NeverConnected`] only if no byte
    /// of the request can have been sent.
    pub(crate) async fn call(&self, request: Request) -> Result<RawResponse, NoResponse> {
        let host = host(&request.url);
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, self.token.header());
        headers.insert(ACCEPT, JSON);
        if request.body.is_some() {
            headers.insert(CONTENT_TYPE, JSON);
        }
        let request = TransportRequest {
            method: request.method,
            url: request.url,
            headers,
            body: request.body,
            timeout: request.time_limit.map_or(self.request_timeout, |limit| {
                limit.min(self.request_timeout)
            }),
            max_response_bytes: self.max_response_bytes,
            needs_fresh_connection: request.connection == Connection::Fresh,
        };
        let response = self
            .transport
            .send(request)
            .await
            .map_err(|error| NoResponse {
                failure: failure(&error),
                host,
                source: error,
            })?;
        tracing::trace!(
            status = response.status,
            bytes = response.body.len(),
            "response read"
        );
        Ok(RawResponse {
            status: response.status,
            retry_after: retry_after(&response.headers),
            is_encoded: is_encoded(&response.headers),
            body: response.body,
            end: match response.end {
                BodyEnd::Complete => RawBodyEnd::Complete,
                BodyEnd::TooLarge => RawBodyEnd::TooLarge(self.max_response_bytes),
                BodyEnd::Broken(error) => {
                    // A response has arrived, so the request was sent, even if the kind is `NotSent`.
                    let failure = match error.kind {
                        TransportErrorKind::TimedOut => Failure::TimedOut,
                        _ => Failure::ConnectionLost,
                    };
                    RawBodyEnd::Broken(failure, error)
                }
            },
        })
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

fn failure(error: &TransportError) -> Failure {
    match error.kind {
        TransportErrorKind::NotSent => Failure::NeverConnected,
        TransportErrorKind::TimedOut => Failure::TimedOut,
        TransportErrorKind::ConnectionLost => Failure::ConnectionLost,
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
