//! Error responses in the format of the RunComfy API.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::state::UnknownRequest;

/// An error response: the HTTP status, the `error_code`, a message, and for an invalid input its violations.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: u32,
    message: String,
    detail: Option<Value>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: u32, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            detail: None,
        }
    }

    pub(crate) fn invalid_token(status: StatusCode) -> Self {
        Self::new(status, 400_004, "Invalid or expired API token")
    }

    pub(crate) fn unknown_model(model_id: &str) -> Self {
        let message = format!("Invalid model id: {model_id}");
        Self::new(StatusCode::BAD_REQUEST, 400_001, message)
    }

    pub(crate) fn unknown_file(name: &str) -> Self {
        let message = format!("No such file: {name}");
        Self::new(StatusCode::NOT_FOUND, 404_000, message)
    }

    /// A request that cannot be parsed. The provider does not document its error code for this case;
    /// 400000 is specific to the sandbox.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 400_000, message)
    }

    /// An input that violates its schema.
    pub(crate) fn invalid_input(violations: Vec<Value>) -> Self {
        Self {
            detail: Some(Value::Array(violations)),
            ..Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                400_000,
                "The input is not valid",
            )
        }
    }
}

impl From<UnknownRequest> for ApiError {
    fn from(UnknownRequest(id): UnknownRequest) -> Self {
        let message = format!("Request {id} does not exist, was deleted or has expired");
        Self::new(StatusCode::NOT_FOUND, 404_001, message)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut body = json!({ "error_code": self.code, "error_message": self.message });
        if let Some(detail) = self.detail {
            body["detail"] = detail;
        }
        (self.status, Json(body)).into_response()
    }
}
