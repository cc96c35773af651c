//! The models that are part of the package.

use std::fs;
use std::path::Path;

use runcomfy_sandbox::Sandbox;
use serde_json::json;

use crate::http::get;

/// The paths of the model files below a folder, sorted.
fn model_files(folder: &Path, prefix: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}/{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            paths.extend(model_files(&entry.path(), &path));
        } else {
            paths.push(path);
        }
    }
    paths.sort();
    paths
}

/// `INSTA_UPDATE=always` updates the copies, as it updates all other expected files.
#[test]
fn bundled_model_files_equal_those_in_schemas() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let update = std::env::var_os("INSTA_UPDATE").is_some_and(|mode| mode == "always");
    for path in model_files(&package.join("models"), "") {
        let original = package.join(format!("../../schemas{path}"));
        let copy = package.join(format!("models{path}"));
        let text = fs::read(&original).unwrap_or_else(|error| {
            panic!("schemas{path}: {error}; remove `models{path}` and its use in `src/state/bundled.rs`")
        });
        if update {
            fs::write(&copy, &text).unwrap();
        }
        assert!(
            fs::read(&copy).unwrap() == text,
            "sandbox/models{path} is stale; run `INSTA_UPDATE=always cargo test -p runcomfy-sandbox`"
        );
    }
}

#[test]
fn the_package_contains_the_licenses_of_the_workspace() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
        let read = |path| fs::read_to_string(package.join(path)).unwrap();
        assert_eq!(read(name.to_owned()), read(format!("../../{name}")));
    }
}

#[tokio::test]
async fn a_sandbox_serves_every_bundled_model() {
    let sandbox = Sandbox::start().await.unwrap();
    let files = model_files(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/models")),
        "",
    );
    let ids: Vec<&str> = files
        .iter()
        .map(|path| path.trim_start_matches('/').trim_end_matches(".json"))
        .collect();
    assert_eq!(sandbox.models(), ids);
    assert!(ids.iter().all(|id| sandbox.example(id).is_some()));
}

#[tokio::test]
async fn a_model_of_the_user_replaces_the_bundled_one() {
    let id = "wan-ai/wan-2-2/image-to-video";
    let schema = json!({ "type": "object", "properties": { "other": { "type": "string" } } });
    let sandbox = Sandbox::builder()
        .bundled_models()
        .model(json!({ "model_id": id, "input": schema }))
        .model(json!({ "model_id": "acme/new", "input": schema }))
        .start()
        .await
        .unwrap();
    assert_eq!(sandbox.models().len(), 6);
    let entry = get(&sandbox, &format!("/v1/models/{id}")).await;
    assert_eq!(entry.get("input_schema"), schema);
}
