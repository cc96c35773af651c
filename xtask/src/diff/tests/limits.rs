//! The rows about limits, enums and types.

use serde_json::{Value, json};

use super::table::{Row, row};

const IN: &str = "breaking/compatible";
const OUT: &str = "compatible/documentation";
const WIDER_IN: &str = "compatible/compatible";
const WIDER_OUT: &str = "breaking/documentation";
const TEXT: &str = "documentation/documentation";
const BROKEN: &str = "breaking/breaking";

/// A limit is set, taken away, tightened and loosened.
fn limit(
    of: &str,
    keyword: &str,
    loose: Value,
    tight: Value,
    [added, removed, tightened, loosened]: [&'static str; 4],
) -> [Row; 2] {
    let bare = json!({ "type": of });
    let with = |value: &Value| {
        let mut schema = bare.clone();
        schema[keyword] = value.clone();
        schema
    };
    [
        row(
            bare.clone(),
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
    for (of, low, high) in [
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
        rows.extend(limit(of, "minimum", low.clone(), high.clone(), names));
        let names = [
            "maximum-added",
            "maximum-removed",
            "maximum-lowered",
            "maximum-raised",
        ];
        rows.extend(limit(of, "maximum", high.clone(), low.clone(), names));
        let names = [
            "exclusive-minimum-added",
            "exclusive-minimum-removed",
            "exclusive-minimum-raised",
            "exclusive-minimum-lowered",
        ];
        rows.extend(limit(
            of,
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
        rows.extend(limit(of, "exclusiveMaximum", high, low, names));
    }
    for (of, fine, coarse) in [
        ("integer", json!(8), json!(16)),
        ("number", json!(0.1), json!(0.3)),
    ] {
        let names = [
            "multiple-of-added",
            "multiple-of-removed",
            "multiple-of-narrowed",
            "multiple-of-widened",
        ];
        rows.extend(limit(of, "multipleOf", fine, coarse, names));
    }
    for (of, what) in [("string", "Length"), ("array", "Items")] {
        let least = match what {
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
        rows.extend(limit(of, &format!("min{what}"), json!(1), json!(2), least));
        let greatest = match what {
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
            of,
            &format!("max{what}"),
            json!(9),
            json!(8),
            greatest,
        ));
    }
    rows.extend(restated());
    rows.extend(exclusive_for_inclusive());
    rows.extend(enums());
    rows.extend(types());
    rows
}

/// What is written in another way and lets the same through.
fn restated() -> Vec<Row> {
    let both = |old, new, rule| row(old, new, [rule, TEXT, TEXT], [rule, TEXT, TEXT]);
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
            json!({ "type": "string" }),
            json!({ "type": "string", "minLength": 0 }),
            "min-length-restated",
        ),
        both(
            json!({ "type": "array" }),
            json!({ "type": "array", "minItems": 0 }),
            "min-items-restated",
        ),
    ]
}

/// To let the bound itself through, or no longer, is one change.
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
        // Neither step is a whole number of the other's.
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
            ["enum-value-removed", BROKEN, OUT],
            ["enum-value-added", WIDER_IN, "breaking/compatible"],
        ),
        row(
            json!({ "type": "string" }),
            strings(json!(["480p", "720p"])),
            ["enum-added", BROKEN, OUT],
            ["enum-removed", "compatible/breaking", WIDER_OUT],
        ),
        // An enum says more than the lengths that it replaces.
        row(
            json!({ "type": "string", "minLength": 1, "maxLength": 9, "format": "uri" }),
            strings(json!(["480p", "720p"])),
            ["enum-added", BROKEN, OUT],
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
    let of = |name: &str| json!({ "type": name });
    let changed = |old, new| {
        let expected = ["type-changed", BROKEN, BROKEN];
        row(old, new, expected, expected)
    };
    let widened = ["type-widened", "compatible/breaking", BROKEN];
    let narrowed = ["type-narrowed", BROKEN, "compatible/breaking"];
    vec![
        row(of("integer"), of("number"), widened, narrowed),
        row(of("integer"), of("float"), widened, narrowed),
        // The default is the same number, and the bounds are too.
        row(
            json!({ "type": "integer", "minimum": 1, "exclusiveMaximum": 9, "default": 5 }),
            json!({ "type": "float", "minimum": 1.0, "exclusiveMaximum": 9e0, "default": 5.0 }),
            widened,
            narrowed,
        ),
        changed(of("integer"), of("string")),
        changed(of("boolean"), json!({ "type": "string", "enum": ["on"] })),
        changed(of("number"), of("object")),
        // Another type has other limits and another default by necessity.
        changed(
            json!({ "type": "integer", "minimum": 1, "default": 5 }),
            json!({ "type": "string", "maxLength": 9, "default": "5s", "format": "uri" }),
        ),
        row(
            of("string"),
            of("array"),
            ["single-became-list", BROKEN, BROKEN],
            ["list-became-single", BROKEN, BROKEN],
        ),
        row(
            json!({ "type": "string", "maxLength": 9, "default": "a" }),
            json!({ "type": "array", "items": { "type": "string" }, "minItems": 1, "default": ["a"] }),
            ["single-became-list", BROKEN, BROKEN],
            ["list-became-single", BROKEN, BROKEN],
        ),
    ]
}
