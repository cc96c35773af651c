//! The catalogue call, and where its models come from.

use std::error::Error;
use std::fs;

use runcomfy_sandbox::{ModelError, Sandbox, StartError};
use serde_json::{Value, json};

use crate::client::{clip, get};

fn model(id: &str) -> Value {
    json!({ "model_id": id, "input": { "type": "object", "properties": { "x": { "type": "float" } } } })
}

async fn thirty() -> Sandbox {
    let builder = (0..30).fold(Sandbox::builder().model(clip()), |builder, number| {
        builder.model(model(&format!("acme/m{number:02}/edit")))
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
async fn pages_cover_all_models_once() {
    let sandbox = thirty().await;
    let first = get(&sandbox, "/v1/models").await.json();
    assert_eq!(
        (&first["total"], &first["limit"], &first["offset"]),
        (&json!(31), &json!(20), &json!(0))
    );
    let second = get(&sandbox, "/v1/models?offset=20").await.json();
    let mut all = ids(&first);
    all.extend(ids(&second));
    assert_eq!(all, sandbox.models());
    let few = get(&sandbox, "/v1/models?limit=2&offset=30").await.json();
    assert_eq!(ids(&few).len(), 1);
    assert_eq!(
        ids(&get(&sandbox, "/v1/models?offset=99").await.json()),
        [""; 0]
    );
    assert_eq!(get(&sandbox, "/v1/models?limit=x").await.status, 400);
}

#[tokio::test]
async fn search_and_category_narrow_the_list() {
    let sandbox = thirty().await;
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
async fn a_schema_comes_untouched_and_only_when_asked_for() {
    let sandbox = thirty().await;
    let plain = get(&sandbox, "/v1/models?search=clip").await.json();
    assert_eq!(plain["models"][0].get("input_schema"), None);
    let full = get(&sandbox, "/v1/models?search=clip&include_schema=true")
        .await
        .json();
    assert_eq!(
        full["models"][0]["input_schema"],
        clip()["input"],
        "`float` and all"
    );
    let one = get(&sandbox, "/v1/models/acme/clip/text-to-video")
        .await
        .json();
    assert_eq!(one["input_schema"], clip()["input"]);
    assert!(one["base_price_usd"].is_f64());
}

/// What starting with a folder of these files says.
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
async fn a_folder_is_read_to_its_depth_without_what_is_no_model() {
    let (deep, flat) = (model("a/b/c").to_string(), model("d").to_string());
    let files = [
        ("a/b/c.json", deep.as_str()),
        ("d.json", &flat),
        ("model.schema.json", "{}"),
        ("notes.md", "no model"),
    ];
    assert_eq!(start(&files).await.unwrap(), ["a/b/c", "d"]);
}

#[tokio::test]
async fn a_model_that_cannot_be_served_stops_the_start_and_is_named() {
    let twice = model("a/b").to_string();
    let error = start(&[("a/b.json", &twice), ("c.json", &twice)])
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
        let error = start(&[("x/bad.json", text)]).await.unwrap_err();
        let said = error.source().expect("a cause").to_string();
        assert!(said.contains("bad.json") && said.contains(reason), "{said}");
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
async fn a_port_in_use_stops_the_start() {
    let first = Sandbox::builder().start().await.unwrap();
    let port = first.address().port();
    let error = Sandbox::builder().port(port).start().await.unwrap_err();
    assert!(matches!(error, StartError::Bind { address, .. } if address == first.address()));
    first.shutdown().await;
    assert!(
        Sandbox::builder().port(port).start().await.is_ok(),
        "shutdown gives the port back"
    );
}
