//! Detects renamed models: a removed and an added model with the same schemas.

use std::collections::HashMap;

use runcomfy_codegen::json_schema::to_json_schema;
use serde_json::{Map, Value};

use super::comparison::ModelComparison;
use crate::diff::schema_set::SourceModel;

/// Removes the renamed models from `removed` and `added`, and returns them as pairs of the old and the new
/// model; see [Renames](super#renames).
pub(super) fn take<'a>(
    removed: &mut Vec<&'a SourceModel<'a>>,
    added: &mut Vec<&'a SourceModel<'a>>,
) -> Vec<(&'a SourceModel<'a>, &'a SourceModel<'a>)> {
    if removed.is_empty() || added.is_empty() {
        return Vec::new();
    }
    let mut groups: HashMap<String, Vec<&SourceModel<'_>>> = HashMap::new();
    for model in added.iter() {
        groups.entry(fingerprint(model)).or_default().push(model);
    }
    let mut claims: HashMap<&str, usize> = HashMap::new();
    let mut pairs = Vec::new();
    for old in removed.iter() {
        let candidates = groups.get(&fingerprint(old)).into_iter().flatten();
        let same = candidates.filter(|new| ModelComparison::new(old, new).has_same_schemas());
        // Two candidates already make the rename ambiguous, so no third one is searched for.
        let same: Vec<_> = same.take(2).collect();
        for new in &same {
            *claims.entry(&new.id).or_default() += 1;
        }
        if let ([new], false) = (same.as_slice(), old.valid.model.input.properties.is_empty()) {
            pairs.push((*old, **new));
        }
    }
    pairs.retain(|(_, new)| claims.get(new.id.as_str()) == Some(&1));
    removed.retain(|model| pairs.iter().all(|(old, _)| old.id != model.id));
    added.retain(|model| pairs.iter().all(|(_, new)| new.id != model.id));
    pairs
}

/// A text that is equal for models with the same schemas. Models with different schemas rarely have the
/// same text.
fn fingerprint(model: &SourceModel<'_>) -> String {
    let schema = |object| canonical(to_json_schema(object));
    let model = model.valid.model;
    format!("{} {}", schema(&model.input), schema(&model.output))
}

/// Removes members that are empty strings, converts numbers to floats, and sorts the members of objects and
/// the items of `enum` and `required`.
fn canonical(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> = members
                .into_iter()
                .filter(|(_, value)| value != "")
                .map(|(name, value)| {
                    let mut value = canonical(value);
                    if let ("enum" | "required", Value::Array(items)) = (name.as_str(), &mut value)
                    {
                        items.sort_by_key(ToString::to_string);
                    }
                    (name, value)
                })
                .collect();
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(Map::from_iter(members))
        }
        Value::Array(items) => items.into_iter().map(canonical).collect(),
        Value::Number(number) => match number.as_f64() {
            Some(float) => Value::from(float),
            None => Value::Number(number),
        },
        other => other,
    }
}
