//! The endpoints of the server.

use axum::http::Method;

/// An endpoint of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// `POST /v1/models/{model_id}`.
    Submit,
    /// `GET /v1/requests/{request_id}/status`.
    Status,
    /// `GET /v1/requests/{request_id}/result`.
    Result,
    /// `POST /v1/requests/{request_id}/cancel`.
    Cancel,
    /// `GET /v1/models`, `GET /v1/models/categories` and `GET /v1/models/{model_id}`.
    Catalogue,
    /// `GET` or `HEAD /files/…`.
    File,
    /// Anything else. The response is 404 or 405.
    Other,
}

impl Endpoint {
    /// The endpoint that a request line addresses.
    pub(crate) fn of(method: &Method, path: &str) -> Self {
        let get = *method == Method::GET || *method == Method::HEAD;
        let post = *method == Method::POST;
        if path.starts_with("/files/") && get {
            return Self::File;
        }
        if let Some(request) = path.strip_prefix("/v1/requests/") {
            return match request.split_once('/').map(|(_, action)| action) {
                Some("status") if get => Self::Status,
                Some("result") if get => Self::Result,
                Some("cancel") if post => Self::Cancel,
                _ => Self::Other,
            };
        }
        let model = path
            .strip_prefix("/v1/models/")
            .is_some_and(|id| !id.is_empty());
        if model && post && path != "/v1/models/categories" {
            Self::Submit
        } else if get && (model || path == "/v1/models") {
            Self::Catalogue
        } else {
            Self::Other
        }
    }
}
