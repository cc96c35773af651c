//! The endpoints of jobs: submit, status, result, cancel.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::error::ApiError;
use super::extract::{Bearer, ModelId};
use super::middleware::CreatedJob;
use super::output;
use crate::state::{Outcome, Phase, ServerState};

/// `POST /v1/models/{model_id}`.
pub(crate) async fn submit(
    _: Bearer,
    State(state): State<Arc<ServerState>>,
    ModelId(id): ModelId,
    body: Bytes,
) -> Result<Response, ApiError> {
    let model = state
        .models
        .get(&id)
        .ok_or_else(|| ApiError::unknown_model(&id))?;
    let input: Value = serde_json::from_slice(&body)
        .map_err(|error| ApiError::bad_request(format!("The body is not JSON: {error}")))?;
    let violations = model.violations(&input);
    if !violations.is_empty() {
        return Err(ApiError::invalid_input(violations));
    }
    let request_id = state.lock().create_job(&id, input);
    let mut json = links(&state, &request_id);
    json["cancel_url"] = url(&state, &request_id, "cancel").into();
    let mut response = Json(json).into_response();
    response.extensions_mut().insert(CreatedJob(request_id));
    Ok(response)
}

fn url(state: &ServerState, request_id: &str, action: &str) -> String {
    format!("{}/v1/requests/{request_id}/{action}", state.base_url)
}

fn links(state: &ServerState, request_id: &str) -> Value {
    json!({
        "request_id": request_id,
        "status_url": url(state, request_id, "status"),
        "result_url": url(state, request_id, "result"),
    })
}

/// `GET /v1/requests/{request_id}/status`.
pub(crate) async fn status(
    _: Bearer,
    State(state): State<Arc<ServerState>>,
    Path(request_id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let mut mutable = state.lock();
    let phase = mutable.job(&request_id)?.poll(state.progress);
    let mut json = links(&state, &request_id);
    json["status"] = phase.status_state().into();
    if phase == Phase::Queued {
        let ahead = mutable
            .jobs
            .iter()
            .take_while(|other| other.id != request_id)
            .filter(|other| other.phase(state.progress) == Phase::Queued)
            .count();
        json["queue_position"] = ahead.into();
    }
    Ok(Json(json))
}

/// `GET /v1/requests/{request_id}/result`.
pub(crate) async fn result(
    _: Bearer,
    State(state): State<Arc<ServerState>>,
    Path(request_id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    let mut mutable = state.lock();
    let file_base = mutable.file_base.clone();
    let file_base = file_base.as_ref().unwrap_or(&state.base_url);
    let job = mutable.job(&request_id)?;
    let phase = job.poll(state.progress);
    let model = state.models.get(&job.model_id);
    let mut json = json!({ "request_id": request_id, "status": phase.result_state() });
    match (phase, &job.outcome) {
        (Phase::Succeeded, Outcome::SucceedWith(output)) => json["output"] = output.clone(),
        (Phase::Succeeded, _) => {
            json["output"] = model
                .map(|model| output::build(model, &request_id, file_base))
                .unwrap_or_default();
        }
        (Phase::Failed, Outcome::Fail(Value::Object(fields))) => {
            for (name, value) in fields {
                json[name] = value.clone();
            }
        }
        (Phase::Failed, Outcome::Fail(reason)) => json["error"] = reason.clone(),
        _ => {}
    }
    json["created_at"] = state.date(job.created).into();
    if let Some(ended) = job.ended() {
        json["finished_at"] = state.date(ended).into();
    }
    let include_cost = query
        .get("include_cost")
        .is_some_and(|value| value == "true");
    if include_cost && phase == Phase::Succeeded {
        json["cost"] = model.map(|model| model.about.cost_usd()).into();
    }
    Ok(Json(json))
}

/// `POST /v1/requests/{request_id}/cancel`.
pub(crate) async fn cancel(
    _: Bearer,
    State(state): State<Arc<ServerState>>,
    Path(request_id): Path<String>,
) -> Result<Response, ApiError> {
    let mut mutable = state.lock();
    let job = mutable.job(&request_id)?;
    let cancelled = job.phase(state.progress) == Phase::Queued;
    if cancelled {
        job.set_phase(Phase::Cancelled);
    }
    let json = json!({
        "request_id": request_id,
        "status": job.phase(state.progress).status_state(),
        "outcome": if cancelled { "cancelled" } else { "not_cancellable" },
    });
    mutable.log.stats.cancelled += u64::from(cancelled);
    Ok((StatusCode::ACCEPTED, Json(json)).into_response())
}
