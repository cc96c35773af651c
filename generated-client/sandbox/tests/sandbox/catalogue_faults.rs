//! Faults that change responses of the catalogue endpoint.

use runcomfy_sandbox::{Endpoint, Fault, FaultRule, Sandbox};
use serde_json::{Value, json};

use crate::http::{End, get};

/// A catalogue with three entries on two pages.
async fn with_fault(rule: FaultRule) -> Sandbox {
    let mut builder = Sandbox::builder().max_page_size(2).plan(rule);
    for id in ["a/x", "b/x", "c/x"] {
        let entry = json!({ "model_id": id, "input_schema": { "type": "object" } });
        builder = builder.catalogue_entry(entry);
    }
    builder.start().await.unwrap()
}

fn on_catalogue(fault: Fault) -> FaultRule {
    FaultRule::on(Endpoint::Catalogue, fault)
}

async fn page(sandbox: &Sandbox, offset: usize) -> Value {
    let path = format!("/v1/models?include_schema=true&limit=2&offset={offset}");
    get(sandbox, &path).await.json()
}

#[tokio::test]
async fn the_total_can_be_false() {
    let sandbox = with_fault(on_catalogue(Fault::CatalogueTotal(9)).always()).await;
    let first = page(&sandbox, 0).await;
    assert_eq!(first["total"], 9);
    assert_eq!(first["models"].as_array().unwrap().len(), 2);
    assert_eq!(page(&sandbox, 4).await["models"], json!([]));
}

#[tokio::test]
async fn a_page_can_be_repeated() {
    let sandbox = with_fault(on_catalogue(Fault::RepeatedPage).skip(1)).await;
    let first = page(&sandbox, 0).await;
    let repeated = page(&sandbox, 2).await;
    assert_eq!(repeated["models"], first["models"]);
    assert_eq!(repeated["offset"], 2, "`offset` is the requested one");
    assert_eq!(page(&sandbox, 2).await["models"][0]["model_id"], "c/x");
    assert!(sandbox.unfired().is_empty());
}

#[tokio::test]
async fn schemas_can_be_missing_from_pages() {
    let sandbox = with_fault(on_catalogue(Fault::WithoutSchemas).always()).await;
    let page = page(&sandbox, 0).await;
    assert_eq!(
        page["models"],
        json!([{ "model_id": "a/x" }, { "model_id": "b/x" }])
    );
    let one = get(&sandbox, "/v1/models/a/x").await;
    assert_eq!(one.get("input_schema"), json!({ "type": "object" }));
}

#[tokio::test]
async fn a_page_can_break_off() {
    let sandbox = with_fault(on_catalogue(Fault::TruncatedResponse)).await;
    let response = get(&sandbox, "/v1/models").await;
    assert_eq!((response.status, response.end), (200, End::Truncated));
}
