//! The catalogue endpoints.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::error::ApiError;
use super::extract::{Bearer, ModelId};
use crate::state::{Filter, ServerState};

/// The default `limit`.
const DEFAULT_LIMIT: usize = 20;

/// Marks a request for which the first page is served instead of the requested one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RepeatFirstPage;

/// `GET /v1/models`.
pub(crate) async fn list(
    _: Bearer,
    State(state): State<Arc<ServerState>>,
    repeat_first_page: Option<Extension<RepeatFirstPage>>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    let text = |name: &str| {
        query
            .get(name)
            .map(|text| text.to_lowercase())
            .unwrap_or_default()
    };
    let number = |name: &str, default: usize| match query.get(name) {
        Some(text) => text
            .parse::<usize>()
            .map_err(|_| ApiError::bad_request(format!("`{name}` is not a number: {text}"))),
        None => Ok(default),
    };
    let (limit, offset) = (
        number("limit", DEFAULT_LIMIT)?.min(state.max_page_size),
        number("offset", 0)?,
    );
    if limit == 0 {
        return Err(ApiError::bad_request("`limit` is less than 1"));
    }
    let include_schema = text("include_schema") == "true";
    let found = state.catalogue.matching(&Filter {
        search: text("search"),
        category: text("category"),
        kind: text("kind"),
    });
    let skipped = if repeat_first_page.is_some() {
        0
    } else {
        offset
    };
    let page = found.iter().skip(skipped).take(limit);
    let page: Vec<Value> = page
        .map(|entry| {
            let mut entry = Value::clone(entry);
            if let (Value::Object(members), false) = (&mut entry, include_schema) {
                members.shift_remove("input_schema");
            }
            entry
        })
        .collect();
    Ok(Json(
        json!({ "models": page, "total": found.len(), "limit": limit, "offset": offset }),
    ))
}

/// `GET /v1/models/categories`.
pub(crate) async fn categories(_: Bearer, State(state): State<Arc<ServerState>>) -> Json<Value> {
    Json(json!({ "categories": state.catalogue.categories() }))
}

/// `GET /v1/models/{model_id}`.
pub(crate) async fn one(
    _: Bearer,
    State(state): State<Arc<ServerState>>,
    ModelId(id): ModelId,
) -> Result<Json<Value>, ApiError> {
    let entry = state.catalogue.find(&id);
    let entry = entry.ok_or_else(|| ApiError::unknown_model(&id))?;
    Ok(Json(entry.clone()))
}
