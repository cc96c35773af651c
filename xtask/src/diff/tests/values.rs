//! Tests whether a difference between two schemas is reported as no change, as one or as several, and at
//! which position.

use runcomfy_codegen::SourceFile;
use serde_json::{Value, json};

use super::{change, changes, changes_of_files, file, model, object, rules};
use crate::diff::report::ChangeReport;
use crate::diff::severity::{Severity, VersionStep};

fn input(properties: Value) -> Value {
    model("owner/tool/run", &object(properties), &object(json!({})))
}

/// A model file with one property. Its type is `ty`, and its `maximum` is `number`, inserted verbatim.
fn maximum(ty: &str, number: &str) -> SourceFile {
    let mut source = file("owner/tool/run", &json!({}));
    source.bytes = format!(
        r#"{{"model_id":"owner/tool/run","input":{{"type":"object","properties":{{"p":{{"type":"{ty}","maximum":{number}}}}}}}}}"#
    )
    .into_bytes();
    source
}

fn change_of_file(old: SourceFile, new: SourceFile) -> ChangeReport {
    changes_of_files(&[old], &[new])
}

#[test]
fn numbers_are_compared_by_value() {
    for (ty, one, other) in [
        ("integer", "5", "5.0"),
        ("integer", "5", "5e0"),
        ("integer", "500", "5E2"),
        ("number", "0.5", "5e-1"),
        ("number", "0", "-0.0"),
        ("number", "4294967295", "4294967295.0"),
        ("integer", "9007199254740993", "9007199254740993"),
    ] {
        let report = change_of_file(maximum(ty, one), maximum(ty, other));
        assert!(report.changes.is_empty(), "{one} and {other}: {report:?}");
    }
    for (ty, low, high) in [
        ("number", "1.5", "2"),
        ("number", "-2", "-1.5"),
        ("integer", "9", "10"),
        ("integer", "9007199254740992", "9007199254740993"),
        ("number", "0.3", "0.30000000000000004"),
        ("number", "99", "1e2"),
    ] {
        let (low, high) = (maximum(ty, low), maximum(ty, high));
        let raised = change_of_file(low.clone(), high.clone());
        assert_eq!(rules(&raised), ["maximum-raised"]);
        assert_eq!(rules(&change_of_file(high, low)), ["maximum-lowered"]);
    }
}

#[test]
fn another_spelling_is_no_change() {
    for (old, new) in [
        // Properties, keywords or enum values in another order.
        (
            json!({ "a": { "type": "string" }, "b": { "type": "integer" } }),
            json!({ "b": { "type": "integer" }, "a": { "type": "string" } }),
        ),
        (
            json!({ "p": { "type": "string", "enum": ["a", "b"], "title": "P" } }),
            json!({ "p": { "title": "P", "enum": ["b", "a"], "type": "string" } }),
        ),
        (
            json!({ "p": { "type": "integer", "enum": [81, 141] } }),
            json!({ "p": { "type": "integer", "enum": [141.0, 81] } }),
        ),
        // `float` and `number` are the same type. An empty text means no text, an empty list of rules means
        // no rules, and the items of an array are strings by default.
        (
            json!({ "p": { "type": "float", "default": 1 } }),
            json!({ "p": { "type": "number", "default": 1.0 } }),
        ),
        (
            json!({ "p": { "type": "string", "title": "", "description": "" } }),
            json!({ "p": { "type": "string" } }),
        ),
        (
            json!({ "p": { "type": "array" } }),
            json!({ "p": { "type": "array", "items": { "type": "string" } } }),
        ),
        (
            json!({ "p": { "type": "array", "validations": [] } }),
            json!({ "p": { "type": "array" } }),
        ),
        (
            json!({ "p": object(json!({ "x": { "type": "number" } })) }),
            json!({ "p": object(json!({ "x": { "type": "float" } })) }),
        ),
    ] {
        let report = change(&input(old), &input(new));
        assert!(report.changes.is_empty(), "{report:?}");
        assert_eq!(report.version_step, None);
    }
}

#[test]
fn the_order_of_objects_in_a_default_is_no_change_but_that_of_lists_is() {
    let schema = |default: Value| {
        input(json!({ "p": {
            "type": "array",
            "items": object(json!({ "x": { "type": "number" }, "y": { "type": "number" } })),
            "default": default,
        } }))
    };
    let one = schema(json!([{ "x": 1, "y": 2 }, { "x": 3 }]));
    let same = schema(json!([{ "y": 2.0, "x": 1 }, { "x": 3 }]));
    let other = schema(json!([{ "x": 3 }, { "x": 1, "y": 2 }]));
    assert!(change(&one, &same).changes.is_empty());
    assert_eq!(rules(&change(&one, &other)), ["default-changed"]);
}

