//! Carries out faults: replaces or modifies responses.

use std::io;
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::response::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Map, Value, json};

use super::fault::Fault;

/// Marks a response that is not sent: the connection is reset instead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResetConnection;

/// Builds the response that replaces the regular one. `None` if the fault modifies the regular response
/// instead.
pub(crate) fn replacement(fault: &Fault, uri: &Uri) -> Option<Response> {
    Some(match fault {
        Fault::RateLimited { retry_after } => {
            let body = json!({ "error_message": "Too many requests" });
            let mut response = (StatusCode::TOO_MANY_REQUESTS, Json(body)).into_response();
            if let Some(delay) = retry_after {
                let rest = u64::from(delay.subsec_nanos() > 0);
                let seconds = delay.as_secs().saturating_add(rest);
                response
                    .headers_mut()
                    .insert(header::RETRY_AFTER, seconds.into());
            }
            response
        }
        Fault::Status { status, body } => (valid_status(*status), Json(body)).into_response(),
        Fault::Response {
            status,
            headers,
            body,
        } => {
            let mut response = (valid_status(*status), body.clone()).into_response();
            for (name, value) in headers {
                if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
                    response.headers_mut().insert(name, value);
                }
            }
            response
        }
        Fault::ErrorBody200 {
            error_code,
            message,
        } => Json(json!({ "error_code": error_code, "error_message": message })).into_response(),
        Fault::ResetBeforeRead | Fault::ResetAfterRead => {
            let mut response = Response::default();
            response.extensions_mut().insert(ResetConnection);
            response
        }
        Fault::Garbage => {
            let headers = [(header::CONTENT_TYPE, "application/json")];
            let body = r#"{"request_id": "8f3a", "status": <html>502 Bad Gateway"#;
            (headers, body).into_response()
        }
        Fault::Redirect { status, to } => {
            let path = uri.path_and_query().map_or("/", |path| path.as_str());
            let mut response = valid_status(*status).into_response();
            if let Ok(location) = format!("{}{path}", to.trim_end_matches('/')).parse() {
                response.headers_mut().insert(header::LOCATION, location);
            }
            response
        }
        _ => return None,
    })
}

