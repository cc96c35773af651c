//! Applying overrides: JSON merge patches (RFC 7386).

use crate::json::{Json, Member};
use crate::span::{Located, Span};

/// The limits that an override of the level `advice` may set.
const ADVICE: &[&str] = &[
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
];

/// The value after a JSON merge patch (RFC 7386). `None` if the patch changes nothing. Values from the
/// patch keep their positions in the file.
#[must_use]
pub fn patched(value: &Located<Json>, patch: &Located<Json>) -> Option<Located<Json>> {
    let mut value = value.clone();
    merge(&mut value, patch).then_some(value)
}

/// Merges the patch into the value; returns whether this changes it.
fn merge(value: &mut Located<Json>, patch: &Located<Json>) -> bool {
    let Json::Object(changes) = &patch.value else {
        let is_change = !value.equals(patch);
        if is_change {
            *value = patch.clone();
        }
        return is_change;
    };
    let mut is_changed = false;
    if !matches!(value.value, Json::Object(_)) {
        *value = patch.with(Json::Object(Vec::new()));
        is_changed = true;
    }
    let Json::Object(members) = &mut value.value else {
        return is_changed;
    };
    for change in changes {
        let position = members.iter().position(|known| known.name == change.name);
        is_changed |= match (position, &change.value.value) {
            (Some(position), Json::Null) => {
                members.remove(position);
                true
            }
            (None, Json::Null) => false,
            (Some(position), _) => merge(&mut members[position].value, &change.value),
            (None, _) => {
                // The value is merged into null, not inserted as is, so that its null members are omitted.
                let mut value = change.value.with(Json::Null);
                merge(&mut value, &change.value);
                members.push(Member {
                    name: change.name.clone(),
                    value,
                });
                true
            }
        };
    }
    is_changed
}

/// The positions of all parts of a patch that the level `advice` does not allow. It allows the limits in
/// [`ADVICE`] with values other than null, in the schema itself and in nested `properties` and `items`.
pub(super) fn not_advice(patch: &Located<Json>) -> Vec<Span> {
    let Json::Object(members) = &patch.value else {
        return vec![patch.span];
    };
    let found = members.iter().flat_map(|Member { name, value }| {
        let is_null = value.value == Json::Null;
        match (name.as_str(), &value.value) {
            ("properties", Json::Object(properties)) => {
                let properties = properties.iter();
                properties
                    .flat_map(|property| not_advice(&property.value))
                    .collect()
            }
            ("items", _) => not_advice(value),
            (keyword, _) if ADVICE.contains(&keyword) && !is_null => Vec::new(),
            _ => vec![name.span],
        }
    });
    found.collect()
}
