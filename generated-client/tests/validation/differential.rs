//! Compares the client's validation with a reference JSON Schema validator. Both must find the same
//! violations, and the client must find the same ones in JSON text as in a `Value`.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use runcomfy_client::InputError;
use serde_json::{Value, json};

use crate::support::arbitrary::{any_json, at_least};
use crate::support::compiled::{CompiledModel, MODELS};
use crate::support::reference::Reference;
use crate::support::reference::violations::{Places, of_client};

/// A model, its reference validator, and boundary values of its properties.
struct Subject {
    id: String,
    model: &'static CompiledModel,
    reference: Reference,
    /// A valid input.
    base: Value,
    properties: Vec<(String, Vec<Value>)>,
}

static SUBJECTS: LazyLock<Vec<Subject>> = LazyLock::new(|| {
    let files = crate::support::schemas::model_files();
    assert!(files.len() >= 5);
    files
        .into_iter()
        .map(|(id, text)| {
            let reference = Reference::of(&text);
            let properties = reference.schema["properties"].as_object().into_iter();
            Subject {
                model: &MODELS[id.as_str()],
                base: crate::support::boundary::base(&reference.schema),
                properties: properties
                    .flatten()
                    .map(|(name, property)| {
                        (name.clone(), crate::support::boundary::values(property))
                    })
                    .collect(),
                reference,
                id,
            }
        })
        .collect()
});

fn subject(id: &str) -> &'static Subject {
    SUBJECTS.iter().find(|subject| subject.id == id).unwrap()
}

impl Subject {
    /// Validates `value` with the reference and the client, and `text` with the client. `value` must have
    /// been parsed from `text`. Returns whether the input is valid, or an error that describes how the
    /// results differ.
    fn compare(&self, text: &str, value: &Value) -> Result<bool, String> {
        let expected = self.reference.violations(value);
        let is_valid = expected.as_ref().is_some_and(Places::is_empty);
        if has_float_step(&self.reference.schema) && has_huge_float(value) {
            // The results for `multipleOf` may differ. The reference divides the exact value of the float,
            // and the client divides its decimal representation.
            return Ok(is_valid);
        }
        let from_value = (self.model.from_value)(value).err();
        let from_json = match (self.model.from_json)(text) {
            Ok(()) => None,
            Err(InputError::Invalid(violations)) => Some(violations),
            Err(error) => return Err(format!("{}: {text}: {error}", self.id)),
        };
        if from_value != from_json {
            let id = &self.id;
            return Err(format!(
                "{id}: {text}: from a value {from_value:#?}, from text {from_json:#?}"
            ));
        }
        let found = match &from_value {
            None => Some(Places::new()),
            Some(violations) => of_client(&serde_json::to_value(violations).unwrap()),
        };
        let agrees = match &expected {
            Some(_) => found == expected,
            None => from_value.is_some(),
        };
        if !agrees {
            let id = &self.id;
            return Err(format!(
                "{id}: {text}: expected {expected:?}, but {from_value:#?}"
            ));
        }
        Ok(is_valid)
    }
}

/// Whether a schema contains `multipleOf` for the type `number`.
fn has_float_step(schema: &Value) -> bool {
    let members = schema.as_object().into_iter().flatten();
    let items = schema.as_array().into_iter().flatten();
    (schema["type"] == "number" && schema.get("multipleOf").is_some())
        || members
            .map(|(_, value)| value)
            .chain(items)
            .any(has_float_step)
}

/// Whether a value contains a number beyond ±2^53, where floats do not represent every integer.
fn has_huge_float(value: &Value) -> bool {
    match value {
        Value::Number(number) => number
            .as_f64()
            .is_some_and(|float| float.abs() > 2_f64.powi(53)),
        Value::Array(items) => items.iter().any(has_huge_float),
        Value::Object(members) => members.values().any(has_huge_float),
        _ => false,
    }
}

/// The base input as JSON text, with one more member at the end. `literal` is inserted verbatim and may be
/// invalid JSON.
fn text_with(base: &Value, name: &str, literal: &str) -> String {
    let base = base.as_object().unwrap().iter();
    let mut members: Vec<String> = base
        .map(|(name, value)| format!("{}:{value}", Value::from(name.as_str())))
        .collect();
    members.push(format!("{}:{literal}", Value::from(name)));
    format!("{{{}}}", members.join(","))
}

#[test]
fn values_around_every_bound_agree_with_the_reference() {
    let (mut valid, mut invalid) = (0, 0);
    for subject in SUBJECTS.iter() {
        for input in crate::support::boundary::inputs(&subject.reference.schema) {
            match subject.compare(&input.to_string(), &input).unwrap() {
                true => valid += 1,
                false => invalid += 1,
            }
        }
    }
    assert!(
        valid > 250 && invalid > 1500,
        "only {valid} valid and {invalid} invalid inputs"
    );
}

/// Uses schemas that the generator accepts, but that no current model has.
#[test]
fn boundary_inputs_exist_for_any_schema() {
    let one = |schema: Value| json!({ "type": "object", "properties": { "a": schema } });
    let mut nested = json!({ "type": "integer", "minimum": i64::MIN, "maximum": i64::MAX });
    for _ in 0..6 {
        nested = json!({ "type": "array", "items": one(nested), "maxItems": u32::MAX });
    }
    for schema in [
        json!({ "type": "object" }),
        json!({ "type": "object", "properties": {} }),
        one(json!({ "type": "string", "maxLength": u32::MAX })),
        one(nested),
    ] {
        let inputs = crate::support::boundary::inputs(&schema);
        assert!((1..5000).contains(&inputs.len()), "{}", inputs.len());
        let text = text_with(&crate::support::boundary::base(&schema), "b", "1");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["b"], 1);
    }
}

