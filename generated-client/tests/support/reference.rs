//! The verdict that ours is compared with: a JSON Schema validator on the normalised schema.

use jsonschema::Validator;
use runcomfy_codegen::json_schema::to_json_schema;
use runcomfy_codegen::{SourceFile, analyze};
use serde_json::Value;

/// A reference validator of one model's inputs.
pub(crate) struct Reference {
    /// The normalised schema of the input.
    pub(crate) schema: Value,
    validator: Validator,
}

impl Reference {
    /// The reference for a model file.
    pub(crate) fn of(model_file: &str) -> Self {
        let source = SourceFile {
            path: String::new(),
            bytes: model_file.as_bytes().to_vec(),
        };
        let analyzed = analyze(&source);
        let valid = analyzed
            .valid()
            .unwrap_or_else(|| panic!("not a model file: {:?}", analyzed.diagnostics));
        let schema = to_json_schema(&valid.model.input);
        let validator = jsonschema::validator_for(&schema).unwrap();
        Self { schema, validator }
    }

    /// Whether the input is good: what the validator says, but for the documented exception.
    pub(crate) fn accepts(&self, input: &Value) -> bool {
        self.validator.is_valid(input) && !has_great_integer(&self.schema, input)
    }
}

/// The documented exception: an `integer` that does not fit 64 bits.
fn has_great_integer(schema: &Value, value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            let fits = number.is_i64()
                || number
                    .as_f64()
                    .is_some_and(|float| (-TWO_63..TWO_63).contains(&float) && !number.is_u64());
            schema["type"] == "integer" && !fits
        }
        Value::Array(items) => items
            .iter()
            .any(|item| has_great_integer(&schema["items"], item)),
        Value::Object(members) => members
            .iter()
            .any(|(name, member)| has_great_integer(&schema["properties"][name], member)),
        _ => false,
    }
}

/// The first integer above `i64::MAX`.
const TWO_63: f64 = 9_223_372_036_854_775_808.0;
