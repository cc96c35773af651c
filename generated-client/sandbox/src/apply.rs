//! How each fault is carried out.

use std::future;
use std::io;
use std::task::Poll;
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use futures::stream;
use serde_json::{Map, Value, json};

use crate::Fault;

/// Marks a response in whose stead the connection is to be reset.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResetConnection;

/// The answer a replacing fault gives; `None` for a fault that changes the true one.
pub(crate) fn replacement(fault: &Fault, uri: &Uri) -> Option<Response> {
    Some(match fault {
        Fault::RateLimited { retry_after } => {
            let body = json!({ "error_message": "Too many requests" });
            let mut response = (StatusCode::TOO_MANY_REQUESTS, Json(body)).into_response();
            if let Some(wait) = retry_after {
                let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                response
                    .headers_mut()
                    .insert(header::RETRY_AFTER, seconds.into());
            }
            response
        }
        Fault::Status { status, body } => (code(*status), Json(body)).into_response(),
        Fault::Answer {
            status,
            headers,
            body,
        } => {
            let mut response = (code(*status), body.clone()).into_response();
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
            let json = [(header::CONTENT_TYPE, "application/json")];
            (
                json,
                r#"{"request_id": "8f3a", "status": <html>502 Bad Gateway"#,
            )
                .into_response()
        }
        Fault::Redirect { status, to } => {
            let rest = uri.path_and_query().map_or("/", |rest| rest.as_str());
            let mut response = code(*status).into_response();
            if let Ok(to) = format!("{}{rest}", to.trim_end_matches('/')).parse() {
                response.headers_mut().insert(header::LOCATION, to);
            }
            response
        }
        Fault::HalfAnswer
        | Fault::Slow { .. }
        | Fault::Delay(_)
        | Fault::UnknownState
        | Fault::State(_)
        | Fault::Spelling
        | Fault::UnknownFields
        | Fault::SwappedOutput
        | Fault::Output(_)
        | Fault::CancelOutcome(_) => return None,
    })
}

/// An informational status would be no answer at all, hence the lower bound.
fn code(status: u16) -> StatusCode {
    match status {
        200..=599 => StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The true answer as a changing fault leaves it.
pub(crate) async fn change(fault: &Fault, response: Response) -> Response {
    match fault {
        Fault::HalfAnswer => half(response).await,
        Fault::Slow { per_byte } => slow(response, *per_byte).await,
        Fault::Delay(wait) => {
            tokio::time::sleep(*wait).await;
            response
        }
        Fault::UnknownState => {
            edit(response, |answer| {
                if answer.contains_key("status") {
                    answer.insert("status".to_owned(), "on_hold".into());
                    answer.shift_remove("output");
                }
            })
            .await
        }
        Fault::State(state) => {
            edit(response, |answer| {
                if let Some(place) = answer.get_mut("status") {
                    *place = state.as_str().into();
                }
            })
            .await
        }
        Fault::Spelling => {
            edit(response, |answer| {
                for field in ["status", "outcome"] {
                    match answer.get_mut(field) {
                        Some(place) if place == "cancelled" => *place = "canceled".into(),
                        Some(place) if place == "succeeded" => *place = "success".into(),
                        _ => {}
                    }
                }
            })
            .await
        }
        Fault::UnknownFields => {
            edit(response, |answer| {
                if let Some(Value::Object(output)) = answer.get_mut("output") {
                    output.insert("preview_strip".to_owned(), json!(["not", "documented"]));
                    output.insert("seed_used".to_owned(), json!(4_294_967_295_u64));
                }
                answer.insert(
                    "trace".to_owned(),
                    json!({ "region": "nowhere", "hops": [1, 2.5] }),
                );
            })
            .await
        }
        Fault::SwappedOutput => {
            edit(response, |answer| {
                if let Some(Value::Object(output)) = answer.get_mut("output") {
                    output.values_mut().for_each(swap);
                }
            })
            .await
        }
        Fault::Output(value) => {
            edit(response, |answer| {
                if let Some(place) = answer.get_mut("output") {
                    *place = value.clone();
                }
            })
            .await
        }
        Fault::CancelOutcome(outcome) => {
            edit(response, |answer| {
                match (outcome, answer.contains_key("outcome")) {
                    (Some(text), true) => {
                        answer.insert("outcome".to_owned(), text.as_str().into());
                    }
                    _ => {
                        answer.shift_remove("outcome");
                    }
                }
            })
            .await
        }
        Fault::RateLimited { .. }
        | Fault::Status { .. }
        | Fault::Answer { .. }
        | Fault::ErrorBody200 { .. }
        | Fault::ResetBeforeRead
        | Fault::ResetAfterRead
        | Fault::Garbage
        | Fault::Redirect { .. } => response,
    }
}

/// A URL becomes an array of one, an array its first item.
fn swap(place: &mut Value) {
    *place = match place.take() {
        Value::Array(several) => several.into_iter().next().unwrap_or_default(),
        one => Value::Array(vec![one]),
    };
}

/// Changes the object a successful JSON answer consists of.
async fn edit(response: Response, change: impl FnOnce(&mut Map<String, Value>)) -> Response {
    if !response.status().is_success() {
        return response;
    }
    let (mut parts, bytes) = take(response).await;
    let body = match serde_json::from_slice(&bytes) {
        Ok(Value::Object(mut answer)) => {
            change(&mut answer);
            parts.headers.remove(header::CONTENT_LENGTH);
            Body::from(Value::Object(answer).to_string())
        }
        _ => Body::from(bytes),
    };
    Response::from_parts(parts, body)
}

/// The whole body of one of our own answers, all of which are in memory.
async fn take(response: Response) -> (axum::http::response::Parts, Bytes) {
    let (parts, body) = response.into_parts();
    (parts, to_bytes(body, usize::MAX).await.unwrap_or_default())
}

/// As [`take`], with the length of the body promised in the head.
async fn take_and_promise(response: Response) -> (axum::http::response::Parts, Bytes) {
    let (mut parts, bytes) = take(response).await;
    // The answer to a HEAD has its length already, and no body to measure.
    parts
        .headers
        .entry(header::CONTENT_LENGTH)
        .or_insert(HeaderValue::from(bytes.len()));
    (parts, bytes)
}

async fn half(response: Response) -> Response {
    let (parts, bytes) = take_and_promise(response).await;
    let first = bytes.slice(..bytes.len() / 2);
    let body = stream::unfold(Some(first), |first| async move {
        match first {
            Some(first) if !first.is_empty() => Some((Ok(first), Some(Bytes::new()))),
            Some(_) => {
                // The first half must leave the server's buffer before the connection ends.
                pause_once().await;
                Some((Err(io::Error::other("planned end of the answer")), None))
            }
            None => None,
        }
    });
    Response::from_parts(parts, Body::from_stream(body))
}

/// Gives way to whoever polls, once: the server then writes out what it has.
async fn pause_once() {
    let mut paused = false;
    future::poll_fn(|context| {
        if paused {
            return Poll::Ready(());
        }
        paused = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

async fn slow(response: Response, per_byte: Duration) -> Response {
    let (parts, bytes) = take_and_promise(response).await;
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
