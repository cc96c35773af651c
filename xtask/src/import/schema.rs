//! Which JSON is an input schema, which an output schema, and whether an example fits.

use std::collections::HashMap;

use super::json::{Json, Member};
use super::problem::Rule;

/// Whether it is an input schema: `{"type": "object", "properties": {…}, …}`.
pub(super) fn is_input(json: &Json) -> bool {
    json.get("type").and_then(Json::as_str) == Some("object")
        && matches!(json.get("properties"), Some(Json::Object(_)))
}

/// Whether it is an output schema in its wrapper: `{"output": {"type": "object", …}}`.
pub(super) fn is_output(json: &Json) -> bool {
    match json.members() {
        [only] => only.key == "output" && is_input(&only.value),
        _ => false,
    }
}

/// One disagreement: its place in the text, its rule, and a sentence.
pub(super) type Finding = (usize, Rule, String);

/// Every property of a schema has an object as its schema. A missing line may have moved the
/// members of a property one level up, which this shows.
pub(super) fn check_properties(schema: &Json) -> Vec<Finding> {
    let odd = properties(schema).iter().filter(|member| {
        // `true` and `false` are schemas too, but no document has one.
        !matches!(member.value, Json::Object(_))
    });
    odd.map(|member| {
        let (key, kind) = (&member.key, member.value.kind());
        let message = format!("the schema of the property {key:?} is {kind}, not an object");
        (member.at, Rule::PropertyNotAnObject, message)
    })
    .collect()
}

/// Whether the example has the keys and the JSON types of its input schema. `at` is the place of
/// the example. The limits of its values are checked with the model file.
pub(super) fn check_example(example: &Json, input: &Json, at: usize) -> Vec<Finding> {
    let mut findings = Vec::new();
    let properties = by_key(properties(input));
    for Member { key, value, at } in example.members() {
        let Some(schema) = properties.get(key.as_str()) else {
            findings.push((
                *at,
                Rule::ExampleUnknownProperty,
                format!("the example sends {key:?}, which the input schema does not have"),
            ));
            continue;
        };
        let kind = schema.get("type").and_then(Json::as_str);
        if let Some(kind) = kind.filter(|kind| !is_of_type(value, kind)) {
            let found = value.kind();
            findings.push((
                *at,
                Rule::ExampleType,
                format!("the example sends {found} as {key:?}, whose type is {kind:?}"),
            ));
        }
    }
    if let Some(Json::Array(required)) = input.get("required") {
        let sent = by_key(example.members());
        for name in required.iter().filter_map(Json::as_str) {
            if !sent.contains_key(name) {
                findings.push((
                    at,
                    Rule::ExampleMissingProperty,
                    format!("the example does not send {name:?}, which is required"),
                ));
            }
        }
    }
    findings
}

fn properties(schema: &Json) -> &[Member] {
    schema.get("properties").map_or(&[], Json::members)
}

fn by_key(members: &[Member]) -> HashMap<&str, &Json> {
    let pairs = members
        .iter()
        .map(|member| (member.key.as_str(), &member.value));
    pairs.collect()
}

/// Whether the value has that type of the dialect; of a type nobody knows it has every value,
/// because the model file's own check refuses the type.
fn is_of_type(value: &Json, kind: &str) -> bool {
    match kind {
        "string" => matches!(value, Json::String(_)),
        "boolean" => matches!(value, Json::Bool(_)),
        "array" => matches!(value, Json::Array(_)),
        "object" => matches!(value, Json::Object(_)),
        "float" | "number" => matches!(value, Json::Number(_)),
        // `5.0` is an integer too.
        "integer" => match value {
            Json::Number(spelling) => spelling
                .parse::<f64>()
                .is_ok_and(|number| number.fract() == 0.0),
            _ => false,
        },
        _ => true,
    }
}
