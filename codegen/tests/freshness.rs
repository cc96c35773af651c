//! The committed code is what the generator produces, whatever the order of the model files.

use std::fs;

use runcomfy_codegen::{Generated, SourceFile, dialect, format, manifest};
use similar::TextDiff;
use toml_edit::DocumentMut;

use crate::support::{accepted, below, files_below, lines, schemas, source, workspace};

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
        let is_generated = format::is_generated(&text);
        assert!(
            !is_generated || generated_paths.contains(&path.as_str()),
            "no schema generates {path}"
        );
    }
    let cargo_toml = fs::read_to_string(client.join("Cargo.toml")).unwrap();
    let fresh = manifest::with_features(&cargo_toml, &generated.features).unwrap();
    assert_same("Cargo.toml", &cargo_toml, &fresh);
}

#[test]
fn the_committed_schema_of_model_files_is_fresh() {
    let path = workspace().join("schemas").join(dialect::MODEL_SCHEMA_FILE);
    let committed = fs::read_to_string(path).unwrap();
    assert_same(
        dialect::MODEL_SCHEMA_FILE,
        &committed,
        &dialect::model_schema(),
    );
}

#[test]
fn generation_is_deterministic() {
    assert_deterministic(schemas());
}

/// Generates twice from these files, and once in another order; the results must be the same.
pub(crate) fn assert_deterministic(mut files: Vec<SourceFile>) {
    let first = accepted(&files);
    assert_equal(&first, &accepted(&files));
    files.reverse();
    assert_equal(&first, &accepted(&files));
}

#[test]
fn no_owner_has_the_feature_of_another_part_of_the_client() {
    let path = workspace().join("generated-client/Cargo.toml");
    let manifest: DocumentMut = fs::read_to_string(path).unwrap().parse().unwrap();
    let owners = accepted(&schemas()).features;
    let features = manifest["features"].as_table().unwrap().iter();
    for (feature, _) in features.filter(|(feature, _)| !owners.iter().any(|owner| owner == feature))
    {
        let model = format!(r#"{{ "model_id": "{feature}/x", "input": {{ "type": "object" }} }}"#);
        let generated = accepted(&[source(&model)]);
        assert_ne!(generated.features, [feature]);
    }
}

fn assert_equal(one: &Generated, other: &Generated) {
    assert_eq!(one.files, other.files);
    assert_eq!(one.features, other.features);
    assert_eq!(lines(&one.warnings), lines(&other.warnings));
}

fn assert_same(name: &str, committed: &str, fresh: &str) {
    // A checkout may change line endings.
    let committed = committed.replace("\r\n", "\n");
    let diff = TextDiff::from_lines(committed.as_str(), fresh);
    assert!(
        committed == fresh,
        "{name} is stale; run `cargo xtask codegen`\n{}",
        diff.unified_diff().header("committed", "fresh")
    );
}
