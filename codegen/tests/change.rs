//! A change to a schema changes only the generated lines that depend on it. They are in the model's file
//! and in the list of models.

use runcomfy_codegen::SourceFile;
use similar::{ChangeTag, TextDiff};

use crate::support::{accepted, schemas};

#[test]
fn a_limit_changes_its_check_and_its_documentation() {
    let path = "community/fantasy-portrait/image-to-video.json";
    let source = schemas().into_iter().find(|source| source.path == path);
    let file: serde_json::Value = serde_json::from_slice(&source.unwrap().bytes).unwrap();
    let limit = file["input"]["properties"]["149_steps"]["maximum"]
        .as_i64()
        .unwrap();
    insta::assert_snapshot!(changed(
        path,
        &format!("\"maximum\": {limit}"),
        &format!("\"maximum\": {}", limit + 5),
    ));
}

#[test]
fn an_enum_value_adds_one_line() {
    insta::assert_snapshot!(changed(
        "wan-ai/wan-2-2/image-to-video.json",
        "\"480P\",",
        "\"480P\",\n          \"720P\",",
    ));
}

#[test]
fn a_required_property_adds_an_argument() {
    let path = "wan-ai/wan-2-2/image-to-video.json";
    insta::assert_snapshot!(changed_all(
        path,
        &[
            ("\"required\": [", "\"required\": [\n      \"style\","),
            (
                "\"properties\": {",
                "\"properties\": {\n      \"style\": { \"type\": \"string\", \"title\": \"Style\", \"maxLength\": 50 },",
            ),
            ("\"prompt\":", "\"style\": \"noir\",\n    \"prompt\":"),
        ],
    ));
}

#[test]
fn a_default_changes_only_documentation() {
    insta::assert_snapshot!(changed(
        "wan-ai/wan-2-2/image-to-video.json",
        "\"default\": 58366538",
        "\"default\": 1",
    ));
}

fn changed(path: &str, from: &str, to: &str) -> String {
    changed_all(path, &[(from, to)])
}

/// The generated lines that change when these texts of one schema are replaced.
fn changed_all(path: &str, replacements: &[(&str, &str)]) -> String {
    let before = schemas();
    let mut after: Vec<SourceFile> = before.clone();
    let source = after.iter_mut().find(|source| source.path == path);
    let source = source.unwrap();
    let mut text = String::from_utf8(source.bytes.clone()).unwrap();
    for (from, to) in replacements {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    source.bytes = text.into_bytes();

    let (before, after) = (accepted(&before), accepted(&after));
    assert_eq!(before.features, after.features);
    assert_eq!(before.files.len(), after.files.len());
    let files = before.files.iter().zip(&after.files);
    let files = files.filter(|(old, new)| old != new).map(|(old, new)| {
        assert_eq!(old.path, new.path);
        let diff = TextDiff::from_lines(&old.text, &new.text);
        let lines = diff
            .iter_all_changes()
            .filter(|change| change.tag() != ChangeTag::Equal)
            .map(|change| format!("{}{change}", change.tag()));
        format!("{}\n{}", old.path, lines.collect::<String>())
    });
    files.collect()
}