/// Returns the status, or 500 if it is not from 200 to 599. A 1xx status is not allowed, because clients
/// would wait for another response after it.
fn valid_status(status: u16) -> StatusCode {
    match status {
        200..=599 => StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Modifies the regular response. Returns it unchanged for faults that replace the response, and for
/// [`Fault::FailedJob`] and [`Fault::RepeatedPage`], which are handled elsewhere.
pub(crate) async fn modify(fault: &Fault, response: Response) -> Response {
    match fault {
        Fault::TruncatedResponse => truncated(response).await,
        Fault::Slow { per_byte } => slow(response, *per_byte).await,
        Fault::Delay(delay) => {
            tokio::time::sleep(*delay).await;
            response
        }
        Fault::UnknownState => {
            edit(response, |json| {
                if json.contains_key("status") {
                    json.insert("status".to_owned(), "on_hold".into());
                    json.shift_remove("output");
                }
            })
            .await
        }
        Fault::State(state) => {
            edit(response, |json| {
                if let Some(value) = json.get_mut("status") {
                    *value = state.as_str().into();
                }
            })
            .await
        }
        Fault::UnfinishedState(state) => {
            edit(response, |json| {
                if let Some(value) = json.get_mut("status").filter(|value| is_unfinished(value)) {
                    *value = state.as_str().into();
                }
            })
            .await
        }
        Fault::UnfinishedAs400 => {
            let mut is_refused = false;
            let mut response = edit(response, |json| {
                is_refused = json.get("status").is_some_and(is_unfinished);
                if is_refused {
                    json.clear();
                    json.insert("error_code".to_owned(), 400_005.into());
                    let message = "The request is not finished yet";
                    json.insert("error_message".to_owned(), message.into());
                }
            })
            .await;
            if is_refused {
                *response.status_mut() = StatusCode::BAD_REQUEST;
            }
            response
        }
        Fault::AlternativeSpelling => {
            edit(response, |json| {
                for field in ["status", "outcome"] {
                    match json.get_mut(field) {
                        Some(value) if value == "cancelled" => *value = "canceled".into(),
                        Some(value) if value == "succeeded" => *value = "success".into(),
                        _ => {}
                    }
                }
            })
            .await
        }
        Fault::UnknownFields => {
            edit(response, |json| {
                if let Some(Value::Object(output)) = json.get_mut("output") {
                    output.insert("preview_strip".to_owned(), json!(["not", "documented"]));
                    output.insert("seed_used".to_owned(), json!(4_294_967_295_u64));
                }
                json.insert(
                    "trace".to_owned(),
                    json!({ "region": "nowhere", "hops": [1, 2.5] }),
                );
            })
            .await
        }
        Fault::SwappedOutput => {
            edit(response, |json| {
                if let Some(Value::Object(output)) = json.get_mut("output") {
                    output.values_mut().for_each(swap);
                }
            })
            .await
        }
        Fault::Output(output) => {
            edit(response, |json| {
                if let Some(value) = json.get_mut("output") {
                    *value = output.clone();
                }
            })
            .await
        }
        Fault::CancelOutcome(outcome) => {
            edit(response, |json| {
                match (outcome, json.contains_key("outcome")) {
                    (Some(text), true) => {
                        json.insert("outcome".to_owned(), text.as_str().into());
                    }
                    _ => {
                        json.shift_remove("outcome");
                    }
                }
            })
            .await
        }
        Fault::CatalogueTotal(total) => {
            edit(response, |json| {
                if let Some(value) = json.get_mut("total") {
                    *value = (*total).into();
                }
            })
            .await
        }
        Fault::WithoutSchemas => {
            edit(response, |json| {
                let entries = json.get_mut("models").and_then(Value::as_array_mut);
                for entry in entries.into_iter().flatten() {
                    if let Value::Object(members) = entry {
                        members.shift_remove("input_schema");
                    }
                }
            })
            .await
        }
        Fault::FailedJob(_)
        | Fault::RepeatedPage
        | Fault::RateLimited { .. }
        | Fault::Status { .. }
        | Fault::Response { .. }
        | Fault::ErrorBody200 { .. }
        | Fault::ResetBeforeRead
        | Fault::ResetAfterRead
        | Fault::Garbage
        | Fault::Redirect { .. } => response,
    }
}

/// Whether this `status` is a documented state of a job that has not ended.
fn is_unfinished(status: &Value) -> bool {
    status == "in_queue" || status == "in_progress"
}

/// Replaces an array by its first item (`null` if it is empty), and any other value by an array that
/// contains it.
fn swap(value: &mut Value) {
    *value = match value.take() {
        Value::Array(items) => items.into_iter().next().unwrap_or_default(),
        single => Value::Array(vec![single]),
    };
}

/// Applies `change` to the body of a successful response. Error responses and bodies that are not a JSON
/// object are returned unchanged.
async fn edit(response: Response, change: impl FnOnce(&mut Map<String, Value>)) -> Response {
    if !response.status().is_success() {
        return response;
    }
    let (mut parts, bytes) = into_bytes(response).await;
    let body = match serde_json::from_slice(&bytes) {
        Ok(Value::Object(mut json)) => {
            change(&mut json);
            parts.headers.remove(header::CONTENT_LENGTH);
            Body::from(Value::Object(json).to_string())
        }
        _ => Body::from(bytes),
    };
    Response::from_parts(parts, body)
}

/// Splits a response into its head and whole body. All regular responses are in memory, so reading
/// the body does not fail.
async fn into_bytes(response: Response) -> (Parts, Bytes) {
    let (parts, body) = response.into_parts();
    (parts, to_bytes(body, usize::MAX).await.unwrap_or_default())
}

/// Like [`into_bytes`], but adds a `Content-Length` to the head if it has none.
async fn into_bytes_with_length(response: Response) -> (Parts, Bytes) {
    let (mut parts, bytes) = into_bytes(response).await;
    // For HEAD, the body is still that of the GET response. axum removes it later, and keeps the
    // `Content-Length`.
    parts
        .headers
        .entry(header::CONTENT_LENGTH)
        .or_insert(HeaderValue::from(bytes.len()));
    (parts, bytes)
}

async fn truncated(response: Response) -> Response {
    let (parts, bytes) = into_bytes_with_length(response).await;
    let first = bytes.slice(..bytes.len() / 2);
    let body = stream::unfold(Some(first), |first| async move {
        match first {
            Some(first) if !first.is_empty() => Some((Ok(first), Some(Bytes::new()))),
            Some(_) => {
                // Yields so that hyper flushes the first half before the connection ends.
                tokio::task::yield_now().await;
                Some((Err(io::Error::other("planned end of the response")), None))
            }
            None => None,
        }
    });
    Response::from_parts(parts, Body::from_stream(body))
}

async fn slow(response: Response, per_byte: Duration) -> Response {
    let (parts, bytes) = into_bytes_with_length(response).await;
    let body = stream::unfold(bytes, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(per_byte).await;
        let byte = rest.split_to(1);
        Some((Ok::<_, io::Error>(byte), rest))
    });
    Response::from_parts(parts, Body::from_stream(body))
}
