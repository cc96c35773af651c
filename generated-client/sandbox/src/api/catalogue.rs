//! The catalogue endpoint.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use serde_json::{Value, json};

use super::error::ApiError;
use super::extract::{Bearer, ModelId};
use crate::state::{Model, PRICE_USD, ServerState};

/// The default `limit`.
const DEFAULT_PAGE: usize = 20;
/// The largest `limit`. Larger ones are lowered to it, so that clients have to read several pages.
const LARGEST_PAGE: usize = 100;

/// `GET /v1/models`.
pub(crate) async fn list(
    _: Bearer,
    State(state): State<Arc<ServerState>>,
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
        number("limit", DEFAULT_PAGE)?.min(LARGEST_PAGE),
        number("offset", 0)?,
    );
    let (search, category) = (text("search"), text("category"));
    let include_schema = text("include_schema") == "true";
    let found: Vec<&Model> = state
        .models
        .iter()
        .filter(|model| model.id.to_lowercase().contains(&search))
        .filter(|model| category.is_empty() || categories(&model.id).contains(&category))
        .collect();
    let page: Vec<Value> = found
        .iter()
        .skip(offset)
        .take(limit)
        .map(|model| entry(model, include_schema))
        .collect();
    Ok(Json(
        json!({ "models": page, "total": found.len(), "limit": limit, "offset": offset }),
    ))
}

/// `GET /v1/models/{model_id}`.
pub(crate) async fn one(
    _: Bearer,
    State(state): State<Arc<ServerState>>,
    ModelId(id): ModelId,
) -> Result<Json<Value>, ApiError> {
    let model = state
        .models
        .get(&id)
        .ok_or_else(|| ApiError::unknown_model(&id))?;
    Ok(Json(entry(model, true)))
}

fn entry(model: &Model, include_schema: bool) -> Value {
    let mut entry = json!({
        "model_id": model.id,
        "display_name": model.id.replace(['/', '-'], " "),
        "description": format!("{} as served by the sandbox", model.id),
        "categories": categories(&model.id),
        "base_price_usd": PRICE_USD,
        "price_unit": "request",
    });
    if include_schema {
        entry["input_schema"] = model.input.clone();
    }
    entry
}

/// The segments of the form `x-to-y`, or else the last segment.
fn categories(id: &str) -> Vec<String> {
    let tasks: Vec<String> = id
        .split('/')
        .filter(|part| part.contains("-to-"))
        .map(str::to_lowercase)
        .collect();
    match id.rsplit('/').next() {
        Some(last) if tasks.is_empty() => vec![last.to_lowercase()],
        _ => tasks,
    }
}
