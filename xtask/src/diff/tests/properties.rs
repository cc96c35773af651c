//! The rows about properties: added, removed, required, renamed.

use serde_json::{Value, json};

use super::object;
use super::table::{Row, whole};

const BROKEN: &str = "breaking/breaking";
const FINE: &str = "compatible/compatible";
const RUST_ONLY: &str = "compatible/breaking";
const WIRE_ONLY: &str = "breaking/compatible";

/// An object of strings; the required ones are told apart by `required`.
fn strings(names: &[&str], required: &[&str]) -> Value {
    let mut schema = json!({ "type": "object", "properties": {} });
    for name in names {
        schema["properties"][*name] = json!({ "type": "string" });
    }
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// The schema with a title, a limit and a default for its property `name`.
fn telling(name: &str) -> Value {
    json!({ name: {
        "type": "integer", "title": "Steps", "maximum": 20, "default": 10
    } })
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        whole(
            strings(&["a"], &[]),
            strings(&["a", "b"], &["b"]),
            ["required-property-added", BROKEN, FINE],
            ["required-property-removed", BROKEN, BROKEN],
        ),
        whole(
            strings(&["a"], &["a"]),
            strings(&["b", "a"], &["b", "a"]),
            ["required-property-added", BROKEN, FINE],
            ["required-property-removed", BROKEN, BROKEN],
        ),
        whole(
            strings(&["a"], &[]),
            strings(&["a", "b"], &[]),
            ["optional-property-added", FINE, FINE],
            ["optional-property-removed", BROKEN, "dangerous/breaking"],
        ),
        // With everything that belongs to it, a property is one change.
        whole(
            object(json!({})),
            object(json!({ "b": {
                "type": "array",
                "title": "Looks",
                "maxItems": 3,
                "items": object(json!({ "path": { "type": "string", "maxLength": 9 } })),
            } })),
            ["optional-property-added", FINE, FINE],
            ["optional-property-removed", BROKEN, "dangerous/breaking"],
        ),
        whole(
            strings(&["a"], &[]),
            strings(&["a"], &["a"]),
            ["property-became-required", BROKEN, "compatible/none"],
            ["property-became-optional", RUST_ONLY, "breaking/none"],
        ),
        // With or without a default.
        whole(
            json!({ "type": "object", "properties": { "a": { "type": "integer", "default": 5 } } }),
            json!({
                "type": "object",
                "required": ["a"],
                "properties": { "a": { "type": "integer", "default": 5 } },
            }),
            ["property-became-required", BROKEN, "compatible/none"],
            ["property-became-optional", RUST_ONLY, "breaking/none"],
        ),
        whole(
            strings(&["a", "b"], &["a", "b"]),
            strings(&["a", "b"], &["b", "a"]),
            ["required-reordered", RUST_ONLY, "-"],
            ["required-reordered", RUST_ONLY, "-"],
        ),
        whole(
            object(telling("steps")),
            object(telling("rounds")),
            ["property-renamed", BROKEN, BROKEN],
            ["property-renamed", BROKEN, BROKEN],
        ),
        // Another node, the same field.
        whole(
            object(telling("149_steps")),
            object(telling("598_steps")),
            ["property-wire-name-changed", WIRE_ONLY, WIRE_ONLY],
            ["property-wire-name-changed", WIRE_ONLY, WIRE_ONLY],
        ),
        whole(
            strings(&["149_prompt", "b"], &["149_prompt", "b"]),
            strings(&["b", "598_prompt"], &["598_prompt", "b"]),
            ["property-wire-name-changed", WIRE_ONLY, WIRE_ONLY],
            ["property-wire-name-changed", WIRE_ONLY, WIRE_ONLY],
        ),
        // Where the wire name says nothing, the title is the Rust name.
        whole(
            object(json!({ "174_value": { "type": "integer", "title": "Number of Frames" } })),
            object(json!({ "174_value": { "type": "integer", "title": "Frames" } })),
            ["field-renamed", RUST_ONLY, RUST_ONLY],
            ["field-renamed", RUST_ONLY, RUST_ONLY],
        ),
        // The types within are named after the field: that is the same change.
        whole(
            object(json!({ "174_value": {
                "type": "array",
                "title": "Looks",
                "items": object(json!({ "mode": { "type": "string", "enum": ["a"] } })),
            } })),
            object(json!({ "174_value": {
                "type": "array",
                "title": "Styles",
                "items": object(json!({ "mode": { "type": "string", "enum": ["a"] } })),
            } })),
            ["field-renamed", RUST_ONLY, RUST_ONLY],
            ["field-renamed", RUST_ONLY, RUST_ONLY],
        ),
    ]
}