#[test]
fn an_input_that_is_not_an_object_is_refused() {
    for subject in SUBJECTS.iter() {
        for text in ["null", "true", "5", "5.5", "\"text\"", "[]", "[{}]"] {
            let value = serde_json::from_str(text).unwrap();
            assert!(!subject.compare(text, &value).unwrap());
        }
    }
}

#[test]
fn numbers_are_compared_by_value() {
    let literals = [
        "5",
        "5.0",
        "5e0",
        "0.5e1",
        "50E-1",
        "500.0e-2",
        "5.000000000000000000001",
        "1e2",
        "-0",
        "-0.0",
        "0e99",
        "1E+1",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775808",
        "-9223372036854775809",
        "123456789012345678901234567890",
        "1e308",
        "-1e308",
        "4e-324",
        "0.3",
        "0.29999999999999999",
        "0.30000000000000004",
        "0.1e400e",
        "01",
        "1e400",
        "NaN",
    ];
    for subject in SUBJECTS.iter() {
        for (name, _) in &subject.properties {
            for literal in literals {
                let text = text_with(&subject.base, name, literal);
                match serde_json::from_str(&text) {
                    Ok(value) => drop(subject.compare(&text, &value).unwrap()),
                    Err(_) => {
                        let result = (subject.model.from_json)(&text);
                        assert!(
                            matches!(result, Err(InputError::Syntax(_))),
                            "{text}: {result:?}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn integers_beyond_64_bits_are_refused() {
    let subject = subject("wan-ai/wan-2-2/image-to-video");
    for (literal, is_valid) in [
        ("9223372036854775807", true),
        ("-9223372036854775808", true),
        ("9223372036854775808", false),
        ("18446744073709551615", false),
        ("1e19", false),
    ] {
        let text = text_with(&subject.base, "seed", literal);
        let value = serde_json::from_str(&text).unwrap();
        assert_eq!(subject.compare(&text, &value), Ok(is_valid), "{literal}");
    }
}

#[test]
fn the_last_of_duplicate_members_applies() {
    let both_orders = |name: &str, valid: &str, invalid: &str| {
        let quoted = Value::from(name);
        [
            (format!("{quoted}:{invalid},{quoted}:{valid}"), true),
            (format!("{quoted}:{valid},{quoted}:{invalid}"), false),
        ]
    };
    let subject = subject("wan-ai/wan-2-2/image-to-video");
    let cases = [
        both_orders("seed", "1", "null"),
        both_orders("resolution", "\"480P\"", "\"480p\""),
        both_orders("duration", "5", "6"),
        both_orders("negative_prompt", "\"\"", &format!("{:?}", "x".repeat(501))),
        both_orders("prompt", "\"again\"", "[]"),
    ];
    for (members, is_valid) in cases.into_iter().flatten() {
        let base = subject.base.to_string();
        let text = format!("{},{members}}}", base.trim_end_matches('}'));
        let value = serde_json::from_str(&text).unwrap();
        assert_eq!(subject.compare(&text, &value), Ok(is_valid), "{members}");
    }
    // An unknown property that occurs twice is reported once.
    let text = text_with(&subject.base, "unknown", "1,\"unknown\":2");
    let value = serde_json::from_str(&text).unwrap();
    assert_eq!(subject.compare(&text, &value), Ok(false));
}

/// A member to append to an input: `name` with `value`.
///
/// If `property` is set and the model has properties, the name of that property replaces `name`. If `listed`
/// is also set, that boundary value of the property replaces `value`.
#[derive(Clone, Debug)]
struct Edit {
    property: Option<Index>,
    /// The index of a boundary value of the property.
    listed: Option<Index>,
    name: String,
    value: Value,
}

fn edit() -> impl Strategy<Value = Edit> {
    (
        prop::option::weighted(0.95, any::<Index>()),
        prop::option::weighted(0.6, any::<Index>()),
        ".{0,8}",
        any_json(),
    )
        .prop_map(|(property, listed, name, value)| Edit {
            property,
            listed,
            name,
            value,
        })
}

/// Returns an object as JSON text: the members of the base input if `has_base`, then those of `edits`. A
/// name may occur more than once.
fn text_of(subject: &Subject, has_base: bool, edits: &[Edit]) -> String {
    let base = subject.base.as_object().unwrap();
    let mut members: Vec<(&str, &Value)> = Vec::new();
    members.extend(
        base.iter()
            .filter(|_| has_base)
            .map(|(name, value)| (name.as_str(), value)),
    );
    for edit in edits {
        let property = edit.property.filter(|_| !subject.properties.is_empty());
        let (name, value) = match &property {
            None => (edit.name.as_str(), &edit.value),
            Some(index) => {
                let (name, values) = index.get(&subject.properties);
                let listed = edit.listed.as_ref().map(|index| index.get(values));
                (name.as_str(), listed.unwrap_or(&edit.value))
            }
        };
        members.push((name, value));
    }
    let members = members
        .iter()
        .map(|(name, value)| format!("{}:{value}", Value::from(*name)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

proptest! {
    #![proptest_config(at_least(4000))]

    #[test]
    fn arbitrary_objects_agree_with_the_reference(
        subject in any::<Index>(),
        has_base in prop::bool::weighted(0.9),
        edits in prop::collection::vec(edit(), 0..5),
    ) {
        let subject = subject.get(&SUBJECTS);
        let text = text_of(subject, has_base, &edits);
        let value = serde_json::from_str(&text).unwrap();
        if let Err(difference) = subject.compare(&text, &value) {
            prop_assert!(false, "{difference}");
        }
    }
}
