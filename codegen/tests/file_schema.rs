//! The JSON Schema of model files accepts what the dialect accepts. It refuses missing and unknown keys,
//! values of a wrong type, and unknown values of keywords such as `type`. The rules for the patches of
//! overrides are not part of it; only the dialect checks them.

use runcomfy_codegen::{SourceFile, dialect};
use serde_json::Value;

use crate::fixtures::fixtures;
use crate::support::schemas;

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&dialect::model_schema()).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

#[test]
fn it_accepts_the_model_files() {
    assert_accepted(&schemas());
    let fixtures = fixtures().into_iter().map(|(_, fixture)| fixture);
    assert_accepted(&fixtures.collect::<Vec<_>>());
}

/// Asserts that the schema accepts these files.
pub(crate) fn assert_accepted(files: &[SourceFile]) {
    let validator = validator();
    for file in files {
        let json: Value = serde_json::from_slice(&file.bytes).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&json)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", file.path);
    }
}

#[test]
fn it_refuses_what_the_dialect_refuses() {
    let validator = validator();
    let valid = r#"{ "model_id": "a/b", "input": { "type": "object", "properties": { "p": { "type": "string" } } } }"#;
    let is_valid = |text: &str| validator.is_valid(&serde_json::from_str(text).unwrap());
    assert!(is_valid(valid));
    for (from, to) in [
        ("\"model_id\": \"a/b\",", ""),
        ("\"a/b\"", "5"),
        ("\"a/b\"", "null"),
        ("\"input\"", "\"inputs\""),
        ("\"string\"", "\"strng\""),
        ("\"string\"", "[\"string\", \"null\"]"),
        ("\"type\": \"string\"", ""),
        (
            "\"type\": \"string\"",
            "\"type\": \"string\", \"maxLenght\": 5",
        ),
        (
            "\"type\": \"string\"",
            "\"type\": \"string\", \"maxLength\": \"5\"",
        ),
        (
            "\"type\": \"string\"",
            "\"type\": \"string\", \"title\": null",
        ),
        (
            "\"type\": \"string\"",
            "\"type\": \"string\", \"validations\": [{ \"validation_rule\": \"fps\", \"validation_value\": 1 }]",
        ),
        (
            "\"input\"",
            "\"output\": { \"type\": \"object\" }, \"input\"",
        ),
        ("\"input\"", "\"names\": { \"p\": 5 }, \"input\""),
        (
            "\"type\": \"string\"",
            "\"type\": \"object\", \"additionalProperties\": true",
        ),
        ("\"input\"", "\"overrides\": [{ \"input\": {} }], \"input\""),
        (
            "\"input\"",
            "\"overrides\": [{ \"reason\": \"a\", \"level\": \"hint\", \"input\": {} }], \"input\"",
        ),
        (
            "\"input\"",
            "\"acknowledged\": [{ \"rule\": \"not-json\" }], \"input\"",
        ),
        ("\"input\"", "\"about\": { \"base_price\": 1 }, \"input\""),
    ] {
        let invalid = valid.replacen(from, to, 1);
        assert_ne!(invalid, valid);
        assert!(!is_valid(&invalid), "{invalid}");
    }
}
