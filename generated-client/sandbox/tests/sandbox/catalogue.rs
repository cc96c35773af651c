//! The catalogue endpoint, and reading model files.

use std::error::Error;
use std::fs;

use runcomfy_sandbox::{ModelError, Progress, Sandbox, StartError};
use serde_json::{Value, json};

use crate::http::{call, get, model};

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
    for limit in ["x", "0", "-1"] {
        let path = format!("/v1/models?limit={limit}");
        assert_eq!(get(&sandbox, &path).await.status, 400, "{limit}");
    }
}

#[tokio::test]
async fn a_limit_is_lowered_to_the_maximum() {
    let sandbox = with_31_models().await;
    let page = get(&sandbox, "/v1/models?limit=501").await.json();
    assert_eq!((ids(&page).len(), &page["limit"]), (31, &json!(500)));
    let builder = Sandbox::builder().model(model()).model(model_with_id("b"));
    let sandbox = builder.max_page_size(1).start().await.unwrap();
    let page = get(&sandbox, "/v1/models?limit=500").await.json();
    assert_eq!(
        (ids(&page).len(), &page["limit"], &page["total"]),
        (1, &json!(1), &json!(2))
    );
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
async fn an_entry_is_what_the_model_file_states_about_the_model() {
    let mut stated = model_with_id("acme/brush/edit");
    stated["input"]["required"] = json!(["x"]);
    stated["about"] = json!({
        "title": "Brush 2",
        "description": "Paints over a Photo.",
        "categories": ["image-to-image", "inpainting"],
        "base_price_usd": 0.004,
        "price_unit": "image",
        "pricing_note": "Twice as much for 4K.",
        "page_url": "https://www.runcomfy.com/models/acme/brush-2/api",
        "unknown": 1,
    });
    let mut invalid = model_with_id("acme/clip/image-to-video");
    invalid["about"] = json!({ "title": 7, "categories": "video", "base_price_usd": "cheap" });
    let builder = Sandbox::builder().model(stated).model(invalid);
    let polls = Progress::Polls {
        queued: 0,
        running: 0,
    };
    let sandbox = builder.progress(polls).start().await.unwrap();

    let page = get(&sandbox, "/v1/models?search=photo").await.json();
    assert_eq!(
        page["models"],
        json!([{
            "model_id": "acme/brush/edit",
            "display_name": "Brush 2",
            "description": "Paints over a Photo.",
            "categories": ["image-to-image", "inpainting"],
            "kind": "model",
            "base_price_usd": 0.004,
            "price_unit": "image",
            "pricing_note": "Twice as much for 4K.",
            "inputs": ["x"],
            "required_inputs": ["x"],
            "model_url": "https://www.runcomfy.com/models/acme/brush-2/api",
        }])
    );
    let by_name = get(&sandbox, "/v1/models?search=BRUSH%202").await.json();
    assert_eq!(ids(&by_name), ["acme/brush/edit"]);
    let derived = get(&sandbox, "/v1/models/acme/clip/image-to-video").await;
    assert_eq!(derived.get("display_name"), "acme clip image to video");
    assert_eq!(derived.get("categories"), json!(["image-to-video"]));
    assert_eq!(derived.get("price_unit"), "second");
    assert_eq!(derived.get("pricing_note"), Value::Null);
    assert_eq!(derived.json().get("model_url"), None);

    let path = "/v1/models/acme/brush/edit";
    let submitted = call(&sandbox, "POST", path, r#"{"x":1}"#).await;
    let request_id = submitted.get("request_id");
    let path = format!(
        "/v1/requests/{}/result?include_cost=true",
        request_id.as_str().unwrap()
    );
    assert_eq!(get(&sandbox, &path).await.get("cost"), 0.004);
}

#[tokio::test]
async fn kinds_filter_the_list_and_categories_are_listed_once() {
    let sandbox = Sandbox::builder()
        .model(model())
        .catalogue_entry(
            json!({ "model_id": "acme/flow", "kind": "workflow", "categories": ["edit", 7] }),
        )
        .catalogue_entry(json!({ "model_id": "acme/other", "categories": ["edit"] }))
        .start()
        .await
        .unwrap();
    for (kind, found) in [
        ("model", vec!["acme/clip/text-to-video"]),
        ("workflow", vec!["acme/flow"]),
        ("inference", vec![]),
    ] {
        let page = get(&sandbox, &format!("/v1/models?kind={kind}")).await;
        assert_eq!(ids(&page.json()), found, "{kind}");
    }
    assert_eq!(
        get(&sandbox, "/v1/models/categories").await.json(),
        json!({ "categories": ["edit", "text-to-video"] })
    );
}

#[tokio::test]
async fn entries_given_to_the_builder_are_served_verbatim() {
    let spoiled = [
        json!({ "model_id": "../../x", "input_schema": { "type": "object" } }),
        json!({ "model_id": "acme/twice", "input_schema": "not a schema" }),
        json!({ "model_id": "acme/twice", "description": "the second" }),
        json!({ "model_id": 7, "title": "kept" }),
        json!("no object"),
        Value::Null,
    ];
    let mut builder = Sandbox::builder().model(model());
    for entry in &spoiled {
        builder = builder.catalogue_entry(entry.clone());
    }
    let sandbox = builder.start().await.unwrap();
    let page = get(&sandbox, "/v1/models?include_schema=true").await.json();
    assert_eq!(page["total"], 7);
    assert_eq!(page["models"].as_array().unwrap()[1..], spoiled);
    let one = get(&sandbox, "/v1/models/acme/twice").await.json();
    assert_eq!(one, spoiled[1]);
    assert_eq!(sandbox.models(), ["acme/clip/text-to-video"]);
    let submitted = call(&sandbox, "POST", "/v1/models/acme/twice", "{}").await;
    assert_eq!(submitted.status, 400);
}

#[tokio::test]
async fn four_hundred_models_are_served_on_one_page() {
    let bundled = Sandbox::start().await.unwrap();
    let mut builder = Sandbox::builder();
    for copy in 0..80 {
        for id in bundled.models() {
            let entry = get(&bundled, &format!("/v1/models/{id}")).await;
            let input = entry.get("input_schema");
            builder = builder.model(json!({ "model_id": format!("{id}/{copy}"), "input": input }));
        }
    }
    let sandbox = builder.start().await.unwrap();
    let path = "/v1/models?include_schema=true&limit=500";
    let page = get(&sandbox, path).await.json();
    assert_eq!(ids(&page), sandbox.models());
    assert_eq!(page["total"], 400);
}

#[tokio::test]
async fn schemas_are_optional_sorted_and_without_titles() {
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

    let titled = json!({
        "model_id": "acme/titled",
        "input": {
            "type": "object",
            "title": "Input",
            "required": ["title", "loras"],
            "properties": {
                "title": { "type": "string", "title": "Title", "default": "title" },
                "loras": {
                    "title": "LoRAs",
                    "type": "array",
                    "items": { "type": "object", "title": "LoRA", "properties": {} },
                },
            },
        },
    });
    let sandbox = Sandbox::builder().model(titled).start().await.unwrap();
    let one = get(&sandbox, "/v1/models/acme/titled").await.json();
    assert_eq!(
        one["input_schema"].to_string(),
        r#"{"properties":{"loras":{"items":{"properties":{},"type":"object"},"type":"array"},"title":{"default":"title","type":"string"}},"required":["title","loras"],"type":"object"}"#
    );
}

/// Starts a sandbox with a folder that contains these files. Returns the ids of the served models.
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
