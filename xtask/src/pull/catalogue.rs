//! The entries of the catalogue.

use runcomfy_codegen::ModelId;
use runcomfy_codegen::json::{self, DuplicateKey, Json};
use runcomfy_codegen::model_id::InvalidModelId;
use runcomfy_codegen::span::Located;

use super::ledger::{Reason, Refusal};
use crate::error::Error;
use crate::import::{SourceModel, source_model};

/// An entry of the catalogue: a model, or why it is refused.
pub(super) struct Entry {
    /// The model id or, if the entry has none, `entry` and its number, from 1.
    pub(super) name: String,
    /// The model, or why the entry is refused.
    pub(super) model: Result<SourceModel, Refusal>,
}

/// Reads the entries of a catalogue response, in the order of the response.
///
/// # Errors
///
/// The response is not a catalogue, has no entry, or has a model id that is unsafe as a path.
pub(super) fn read(text: &str) -> Result<Vec<Entry>, Error> {
    let invalid = |reason: String| Error::InvalidCatalogue { reason };
    let parsed = json::parse(text).map_err(|error| invalid(error.kind.to_string()))?;
    let Some(Json::Array(entries)) = parsed.value.get("models").map(|models| &models.value) else {
        return Err(invalid("it has no list of models".to_owned()));
    };
    if entries.is_empty() {
        return Err(invalid("it has no model".to_owned()));
    }
    let entries = entries.iter().enumerate();
    let entries = entries.map(|(index, entry)| read_entry(index, entry, &parsed.duplicates));
    entries.collect()
}

fn read_entry(
    index: usize,
    entry: &Located<Json>,
    duplicates: &[DuplicateKey],
) -> Result<Entry, Error> {
    let id = entry.get("model_id").and_then(|id| id.as_str());
    let name = id.map_or_else(|| format!("entry {}", index + 1), str::to_owned);
    let refused = |rule: &'static str, pointer: &str, message: String, help: &str| {
        let reason = Reason {
            rule,
            pointer: pointer.to_owned(),
            message,
            help: help.to_owned(),
        };
        Ok(Entry {
            name: name.clone(),
            model: Err(Refusal::new(name.clone(), vec![reason])),
        })
    };
    let report = "report it to the provider";
    if !matches!(entry.value, Json::Object(_)) {
        let message = format!("the entry is {}, not an object", entry.type_name());
        return refused("not-a-model", "", message, report);
    }
    if let Some(id) = id.filter(|id| is_unsafe_path(id)) {
        let id = id.escape_debug();
        return Err(Error::InvalidCatalogue {
            reason: format!("the model id `{id}` is unsafe as a path"),
        });
    }
    let mut duplicates = duplicates.iter();
    if let Some(duplicate) = duplicates.find(|key| entry.span.contains(key.name.span)) {
        let message = format!("`{}` occurs twice in one object", duplicate.name.value);
        return refused("duplicate-key", "", message, report);
    }
    let Some(id) = id else {
        let message = "the entry has no `model_id` that is a string".to_owned();
        return refused("no-model-id", "/model_id", message, report);
    };
    let model_id: ModelId = match id.parse() {
        Ok(model_id) => model_id,
        Err(error) => {
            let message = format!("`{}` is not a model id: {error}", id.escape_debug());
            return refused(
                "invalid-model-id",
                "/model_id",
                message,
                InvalidModelId::HELP,
            );
        }
    };
    match entry.get("input_schema") {
        Some(schema) if matches!(schema.value, Json::Object(_)) => Ok(Entry {
            name: id.to_owned(),
            model: Ok(source_model(model_id, entry, schema)),
        }),
        schema => {
            let message = match schema {
                Some(schema) => {
                    format!("`input_schema` is {}, not an object", schema.type_name())
                }
                None => "the entry has no `input_schema`".to_owned(),
            };
            let help = "import the documentation page of the model";
            refused("no-input-schema", "/input_schema", message, help)
        }
    }
}

/// Whether an id is unsafe as a path below the folder of schemas.
fn is_unsafe_path(id: &str) -> bool {
    let is_dots = |segment: &str| matches!(segment.trim(), "." | "..");
    id.starts_with('/')
        || id.contains('\\')
        || id.chars().any(char::is_control)
        || id.split('/').any(is_dots)
}
