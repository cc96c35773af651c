//! The catalogue call.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::Uri;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::models::Model;
use crate::routes::{Bearer, PRICE, model_id};
use crate::shared::Shared;

/// Models on a page when `limit` is not given.
const PAGE: usize = 20;
/// Models on a page at most, so that a large `limit` still gives several.
const LARGEST_PAGE: usize = 100;

/// `GET /v1/models`.
pub(crate) async fn list(
    _: Bearer,
    State(shared): State<Arc<Shared>>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    let text = |name: &str| {
        query
            .get(name)
            .map(|text| text.to_lowercase())
            .unwrap_or_default()
    };
    let number = |name: &str, unset: usize| match query.get(name) {
        Some(text) => text
            .parse::<usize>()
            .map_err(|_| ApiError::bad_request(format!("`{name}` is no count: {text}"))),
        None => Ok(unset),
    };
    let (limit, offset) = (
        number("limit", PAGE)?.min(LARGEST_PAGE),
        number("offset", 0)?,
    );
    let (search, category) = (text("search"), text("category"));
    let with_schema = text("include_schema") == "true";
    let found: Vec<&Model> = shared
        .models
        .iter()
        .filter(|model| model.id.to_lowercase().contains(&search))
        .filter(|model| category.is_empty() || categories(&model.id).contains(&category))
        .collect();
    let page: Vec<Value> = found
        .iter()
        .skip(offset)
        .take(limit)
        .map(|model| entry(model, with_schema))
        .collect();
    Ok(Json(
        json!({ "models": page, "total": found.len(), "limit": limit, "offset": offset }),
    ))
}

/// `GET /v1/models/{model_id}`.
pub(crate) async fn one(
    _: Bearer,
    State(shared): State<Arc<Shared>>,
    uri: Uri,
) -> Result<Json<Value>, ApiError> {
    let id = model_id(&uri)?;
    let model = shared
        .models
        .get(&id)
        .ok_or_else(|| ApiError::bad_model(&id))?;
    Ok(Json(entry(model, true)))
}

fn entry(model: &Model, with_schema: bool) -> Value {
    let mut entry = json!({
        "model_id": model.id,
        "display_name": model.id.replace(['/', '-'], " "),
        "description": format!("{} as served by the sandbox", model.id),
        "categories": categories(&model.id),
        "base_price_usd": PRICE,
        "price_unit": "request",
    });
    if with_schema {
        entry["input_schema"] = model.input.clone();
    }
    entry
}

/// The segments that say what a model does, or its last one if none says so.
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
