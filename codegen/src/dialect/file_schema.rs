//! The JSON Schema of model files, for editors.

use std::borrow::Cow;

use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde_json::{Value, json};

use super::ModelFile;
use crate::diagnostics::{Rule, Severity};
use crate::json::Number;
use crate::span::Located;

/// The text of `schemas/model.schema.json`: the JSON Schema (2020-12) of model files.
#[must_use]
pub fn model_schema() -> String {
    let settings = SchemaSettings::draft2020_12();
    let generator = settings
        .with_transform(RecursiveTransform(without_null))
        .into_generator();
    let schema = generator.into_root_schema_for::<ModelFile>();
    format!("{:#}\n", schema.to_value())
}

/// Removes `null` from the types of optional keys: schemars allows it, the dialect does not.
fn without_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| *choice != json!({ "type": "null" }));
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            schema.remove("anyOf");
            schema.ensure_object().extend(only);
        }
    }
}

/// The ids of the rules that are warnings.
pub(super) fn warnings(_: &mut SchemaGenerator) -> Schema {
    let rules = Rule::ALL.iter();
    let warnings = rules.filter(|rule| rule.severity() == Severity::Warning);
    let ids: Vec<&str> = warnings.map(|rule| rule.id()).collect();
    json_schema!({ "type": "string", "enum": ids })
}

pub(super) fn only_false(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "const": false })
}

impl<T: JsonSchema> JsonSchema for Located<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl JsonSchema for Number {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number" })
    }
}
