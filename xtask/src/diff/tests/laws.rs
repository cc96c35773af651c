//! Laws that hold for any two sets of schemas.

use proptest::prelude::*;
use runcomfy_codegen::analyze;
use runcomfy_codegen::json_schema::to_json_schema;
use serde_json::{Map, Value, json};

use super::{change, changes, model, valid_files};
use crate::diff::rule::ChangeRule;

/// The schema of a property, in one of the forms of the dialect.
fn property() -> impl Strategy<Value = Value> {
    let bound = prop::option::of(0..4_i64);
    let integer = (
        bound.clone(),
        prop::option::of(5..8_i64),
        prop::option::of(1..4_i64),
    )
        .prop_map(|(low, high, step)| {
            with(
                "integer",
                [
                    ("minimum", low),
                    ("exclusiveMaximum", high),
                    ("multipleOf", step),
                ],
            )
        });
    let integers = prop::sample::subsequence(vec![1, 2, 3, 9], 1..4)
        .prop_map(|values| json!({ "type": "integer", "enum": values }));
    let number = (bound.clone(), prop::option::of(5..8_i64))
        .prop_map(|(low, high)| with("float", [("exclusiveMinimum", low), ("maximum", high)]));
    let string = (bound.clone(), prop::option::of(4..8_i64))
        .prop_map(|(low, high)| with("string", [("minLength", low), ("maxLength", high)]));
    let string_enum = prop::sample::subsequence(vec!["a", "bb", "ccccc", "16:9"], 1..4)
        .prop_map(|values| json!({ "type": "string", "enum": values }));
    let leaf = prop_oneof![
        Just(json!({ "type": "boolean" })),
        integer,
        integers,
        number,
        string,
        string_enum,
    ];
    let nested = leaf.clone().prop_map(
        |inner| json!({ "type": "object", "properties": { "x": inner }, "required": ["x"] }),
    );
    let item = prop_oneof![3 => leaf, 1 => nested];
    let list = (item.clone(), bound).prop_map(|(item, low)| {
        let mut list = with("array", [("minItems", low)]);
        list["items"] = item;
        list
    });
    (prop_oneof![3 => item, 1 => list], prop::option::of("[AB]")).prop_map(|(mut schema, title)| {
        if let Some(title) = title {
            schema["title"] = title.into();
        }
        schema
    })
}

fn with<const N: usize>(ty: &str, limits: [(&str, Option<i64>); N]) -> Value {
    let mut schema = json!({ "type": ty });
    for (keyword, limit) in limits {
        if let Some(limit) = limit {
            schema[keyword] = limit.into();
        }
    }
    schema
}

fn object() -> impl Strategy<Value = Value> {
    let names = prop::sample::subsequence(vec!["a", "b", "1_c", "2_c", "d"], 0..5).prop_shuffle();
    names
        .prop_flat_map(|names| {
            let count = names.len();
            (
                Just(names),
                prop::collection::vec((property(), any::<bool>()), count),
            )
        })
        .prop_map(|(names, properties)| {
            let required: Vec<&str> = names
                .iter()
                .zip(&properties)
                .filter(|(_, (_, is_required))| *is_required)
                .map(|(name, _)| *name)
                .rev()
                .collect();
            let properties: Map<String, Value> = names
                .iter()
                .zip(properties)
                .map(|(name, (schema, _))| ((*name).to_owned(), schema))
                .collect();
            json!({ "type": "object", "properties": properties, "required": required })
        })
}

fn models() -> impl Strategy<Value = Vec<Value>> {
    let ids = prop::sample::subsequence(vec!["a/m/run", "b/m/run", "c/m/run"], 0..4);
    ids.prop_flat_map(|ids| {
        let count = ids.len();
        (
            Just(ids),
            prop::collection::vec((object(), object()), count),
        )
    })
    .prop_map(|(ids, schemas)| {
        ids.into_iter()
            .zip(schemas)
            .map(|(id, (input, output))| model(id, &input, &output))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_same_schemas_have_not_changed(models in models()) {
        let report = changes(&models, &models);
        prop_assert!(report.changes.is_empty(), "{:?}", report);
    }

    #[test]
    fn the_reverse_has_as_many_changes(old in models(), new in models()) {
        let (forward, reverse) = (changes(&old, &new), changes(&new, &old));
        prop_assert_eq!(forward.changes.len(), reverse.changes.len());
    }

    #[test]
    fn every_change_is_reported_once(old in models(), new in models()) {
        let report = changes(&old, &new);
        let mut keys: Vec<(&str, ChangeRule, &str)> = report
            .changes
            .iter()
            .map(|change| (change.model.as_str(), change.rule, change.pointer.as_str()))
            .collect();
        keys.sort();
        let count = keys.len();
        keys.dedup();
        prop_assert_eq!(keys.len(), count);
    }

    #[test]
    fn every_difference_is_reported(old in object(), new in object()) {
        let of_input = |input: &Value| model("a/m/run", input, &json!({ "type": "object" }));
        let (old, new) = (of_input(&old), of_input(&new));
        let schema = |model: &Value| {
            let files = valid_files(std::slice::from_ref(model));
            let analyzed = analyze(&files[0]);
            let mut schema = to_json_schema(&analyzed.valid().unwrap().model.input);
            sort_enums(&mut schema);
            schema
        };
        let is_same = schema(&old) == schema(&new);
        prop_assert_eq!(change(&old, &new).changes.is_empty(), is_same);
    }
}

/// Sorts enum values, whose order does not matter. `Value` ignores the order of members.
fn sort_enums(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::Array(values)) = members.get_mut("enum") {
                values.sort_by_key(ToString::to_string);
            }
            members.values_mut().for_each(sort_enums);
        }
        Value::Array(values) => values.iter_mut().for_each(sort_enums),
        _ => {}
    }
}
