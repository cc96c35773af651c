//! Reading from the API. Failed reads are retried, with growing delays.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::value::RawValue;

use crate::base_url::BaseUrl;
use crate::error::Error;

/// The maximum number of attempts for one read.
const ATTEMPTS: u32 = 6;
/// The largest accepted response. A page of 100 models has about a megabyte.
const MAX_BYTES: usize = 64 << 20;
/// The longest delay before a read is repeated. A longer `Retry-After` ends the run.
const MAX_DELAY: Duration = Duration::from_secs(120);
/// How much of an error response is shown, in Unicode scalar values.
const MAX_MESSAGE: usize = 300;

/// A read-only client of the API.
pub(crate) struct Http {
    client: Client,
    base_url: BaseUrl,
    retry_delay: Duration,
}

/// Why one attempt failed.
enum Failure {
    /// Another attempt cannot succeed.
    Permanent(Error),
    /// Another attempt may succeed after at least this delay.
    Transient(Error, Duration),
}

impl Http {
    pub(crate) fn new(
        base_url: BaseUrl,
        token: SecretString,
        retry_delay: Duration,
    ) -> Result<Self, Error> {
        // Fails only if a cryptography provider is already installed, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let token = format!("Bearer {}", token.expose_secret());
        let mut token = HeaderValue::try_from(token).map_err(|_| Error::InvalidToken)?;
        token.set_sensitive(true);
        let builder = Client::builder()
            .default_headers(HeaderMap::from_iter([(AUTHORIZATION, token)]))
            // Redirects are not followed, so that the token is sent to the given origin only.
            .redirect(Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(120));
        let builder = if base_url.is_local() {
            builder.no_proxy()
        } else {
            builder
        };
        Ok(Self {
            client: builder.build().map_err(Error::Setup)?,
            base_url,
            retry_delay,
        })
    }

    /// The JSON at a path.
    pub(crate) async fn read(&self, path: &str) -> Result<Box<RawValue>, Error> {
        let mut delay = self.retry_delay;
        let mut attempt = 1;
        loop {
            match self.read_once(path, attempt).await {
                Ok(json) => return Ok(json),
                Err(Failure::Permanent(error)) => return Err(error),
                Err(Failure::Transient(error, retry_after)) => {
                    if attempt == ATTEMPTS || retry_after > MAX_DELAY {
                        return Err(error);
                    }
                    tokio::time::sleep(delay.max(retry_after)).await;
                    delay = (delay * 2).min(MAX_DELAY);
                    attempt += 1;
                }
            }
        }
    }

    async fn read_once(&self, path: &str, attempts: u32) -> Result<Box<RawValue>, Failure> {
        let transport = |source: reqwest::Error| {
            let error = Error::Transport {
                path: path.to_owned(),
                attempts,
                // The message already contains the path.
                source: source.without_url(),
            };
            Failure::Transient(error, Duration::ZERO)
        };
        let request = self.client.get(self.base_url.at(path));
        let response = request.send().await.map_err(transport)?;
        let status = response.status().as_u16();
        let retry_after = retry_after(&response);
        let body = body(response, path)
            .await
            .map_err(|failure| match failure {
                BodyFailure::Transport(error) => transport(error),
                BodyFailure::TooLarge(error) => Failure::Permanent(error),
            })?;
        let is_transient = matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504);
        if status != 200 {
            let error = Error::Status {
                path: path.to_owned(),
                status,
                message: message(&body),
            };
            return Err(if is_transient {
                Failure::Transient(error, retry_after)
            } else {
                Failure::Permanent(error)
            });
        }
        serde_json::from_slice(&body).map_err(|error| {
            let error = Error::NotACatalogue {
                path: path.to_owned(),
                reason: error.to_string(),
            };
            // Retried, since a proxy may have truncated the response.
            Failure::Transient(error, Duration::ZERO)
        })
    }
}

enum BodyFailure {
    Transport(reqwest::Error),
    TooLarge(Error),
}

async fn body(mut response: Response, path: &str) -> Result<Vec<u8>, BodyFailure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(BodyFailure::Transport)? {
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(BodyFailure::TooLarge(Error::TooLarge {
                path: path.to_owned(),
                limit: MAX_BYTES,
            }));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The delay in the `Retry-After` header. Zero if there is none, or if it is not a whole number of seconds.
fn retry_after(response: &Response) -> Duration {
    let header = response.headers().get(RETRY_AFTER);
    let seconds = header.and_then(|header| header.to_str().ok()?.trim().parse().ok());
    Duration::from_secs(seconds.unwrap_or_default())
}

/// The beginning of an error response on one line, without control characters, preceded by a colon and a
/// space. Empty if the response has no text.
fn message(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let text: String = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(MAX_MESSAGE)
        .collect();
    if text.is_empty() {
        text
    } else {
        format!(": {text}")
    }
}
