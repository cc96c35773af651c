//! Errors as the API writes them.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// An error answer: HTTP status, the API's own code, a text, and for inputs what is wrong with them.
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

    pub(crate) fn bad_token(status: StatusCode) -> Self {
        Self::new(status, 400_004, "Invalid or expired API token")
    }

    pub(crate) fn bad_model(model_id: &str) -> Self {
        let message = format!("Invalid model id: {model_id}");
        Self::new(StatusCode::BAD_REQUEST, 400_001, message)
    }

    pub(crate) fn no_such_request(request_id: &str) -> Self {
        let message = format!("Request {request_id} does not exist, was deleted or has expired");
        Self::new(StatusCode::NOT_FOUND, 404_001, message)
    }

    pub(crate) fn no_such_file(name: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            404_000,
            format!("No such file: {name}"),
        )
    }

    /// A request that cannot be understood. The code is not one of the provider's, which has not said
    /// which it uses.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 400_000, message)
    }

    /// An input its schema refuses.
    pub(crate) fn bad_input(findings: Vec<Value>) -> Self {
        Self {
            detail: Some(Value::Array(findings)),
            ..Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                400_000,
                "The input is not valid",
            )
        }
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
