//! The errors of reading a media file.

use std::io;

/// Why the header of a file could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// The local file that was given for the URL cannot be read.
    #[error("the local file cannot be read: {0}")]
    File(#[from] io::Error),
    /// There is no local file for the URL, and it was not fetched.
    #[error("there is no local file for the URL, and it was not fetched")]
    NotFetched,
    /// The URL, or one that it redirects to, was rejected without being requested.
    #[cfg(feature = "client")]
    #[error("{0}")]
    Url(#[from] crate::egress::UrlError),
    /// The server did not answer with success. The provider may fail to fetch the file as well.
    #[cfg(feature = "client")]
    #[error("the server answered with status {0}")]
    Status(u16),
    /// The server did not send the requested bytes: another range, another size, or compressed
    /// content.
    #[cfg(feature = "client")]
    #[error("the server did not send the requested bytes")]
    UnexpectedResponse,
    /// The request failed.
    #[cfg(feature = "client")]
    #[error("the request failed: {0}")]
    Network(reqwest::Error),
}
