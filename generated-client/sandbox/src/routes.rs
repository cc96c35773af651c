//! The calls.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::catalogue;
use crate::error::ApiError;
use crate::files;
use crate::inject::{Accepted, inject};
use crate::output;
use crate::shared::Shared;
use crate::{Outcome, Phase};

/// What a succeeded job costs, in USD, and what the catalogue says so.
pub(crate) const PRICE: f64 = 0.05;

type Server = State<Arc<Shared>>;

/// All calls behind the log and the fault plan.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/v1/models", get(catalogue::list))
        .route("/v1/models/{*model_id}", get(catalogue::one).post(submit))
        .route("/v1/requests/{request_id}/status", get(status))
        .route("/v1/requests/{request_id}/result", get(result))
        .route("/v1/requests/{request_id}/cancel", post(cancel))
        .route("/files/{request_id}/{name}", get(files::file))
        .fallback(no_such_call)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(shared.clone(), inject))
        .with_state(shared)
}

async fn no_such_call(method: Method, uri: Uri) -> ApiError {
    let message = format!("No such call: {method} {}", uri.path());
    ApiError::new(StatusCode::NOT_FOUND, 404_000, message)
}

async fn wrong_method(method: Method, uri: Uri) -> ApiError {
    let message = format!("{method} is not what {} answers", uri.path());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, 405_000, message)
}

/// Proof that the request carries the token.
pub(crate) struct Bearer;

impl FromRequestParts<Arc<Shared>> for Bearer {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Arc<Shared>,
    ) -> Result<Self, Self::Rejection> {
        parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.split_once(' '))
            .filter(|(scheme, token)| {
                scheme.eq_ignore_ascii_case("bearer") && *token == shared.token
            })
            .map(|_| Self)
            .ok_or_else(|| ApiError::bad_token(shared.bearer_status))
    }
}

/// The model id a path names. Each segment is decoded by itself: a `/` inside one, even encoded, is
/// not the `/` between two.
pub(crate) fn model_id(uri: &Uri) -> Result<String, ApiError> {
    let raw = uri.path().strip_prefix("/v1/models/").unwrap_or_default();
    let segments: Option<Vec<String>> = raw
        .split('/')
        .map(|segment| {
            let decoded = percent_decode_str(segment).decode_utf8().ok()?;
            (!decoded.is_empty() && !decoded.contains('/')).then(|| decoded.into_owned())
        })
        .collect();
    segments
        .map(|segments| segments.join("/"))
        .ok_or_else(|| ApiError::bad_model(raw))
}

async fn submit(
    _: Bearer,
    State(shared): Server,
    uri: Uri,
    body: Bytes,
) -> Result<Response, ApiError> {
    let id = model_id(&uri)?;
    let model = shared
        .models
        .get(&id)
        .ok_or_else(|| ApiError::bad_model(&id))?;
    let input: Value = serde_json::from_slice(&body)
        .map_err(|error| ApiError::bad_request(format!("The body is not JSON: {error}")))?;
    let findings = model.findings(&input);
    if !findings.is_empty() {
        return Err(ApiError::bad_input(findings));
    }
    let request_id = shared.state().accept(&id, input);
    let mut answer = links(&shared, &request_id);
    answer["cancel_url"] = url(&shared, &request_id, "cancel").into();
    let mut response = Json(answer).into_response();
    response.extensions_mut().insert(Accepted(request_id));
    Ok(response)
}

fn url(shared: &Shared, request_id: &str, call: &str) -> String {
    format!("{}/v1/requests/{request_id}/{call}", shared.base_url)
}

fn links(shared: &Shared, request_id: &str) -> Value {
    json!({
        "request_id": request_id,
        "status_url": url(shared, request_id, "status"),
        "result_url": url(shared, request_id, "result"),
    })
}

async fn status(
    _: Bearer,
    State(shared): Server,
    Path(request_id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let mut state = shared.state();
    let job = state
        .job(&request_id)
        .map_err(|_| ApiError::no_such_request(&request_id))?;
    let phase = job.poll(shared.progress);
    let mut answer = links(&shared, &request_id);
    answer["status"] = phase.in_status().into();
    if phase == Phase::Queued {
        let ahead = state
            .jobs
            .iter()
            .take_while(|other| other.id != request_id)
            .filter(|other| other.phase(shared.progress) == Phase::Queued)
            .count();
        answer["queue_position"] = ahead.into();
    }
    Ok(Json(answer))
}

async fn result(
    _: Bearer,
    State(shared): Server,
    Path(request_id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    let mut state = shared.state();
    let files = state
        .files
        .clone()
        .unwrap_or_else(|| shared.base_url.clone());
    let job = state
        .job(&request_id)
        .map_err(|_| ApiError::no_such_request(&request_id))?;
    let phase = job.poll(shared.progress);
    let mut answer = json!({ "request_id": request_id, "status": phase.in_result() });
    match (phase, &job.outcome) {
        (Phase::Succeeded, Outcome::SucceedWith(output)) => answer["output"] = output.clone(),
        (Phase::Succeeded, _) => {
            let model = shared.models.get(&job.model_id);
            answer["output"] = model
                .map(|model| output::build(model, &request_id, &files))
                .unwrap_or_default();
        }
        (Phase::Failed, Outcome::Fail(Value::Object(fields))) => {
            for (name, value) in fields {
                answer[name] = value.clone();
            }
        }
        (Phase::Failed, Outcome::Fail(text)) => answer["error"] = text.clone(),
        _ => {}
    }
    answer["created_at"] = shared.date(job.created).into();
    if let Some(ended) = job.ended() {
        answer["finished_at"] = shared.date(ended).into();
    }
    let costs = query
        .get("include_cost")
        .is_some_and(|value| value == "true");
    if costs && phase == Phase::Succeeded {
        answer["cost"] = PRICE.into();
    }
    Ok(Json(answer))
}

async fn cancel(
    _: Bearer,
    State(shared): Server,
    Path(request_id): Path<String>,
) -> Result<Response, ApiError> {
    let mut state = shared.state();
    let job = state
        .job(&request_id)
        .map_err(|_| ApiError::no_such_request(&request_id))?;
    let cancelled = job.phase(shared.progress) == Phase::Queued;
    if cancelled {
        job.force(Phase::Cancelled);
    }
    let answer = json!({
        "request_id": request_id,
        "status": job.phase(shared.progress).in_status(),
        "outcome": if cancelled { "cancelled" } else { "not_cancellable" },
    });
    state.records.stats.cancelled += u64::from(cancelled);
    Ok((StatusCode::ACCEPTED, Json(answer)).into_response())
}
