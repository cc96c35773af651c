//! The catalogue endpoint, and reading model files.

use std::error::Error;
use std::fs;

use runcomfy_sandbox::{ModelError, Sandbox, StartError};
use serde_json::{Value, json};

use crate::http::{get, model};

fn model_with_id(id: &str) -> Value {
    json!({ "model_id": id, "input": { "type": "object", "properties": { "x": { "type": "float" } } } })
}

async fn with_31_models() -> Sandbox {
    let builder = (0..30).fold(Sandbox::builder().model(model()), |builder, number| {
        builder.model(model_with_id(&format!("acme/m{number:02}/edit")))
    });
    builder.start().await.unwrap()
}

fn ids(page: &Value) -> Vec<&str> {
    let models = page["models"].as_array().unwrap();
    models
        .iter()
        .map(|model| model["model_id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn pages_contain_every_model_once() {
    let sandbox = with_31_models().await;
    let first = get(&sandbox, "/v1/models").await.json();
    assert_eq!(
        (&first["total"], &first["limit"], &first["offset"]),
        (&json!(31), &json!(20), &json!(0))
    );
    let second = get(&sandbox, "/v1/models?offset=20").await.json();
    let mut all = ids(&first);
    all.extend(ids(&second));
    assert_eq!(all, sandbox.models());
    let last = get(&sandbox, "/v1/models?limit=2&offset=30").await.json();
    assert_eq!(ids(&last).len(), 1);
    assert_eq!(
        ids(&get(&sandbox, "/v1/models?offset=99").await.json()),
        [""; 0]
    );
    assert_eq!(get(&sandbox, "/v1/models?limit=x").await.status, 400);
}

#[tokio::test]
async fn search_and_category_filter_the_list() {
    let sandbox = with_31_models().await;
    let found = get(&sandbox, "/v1/models?search=CLIP").await.json();
    assert_eq!(
        (ids(&found), &found["total"]),
        (vec!["acme/clip/text-to-video"], &json!(1))
    );
    let found = get(&sandbox, "/v1/models?category=text-to-video&limit=5")
        .await
        .json();
    assert_eq!(ids(&found), ["acme/clip/text-to-video"]);
    assert_eq!(
        get(&sandbox, "/v1/models?category=edit&search=m1")
            .await
            .get("total"),
        10
    );
}

#[tokio::test]
async fn schemas_are_verbatim_and_optional() {
    let sandbox = with_31_models().await;
    let plain = get(&sandbox, "/v1/models?search=clip").await.json();
    assert_eq!(plain["models"][0].get("input_schema"), None);
    let full = get(&sandbox, "/v1/models?search=clip&include_schema=true")
        .await
        .json();
    assert_eq!(
        full["models"][0]["input_schema"],
        model()["input"],
        "`float` is not converted"
    );
    let one = get(&sandbox, "/v1/models/acme/clip/text-to-video")
        .await
        .json();
    assert_eq!(one["input_schema"], model()["input"]);
    assert!(one["base_price_usd"].is_f64());
}

/// Starts a sandbox with a folder of these files, and returns its models.
async fn start(files: &[(&str, &str)]) -> Result<Vec<String>, StartError> {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Ok(Sandbox::builder()
        .schemas(folder.path())
        .start()
        .await?
        .models())
}

#[tokio::test]
async fn folders_are_read_recursively_and_other_files_ignored() {
    let (deep, flat) = (
        model_with_id("a/b/c").to_string(),
        model_with_id("d").to_string(),
    );
    let files = [
        ("a/b/c.json", deep.as_str()),
        ("d.json", &flat),
        ("model.schema.json", "{}"),
        ("notes.md", "not a model"),
    ];
    assert_eq!(start(&files).await.unwrap(), ["a/b/c", "d"]);
}

#[tokio::test]
async fn an_invalid_model_file_prevents_the_start_and_is_named() {
    let text = model_with_id("a/b").to_string();
    let error = start(&[("a/b.json", &text), ("c.json", &text)])
        .await
        .unwrap_err();
    assert!(
        matches!(&error, StartError::Model(ModelError::Duplicate { model_id, .. }) if model_id == "a/b")
    );

    for (text, reason) in [
        ("{", "not JSON"),
        (r#"{"input":{}}"#, "model_id"),
        (r#"{"model_id":"a"}"#, "input"),
        (
            r#"{"model_id":"a","input":{"type":"colour"}}"#,
            "JSON Schema",
        ),
    ] {
        let error = start(&[("x/invalid.json", text)]).await.unwrap_err();
        let cause = error.source().expect("a cause").to_string();
        assert!(
            cause.contains("invalid.json") && cause.contains(reason),
            "{cause}"
        );
    }
    let missing = Sandbox::builder()
        .schemas("no/such/folder")
        .start()
        .await
        .unwrap_err();
    assert!(
        missing
            .source()
            .unwrap()
            .to_string()
            .contains("no/such/folder")
    );
}

#[tokio::test]
async fn a_port_in_use_prevents_the_start() {
    let first = Sandbox::builder().start().await.unwrap();
    let port = first.address().port();
    let error = Sandbox::builder().port(port).start().await.unwrap_err();
    assert!(matches!(error, StartError::Bind { address, .. } if address == first.address()));
    first.shutdown().await;
    assert!(
        Sandbox::builder().port(port).start().await.is_ok(),
        "shutdown frees the port"
    );
}
