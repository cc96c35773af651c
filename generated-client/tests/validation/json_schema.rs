//! `schema_for!` of an input returns the input schema in its model file, converted to JSON Schema.

use std::collections::BTreeMap;

use runcomfy_client::models::{bytedance, community, happyhorse, wan_ai};
use runcomfy_client::{Model, ModelInput};
use schemars::{JsonSchema, schema_for};
use serde_json::Value;

use crate::support::reference::Reference;
use crate::support::schemas::model_files;

fn insert_schema<I: ModelInput + JsonSchema>(by_id: &mut BTreeMap<&'static str, Value>) {
    let mut schema = schema_for!(I).to_value();
    let dialect = schema.as_object_mut().unwrap().remove("$schema");
    assert_eq!(
        dialect,
        Some("https://json-schema.org/draft/2020-12/schema".into())
    );
    by_id.insert(<I::Model as Model>::ID, schema);
}

#[test]
fn schemas_equal_those_of_the_model_files() {
    let mut by_id = BTreeMap::new();
    insert_schema::<bytedance::seedance_v1_5_pro::image_to_video::Input>(&mut by_id);
    insert_schema::<community::fantasy_portrait::image_to_video::Input>(&mut by_id);
    insert_schema::<community::wan_2_1::fusionx::image_to_video::Input>(&mut by_id);
    insert_schema::<happyhorse::happyhorse_1_0::reference_to_video::Input>(&mut by_id);
    insert_schema::<wan_ai::wan_2_2::image_to_video::Input>(&mut by_id);

    // The input types are listed above. `models::visit` cannot be used, because `ModelInput` does not require
    // `JsonSchema`.
    for (id, text) in model_files() {
        let Some(schema) = by_id.remove(id.as_str()) else {
            continue;
        };
        let reference = Reference::of(&text);
        // If a schema has no title, schemars sets the title to the name of the type.
        let mut expected = reference.schema.clone();
        let members = expected.as_object_mut().unwrap();
        members
            .entry("title")
            .or_insert_with(|| "Input".to_owned().into());
        assert_eq!(schema, expected, "{id}");
        let file: Value = serde_json::from_str(&text).unwrap();
        let violations = reference.violations(&file["example"]);
        assert!(violations.is_some_and(|found| found.is_empty()), "{id}");
    }
    assert!(by_id.is_empty(), "no model file of {:?}", by_id.keys());
}

#[test]
fn a_schema_has_annotations_and_no_references() {
    let schema = schema_for!(community::fantasy_portrait::image_to_video::Input).to_value();
    let steps = &schema["properties"]["149_steps"];
    assert_eq!(steps["type"], "integer");
    assert!(steps["minimum"].is_i64() && steps["maximum"].is_i64());
    assert!(steps["default"].is_i64());
    assert!(steps["title"].is_string());
    assert_eq!(schema["additionalProperties"], false);
    // Schemas of tools for language models must be self-contained.
    assert!(!schema.to_string().contains("$ref"));
}
