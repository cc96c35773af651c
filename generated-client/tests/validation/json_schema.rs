//! `schema_for!` gives back the schema that a model was generated from.

use std::collections::BTreeMap;

use runcomfy_client::models::{bytedance, community, happyhorse, wan_ai};
use runcomfy_client::{Model, ModelInput};
use schemars::{JsonSchema, schema_for};
use serde_json::Value;

use crate::support::reference::Reference;
use crate::support::schemas::model_files;

fn described<I: ModelInput + JsonSchema>(by_id: &mut BTreeMap<&'static str, Value>) {
    let mut schema = schema_for!(I).to_value();
    let dialect = schema.as_object_mut().unwrap().remove("$schema");
    assert_eq!(
        dialect,
        Some("https://json-schema.org/draft/2020-12/schema".into())
    );
    by_id.insert(<I::Model as Model>::ID, schema);
}

#[test]
fn every_input_describes_the_schema_it_was_generated_from() {
    let mut by_id = BTreeMap::new();
    described::<bytedance::seedance_v1_5_pro::image_to_video::Input>(&mut by_id);
    described::<community::fantasy_portrait::image_to_video::Input>(&mut by_id);
    described::<community::wan_2_1::fusionx::image_to_video::Input>(&mut by_id);
    described::<happyhorse::happyhorse_1_0::reference_to_video::Input>(&mut by_id);
    described::<wan_ai::wan_2_2::image_to_video::Input>(&mut by_id);

    // The first five; a trait bound that only this feature has would be needed to go over all.
    for (id, text) in model_files() {
        let Some(described) = by_id.remove(id.as_str()) else {
            continue;
        };
        let reference = Reference::of(&text);
        assert_eq!(described, reference.schema, "{id}");
        // And it judges as the reference does.
        let example: Value = serde_json::from_str(&text).unwrap();
        assert!(reference.accepts(&example["example"]), "{id}");
    }
    assert!(by_id.is_empty(), "no schema of {:?}", by_id.keys());
}

#[test]
fn a_form_and_a_tool_definition_find_what_they_need() {
    let schema = schema_for!(community::fantasy_portrait::image_to_video::Input).to_value();
    let steps = &schema["properties"]["149_steps"];
    assert_eq!(steps["type"], "integer");
    assert!(steps["minimum"].is_i64() && steps["maximum"].is_i64());
    assert!(steps["default"].is_i64());
    assert!(steps["title"].is_string());
    assert_eq!(schema["additionalProperties"], false);
    // No reference leads out of it: language models' tools want schemas in one piece.
    assert!(!schema.to_string().contains("$ref"));
}
