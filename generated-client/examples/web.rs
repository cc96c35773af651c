//! A web service for all models: validates inputs, submits jobs, and reports their state.
//!
//! ```sh
//! cargo run -p runcomfy-client --example web
//! curl localhost:3000/models
//! curl localhost:3000/jobs -H 'content-type: application/json' \
//!     -d '{"model_id":"wan-ai/wan-2-2/image-to-video","input":{"prompt":"rain"}}'
//! ```
//!
//! | request | response |
//! |---|---|
//! | `GET /models` | the models, with their required properties |
//! | `POST /validate` with `{"model_id", "input"}` | 200 with advice, or 422 with violations |
//! | `POST /jobs` with `{"model_id", "input"}` | 202 with `{"model_id", "request_id"}`, or 422 with violations |
//! | `GET /jobs/{request_id}?model_id=…` | 200 with the state (if completed, also the output and its URLs) |
//!
//! For a failed or cancelled job, `GET /jobs/{request_id}` returns 200 with the error.
//!
//! `PORT` sets the port, 3000 by default. If neither a token nor a base URL (`RUNCOMFY_MODEL_API_BASE`) is
//! set, the example starts a sandbox in its own process: a local server that follows the API documentation
//! and bills nothing.

mod common;

use std::process::ExitCode;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use runcomfy_client::{Client, Error, ErrorKind, ModelOutput, models};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use common::Api;

/// A response: a status and JSON.
type Response = (StatusCode, Json<Value>);

/// The body of a request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    model_id: String,
    input: Value,
}

/// The query string of `GET /jobs/{request_id}`.
#[derive(Deserialize)]
struct JobQuery {
    model_id: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    common::exit_code(run().await)
}

async fn run() -> common::Result {
    let api = Api::connect().await?;
    let port: u16 = std::env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}", listener.local_addr()?);
    let router = Router::new()
        .route("/models", get(list_models))
        .route("/validate", post(validate))
        .route("/jobs", post(submit))
        .route("/jobs/{request_id}", get(poll))
        .with_state(api.client.clone());
    Ok(axum::serve(listener, router).await?)
}

async fn list_models() -> Json<Value> {
    let models = models::all();
    let models = models.iter().map(|model| {
        json!({
            "model_id": model.id(),
            "title": model.title(),
            "required": model.required(),
            "example": model.example(),
        })
    });
    Json(models.collect())
}

async fn validate(Json(request): Json<Request>) -> Response {
    let Some(model) = models::find(&request.model_id) else {
        return unknown_model(&request.model_id);
    };
    match model.advice(&request.input) {
        Ok(advice) => (StatusCode::OK, Json(json!({ "advice": advice }))),
        Err(violations) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            Json(json!({ "violations": violations })),
        ),
    }
}

async fn submit(State(client): State<Client>, Json(request): Json<Request>) -> Response {
    // In a separate task: if the caller disconnects, axum drops this future, but the submit continues.
    let submit = tokio::spawn(async move {
        let job = client.submit_json(&request.model_id, &request.input).await;
        if let Ok(job) = &job {
            println!("submitted {}", job.request_id());
        }
        job
    });
    match submit.await {
        // The job is billed from here on. Callers must store the response to be able to query the job.
        Ok(Ok(job)) => (StatusCode::ACCEPTED, Json(json!(job))),
        Ok(Err(error)) => failure(&error),
        Err(panic) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            Json(json!({ "error": "Panic", "message": panic.to_string() })),
        ),
    }
}

async fn poll(
    State(client): State<Client>,
    Path(request_id): Path<String>,
    Query(query): Query<JobQuery>,
) -> Response {
    match job_state(&client, &query.model_id, &request_id).await {
        Ok(state) => (StatusCode::OK, Json(state)),
        Err(error) => failure(&error),
    }
}

async fn job_state(client: &Client, model_id: &str, request_id: &str) -> Result<Value, Error> {
    let job = client.resume_json(model_id, request_id)?;
    let status = job.status().await?;
    if !status.state.is_terminal() {
        return Ok(json!({ "state": status.state.as_str() }));
    }
    Ok(match job.result().await? {
        Some(finished) => {
            let urls = finished.output.urls();
            let urls: Vec<&String> = urls.iter().map(|(_, url)| url).collect();
            json!({ "state": "completed", "output": finished.output, "urls": urls })
        }
        // The status may be final before the result is available.
        None => json!({ "state": "in_progress" }),
    })
}

/// Builds the response for a failed call. If the member `error` of the body is `UncertainSubmit`, a job may
/// exist, and callers must not repeat the submit.
fn failure(error: &Error) -> Response {
    let status = match error.kind() {
        ErrorKind::InvalidInput => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::UnknownModel | ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Configuration => StatusCode::BAD_REQUEST,
        ErrorKind::FailedJob | ErrorKind::Cancelled => StatusCode::OK,
        ErrorKind::SpendLimit => StatusCode::PAYMENT_REQUIRED,
        ErrorKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::BAD_GATEWAY,
    };
    let body = json!({
        "error": format!("{:?}", error.kind()),
        "message": error.to_string(),
        "violations": error.violations(),
        "request_id": error.request_id(),
    });
    (status, Json(body))
}

fn unknown_model(model_id: &str) -> Response {
    let message = format!("there is no model {model_id:?}");
    let body = json!({ "error": "UnknownModel", "message": message });
    (StatusCode::NOT_FOUND, Json(body))
}
