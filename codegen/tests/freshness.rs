//! What is committed is what is generated, whatever the order of the files.

use std::fs;

use runcomfy_codegen::{Generated, dialect, format, manifest};
use serde_json::Value;
use similar::TextDiff;
use toml_edit::DocumentMut;

use crate::common::{accepted, below, catalogue, files_below, schemas, source, workspace};

#[test]
fn the_committed_models_are_fresh() {
    let client = workspace().join("generated-client");
    let generated = accepted(&schemas());
    for file in &generated.files {
        let committed = fs::read_to_string(client.join(&file.path)).unwrap_or_default();
        assert_same(&file.path, &committed, &file.text);
    }
    let generated_paths: Vec<&str> = generated
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    for path in files_below(&client.join("src/models"), ".rs") {
        let text = fs::read_to_string(&path).unwrap();
        let path = below(&client, &path);
        let is_generated = text.starts_with(format::HEADER);
        assert!(
            !is_generated || generated_paths.contains(&path.as_str()),
            "nothing generates {path} any more"
        );
    }
    let cargo_toml = fs::read_to_string(client.join("Cargo.toml")).unwrap();
    let fresh = manifest::with_features(&cargo_toml, &generated.features).unwrap();
    assert_same("Cargo.toml", &cargo_toml, &fresh);
}

#[test]
fn the_committed_schema_of_model_files_is_fresh() {
    let path = workspace().join("schemas/model.schema.json");
    let committed = fs::read_to_string(path).unwrap();
    assert_same("model.schema.json", &committed, &dialect::model_schema());
}

#[test]
fn the_schema_of_model_files_takes_what_the_dialect_takes() {
    let schema: Value = serde_json::from_str(&dialect::model_schema()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let mut files = schemas();
    files.extend(catalogue());
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
fn the_schema_of_model_files_refuses_what_the_dialect_refuses() {
    let schema: Value = serde_json::from_str(&dialect::model_schema()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let good = r#"{ "model_id": "a/b", "input": { "type": "object", "properties": { "p": { "type": "string" } } } }"#;
    let is_valid = |text: &str| validator.is_valid(&serde_json::from_str(text).unwrap());
    assert!(is_valid(good));
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
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good);
        assert!(!is_valid(&bad), "{bad}");
    }
}

#[test]
fn all_known_models_are_accepted_together() {
    let mut files = schemas();
    files.extend(catalogue());
    accepted(&files);
}

#[test]
fn neither_the_run_nor_the_order_of_the_files_shows() {
    let mut files = schemas();
    files.extend(catalogue());
    let first = accepted(&files);
    assert_equal(&first, &accepted(&files));
    files.reverse();
    assert_equal(&first, &accepted(&files));
}

#[test]
fn no_owner_has_the_name_of_another_feature_of_the_client() {
    let path = workspace().join("generated-client/Cargo.toml");
    let manifest: DocumentMut = fs::read_to_string(path).unwrap().parse().unwrap();
    let owners = accepted(&schemas()).features;
    let features = manifest["features"].as_table().unwrap().iter();
    for (feature, _) in features.filter(|(feature, _)| !owners.iter().any(|of| of == feature)) {
        let model = format!(r#"{{ "model_id": "{feature}/x", "input": {{ "type": "object" }} }}"#);
        let generated = accepted(&[source(&model)]);
        assert_ne!(generated.features, [feature]);
    }
}

fn assert_equal(one: &Generated, other: &Generated) {
    assert_eq!(one.files, other.files);
    assert_eq!(one.features, other.features);
    let lines = |generated: &Generated| -> Vec<String> {
        let warnings = generated.warnings.iter();
        warnings.map(runcomfy_codegen::Report::one_line).collect()
    };
    assert_eq!(lines(one), lines(other));
}

fn assert_same(name: &str, committed: &str, fresh: &str) {
    // A checkout may have changed the line endings.
    let committed = committed.replace("\r\n", "\n");
    let diff = TextDiff::from_lines(committed.as_str(), fresh);
    assert!(
        committed == fresh,
        "{name} is stale; run `cargo xtask codegen`\n{}",
        diff.unified_diff().header("committed", "fresh")
    );
}
