//! Models that are the same under another id.

use std::collections::HashMap;

use runcomfy_codegen::normalize::json_schema;
use serde_json::{Map, Value};

use super::Walker;
use crate::diff::source::SourceModel;

/// Takes the renamed models out of the removed and the added ones.
pub(super) fn take<'a>(
    removed: &mut Vec<&'a SourceModel>,
    added: &mut Vec<&'a SourceModel>,
) -> Vec<(&'a SourceModel, &'a SourceModel)> {
    if removed.is_empty() || added.is_empty() {
        return Vec::new();
    }
    let mut groups: HashMap<String, Vec<&SourceModel>> = HashMap::new();
    for model in added.iter() {
        groups.entry(fingerprint(model)).or_default().push(model);
    }
    let mut claims: HashMap<&str, usize> = HashMap::new();
    let mut pairs = Vec::new();
    for old in removed.iter() {
        let candidates = groups.get(&fingerprint(old)).into_iter().flatten();
        let same = candidates.filter(|new| Walker::new(old, new).schemas().is_empty());
        // A second one makes the first no evidence; there is no need to look for a third.
        let same: Vec<_> = same.take(2).collect();
        for new in &same {
            *claims.entry(&new.id).or_default() += 1;
        }
        if let ([new], false) = (same.as_slice(), old.model.input.properties.is_empty()) {
            pairs.push((*old, **new));
        }
    }
    pairs.retain(|(_, new)| claims.get(new.id.as_str()) == Some(&1));
    removed.retain(|model| pairs.iter().all(|(old, _)| old.id != model.id));
    added.retain(|model| pairs.iter().all(|(_, new)| new.id != model.id));
    pairs
}

/// The same for models that are the same, and seldom for others.
fn fingerprint(model: &SourceModel) -> String {
    let of = |object| canonical(json_schema(object)).to_string();
    format!("{} {}", of(&model.model.input), of(&model.model.output))
}

/// The value with everything sorted whose order is no change, and without empty texts.
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
