//! Validation of inputs against the schema of a model.

use jsonschema::Validator;
use serde_json::{Value, json};

use super::json_schema::to_json_schema;
use super::merge_patch;

/// The validator of one model's inputs.
#[derive(Debug)]
pub(crate) struct Validation(Validator);

impl Validation {
    /// Builds a validator from an input schema in the provider's dialect. The maintainers' overrides are
    /// applied to the schema first.
    pub(crate) fn new(input: &Value, overrides: Option<&Value>) -> Result<Self, String> {
        let schema = to_json_schema(&corrected(input, overrides));
        jsonschema::draft202012::new(&schema)
            .map(Self)
            .map_err(|error| format!("`input` is not a valid JSON Schema: {error}"))
    }

    /// The violations of an input, as they appear in the response. Empty if the input is valid.
    pub(crate) fn violations(&self, input: &Value) -> Vec<Value> {
        self.0
            .iter_errors(input)
            .map(|error| {
                json!({
                    "path": error.instance_path().to_string(),
                    "type": error.kind().keyword(),
                    "msg": error.to_string(),
                })
            })
            .collect()
    }
}

/// Applies the maintainers' overrides to the input schema, except overrides of the level `advice`.
/// Overrides without an `input` patch are ignored. If `overrides` is not an array, it is ignored.
fn corrected(input: &Value, overrides: Option<&Value>) -> Value {
    let mut corrected = input.clone();
    for change in overrides.and_then(Value::as_array).into_iter().flatten() {
        let is_advice = change.get("level").is_some_and(|level| level == "advice");
        if let (Some(patch), false) = (change.get("input"), is_advice) {
            merge_patch::apply(&mut corrected, patch);
        }
    }
    corrected
}
