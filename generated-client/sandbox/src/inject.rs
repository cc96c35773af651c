//! What every request goes through: the log, the fault plan, then the call itself.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::apply::{ResetConnection, change, replacement};
use crate::error::ApiError;
use crate::rule::Rule;
use crate::shared::Shared;
use crate::{Call, Fault};

/// Bytes of a body that are read at most.
const LIMIT: usize = 16 << 20;

/// Marks the answer to a submit that created a job, with its id.
#[derive(Clone, Debug)]
pub(crate) struct Accepted(pub(crate) String);

/// Logs a request, injects the fault planned for it, if any, and answers it.
pub(crate) async fn inject(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let call = Call::of(request.method(), request.uri().path());
    let path = request
        .uri()
        .path_and_query()
        .map_or("", |path| path.as_str())
        .to_owned();
    let (seq, rule) = {
        let mut state = shared.state();
        let (method, headers) = (request.method().clone(), request.headers().clone());
        let seq = state.records.arrived(call, method, path, headers);
        let rule = state.fault(call);
        let fault = rule.as_ref().map(|rule| rule.fault().clone());
        state.records.amend(seq, |record| record.fault = fault);
        (seq, rule)
    };
    let response = answer(&shared, seq, rule, request, next).await;
    if response.extensions().get::<ResetConnection>().is_none() {
        let status = response.status().as_u16();
        shared
            .state()
            .records
            .amend(seq, |record| record.status = Some(status));
    }
    response
}

async fn answer(
    shared: &Shared,
    seq: u64,
    rule: Option<Rule>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let replaced = rule
        .as_ref()
        .and_then(|rule| replacement(rule.fault(), &parts.uri));
    if let Some(Fault::ResetBeforeRead) = rule.as_ref().map(Rule::fault) {
        return replaced.unwrap_or_default();
    }
    let Ok(bytes) = to_bytes(body, LIMIT).await else {
        let message = format!("The body broke off, or has more than {LIMIT} bytes");
        return ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, 400_000, message).into_response();
    };
    shared
        .state()
        .records
        .amend(seq, |record| record.body = bytes.clone());
    if let Some(rule) = &rule
        && !rule.takes_effect()
    {
        return replaced.unwrap_or_default();
    }
    let response = next
        .run(Request::from_parts(parts, Body::from(bytes)))
        .await;
    if let Some(Accepted(id)) = response.extensions().get() {
        let id = id.clone();
        shared
            .state()
            .records
            .amend(seq, |record| record.accepted = Some(id));
    }
    match (replaced, rule) {
        (Some(replaced), _) => replaced,
        (None, Some(rule)) => change(rule.fault(), response).await,
        (None, None) => response,
    }
}
