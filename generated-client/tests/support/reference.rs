//! The validator of the `jsonschema` crate, as the reference for the client's validation.

#[path = "../../../codegen/tests/random/violations.rs"]
pub(crate) mod violations;

use jsonschema::Validator;
use runcomfy_codegen::json_schema::to_json_schema;
use runcomfy_codegen::{SourceFile, analyze};
use serde_json::Value;
use violations::Places;

/// The reference validator of the inputs of one model.
pub(crate) struct Reference {
    /// The input schema as JSON Schema.
    pub(crate) schema: Value,
    validator: Validator,
}

impl Reference {
    /// The reference for a model file, given as its text.
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

    /// The violations that the reference finds. `None` if the input has an integer that does not fit in an
    /// `i64`: the client rejects such an integer, but JSON Schema, and therefore the reference, allows it.
    /// This deviation is documented.
    pub(crate) fn violations(&self, input: &Value) -> Option<Places> {
        (!has_large_integer(&self.schema, input))
            .then(|| violations::of_reference(&self.validator, input))
    }
}

/// Whether `value` contains a number, at any depth, whose schema has the type `integer` and that does not
/// fit in an `i64`. The float -2^63 counts as such a number: the client rejects it too, because integers
/// below `i64::MIN` may have been rounded to it.
fn has_large_integer(schema: &Value, value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            let fits = number.is_i64()
                || number
                    .as_f64()
                    .is_some_and(|float| float.abs() < TWO_63 && !number.is_u64());
            schema["type"] == "integer" && !fits
        }
        Value::Array(items) => items
            .iter()
            .any(|item| has_large_integer(&schema["items"], item)),
        Value::Object(members) => members
            .iter()
            .any(|(name, member)| has_large_integer(&schema["properties"][name], member)),
        _ => false,
    }
}

/// The first integer above `i64::MAX`.
const TWO_63: f64 = 9_223_372_036_854_775_808.0;