#[test]
fn values_that_are_no_longer_valid_are_reported_one_by_one() {
    let values = input(json!({ "p": { "type": "string", "enum": ["a", "abcd"] } }));
    let short = input(json!({ "p": { "type": "string", "maxLength": 3 } }));
    assert_eq!(
        rules(&change(&values, &short)),
        ["enum-removed", "enum-value-removed"]
    );
    assert_eq!(
        rules(&change(&short, &values)),
        ["enum-added", "enum-value-added"]
    );
    // Values that become invalid are also reported if the type changes together with the limits.
    let integers = input(json!({ "p": { "type": "integer", "enum": [5, 10] } }));
    for (keyword, limit) in [
        ("maximum", json!(8)),
        ("exclusiveMaximum", json!(10)),
        ("multipleOf", json!(2.5)),
        ("minimum", json!(5.5)),
    ] {
        let mut number = json!({ "type": "float" });
        number[keyword] = limit.clone();
        let report = change(&integers, &input(json!({ "p": number })));
        let expected: &[&str] = match keyword {
            "multipleOf" => &["integer-enum-removed", "type-widened"],
            _ => &[
                "integer-enum-value-removed",
                "integer-enum-removed",
                "type-widened",
            ],
        };
        let mut found = rules(&report);
        found.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected, "{keyword} {limit}");
        let breaks = report
            .changes
            .iter()
            .any(|change| change.wire == Severity::Breaking);
        assert_eq!(breaks, keyword != "multipleOf");
    }
    let values = input(json!({ "p": { "type": "integer", "enum": [1, 9] } }));
    let low = input(json!({ "p": { "type": "integer", "maximum": 5 } }));
    assert_eq!(
        rules(&change(&values, &low)),
        ["integer-enum-value-removed", "integer-enum-removed"]
    );
}

#[test]
fn an_enum_that_becomes_a_file_shows_its_format_and_its_rules() {
    let values = input(json!({ "p": { "type": "string", "enum": ["a", "b"] } }));
    let file = input(json!({ "p": {
        "type": "string",
        "format": "image_uri",
        "validations": [{ "validation_rule": "width_pixels<", "validation_value": 2000 }],
    } }));
    assert_eq!(
        rules(&change(&values, &file)),
        ["enum-removed", "media-rule-added", "format-added"]
    );
    assert_eq!(
        rules(&change(&file, &values)),
        ["enum-added", "format-removed", "media-rule-removed"]
    );
}

#[test]
fn a_media_rule_may_move_between_a_list_and_its_items() {
    let rule =
        |bound: u32| json!([{ "validation_rule": "width_pixels<", "validation_value": bound }]);
    let text = json!({ "type": "string" });
    let of_list = |bound: u32| {
        input(json!({ "p": { "type": "array", "validations": rule(bound), "items": text } }))
    };
    let of_items = |bound: u32| {
        let item = json!({ "type": "string", "validations": rule(bound) });
        input(json!({ "p": { "type": "array", "items": item } }))
    };
    for (bound, wire) in [
        (2000, Severity::Documentation),
        (3000, Severity::Compatible),
        (1000, Severity::Breaking),
    ] {
        let report = change(&of_list(2000), &of_items(bound));
        let mut found = rules(&report);
        found.sort_unstable();
        assert_eq!(found, ["media-rule-added", "media-rule-removed"]);
        assert_eq!(report.changes[0].wire, wire, "{bound}");
    }
}

#[test]
fn nothing_matters_where_no_value_can_be() {
    let list =
        |item: Value| input(json!({ "p": { "type": "array", "maxItems": 0, "items": item } }));
    let report = change(
        &list(json!({ "type": "string" })),
        &list(json!({ "type": "string", "maxLength": 3 })),
    );
    assert_eq!(rules(&report), ["max-length-added"]);
    assert_eq!(report.changes[0].severity, Severity::Documentation);
}

#[test]
fn an_ambiguous_rename_is_one_property_removed_and_one_added() {
    for (old, new) in [
        // Only the type is the same, which is not enough to detect a rename.
        (
            json!({ "a": { "type": "string" } }),
            json!({ "b": { "type": "string" } }),
        ),
        // The schemas also differ in a limit, a title or a default.
        (
            json!({ "a": { "type": "integer", "title": "A", "maximum": 5 } }),
            json!({ "b": { "type": "integer", "title": "A", "maximum": 6 } }),
        ),
        (
            json!({ "a": { "type": "integer", "title": "A" } }),
            json!({ "b": { "type": "integer", "title": "B" } }),
        ),
        (
            json!({ "a": { "type": "integer", "title": "A", "default": 1 } }),
            json!({ "b": { "type": "integer", "title": "A", "default": 2 } }),
        ),
    ] {
        let report = change(&input(old), &input(new));
        assert_eq!(
            rules(&report),
            ["optional-property-removed", "optional-property-added"]
        );
    }
    // Two candidates for the new name.
    let distinctive = json!({ "type": "integer", "title": "A" });
    let report = change(
        &input(json!({ "a": distinctive })),
        &input(json!({ "b": distinctive, "c": distinctive })),
    );
    assert_eq!(report.changes.len(), 3);
}

