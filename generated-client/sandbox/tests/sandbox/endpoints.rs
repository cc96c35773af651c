//! The documented endpoints, with the models in `schemas/` and with models that the tests define.

use runcomfy_sandbox::{Endpoint, Progress, Sandbox};
use serde_json::{Value, json};

use crate::http::{call, cancel, get, model, request, result, send, status};

const SCHEMAS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas");

async fn with_all_schemas() -> Sandbox {
    let polls = Progress::Polls {
        queued: 1,
        running: 1,
    };
    Sandbox::builder()
        .schemas(SCHEMAS)
        .progress(polls)
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn the_example_of_every_model_succeeds() {
    let sandbox = with_all_schemas().await;
    let models = sandbox.models();
    for known in [
        "bytedance/seedance-v1.5-pro/image-to-video",
        "community/fantasy-portrait/image-to-video",
        "community/wan-2-1/fusionx/image-to-video",
        "happyhorse/happyhorse-1.0/reference-to-video",
        "wan-ai/wan-2-2/image-to-video",
    ] {
        assert!(
            models.iter().any(|id| id == known),
            "{known} is not among {models:?}"
        );
        assert!(sandbox.example(known).is_some(), "{known} has an example");
    }
    let mut submits = 0;
    for id in &models {
        // Not every model file contains an example.
        let Some(example) = sandbox.example(id) else {
            continue;
        };
        submits += 1;
        let path = format!("/v1/models/{id}");
        let submitted = call(&sandbox, "POST", &path, &example.to_string()).await;
        assert_eq!(submitted.status, 200, "{id}: {}", submitted.json());
        let submitted = submitted.json();
        let request_id = submitted["request_id"].as_str().unwrap();
        for link in ["status", "result", "cancel"] {
            let url = format!("{}/v1/requests/{request_id}/{link}", sandbox.base_url());
            assert_eq!(submitted[format!("{link}_url")], url);
        }

        let queued = status(&sandbox, request_id).await.json();
        assert_eq!(queued["status"], "in_queue");
        assert_eq!(queued["queue_position"], 0);
        let running = result(&sandbox, request_id).await;
        assert_eq!(running.status, 200, "a pending job is not an error");
        assert_eq!(running.get("status"), "in_progress");
        assert_eq!(running.get("output"), Value::Null);
        let ended = status(&sandbox, request_id).await.json();
        assert_eq!(ended["status"], "completed");
        assert_eq!(ended.get("queue_position"), None);

        let ended = result(&sandbox, request_id).await.json();
        assert_eq!(ended["status"], "succeeded");
        assert_eq!(ended.get("cost"), None);
        assert!(ended["created_at"].as_str() <= ended["finished_at"].as_str());
        let output = &ended["output"];
        let single = [&output["video"], &output["image"]];
        let single = single.into_iter().find(|output| !output.is_null());
        let url = single.and_then(Value::as_str).expect("a single URL");
        let file = url
            .strip_prefix(sandbox.base_url())
            .expect("a URL of this server");
        let file = send(sandbox.address(), &request("GET", file, &[], "")).await;
        assert_eq!(file.status, 200, "{url}");

        let path = format!("/v1/requests/{request_id}/result?include_cost=true");
        assert!(get(&sandbox, &path).await.get("cost").as_f64().unwrap() > 0.0);
    }
    assert_eq!(sandbox.stats().accepted, submits);
}

#[tokio::test]
async fn an_invalid_input_is_refused_by_every_model() {
    let sandbox = with_all_schemas().await;
    for id in sandbox.models() {
        let Some(example) = sandbox.example(&id) else {
            continue;
        };
        let path = format!("/v1/models/{id}");
        let mut unknown = example.clone();
        unknown["no_such_property"] = json!(1);
        let first = example.as_object().unwrap().keys().next().unwrap().clone();
        let mut of_wrong_type = example.clone();
        of_wrong_type[&first] = Value::Null;
        for (input, keyword) in [
            (unknown, "additionalProperties"),
            (of_wrong_type, "type"),
            (json!({}), "required"),
        ] {
            let response = call(&sandbox, "POST", &path, &input.to_string()).await;
            assert_eq!(response.status, 422, "{id} {keyword}");
            assert_eq!(response.get("error_code"), 400_000);
            let detail = response.get("detail");
            let violations = detail.as_array().expect("an array");
            assert!(
                violations
                    .iter()
                    .any(|violation| violation["type"] == keyword),
                "{violations:?}"
            );
        }
    }
    assert_eq!(sandbox.stats().accepted, 0);
    assert!(sandbox.jobs().is_empty());
}

#[tokio::test]
async fn inputs_are_validated_as_json_schema_specifies() {
    let sandbox = Sandbox::builder().model(model()).start().await.unwrap();
    for (input, is_valid) in [
        (json!({ "prompt": "p", "steps": 5.0 }), true),
        (json!({ "prompt": "p", "steps": 5.5 }), false),
        (json!({ "prompt": "p", "steps": null }), false),
        (json!({ "prompt": "p", "scale": 4 }), true),
        (json!({ "prompt": "p", "scale": 4.01 }), false),
        (json!({ "prompt": "ü".repeat(20) }), true),
        (json!({ "prompt": "ü".repeat(21) }), false),
        (json!({ "prompt": "p", "images": ["a", "b"] }), true),
        (json!({ "prompt": "p", "images": ["a", 2] }), false),
        (json!({ "prompt": "p", "images": ["a", "b", "c"] }), false),
        (json!(["p"]), false),
    ] {
        let path = "/v1/models/acme/clip/text-to-video";
        let response = call(&sandbox, "POST", path, &input.to_string()).await;
        assert_eq!(response.status, if is_valid { 200 } else { 422 }, "{input}");
    }
    let violations = call(
        &sandbox,
        "POST",
        "/v1/models/acme/clip/text-to-video",
        r#"{"prompt":1,"images":["a",2]}"#,
    )
    .await
    .get("detail");
    let paths: Vec<&str> = violations
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|violation| violation["path"].as_str())
        .collect();
    assert_eq!(paths.len(), 2, "all violations are reported: {violations}");
    assert!(
        paths.contains(&"/prompt") && paths.contains(&"/images/1"),
        "{paths:?}"
    );
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    let sandbox = Sandbox::builder().model(model()).start().await.unwrap();
    for body in ["", "{", "prompt=p", "{\"prompt\": NaN}"] {
        let response = call(&sandbox, "POST", "/v1/models/acme/clip/text-to-video", body).await;
        assert_eq!(
            (response.status, response.get("error_code")),
            (400, json!(400_000)),
            "{body}"
        );
    }
}

