//! The HTTP API.

mod catalogue;
mod error;
mod extract;
mod files;
mod jobs;
mod middleware;
mod output;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::state::ServerState;
use error::ApiError;

/// All endpoints, behind the middleware.
pub(crate) fn router(state: Arc<ServerState>) -> Router {
    Router::new()
        .route("/v1/models", get(catalogue::list))
        .route("/v1/models/categories", get(catalogue::categories))
        .route(
            "/v1/models/{*model_id}",
            get(catalogue::one).post(jobs::submit),
        )
        .route("/v1/requests/{request_id}/status", get(jobs::status))
        .route("/v1/requests/{request_id}/result", get(jobs::result))
        .route("/v1/requests/{request_id}/cancel", post(jobs::cancel))
        .route("/files/{request_id}/{name}", get(files::file))
        .fallback(unknown_endpoint)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(
            state.clone(),
            middleware::record_and_inject,
        ))
        .with_state(state)
}

async fn unknown_endpoint(method: Method, uri: Uri) -> ApiError {
    let message = format!("No such endpoint: {method} {}", uri.path());
    ApiError::new(StatusCode::NOT_FOUND, 404_000, message)
}

async fn method_not_allowed(method: Method, uri: Uri) -> ApiError {
    let message = format!("{method} is not allowed for {}", uri.path());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, 405_000, message)
}
