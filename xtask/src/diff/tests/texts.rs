//! Rows of the table of impacts: defaults, titles, descriptions, formats and media rules.

use serde_json::{Value, json};

use super::table::{Row, row, whole};

const TEXT: &str = "documentation/documentation";
const DEFAULT: &str = "dangerous/documentation";

pub(super) fn rows() -> Vec<Row> {
    [defaults(), samples(), docs(), formats(), media()]
        .into_iter()
        .flatten()
        .collect()
}

fn defaults() -> Vec<Row> {
    let with = |ty: &str, default: Value| json!({ "type": ty, "default": default });
    let changed = |old, new| {
        let expected = ["default-changed", DEFAULT, TEXT];
        row(old, new, expected, expected)
    };
    vec![
        changed(with("integer", json!(5)), with("integer", json!(10))),
        changed(with("number", json!(0.5)), with("number", json!(0.6))),
        changed(with("string", json!("")), with("string", json!("a"))),
        changed(with("boolean", json!(true)), with("boolean", json!(false))),
        changed(
            with("array", json!(["a"])),
            with("array", json!(["a", "b"])),
        ),
        row(
            json!({ "type": "integer" }),
            with("integer", json!(5)),
            ["default-added", DEFAULT, TEXT],
            ["default-removed", DEFAULT, TEXT],
        ),
    ]
}

/// Changes to the default of a required property. Such a default is only a sample value.
fn samples() -> Vec<Row> {
    let with = |sample: Option<&str>| {
        let mut schema = json!({
            "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } }
        });
        if let Some(sample) = sample {
            schema["properties"]["a"]["default"] = sample.into();
        }
        schema
    };
    vec![
        whole(
            with(None),
            with(Some("a.png")),
            ["sample-added", TEXT, TEXT],
            ["sample-removed", TEXT, TEXT],
        ),
        whole(
            with(Some("a.png")),
            with(Some("b.png")),
            ["sample-changed", TEXT, TEXT],
            ["sample-changed", TEXT, TEXT],
        ),
    ]
}

fn docs() -> Vec<Row> {
    let with = |keyword: &str, text: &str| {
        let mut schema = json!({ "type": "string" });
        schema[keyword] = text.into();
        schema
    };
    let undocumented = json!({ "type": "string" });
    let mut rows = Vec::new();
    for (keyword, rule) in [
        ("title", "title-changed"),
        ("description", "description-changed"),
    ] {
        let expected = [rule, TEXT, TEXT];
        let (old, new) = (with(keyword, "One"), with(keyword, "Two"));
        rows.push(row(old.clone(), new, expected, expected));
        rows.push(row(undocumented.clone(), old, expected, expected));
    }
    rows
}

fn formats() -> Vec<Row> {
    let with = |format: &str| json!({ "type": "string", "format": format });
    let list = |format: &str| json!({ "type": "array", "format": format });
    let added = [
        "format-added",
        "dangerous/compatible",
        "compatible/documentation",
    ];
    let removed = [
        "format-removed",
        "compatible/compatible",
        "dangerous/documentation",
    ];
    let changed = [
        "format-changed",
        "dangerous/compatible",
        "dangerous/documentation",
    ];
    vec![
        row(json!({ "type": "string" }), with("uri"), added, removed),
        row(with("uri"), with("image_uri"), changed, changed),
        row(
            json!({ "type": "array" }),
            list("image_uris"),
            added,
            removed,
        ),
        row(list("uris"), list("video_uris"), changed, changed),
    ]
}

fn media() -> Vec<Row> {
    let compatible = "compatible/compatible";
    let breaking = "breaking/compatible";
    let mut rows = Vec::new();
    for ty in ["string", "array"] {
        let with = |rules: Value| json!({ "type": ty, "validations": rules });
        let rule = |name: &str, bound: f64, message: &str| {
            json!({
                "validation_rule": name,
                "validation_value": bound,
                "validation_error": message,
            })
        };
        for (name, loose, tight) in [
            ("width_pixels<", 2000.0, 1000.0),
            ("width_pixels>", 360.0, 400.0),
            ("height_pixels<", 2000.0, 1000.0),
            ("height_pixels>", 360.0, 400.0),
            ("width/height<", 2.5, 2.0),
            ("width/height>", 0.4, 0.5),
            ("file_size_mb<", 10.0, 9.5),
        ] {
            let (wide, narrow) = (
                rule(name, loose, "Too much."),
                rule(name, tight, "Too much."),
            );
            rows.push(row(
                with(json!([wide])),
                with(json!([narrow])),
                ["media-rule-tightened", breaking, TEXT],
                ["media-rule-loosened", compatible, TEXT],
            ));
            // If the message changes together with the bound, only the bound is reported.
            let reworded = rule(name, tight, "Far too much.");
            rows.push(row(
                with(json!([wide])),
                with(json!([reworded])),
                ["media-rule-tightened", breaking, TEXT],
                ["media-rule-loosened", compatible, TEXT],
            ));
            rows.push(row(
                json!({ "type": ty }),
                with(json!([wide])),
                ["media-rule-added", breaking, TEXT],
                ["media-rule-removed", compatible, TEXT],
            ));
            let other = rule("file_size_mb<", 50.0, "Too big.");
            if name != "file_size_mb<" {
                rows.push(row(
                    with(json!([other])),
                    with(json!([wide, other])),
                    ["media-rule-added", breaking, TEXT],
                    ["media-rule-removed", compatible, TEXT],
                ));
            }
            let reworded = rule(name, loose, "Far too much.");
            let expected = [
                "media-message-changed",
                "documentation/none",
                "documentation/none",
            ];
            rows.push(row(
                with(json!([wide])),
                with(json!([reworded])),
                expected,
                expected,
            ));
        }
    }
    rows
}
