//! What keeps a file from being saved.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::web::UrlError;

/// Why a file was not saved. Nothing of it was left in the folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// The URL is not one that is followed, or redirects to one that is not.
    #[error("{0}")]
    Url(#[from] UrlError),
    /// The server answered with another status than 200.
    #[error("the server answered with status {status}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// How long the server asks to wait, where it says so in seconds.
        retry_after: Option<Duration>,
    },
    /// The file is larger than [`max_bytes`](super::Downloads::max_bytes) allows.
    #[error("the file has more than {limit} bytes")]
    TooLarge {
        /// The greatest size allowed, in bytes.
        limit: u64,
        /// The size in bytes that the server told, where it did.
        told: Option<u64>,
    },
    /// The server sent the file compressed, though it was asked not to.
    #[error("the server sent the file in another encoding than was asked for")]
    Encoded,
    /// Fewer or more bytes came than the server told, or none at all.
    #[error("the file is not complete: {received} bytes came{}", told.map_or_else(String::new, |told| format!(" of {told}")))]
    Incomplete {
        /// The bytes that came.
        received: u64,
        /// The bytes that the server told, where it did.
        told: Option<u64>,
    },
    /// The request failed on its way, or the answer broke off.
    #[error("the request failed: {0}")]
    Network(#[source] reqwest::Error),
    /// The file or its folder could not be written.
    #[error("{} cannot be written: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl DownloadError {
    pub(super) fn of(error: reqwest::Error) -> Self {
        match UrlError::behind(&error) {
            Some(refused) => refused.into(),
            // A signed URL is a secret: it has no place in an error that is logged.
            None => Self::Network(error.without_url()),
        }
    }

    pub(super) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    /// Whether the same request may fare better later. Downloads are reads and cost nothing.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Network(error) => !error.is_builder(),
            Self::Incomplete { .. } => true,
            Self::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500..=599),
            // The same answer would come again.
            Self::Url(_) | Self::TooLarge { .. } | Self::Encoded => false,
            // The disk is full or the folder read-only: no server mends that.
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
