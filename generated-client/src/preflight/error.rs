//! The errors of reading a media file.

use std::io;

/// Why the header of a file could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// The local file that was given for the URL cannot be read.
    #[error("the local file cannot be read: {0}")]
    File(#[from] io::Error),
    /// [`Preflight::check_files`](super::Preflight::check_files) has no local file for the URL. It does
    /// not fetch URLs.
    #[error("there is no local file for the URL, and it was not fetched")]
    NotFetched,
    /// The URL, or one that it redirects to, was rejected without being requested.
    #[cfg(feature = "client")]
    #[error("{0}")]
    Url(#[from] crate::egress::UrlError),
    /// The status of the response is an error or unexpected. The provider may fail to fetch the file as
    /// well.
    #[cfg(feature = "client")]
    #[error("the server answered with status {0}")]
    Status(u16),
    /// The response does not contain the requested bytes: its range is missing or differs from the
    /// request, its file size differs from an earlier response, or its content is empty or compressed.
    #[cfg(feature = "client")]
    #[error("the server did not send the requested bytes")]
    UnexpectedResponse,
    /// The request failed.
    #[cfg(feature = "client")]
    #[error("the request failed: {0}")]
    Network(reqwest::Error),
}
