//! The error type: why the catalogue could not be read or written.

use std::io;
use std::path::PathBuf;

/// The catalogue could not be read completely or could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The base URL is not usable. It is not quoted, since it may contain a password.
    #[error("invalid base URL: {0}")]
    BaseUrl(String),
    /// There is no token.
    #[error("there is no token; set RUNCOMFY_API_TOKEN")]
    NoToken,
    /// The token is not a valid header value.
    #[error("the token contains characters that cannot be sent")]
    InvalidToken,
    /// The HTTP client cannot be set up.
    #[error("could not set up HTTPS")]
    Setup(#[source] reqwest::Error),
    /// There is no response, or it is incomplete.
    #[error("{path}: no complete response after {attempts} attempts")]
    Transport {
        /// The path of the request.
        path: String,
        /// How often it was sent.
        attempts: u32,
        /// The last failure.
        source: reqwest::Error,
    },
    /// An unexpected HTTP status.
    #[error("{path}: HTTP {status}{message}")]
    Status {
        /// The path of the request.
        path: String,
        /// The status.
        status: u16,
        /// A colon, a space and the beginning of the response; empty if the response has no text.
        message: String,
    },
    /// The response exceeds the size limit.
    #[error("{path}: the response has more than {limit} bytes")]
    TooLarge {
        /// The path of the request.
        path: String,
        /// The limit.
        limit: usize,
    },
    /// The response does not have the expected form.
    #[error("{path}: the response does not have the expected form: {reason}")]
    NotACatalogue {
        /// The path of the request.
        path: String,
        /// What is wrong with the response.
        reason: String,
    },
    /// There are fewer entries than the `total` in the responses.
    #[error("the catalogue ends after {read} of {total} models")]
    EndsEarly {
        /// The number of entries.
        read: usize,
        /// The `total` in the responses.
        total: usize,
    },
    /// There are more entries than the `total` in the responses.
    #[error("the catalogue has {total} models by its own count, but lists more")]
    TooMany {
        /// The `total` in the responses.
        total: usize,
    },
    /// The `total` of a later page differs from that of the first page.
    #[error("the catalogue changed while it was read: it had {before} models, then {after}")]
    TotalChanged {
        /// The `total` of the first page.
        before: usize,
        /// The `total` of the later page.
        after: usize,
    },
    /// A model is listed twice.
    #[error(
        "the catalogue lists `{model_id}` twice, as entries {first} and {second}; \
         a page is repeated, or the catalogue changed while it was read"
    )]
    Repeated {
        /// The model id.
        model_id: String,
        /// The number of its first entry, from 1.
        first: usize,
        /// The number of its second entry, from 1.
        second: usize,
    },
    /// The response to a request for one model is about another model.
    #[error("{path}: the response is about {found}")]
    OtherModel {
        /// The path of the request.
        path: String,
        /// "the model" and the model id in the response, or "a model without an id".
        found: String,
    },
    /// The result cannot be written.
    #[error("could not write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}
