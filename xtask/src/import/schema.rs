//! Recognizes input and output schemas, and checks an example against the keys and types of the input
//! schema.

use std::collections::HashMap;

use runcomfy_codegen::json::{Json, Member};

use super::problem::PageRule;

/// Whether it is an input schema: `{"type": "object", "properties": {…}, …}`.
pub(super) fn is_input(json: &Json) -> bool {
    json.get("type").and_then(|ty| ty.as_str()) == Some("object")
        && json
            .get("properties")
            .is_some_and(|properties| matches!(properties.value, Json::Object(_)))
}

/// Whether it is an output schema in its wrapper: `{"output": {"type": "object", "properties": {…}, …}}`.
pub(super) fn is_output(json: &Json) -> bool {
    match json.members() {
        [only] => only.name.value == "output" && is_input(&only.value),
        _ => false,
    }
}

/// A problem of a schema or an example.
pub(super) struct SchemaProblem {
    /// The byte offset in the text.
    pub(super) offset: usize,
    pub(super) rule: PageRule,
    pub(super) message: String,
}

/// Reports every property whose schema is not an object. Such a property may be a keyword of another
/// property's schema, moved one level up because a line of the page is missing.
pub(super) fn check_properties(schema: &Json) -> Vec<SchemaProblem> {
    let others = properties(schema)
        .iter()
        // `true` and `false` are schemas too, but no page has one.
        .filter(|member| !matches!(member.value.value, Json::Object(_)));
    others
        .map(|Member { name, value }| SchemaProblem {
            offset: name.span.start,
            rule: PageRule::PropertyNotAnObject,
            message: format!(
                "the schema of the property {:?} is {}, not an object",
                name.value,
                value.type_name()
            ),
        })
        .collect()
}

/// Reports keys of the example that the input schema does not have, values of another JSON type, and missing
/// required properties. The limits of the values are checked later, with the model file.
///
/// Missing properties are reported at `offset`.
pub(super) fn check_example(example: &Json, input: &Json, offset: usize) -> Vec<SchemaProblem> {
    let mut problems = Vec::new();
    let properties = by_name(properties(input));
    for Member { name, value } in example.members() {
        let Some(schema) = properties.get(name.as_str()) else {
            problems.push(SchemaProblem {
                offset: name.span.start,
                rule: PageRule::ExampleUnknownProperty,
                message: format!(
                    "the example sends {:?}, which the input schema does not have",
                    name.value
                ),
            });
            continue;
        };
        let ty = schema.get("type").and_then(|ty| ty.as_str());
        if let Some(ty) = ty.filter(|ty| !is_of_type(value, ty)) {
            problems.push(SchemaProblem {
                offset: name.span.start,
                rule: PageRule::ExampleType,
                message: format!(
                    "the example sends {} as {:?}, whose type is {ty:?}",
                    value.type_name(),
                    name.value
                ),
            });
        }
    }
    if let Some(Json::Array(required)) = input.get("required").map(|required| &required.value) {
        let sent = by_name(example.members());
        for name in required.iter().filter_map(|name| name.as_str()) {
            if !sent.contains_key(name) {
                problems.push(SchemaProblem {
                    offset,
                    rule: PageRule::ExampleMissingProperty,
                    message: format!("the example does not send {name:?}, which is required"),
                });
            }
        }
    }
    problems
}

fn properties(schema: &Json) -> &[Member] {
    schema
        .get("properties")
        .map_or(&[], |properties| properties.members())
}

fn by_name(members: &[Member]) -> HashMap<&str, &Json> {
    let pairs = members
        .iter()
        .map(|member| (member.name.as_str(), &member.value.value));
    pairs.collect()
}

/// Whether the value has the type `ty`, as named in a schema. An unknown type matches every value, since the
/// check of the model file rejects the type later.
fn is_of_type(value: &Json, ty: &str) -> bool {
    match ty {
        "string" => matches!(value, Json::String(_)),
        "boolean" => matches!(value, Json::Boolean(_)),
        "array" => matches!(value, Json::Array(_)),
        "object" => matches!(value, Json::Object(_)),
        "float" | "number" => matches!(value, Json::Number(_)),
        // `5.0` is an integer too.
        "integer" => match value {
            Json::Number(number) => number.as_f64().is_some_and(|number| number.fract() == 0.0),
            _ => false,
        },
        _ => true,
    }
}
