//! The errors of downloads.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::egress::{EgressError, UrlError};

/// Why a file was not saved. No part of it remains in the folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// The URL, or one that it redirects to, was rejected without being requested.
    #[error("{0}")]
    Url(#[from] UrlError),
    /// The server answered with a status other than 200.
    #[error("the server answered with status {status}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// The delay that the server asked for, if given in seconds.
        retry_after: Option<Duration>,
    },
    /// The file is larger than [`max_bytes`](super::Downloads::max_bytes) allows.
    #[error("the file has more than {limit} bytes")]
    TooLarge {
        /// The maximum size, in bytes.
        limit: u64,
        /// The size in bytes that the server announced.
        content_length: Option<u64>,
    },
    /// The response is compressed, although the request accepts only the encoding `identity`.
    #[error("the server sent the file in an encoding that was not requested")]
    Encoded,
    /// The response is empty, or its length differs from the announced one. A response that breaks off
    /// is usually [`Network`](Self::Network).
    #[error("the file is incomplete: {received} bytes received{}", content_length.map_or_else(String::new, |length| format!(" of {length}")))]
    Incomplete {
        /// The bytes received.
        received: u64,
        /// The size in bytes that the server announced.
        content_length: Option<u64>,
    },
    /// The request failed, or the response broke off.
    #[error("the request failed: {0}")]
    Network(#[source] reqwest::Error),
    /// The file or its folder could not be written.
    #[error("{} cannot be written: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}

impl DownloadError {
    pub(super) fn from_request(error: impl Into<EgressError>) -> Self {
        match error.into() {
            EgressError::Url(error) => Self::Url(error),
            EgressError::Request(error) => Self::Network(error),
        }
    }

    pub(super) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    /// Whether the same request may succeed later. Retrying is always safe, because downloads are
    /// idempotent and free.
    pub(super) fn is_transient(&self) -> bool {
        match self {
            Self::Network(error) => !error.is_builder(),
            Self::Incomplete { .. } | Self::Url(UrlError::Unresolved) => true,
            Self::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500..=599),
            // A retry would fail in the same way.
            Self::Url(_) | Self::TooLarge { .. } | Self::Encoded => false,
            // For example a full disk or a read-only folder; a retry would not help.
            Self::File { .. } => false,
        }
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}
