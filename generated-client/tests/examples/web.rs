//! The `web` example, over HTTP.

use std::io::{BufRead, BufReader};
use std::process::Child;
use std::time::Duration;

use reqwest::{Client, StatusCode};
use runcomfy_client::models;
use runcomfy_sandbox::{Endpoint, Progress, Sandbox};
use serde_json::{Value, json};

use super::example;
use crate::support::{TOKEN, schemas};

/// A process that runs the example. It is killed on drop.
struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const MODEL: &str = "wan-ai/wan-2-2/image-to-video";

#[tokio::test(flavor = "multi_thread")]
async fn a_web_service_validates_submits_and_polls() {
    let sandbox = Sandbox::builder()
        .schemas(schemas::FOLDER)
        .token(TOKEN)
        .progress(Progress::Polls {
            queued: 1,
            running: 1,
        })
        .start()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut child = example("web", folder.path())
        .env("RUNCOMFY_MODEL_API_BASE", sandbox.base_url())
        .env("RUNCOMFY_API_TOKEN", TOKEN)
        .env("PORT", "0")
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let _service = Service(child);
    let base_url = lines.next().unwrap().unwrap();
    let http = Client::builder()
        .timeout(Duration::from_secs(30))
        .build()
        .unwrap();
    let send = async |method: &str, path: &str, body: Option<Value>| -> (StatusCode, Value) {
        let mut request = http.request(method.parse().unwrap(), format!("{base_url}{path}"));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    };

    let (_, listed) = send("GET", "/models", None).await;
    assert_eq!(listed.as_array().unwrap().len(), models::all().len());
    let example = models::find(MODEL).unwrap().example().unwrap();
    let request = |input: &Value| Some(json!({ "model_id": MODEL, "input": input }));

    let (status, body) = send("POST", "/validate", request(&json!({}))).await;
    assert_eq!(status, 422);
    let violations = body["violations"].as_array().unwrap();
    assert_eq!(violations[0]["rule"], "required");
    let (status, body) = send("POST", "/jobs", request(&json!({}))).await;
    assert_eq!(
        (status.as_u16(), &body["violations"]),
        (422, &json!(violations))
    );
    let unknown = Some(json!({ "model_id": "acme/unknown", "input": {} }));
    assert_eq!(send("POST", "/jobs", unknown.clone()).await.0, 404);
    assert_eq!(send("POST", "/validate", unknown).await.0, 404);
    assert_eq!(sandbox.stats().requests(Endpoint::Submit), 0);

    assert_eq!(send("POST", "/validate", request(&example)).await.0, 200);
    let (status, job) = send("POST", "/jobs", request(&example)).await;
    assert_eq!(status, 202, "{job}");
    let id = job["request_id"].as_str().unwrap();
    let path = format!("/jobs/{id}?model_id={MODEL}");
    let mut states = Vec::new();
    let finished = loop {
        let (status, body) = send("GET", &path, None).await;
        assert_eq!(status, 200, "{body}");
        if body["state"] == "completed" {
            break body;
        }
        states.push(body["state"].clone());
    };
    assert_eq!(states, ["in_queue", "in_progress"]);
    assert!(!finished["urls"].as_array().unwrap().is_empty());
    let gone = format!("/jobs/unknown?model_id={MODEL}");
    assert_eq!(send("GET", &gone, None).await.0, 404);
    assert_eq!(sandbox.stats().accepted, 1);
}
