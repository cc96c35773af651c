//! Checks whether defaults and examples are valid under their schemas.

use crate::bounds::{BoundKind, BoundNumber, Bounds};
use crate::json::{Json, Member};
use crate::model::{ItemSchema, ListSchema, ObjectSchema, PropertySchema, StringSchema};
use crate::span::{Located, Span};

/// A value that is not valid.
pub(super) struct Mismatch {
    /// Its position.
    pub(super) span: Span,
    /// Why it is not valid.
    pub(super) message: String,
}

impl Mismatch {
    fn new(json: &Located<Json>, message: String) -> Self {
        Self {
            span: json.span,
            message,
        }
    }

    fn wrong_type(json: &Located<Json>, expected: &str) -> Self {
        let found = json.value.excerpt();
        Self::new(json, format!("expected {expected}, found {found}"))
    }
}

pub(super) fn object(schema: &ObjectSchema, json: &Located<Json>, mismatches: &mut Vec<Mismatch>) {
    let Json::Object(members) = &json.value else {
        return mismatches.push(Mismatch::wrong_type(json, "an object"));
    };
    for schema in &schema.properties {
        let wire_name = &schema.wire_name;
        match json.get(wire_name) {
            Some(value) => property(&schema.schema, value, mismatches),
            None if schema.required => {
                let message = format!("`{wire_name}` is required, but missing");
                mismatches.push(Mismatch::new(json, message));
            }
            None => {}
        }
    }
    let is_known = |name: &str| {
        let mut known = schema.properties.iter();
        known.any(|property| property.wire_name == name)
    };
    for Member { name, .. } in members.iter().filter(|member| !is_known(&member.name)) {
        mismatches.push(Mismatch {
            span: name.span,
            message: format!("there is no property `{}`", name.value),
        });
    }
}

pub(super) fn property(
    schema: &PropertySchema,
    json: &Located<Json>,
    mismatches: &mut Vec<Mismatch>,
) {
    match schema {
        PropertySchema::Single(schema) => item(schema, json, mismatches),
        PropertySchema::List(schema) => list(schema, json, mismatches),
    }
}

fn list(schema: &ListSchema, json: &Located<Json>, mismatches: &mut Vec<Mismatch>) {
    let Json::Array(items) = &json.value else {
        return mismatches.push(Mismatch::wrong_type(json, "an array"));
    };
    let limits = [
        ("minItems", schema.min_items),
        ("maxItems", schema.max_items),
    ];
    count(items.len(), "items", limits, json, mismatches);
    for json in items {
        item(&schema.item, json, mismatches);
    }
}

fn item(schema: &ItemSchema, json: &Located<Json>, mismatches: &mut Vec<Mismatch>) {
    let expected = match (schema, &json.value) {
        (ItemSchema::Boolean, Json::Boolean(_)) => return,
        (ItemSchema::Boolean, _) => "true or false",
        (ItemSchema::Integer { bounds, one_of }, Json::Number(number)) => match number.as_i64() {
            Some(integer) => {
                if one_of
                    .as_ref()
                    .is_some_and(|values| !values.contains(&integer))
                {
                    let message = format!("{integer} is not in the `enum`");
                    mismatches.push(Mismatch::new(json, message));
                }
                return number_bounds(integer, bounds, json, mismatches);
            }
            None => "a signed 64-bit integer",
        },
        (ItemSchema::Integer { .. }, _) => "an integer",
        (ItemSchema::Number(bounds), Json::Number(number)) => match number.as_f64() {
            Some(float) => return number_bounds(float, bounds, json, mismatches),
            None => "a finite number",
        },
        (ItemSchema::Number(_), _) => "a number",
        (ItemSchema::String(schema), Json::String(text)) => {
            return string(schema, text, json, mismatches);
        }
        (ItemSchema::StringEnum(values), Json::String(text)) => {
            if !values.iter().any(|value| value.wire_name == *text) {
                let message = format!("{} is not in the `enum`", json.value.excerpt());
                mismatches.push(Mismatch::new(json, message));
            }
            return;
        }
        (ItemSchema::String(_) | ItemSchema::StringEnum(_), _) => "a string",
        (ItemSchema::Object(schema), _) => return object(schema, json, mismatches),
    };
    mismatches.push(Mismatch::wrong_type(json, expected));
}

fn string(schema: &StringSchema, text: &str, json: &Located<Json>, mismatches: &mut Vec<Mismatch>) {
    let length = text.chars().count();
    let limits = [
        ("minLength", schema.min_length),
        ("maxLength", schema.max_length),
    ];
    count(length, "characters", limits, json, mismatches);
}

/// Reports a count that is below its minimum or above its maximum. Each limit is given with its
/// keyword.
fn count(
    found: usize,
    noun: &str,
    [(min_keyword, min), (max_keyword, max)]: [(&str, Option<usize>); 2],
    json: &Located<Json>,
    mismatches: &mut Vec<Mismatch>,
) {
    if let Some(min) = min.filter(|min| found < *min) {
        let message = format!("{found} {noun} are fewer than `{min_keyword}` {min}");
        mismatches.push(Mismatch::new(json, message));
    }
    if let Some(max) = max.filter(|max| found > *max) {
        let message = format!("{found} {noun} are more than `{max_keyword}` {max}");
        mismatches.push(Mismatch::new(json, message));
    }
}

fn number_bounds<T: BoundNumber>(
    number: T,
    bounds: &Bounds<T>,
    json: &Located<Json>,
    mismatches: &mut Vec<Mismatch>,
) {
    if let Some(reason) = broken_bound(number, bounds) {
        mismatches.push(Mismatch::new(json, format!("{number} {reason}")));
    }
}

/// Describes the bound that a number breaks, phrased to follow the number in a message.
pub(super) fn broken_bound<T: BoundNumber>(number: T, bounds: &Bounds<T>) -> Option<String> {
    let (kind, bound) = bounds.broken_by(number)?;
    let relation = match kind {
        BoundKind::Minimum => "below",
        BoundKind::Maximum => "above",
        BoundKind::ExclusiveMinimum => "not above",
        BoundKind::ExclusiveMaximum => "not below",
        BoundKind::MultipleOf => "not a multiple of",
    };
    Some(format!("is {relation} `{}` {bound}", kind.keyword()))
}