#[test]
fn a_rename_does_not_change_the_order_of_arguments() {
    let schema = |names: [&str; 2], required: [&str; 2]| {
        let mut schema = object(json!({}));
        for name in names {
            let title = name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
            schema["properties"][name] = json!({ "type": "string", "title": title });
        }
        schema["required"] = json!(required);
        model("owner/tool/run", &schema, &object(json!({})))
    };
    let old = schema(["1_a", "b"], ["1_a", "b"]);
    let same_order = schema(["2_a", "b"], ["2_a", "b"]);
    let other_order = schema(["2_a", "b"], ["b", "2_a"]);
    assert_eq!(
        rules(&change(&old, &same_order)),
        ["property-wire-name-changed"]
    );
    assert_eq!(
        rules(&change(&old, &other_order)),
        ["property-wire-name-changed", "required-reordered"]
    );
}

/// Five models with four changes each.
fn twenty() -> (Vec<Value>, Vec<Value>) {
    let old = |id: &str| {
        model(
            id,
            &json!({
                "type": "object",
                "required": ["prompt"],
                "properties": {
                    "prompt": { "type": "string", "title": "Prompt" },
                    "steps": { "type": "integer", "minimum": 1, "maximum": 20, "default": 10 },
                    "ratio": { "type": "string", "enum": ["16:9", "9:16"] },
                    "scale": { "type": "float", "maximum": 2 },
                },
            }),
            &object(json!({ "video": { "type": "string" } })),
        )
    };
    let ids = ["a/m/run", "b/m/run", "c/m/run", "d/m/run", "e/m/run"];
    let old_models = ids.map(old).to_vec();
    let mut new_models = old_models.clone();
    let properties = |model: &mut Value| model["input"]["properties"].take();
    for (index, new) in new_models.iter_mut().enumerate() {
        let mut schemas = properties(new);
        schemas["steps"]["maximum"] = json!(15 + index);
        schemas["ratio"]["enum"] = json!(["16:9", "9:16", "1:1"]);
        schemas["prompt"]["title"] = json!("Text");
        schemas["scale"]["maximum"] = json!(1.5);
        new["input"]["properties"] = schemas;
    }
    (old_models, new_models)
}

#[test]
fn twenty_changes_in_five_models_are_all_reported() {
    let (old, new) = twenty();
    let report = changes(&old, &new);
    assert_eq!(report.changes.len(), 20, "{report:?}");
    assert_eq!(report.by_model().len(), 5);
    assert_eq!(report.counts.breaking, 10);
    assert_eq!(report.counts.compatible, 5);
    assert_eq!(report.counts.documentation, 5);
    assert_eq!(report.version_step, Some(VersionStep::Major));
    let severities: Vec<_> = report
        .changes
        .iter()
        .map(|change| change.severity)
        .collect();
    assert!(severities.is_sorted_by(|one, other| one >= other));
    for (format, shown) in super::formats::shown_changes(&report) {
        assert_eq!(shown, 20, "{format:?}");
    }
}

#[test]
fn a_change_has_a_position() {
    let old = input(json!({ "steps": { "type": "integer", "maximum": 20 } }));
    let new = input(json!({ "steps": { "type": "integer", "maximum": 15 } }));
    let report = change(&old, &new);
    let [change] = report.changes.as_slice() else {
        panic!("{report:?}");
    };
    assert_eq!(change.pointer, "/input/properties/steps/maximum");
    assert_eq!(change.property.as_deref(), Some("steps"));
    assert_eq!(change.file, "schemas/owner/tool/run.json");
    let text = format!("{new:#}\n");
    let line = text.lines().nth(change.line - 1).unwrap();
    assert!(
        line[change.column - 1..].starts_with("\"maximum\": 15"),
        "{line}"
    );
}

#[test]
fn a_removed_value_has_the_position_around_it() {
    let old = input(json!({
        "p/q~r": { "type": "string", "enum": ["a", "b"] }, "z": { "type": "string" }
    }));
    let new = input(json!({ "p/q~r": { "type": "string", "enum": ["b"] } }));
    let report = change(&old, &new);
    let text = format!("{new:#}\n");
    let positions: Vec<_> = report
        .changes
        .iter()
        .map(|change| {
            let line = text.lines().nth(change.line - 1).unwrap_or_default();
            (change.rule.id(), change.pointer.as_str(), line.trim())
        })
        .collect();
    assert_eq!(
        positions,
        [
            (
                "enum-value-removed",
                "/input/properties/p~1q~0r/enum/0",
                "\"enum\": ["
            ),
            (
                "optional-property-removed",
                "/input/properties/z",
                "\"properties\": {"
            ),
        ]
    );
}
