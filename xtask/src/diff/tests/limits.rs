//! The rows of the table of impacts about limits, enums and types.

use serde_json::{Value, json};

use super::table::{Row, row};

const IN: &str = "breaking/compatible";
const OUT: &str = "compatible/documentation";
const WIDER_IN: &str = "compatible/compatible";
const WIDER_OUT: &str = "breaking/documentation";
const TEXT: &str = "documentation/documentation";
const BREAKING: &str = "breaking/breaking";

/// The rows for adding, removing, tightening and loosening a limit.
fn limit(
    ty: &str,
    keyword: &str,
    loose: Value,
    tight: Value,
    [added, removed, tightened, loosened]: [&'static str; 4],
) -> [Row; 2] {
    let unlimited = json!({ "type": ty });
    let with = |value: &Value| {
        let mut schema = unlimited.clone();
        schema[keyword] = value.clone();
        schema
    };
    [
        row(
            unlimited.clone(),
            with(&loose),
            [added, IN, OUT],
            [removed, WIDER_IN, WIDER_OUT],
        ),
        row(
            with(&loose),
            with(&tight),
            [tightened, IN, OUT],
            [loosened, WIDER_IN, WIDER_OUT],
        ),
    ]
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (ty, low, high) in [
        ("integer", json!(1), json!(6)),
        ("number", json!(1.5), json!(2)),
        ("float", json!(-0.5), json!(0)),
    ] {
        let names = [
            "minimum-added",
            "minimum-removed",
            "minimum-raised",
            "minimum-lowered",
        ];
        rows.extend(limit(ty, "minimum", low.clone(), high.clone(), names));
        let names = [
            "maximum-added",
            "maximum-removed",
            "maximum-lowered",
            "maximum-raised",
        ];
        rows.extend(limit(ty, "maximum", high.clone(), low.clone(), names));
        let names = [
            "exclusive-minimum-added",
            "exclusive-minimum-removed",
            "exclusive-minimum-raised",
            "exclusive-minimum-lowered",
        ];
        rows.extend(limit(
            ty,
            "exclusiveMinimum",
            low.clone(),
            high.clone(),
            names,
        ));
        let names = [
            "exclusive-maximum-added",
            "exclusive-maximum-removed",
            "exclusive-maximum-lowered",
            "exclusive-maximum-raised",
        ];
        rows.extend(limit(ty, "exclusiveMaximum", high, low, names));
    }
    for (ty, fine, coarse) in [
        ("integer", json!(8), json!(16)),
        ("number", json!(0.1), json!(0.3)),
    ] {
        let names = [
            "multiple-of-added",
            "multiple-of-removed",
            "multiple-of-narrowed",
            "multiple-of-widened",
        ];
        rows.extend(limit(ty, "multipleOf", fine, coarse, names));
    }
    for (ty, noun) in [("string", "Length"), ("array", "Items")] {
        let minimum = match noun {
            "Length" => [
                "min-length-added",
                "min-length-removed",
                "min-length-raised",
                "min-length-lowered",
            ],
            _ => [
                "min-items-added",
                "min-items-removed",
                "min-items-raised",
                "min-items-lowered",
            ],
        };
        rows.extend(limit(
            ty,
            &format!("min{noun}"),
            json!(1),
            json!(2),
            minimum,
        ));
        let maximum = match noun {
            "Length" => [
                "max-length-added",
                "max-length-removed",
                "max-length-lowered",
                "max-length-raised",
            ],
            _ => [
                "max-items-added",
                "max-items-removed",
                "max-items-lowered",
                "max-items-raised",
            ],
        };
        rows.extend(limit(
            ty,
            &format!("max{noun}"),
            json!(9),
            json!(8),
            maximum,
        ));
    }
    rows.extend(restated());
    rows.extend(exclusive_for_inclusive());
    rows.extend(enums());
    rows.extend(types());
    rows
}

/// The rows in which the old and the new schema allow the same values but state them differently.
fn restated() -> Vec<Row> {
    let both = |old, new, rule| row(old, new, [rule, TEXT, TEXT], [rule, TEXT, TEXT]);
    let none = json!({ "type": "number", "minimum": 1, "maximum": 2, "multipleOf": 10 });
    vec![
        both(
            json!({ "type": "integer", "exclusiveMinimum": 0 }),
            json!({ "type": "integer", "minimum": 1 }),
            "minimum-restated",
        ),
        both(
            json!({ "type": "integer", "exclusiveMaximum": 10 }),
            json!({ "type": "integer", "maximum": 9 }),
            "maximum-restated",
        ),
        both(
            json!({ "type": "integer", "enum": [81, 141], "maximum": 141 }),
            json!({ "type": "integer", "enum": [81, 141], "maximum": 200 }),
            "maximum-restated",
        ),
        both(
            json!({ "type": "integer", "enum": [4, 8] }),
            json!({ "type": "integer", "enum": [4, 8], "multipleOf": 4 }),
            "multiple-of-restated",
        ),
        both(
            json!({ "type": "integer" }),
            json!({ "type": "integer", "multipleOf": 1 }),
            "multiple-of-restated",
        ),
        both(
            json!({ "type": "integer", "multipleOf": 5, "minimum": 1 }),
            json!({ "type": "integer", "multipleOf": 5, "minimum": 4 }),
            "minimum-restated",
        ),
        both(
            json!({ "type": "number", "maximum": 8, "multipleOf": 2.5 }),
            json!({ "type": "number", "exclusiveMaximum": 10, "multipleOf": 2.5 }),
            "maximum-restated",
        ),
        both(
            json!({ "type": "string" }),
            json!({ "type": "string", "minLength": 0 }),
            "min-length-restated",
        ),
        // No number satisfies the limits of the items, so only the empty list is valid.
        both(
            json!({ "type": "array", "items": none }),
            json!({ "type": "array", "items": none, "maxItems": 2 }),
            "max-items-restated",
        ),
        row(
            json!({ "type": "integer", "minimum": 1, "maximum": 4 }),
            json!({ "type": "integer", "enum": [1, 2, 3, 4] }),
            ["integer-enum-added", TEXT, TEXT],
            ["integer-enum-removed", TEXT, TEXT],
        ),
        both(
            json!({ "type": "array" }),
            json!({ "type": "array", "minItems": 0 }),
            "min-items-restated",
        ),
    ]
}

/// Replacing an inclusive bound by an exclusive one, or the reverse, is one change.
fn exclusive_for_inclusive() -> Vec<Row> {
    vec![
        row(
            json!({ "type": "number", "minimum": 0 }),
            json!({ "type": "number", "exclusiveMinimum": 0 }),
            ["minimum-raised", IN, OUT],
            ["minimum-lowered", WIDER_IN, WIDER_OUT],
        ),
        row(
            json!({ "type": "number", "maximum": 1 }),
            json!({ "type": "number", "exclusiveMaximum": 1 }),
            ["maximum-lowered", IN, OUT],
            ["maximum-raised", WIDER_IN, WIDER_OUT],
        ),
        // Neither step is a multiple of the other.
        row(
            json!({ "type": "integer", "multipleOf": 4 }),
            json!({ "type": "integer", "multipleOf": 6 }),
            ["multiple-of-changed", IN, WIDER_OUT],
            ["multiple-of-changed", IN, WIDER_OUT],
        ),
    ]
}

fn enums() -> Vec<Row> {
    let strings = |values: Value| json!({ "type": "string", "enum": values });
    let integers = |values: Value| json!({ "type": "integer", "enum": values });
    vec![
        row(
            strings(json!(["480p", "720p"])),
            strings(json!(["480p"])),
            ["enum-value-removed", BREAKING, OUT],
            ["enum-value-added", WIDER_IN, "breaking/compatible"],
        ),
        row(
            json!({ "type": "string" }),
            strings(json!(["480p", "720p"])),
            ["enum-added", BREAKING, OUT],
            ["enum-removed", "compatible/breaking", WIDER_OUT],
        ),
        // The removal of length limits is not reported if an enum replaces them.
        row(
            json!({ "type": "string", "minLength": 1, "maxLength": 9 }),
            strings(json!(["480p", "720p"])),
            ["enum-added", BREAKING, OUT],
            ["enum-removed", "compatible/breaking", WIDER_OUT],
        ),
        row(
            integers(json!([81, 141])),
            integers(json!([81])),
            ["integer-enum-value-removed", IN, OUT],
            ["integer-enum-value-added", WIDER_IN, "breaking/compatible"],
        ),
        row(
            json!({ "type": "integer", "minimum": 81, "maximum": 200 }),
            integers(json!([81, 141])),
            ["integer-enum-added", IN, OUT],
            ["integer-enum-removed", WIDER_IN, WIDER_OUT],
        ),
    ]
}

fn types() -> Vec<Row> {
    let ty = |name: &str| json!({ "type": name });
    let changed = |old, new| {
        let expected = ["type-changed", BREAKING, BREAKING];
        row(old, new, expected, expected)
    };
    let rust_only = "compatible/breaking";
    let widened = ["type-widened", rust_only, BREAKING];
    let narrowed = ["type-narrowed", BREAKING, rust_only];
    let same = "documentation/breaking";
    vec![
        row(ty("integer"), ty("number"), widened, narrowed),
        row(ty("integer"), ty("float"), widened, narrowed),
        // The default and the bounds are numerically equal, so only the type change is reported.
        row(
            json!({ "type": "integer", "minimum": 1, "exclusiveMaximum": 9, "default": 5 }),
            json!({ "type": "float", "minimum": 1.0, "exclusiveMaximum": 9e0, "default": 5.0 }),
            widened,
            narrowed,
        ),
        // Every number that the step allows is an integer.
        row(
            json!({ "type": "integer", "multipleOf": 2 }),
            json!({ "type": "number", "multipleOf": 2 }),
            ["type-widened", same, same],
            ["type-narrowed", same, same],
        ),
        changed(ty("integer"), ty("string")),
        changed(ty("boolean"), json!({ "type": "string", "enum": ["on"] })),
        changed(ty("number"), ty("object")),
        // A change of the type requires other limits and another default, which are not reported separately.
        changed(
            json!({ "type": "integer", "minimum": 1, "default": 5 }),
            json!({ "type": "string", "maxLength": 9, "default": "5s", "format": "uri" }),
        ),
        row(
            ty("string"),
            ty("array"),
            ["single-became-list", BREAKING, BREAKING],
            ["list-became-single", BREAKING, BREAKING],
        ),
        row(
            json!({ "type": "string", "maxLength": 9, "default": "a" }),
            json!({ "type": "array", "items": { "type": "string" }, "minItems": 1, "default": ["a"] }),
            ["single-became-list", BREAKING, BREAKING],
            ["list-became-single", BREAKING, BREAKING],
        ),
    ]
}
