//! The rows of the table of impacts about properties that are added, removed, made required or renamed.

use serde_json::{Value, json};

use super::object;
use super::table::{Row, whole};

const BREAKING: &str = "breaking/breaking";
const COMPATIBLE: &str = "compatible/compatible";
const RUST_ONLY: &str = "compatible/breaking";
const WIRE_ONLY: &str = "breaking/compatible";

/// The schema of an object whose properties are strings.
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

/// The property `name`, with a title, a limit and a default, so that a rename is recognized.
fn distinctive(name: &str) -> Value {
    json!({ name: {
        "type": "integer", "title": "Steps", "maximum": 20, "default": 10
    } })
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        whole(
            strings(&["a"], &[]),
            strings(&["a", "b"], &["b"]),
            ["required-property-added", BREAKING, COMPATIBLE],
            ["required-property-removed", BREAKING, BREAKING],
        ),
        whole(
            strings(&["a"], &["a"]),
            strings(&["b", "a"], &["b", "a"]),
            ["required-property-added", BREAKING, COMPATIBLE],
            ["required-property-removed", BREAKING, BREAKING],
        ),
        whole(
            strings(&["a"], &[]),
            strings(&["a", "b"], &[]),
            ["optional-property-added", COMPATIBLE, COMPATIBLE],
            ["optional-property-removed", BREAKING, "dangerous/breaking"],
        ),
        // Adding or removing a property is one change, whatever its schema contains.
        whole(
            object(json!({})),
            object(json!({ "b": {
                "type": "array",
                "title": "Looks",
                "maxItems": 3,
                "items": object(json!({ "path": { "type": "string", "maxLength": 9 } })),
            } })),
            ["optional-property-added", COMPATIBLE, COMPATIBLE],
            ["optional-property-removed", BREAKING, "dangerous/breaking"],
        ),
        whole(
            strings(&["a"], &[]),
            strings(&["a"], &["a"]),
            ["property-became-required", BREAKING, "compatible/none"],
            ["property-became-optional", RUST_ONLY, "breaking/none"],
        ),
        // A default does not alter the impact.
        whole(
            json!({ "type": "object", "properties": { "a": { "type": "integer", "default": 5 } } }),
            json!({
                "type": "object",
                "required": ["a"],
                "properties": { "a": { "type": "integer", "default": 5 } },
            }),
            ["property-became-required", BREAKING, "compatible/none"],
            ["property-became-optional", RUST_ONLY, "breaking/none"],
        ),
        whole(
            strings(&["a", "b"], &["a", "b"]),
            strings(&["a", "b"], &["b", "a"]),
            ["required-reordered", RUST_ONLY, "-"],
            ["required-reordered", RUST_ONLY, "-"],
        ),
        whole(
            object(distinctive("steps")),
            object(distinctive("rounds")),
            ["property-renamed", BREAKING, BREAKING],
            ["property-renamed", BREAKING, BREAKING],
        ),
        // The wire names differ only in the node id, so the name of the Rust field stays the same.
        whole(
            object(distinctive("149_steps")),
            object(distinctive("598_steps")),
            ["property-wire-name-changed", WIRE_ONLY, WIRE_ONLY],
            ["property-wire-name-changed", WIRE_ONLY, WIRE_ONLY],
        ),
        whole(
            strings(&["149_prompt", "b"], &["149_prompt", "b"]),
            strings(&["b", "598_prompt"], &["598_prompt", "b"]),
            ["property-wire-name-changed", WIRE_ONLY, WIRE_ONLY],
            ["property-wire-name-changed", WIRE_ONLY, WIRE_ONLY],
        ),
        // If the wire name without the node id is `value`, the Rust name is derived from the title.
        whole(
            object(json!({ "174_value": { "type": "integer", "title": "Number of Frames" } })),
            object(json!({ "174_value": { "type": "integer", "title": "Frames" } })),
            ["field-renamed", RUST_ONLY, RUST_ONLY],
            ["field-renamed", RUST_ONLY, RUST_ONLY],
        ),
        // Nested types are named after the field, so their renames are part of the same change.
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
