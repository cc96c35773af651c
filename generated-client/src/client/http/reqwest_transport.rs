//! The default transport, on reqwest.

use futures_util::future::BoxFuture;
use reqwest::Response;
use reqwest::header::CONNECTION;

use super::transport::{
    BodyEnd, Transport, TransportError, TransportErrorKind, TransportRequest, TransportResponse,
};

/// Two HTTP clients: one that reuses connections, and one that does not.
#[derive(Clone, Debug)]
pub(crate) struct ReqwestTransport {
    pooled: reqwest::Client,
    unpooled: reqwest::Client,
}

impl ReqwestTransport {
    /// Builds both clients. `settings` is called once for each of them.
    pub(crate) fn new(
        settings: impl Fn() -> reqwest::ClientBuilder,
    ) -> Result<Self, reqwest::Error> {
        Ok(Self {
            pooled: settings().build()?,
            unpooled: settings().pool_max_idle_per_host(0).build()?,
        })
    }

    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        let (http, headers) = if request.needs_fresh_connection {
            let mut headers = request.headers;
            headers.insert(CONNECTION, CLOSE);
            (&self.unpooled, headers)
        } else {
            (&self.pooled, request.headers)
        };
        let mut builder = http
            .request(request.method, request.url)
            .timeout(request.timeout)
            .headers(headers);
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        let response = builder.send().await.map_err(classify)?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let (body, end) = read_body(response, request.max_response_bytes).await;
        Ok(TransportResponse {
            status,
            headers,
            body,
            end,
        })
    }
}

const CLOSE: reqwest::header::HeaderValue = reqwest::header::HeaderValue::from_static("close");

impl Transport for ReqwestTransport {
    fn send(
        &self,
        request: TransportRequest,
    ) -> BoxFuture<'_, Result<TransportResponse, TransportError>> {
        Box::pin(Self::send(self, request))
    }
}

async fn read_body(mut response: Response, max_bytes: usize) -> (Vec<u8>, BodyEnd) {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if chunk.len() > max_bytes - body.len() => {
                body.extend_from_slice(&chunk[..max_bytes - body.len()]);
                return (body, BodyEnd::TooLarge);
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return (body, BodyEnd::Complete),
            Err(error) => return (body, BodyEnd::Broken(classify(error))),
        }
    }
}

/// Classifies a reqwest error by whether the request may have been sent.
///
/// `is_connect` covers name resolution, TCP, a proxy's tunnel, the TLS handshake, and the connect
/// timeout for all of these. It does not cover a pooled connection that turns out to be closed: the
/// request may have been written before the closed connection was noticed.
fn classify(error: reqwest::Error) -> TransportError {
    let kind = if error.is_connect() || error.is_builder() {
        TransportErrorKind::NotSent
    } else if error.is_timeout() {
        TransportErrorKind::TimedOut
    } else {
        TransportErrorKind::ConnectionLost
    };
    TransportError {
        kind,
        // The URL contains model and request ids, which the error states separately.
        source: error.without_url().into(),
    }
}
