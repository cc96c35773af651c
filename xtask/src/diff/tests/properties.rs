//! The rows about properties: added, removed, required, renamed.

use serde_json::{Value, json};

use super::object;
use super::table::{Row, whole};

const BREAKING: &str = "breaking/breaking";
const COMPATIBLE: &str = "compatible/compatible";
const RUST_ONLY: &str = "compatible/breaking";
const WIRE_ONLY: &str = "breaking/compatible";

/// An object of strings.
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
        // A property with everything in it is one change.
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
        // With or without a default.
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
        // The wire name has another node id; the Rust field has the same name.
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
        // If the wire name is `value`, the title is the Rust name.
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
