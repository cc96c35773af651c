//! Tests of the comparison: every row of the table, the laws it keeps, and the formats.

mod formats;
mod hostile;
mod laws;
mod limits;
mod models;
mod properties;
mod table;
mod texts;
mod values;

use runcomfy_codegen::SourceFile;
use serde_json::{Value, json};

use super::compare::compare;
use super::report::Report;
use super::source::Side;

/// A model file.
fn file(id: &str, model: &Value) -> SourceFile {
    SourceFile {
        path: format!("{id}.json"),
        bytes: format!("{model:#}\n").into_bytes(),
    }
}

/// A model with these schemas.
fn model(id: &str, input: &Value, output: &Value) -> Value {
    json!({ "model_id": id, "input": input, "output": { "output": output } })
}

/// A set of models, none of which is refused.
fn side(models: &[Value]) -> Side {
    let files: Vec<SourceFile> = models
        .iter()
        .map(|model| file(model["model_id"].as_str().unwrap(), model))
        .collect();
    let side = Side::read("schemas", &files);
    assert!(side.refused.is_empty(), "{:?}", side.refused);
    side
}

/// What changed between two versions of one model.
fn change(old: &Value, new: &Value) -> Report {
    compare(
        &side(std::slice::from_ref(old)),
        &side(std::slice::from_ref(new)),
    )
}

/// An object with these properties, none required.
fn object(properties: Value) -> Value {
    json!({ "type": "object", "properties": properties })
}

/// The rules of a report, in its order.
fn rules(report: &Report) -> Vec<&'static str> {
    report
        .changes
        .iter()
        .map(|change| change.rule.id())
        .collect()
}
