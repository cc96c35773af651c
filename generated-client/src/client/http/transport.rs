//! The transport, which sends requests and receives responses. It can be replaced, for tests and for
//! middleware.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::Method;
use reqwest::header::HeaderMap;
use url::Url;

/// Sends the requests of a [`Client`](crate::Client).
///
/// The default uses reqwest. Another transport, set with
/// [`ClientBuilder::transport`](crate::ClientBuilder::transport), can answer requests in tests
/// without a server, or wrap another HTTP client.
///
/// **The billing rules rely on the transport.** It must not repeat a request, follow a redirect, or
/// send the token to another host, and must report [`TransportErrorKind::NotSent`] only if no byte
/// of the request can have been sent.
///
/// ```
/// use futures_util::future::BoxFuture;
/// use runcomfy_client::Client;
/// use runcomfy_client::transport::{
///     BodyEnd, Transport, TransportError, TransportRequest, TransportResponse,
/// };
///
/// /// Creates the job `j` for every submit.
/// #[derive(Debug)]
/// struct Fake;
///
/// impl Transport for Fake {
///     fn send(
///         &self,
///         _: TransportRequest,
///     ) -> BoxFuture<'_, Result<TransportResponse, TransportError>> {
///         Box::pin(async {
///             Ok(TransportResponse {
///                 status: 200,
///                 headers: Default::default(),
///                 body: br#"{"request_id":"j"}"#.to_vec(),
///                 end: BodyEnd::Complete,
///             })
///         })
///     }
/// }
///
/// # fn main() -> Result<(), runcomfy_client::Error> {
/// let client = Client::builder().token("any").transport(Fake).build()?;
/// # let _ = client;
/// # Ok(())
/// # }
/// ```
pub trait Transport: Debug + Send + Sync + 'static {
    /// Sends a request once and reads its response.
    ///
    /// # Errors
    ///
    /// No response was received.
    fn send(
        &self,
        request: TransportRequest,
    ) -> BoxFuture<'_, Result<TransportResponse, TransportError>>;
}

/// A request to the API.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TransportRequest {
    /// `GET` or `POST`.
    pub method: Method,
    /// The URL, which begins with the configured base URL.
    pub url: Url,
    /// The headers. `Authorization` contains the token and is marked as sensitive.
    pub headers: HeaderMap,
    /// The request body, which is JSON.
    pub body: Option<Vec<u8>>,
    /// The time limit for the request and its response, up to the last byte of the response.
    pub timeout: Duration,
    /// The maximum number of bytes of the response body to read.
    pub max_response_bytes: usize,
    /// Whether the request needs a new connection that no other request uses. On a reused connection, a
    /// late response to an earlier request could be mistaken for the response to this one. True for submits,
    /// and for a call that is repeated because the response named another request.
    pub needs_fresh_connection: bool,
}

/// A response, as far as it was received.
#[derive(Debug)]
pub struct TransportResponse {
    /// HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The part of the body that was read.
    pub body: Vec<u8>,
    /// How the body ended.
    pub end: BodyEnd,
}

/// How the body of a response ended.
#[derive(Debug)]
pub enum BodyEnd {
    /// The body is complete.
    Complete,
    /// The body was cut off at [`max_response_bytes`](TransportRequest::max_response_bytes).
    TooLarge,
    /// The body ended early. [`TransportErrorKind::NotSent`] counts as
    /// [`ConnectionLost`](TransportErrorKind::ConnectionLost) here.
    Broken(TransportError),
}

/// Why a response was not received, or was received only in part.
#[derive(Debug, thiserror::Error)]
#[error("the exchange failed: {kind:?}")]
pub struct TransportError {
    /// How the request failed, and whether it may have been sent.
    pub kind: TransportErrorKind,
    /// The cause.
    pub source: Box<dyn StdError + Send + Sync>,
}

/// How a request without a complete response failed, and whether it may have been sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportErrorKind {
    /// No byte of the request was sent, for example because name resolution, TCP or TLS failed. A submit
    /// is then repeated as the retry policy allows.
    NotSent,
    /// The time limit passed. The request may have been sent.
    TimedOut,
    /// The connection was lost. The request may have been sent.
    ConnectionLost,
}
