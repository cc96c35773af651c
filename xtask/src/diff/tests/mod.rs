//! Tests of the comparison: every row of the table of impacts, laws that hold for any two sets of schemas,
//! and the output formats.

mod differential;
mod formats;
mod hostile;
mod laws;
mod limits;
mod maintained;
mod models;
mod properties;
mod replay;
mod table;
mod texts;
mod values;

use runcomfy_codegen::{SourceFile, analyze_all};
use serde_json::{Value, json};

use super::compare::compare;
use super::report::ChangeReport;
use super::schema_set::SchemaSet;

/// A model file.
fn file(id: &str, model: &Value) -> SourceFile {
    SourceFile {
        path: format!("{id}.json"),
        bytes: format!("{model:#}\n").into_bytes(),
    }
}

/// The files of models, all of which must be valid.
fn valid_files(models: &[Value]) -> Vec<SourceFile> {
    let files = models.iter();
    let files = files.map(|model| file(model["model_id"].as_str().unwrap(), model));
    let files: Vec<SourceFile> = files.collect();
    for analyzed in analyze_all(&files) {
        assert!(analyzed.valid().is_some(), "{:?}", analyzed.diagnostics);
    }
    files
}

/// A model with these schemas.
fn model(id: &str, input: &Value, output: &Value) -> Value {
    json!({ "model_id": id, "input": input, "output": { "output": output } })
}

/// The changes between two sets of files.
fn changes_of_files(old: &[SourceFile], new: &[SourceFile]) -> ChangeReport {
    let (old, new) = (analyze_all(old), analyze_all(new));
    compare(
        &SchemaSet::new("schemas", &old),
        &SchemaSet::new("schemas", &new),
    )
}

/// The changes between two sets of valid models.
fn changes(old: &[Value], new: &[Value]) -> ChangeReport {
    changes_of_files(&valid_files(old), &valid_files(new))
}

/// The changes between two versions of one model.
fn change(old: &Value, new: &Value) -> ChangeReport {
    changes(std::slice::from_ref(old), std::slice::from_ref(new))
}

/// An object with these properties, none required.
fn object(properties: Value) -> Value {
    json!({ "type": "object", "properties": properties })
}

/// The rule ids of the changes in a report, in the same order.
fn rules(report: &ChangeReport) -> Vec<&'static str> {
    let changes = report.changes.iter();
    changes.map(|change| change.rule.id()).collect()
}
