//! One HTTP call: a request out, a bounded answer in. Nothing is judged or repeated here.

use std::time::{Duration, SystemTime};

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Method, Response};
use url::Url;

use crate::retry::{Failure, retry_after};
use crate::token::Token;

/// The connection pool, and what every call has in common.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    http: reqwest::Client,
    token: Token,
    request_timeout: Duration,
    max_answer: usize,
}

/// An answer, as far as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    /// HTTP status.
    pub(crate) status: u16,
    /// How long the server asked to be left alone.
    pub(crate) retry_after: Option<Duration>,
    /// What was read of the body.
    pub(crate) body: Vec<u8>,
    /// Why there is no more of it.
    pub(crate) end: End,
}

/// How the body of an answer ended.
#[derive(Debug)]
pub(crate) enum End {
    /// Where it should.
    Whole,
    /// At the size limit, in bytes.
    TooLarge(usize),
    /// Too early.
    Broken(Failure, reqwest::Error),
}

impl Transport {
    pub(crate) fn new(
        http: reqwest::Client,
        token: Token,
        request_timeout: Duration,
        max_answer: usize,
    ) -> Self {
        Self {
            http,
            token,
            request_timeout,
            max_answer,
        }
    }

    pub(crate) fn token(&self) -> &Token {
        &self.token
    }

    /// Sends a request and reads the answer. `limit` shortens the timeout.
    ///
    /// # Errors
    ///
    /// No answer at all: [`Failure::NeverConnected`] only where not a byte of the request can have
    /// left this machine.
    pub(crate) async fn call(
        &self,
        method: Method,
        url: Url,
        body: Option<Vec<u8>>,
        limit: Option<Duration>,
    ) -> Result<Answer, (Failure, reqwest::Error)> {
        let timeout = limit.map_or(self.request_timeout, |limit| {
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
        let response = request.send().await.map_err(lost)?;
        let status = response.status().as_u16();
        let retry_after = wish(response.headers());
        let (body, end) = read(response, self.max_answer).await;
        tracing::trace!(status, bytes = body.len(), "answer read");
        Ok(Answer {
            status,
            retry_after,
            body,
            end,
        })
    }
}

fn wish(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    retry_after(text(RETRY_AFTER)?, text(DATE), SystemTime::now())
}

async fn read(mut response: Response, max: usize) -> (Vec<u8>, End) {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if chunk.len() > max - body.len() => {
                body.extend_from_slice(&chunk[..max - body.len()]);
                return (body, End::TooLarge(max));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return (body, End::Whole),
            Err(error) => {
                let (failure, error) = lost(error);
                return (body, End::Broken(failure, error));
            }
        }
    }
}

/// What a transport error says about the request.
///
/// `is_connect` covers what the connector does: the name, TCP, a proxy's tunnel, the TLS handshake
/// and the timeout of them all. A pooled connection that turns out to be closed is not among it:
/// there the request may have been written before the end was seen. (A request that was never
/// written to such a connection is moved to another by the HTTP library itself, which has proof.)
fn lost(error: reqwest::Error) -> (Failure, reqwest::Error) {
    let failure = if error.is_connect() || error.is_builder() {
        Failure::NeverConnected
    } else if error.is_timeout() {
        Failure::TimedOut
    } else {
        Failure::ConnectionLost
    };
    // Paths hold model and request ids; the texts above name them where they help.
    (failure, error.without_url())
}
