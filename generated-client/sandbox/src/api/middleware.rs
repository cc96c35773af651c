//! The middleware of all requests: records them and injects the planned faults.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::catalogue::RepeatFirstPage;
use super::error::ApiError;
use crate::endpoint::Endpoint;
use crate::faults::{Fault, FaultRule, ResetConnection, modify, replacement};
use crate::state::{Outcome, ServerState};

/// The maximum size of a request body, in bytes. The provider's own clients limit a request with data URIs
/// to this size.
const MAX_BODY_BYTES: usize = 64 << 20;

/// Marks the response to a submit that created a job. Contains the request id of that job.
#[derive(Clone, Debug)]
pub(crate) struct CreatedJob(pub(crate) String);

/// Records a request and returns its response. If fault rules fire on the request, the fault of the first
/// one is injected.
pub(crate) async fn record_and_inject(
    State(state): State<Arc<ServerState>>,
    request: Request,
    next: Next,
) -> Response {
    let endpoint = Endpoint::of(request.method(), request.uri().path());
    let path = request
        .uri()
        .path_and_query()
        .map_or("", |path| path.as_str())
        .to_owned();
    let (seq, rule) = {
        let mut state = state.lock();
        let (method, headers) = (request.method().clone(), request.headers().clone());
        let seq = state.log.record(endpoint, method, path, headers);
        let rule = state.fire_rule(endpoint);
        let fault = rule.as_ref().map(|rule| rule.fault().clone());
        state.log.update(seq, |record| record.fault = fault);
        (seq, rule)
    };
    let response = handle(&state, seq, rule, request, next).await;
    if response.extensions().get::<ResetConnection>().is_none() {
        let status = response.status().as_u16();
        let mut state = state.lock();
        state.log.update(seq, |record| record.status = Some(status));
    }
    response
}

async fn handle(
    state: &ServerState,
    seq: u64,
    rule: Option<FaultRule>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let replaced = rule
        .as_ref()
        .and_then(|rule| replacement(rule.fault(), &parts.uri));
    if let Some(Fault::ResetBeforeRead) = rule.as_ref().map(FaultRule::fault) {
        return replaced.unwrap_or_default();
    }
    let Ok(bytes) = to_bytes(body, MAX_BODY_BYTES).await else {
        let message = format!("The body is incomplete, or larger than {MAX_BODY_BYTES} bytes");
        return ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, 400_000, message).into_response();
    };
    let recorded = bytes.clone();
    state
        .lock()
        .log
        .update(seq, |record| record.body = recorded);
    if rule.as_ref().is_some_and(|rule| !rule.takes_effect()) {
        return replaced.unwrap_or_default();
    }
    if let Some(Fault::RepeatedPage) = rule.as_ref().map(FaultRule::fault) {
        parts.extensions.insert(RepeatFirstPage);
    }
    let response = next
        .run(Request::from_parts(parts, Body::from(bytes)))
        .await;
    if let Some(CreatedJob(id)) = response.extensions().get() {
        let id = id.clone();
        let mut state = state.lock();
        if let (Some(Fault::FailedJob(reason)), Ok(job)) =
            (rule.as_ref().map(FaultRule::fault), state.job(&id))
        {
            job.outcome = Outcome::Fail(reason.clone());
        }
        state
            .log
            .update(seq, |record| record.created_job = Some(id));
    }
    match (replaced, rule) {
        (Some(replaced), _) => replaced,
        (None, Some(rule)) => modify(rule.fault(), response).await,
        (None, None) => response,
    }
}