#[tokio::test]
async fn every_endpoint_except_files_requires_the_token() {
    for status in [401, 400] {
        let mut builder = Sandbox::builder().model(model()).token("s3cret");
        if status == 400 {
            builder = builder.invalid_token_as_400();
        }
        let sandbox = builder.start().await.unwrap();
        for (method, path) in [
            ("POST", "/v1/models/acme/clip/text-to-video"),
            ("GET", "/v1/models"),
            ("GET", "/v1/models/acme/clip/text-to-video"),
            ("GET", "/v1/requests/r/status"),
            ("GET", "/v1/requests/r/result"),
            ("POST", "/v1/requests/r/cancel"),
        ] {
            for header in [
                None,
                Some("Bearer wrong"),
                Some("Bearer"),
                Some("Basic s3cret"),
            ] {
                let headers: Vec<_> = header
                    .map(|value| ("Authorization", value))
                    .into_iter()
                    .collect();
                let request = request(method, path, &headers, r#"{"prompt":"p"}"#);
                let response = send(sandbox.address(), &request).await;
                assert_eq!(response.status, status, "{method} {path} {header:?}");
                assert_eq!(response.get("error_code"), 400_004);
            }
        }
        let file = request("GET", "/files/r/video.mp4", &[], "");
        assert_eq!(send(sandbox.address(), &file).await.status, 200);
        assert_eq!(sandbox.stats().accepted, 0);
        assert_eq!(sandbox.stats().requests(Endpoint::Submit), 4);
    }
}

#[tokio::test]
async fn model_ids_may_contain_dots_capitals_spaces_and_prefixes_of_others() {
    let model =
        |id: &str| json!({ "model_id": id, "input": { "type": "object", "properties": {} } });
    let ids = [
        "acme/A.b-c/4K/image-to-video",
        "acme/Clip Video 01 Live",
        "acme/x/y",
        "acme/x/y/draft",
        "acme/größe",
    ];
    let builder = ids
        .iter()
        .fold(Sandbox::builder(), |builder, id| builder.model(model(id)));
    let sandbox = builder.start().await.unwrap();
    for (path, id) in [
        ("acme/A.b-c/4K/image-to-video", ids[0]),
        ("acme/A%2Eb%2Dc/4K/image-to-video", ids[0]),
        ("acme/Clip%20Video%2001%20Live", ids[1]),
        ("acme/x/y", ids[2]),
        ("acme/x/y/draft", ids[3]),
        ("acme/gr%C3%B6%C3%9Fe", ids[4]),
    ] {
        let path = format!("/v1/models/{path}");
        assert_eq!(
            call(&sandbox, "POST", &path, "{}").await.status,
            200,
            "{path}"
        );
        assert_eq!(sandbox.jobs().last().unwrap().model_id, id, "{path}");
        assert_eq!(get(&sandbox, &path).await.get("model_id"), id);
    }
    for path in [
        "acme/x%2Fy",
        "acme/X/y",
        "acme/x",
        "acme/x//y",
        "acme/x/y/",
        "acme/%FF",
        "a+b",
    ] {
        let path = format!("/v1/models/{path}");
        for method in ["POST", "GET"] {
            let response = call(&sandbox, method, &path, "{}").await;
            assert_eq!(
                (response.status, response.get("error_code")),
                (400, json!(400_001)),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn an_unknown_request_id_is_a_404() {
    let sandbox = Sandbox::builder().model(model()).start().await.unwrap();
    for response in [
        status(&sandbox, "unknown").await,
        result(&sandbox, "unknown").await,
        cancel(&sandbox, "unknown").await,
    ] {
        assert_eq!(
            (response.status, response.get("error_code")),
            (404, json!(404_001))
        );
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused() {
    let sandbox = Sandbox::builder().model(model()).start().await.unwrap();
    for (method, path, status) in [
        ("GET", "/", 404),
        ("GET", "/v2/models", 404),
        ("GET", "/v1/requests/r", 404),
        ("POST", "/v1/models", 405),
        ("DELETE", "/v1/models/acme/clip/text-to-video", 405),
        ("POST", "/v1/requests/r/status", 405),
        ("GET", "/v1/requests/r/cancel", 405),
    ] {
        assert_eq!(
            call(&sandbox, method, path, "{}").await.status,
            status,
            "{method} {path}"
        );
    }
    assert_eq!(sandbox.stats().requests(Endpoint::Other), 7);
}

#[tokio::test]
async fn bodies_of_64_mib_are_accepted_and_larger_ones_refused() {
    let builder = Sandbox::builder().max_recorded_requests(0);
    let sandbox = builder.model(model()).start().await.unwrap();
    let path = "/v1/models/acme/clip/text-to-video";
    let largest = 64 << 20;
    let frame = r#"{"prompt":"p","images":[""]}"#.len();
    for (length, status) in [(largest, 200), (largest + 1, 413)] {
        let image = "A".repeat(length - frame);
        let body = format!(r#"{{"prompt":"p","images":["{image}"]}}"#);
        assert_eq!(body.len(), length);
        assert_eq!(call(&sandbox, "POST", path, &body).await.status, status);
    }
}

#[tokio::test]
async fn overrides_apply_to_inputs_but_not_to_the_catalogue() {
    let mut document = model();
    document["overrides"] = json!([
        { "reason": "a limit in prose", "input": { "properties": { "steps": { "maximum": 9 } } } },
        { "reason": "better results", "level": "advice",
          "input": { "properties": { "steps": { "maximum": 7 } } } },
    ]);
    let sandbox = Sandbox::builder().model(document).start().await.unwrap();
    let path = "/v1/models/acme/clip/text-to-video";
    for (steps, status) in [(8, 200), (10, 422)] {
        let input = json!({ "prompt": "p", "steps": steps }).to_string();
        assert_eq!(
            call(&sandbox, "POST", path, &input).await.status,
            status,
            "{steps}"
        );
    }
    let entry = get(&sandbox, path).await;
    assert_eq!(entry.get("input_schema"), model()["input"]);
}
