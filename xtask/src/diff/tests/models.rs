//! Models that are added, removed, renamed or refused, and changes of examples and Rust names.

use runcomfy_codegen::analyze_all;
use serde_json::{Value, json};

use super::{change, changes, changes_of_files, file, model, object, rules, valid_files};
use crate::diff::schema_set::SchemaSet;
use crate::diff::severity::Severity::{self, Breaking, Compatible, Dangerous, Documentation, None};

fn steps() -> Value {
    object(json!({ "steps": { "type": "integer", "title": "Steps", "maximum": 20 } }))
}

pub(super) fn run(id: &str) -> Value {
    model(
        id,
        &steps(),
        &object(json!({ "video": { "type": "string" } })),
    )
}

pub(super) fn with(mut model: Value, key: &str, value: Value) -> Value {
    model[key] = value;
    model
}

/// Asserts that the only change from `old` to `new` has the rule and impact `forward`, and that the only
/// change from `new` to `old` has the rule and impact `reverse`.
#[track_caller]
pub(super) fn assert_both(
    old: &[Value],
    new: &[Value],
    forward: (&str, Severity, Severity),
    reverse: (&str, Severity, Severity),
) {
    for (report, expected) in [(changes(old, new), forward), (changes(new, old), reverse)] {
        let found: Vec<_> = report
            .changes
            .iter()
            .map(|change| (change.rule.id(), change.wire, change.source))
            .collect();
        assert_eq!(found, [expected]);
    }
}

#[test]
fn a_model_is_added_or_removed() {
    let (one, other) = (
        run("owner/tool/run"),
        model("other/tool/run", &steps(), &steps()),
    );
    assert_both(
        std::slice::from_ref(&one),
        &[one.clone(), other],
        ("model-added", Compatible, Compatible),
        ("model-removed", Breaking, Breaking),
    );
}

#[test]
fn a_model_with_the_same_schemas_and_another_id_is_renamed() {
    let expected = ("model-renamed", Breaking, Breaking);
    assert_both(
        &[run("owner/tool/run")],
        &[run("owner/tool-2/run")],
        expected,
        expected,
    );
    // The order of keys in the file does not matter.
    let reordered = json!({
        "input": { "properties": steps()["properties"], "type": "object" },
        "output": { "output": object(json!({ "video": { "type": "string" } })) },
        "model_id": "owner/tool-2/run",
    });
    assert_both(&[run("owner/tool/run")], &[reordered], expected, expected);
    // The Rust path may stay the same.
    let expected = ("model-id-changed", Breaking, Compatible);
    assert_both(
        &[run("owner/Tool 1/run")],
        &[run("owner/tool-1/run")],
        expected,
        expected,
    );
}

#[test]
fn an_ambiguous_rename_is_one_model_removed_and_one_added() {
    let other = model("owner/tool-2/run", &steps(), &object(json!({})));
    for (old, new) in [
        (vec![run("owner/tool/run")], vec![other]),
        // Two candidates for the new id.
        (
            vec![run("owner/tool/run")],
            vec![run("owner/a/run"), run("owner/b/run")],
        ),
        // Two candidates for the old id.
        (
            vec![run("owner/a/run"), run("owner/b/run")],
            vec![run("owner/tool/run")],
        ),
        // Schemas without properties.
        (
            vec![model("owner/a/run", &object(json!({})), &object(json!({})))],
            vec![model("owner/b/run", &object(json!({})), &object(json!({})))],
        ),
    ] {
        let report = changes(&old, &new);
        let found = rules(&report);
        assert_eq!(found.len(), old.len() + new.len(), "{found:?}");
        assert!(
            found
                .iter()
                .all(|rule| ["model-removed", "model-added"].contains(rule)),
            "{found:?}"
        );
    }
}

#[test]
fn many_models_are_renamed_at_once() {
    let models = |owner: &str| -> Vec<Value> {
        let numbered = |index: usize| {
            let input = object(json!({ "steps": { "type": "integer", "maximum": index } }));
            model(&format!("{owner}/tool-{index}/run"), &input, &steps())
        };
        (0..40).map(numbered).collect()
    };
    let report = changes(&models("a"), &models("b"));
    assert_eq!(rules(&report), ["model-renamed"; 40]);
    let is_paired = |change: &crate::diff::report::Change| {
        let id = change.before.as_ref().and_then(Value::as_str);
        id.map(|id| id.replacen('a', "b", 1)) == Some(change.model.clone())
    };
    assert!(report.changes.iter().all(is_paired));
}

#[test]
fn an_example_is_added_removed_or_changed() {
    let plain = run("owner/tool/run");
    let ten = with(plain.clone(), "example", json!({ "steps": 10 }));
    let five = with(plain.clone(), "example", json!({ "steps": 5 }));
    assert_both(
        &[plain],
        std::slice::from_ref(&ten),
        ("example-added", Documentation, Compatible),
        ("example-removed", Documentation, Breaking),
    );
    let expected = ("example-changed", Documentation, Documentation);
    assert_both(&[ten], &[five], expected, expected);
}

#[test]
fn a_change_of_the_example_that_the_input_requires_is_not_reported() {
    let with_example = |properties: Value, required: &[&str], example: Value| {
        let mut input = object(properties);
        input["required"] = json!(required);
        let model = model("owner/tool/run", &input, &object(json!({})));
        with(model, "example", example)
    };
    let text = |title: &str| json!({ "type": "string", "title": title });
    let old = with_example(
        json!({ "a": text("A"), "b": text("B") }),
        &["a"],
        json!({ "a": "x" }),
    );
    for (new, rule) in [
        (
            with_example(
                json!({ "a": text("A"), "b": text("B"), "c": text("C") }),
                &["a", "c"],
                json!({ "a": "x", "c": "y" }),
            ),
            "required-property-added",
        ),
        (
            with_example(
                json!({ "z": text("A"), "b": text("B") }),
                &["z"],
                json!({ "z": "x" }),
            ),
            "property-renamed",
        ),
        (
            with_example(
                json!({ "a": text("A"), "b": text("B") }),
                &["a", "b"],
                json!({ "a": "x", "b": "y" }),
            ),
            "property-became-required",
        ),
        (
            with_example(
                json!({ "a": { "type": "integer", "title": "A" }, "b": text("B") }),
                &["a"],
                json!({ "a": 5 }),
            ),
            "type-changed",
        ),
        (
            with_example(
                json!({ "a": text("A"), "b": text("B") }),
                &["a"],
                json!({ "a": "y" }),
            ),
            "example-changed",
        ),
        (
            with_example(
                json!({ "a": text("A"), "b": text("B") }),
                &["a"],
                json!({ "a": "x", "b": "y" }),
            ),
            "example-changed",
        ),
    ] {
        assert_eq!(rules(&change(&old, &new)), [rule]);
        assert_eq!(change(&new, &old).changes.len(), 1, "{rule}");
    }
}

#[test]
fn names_change_only_rust() {
    let plain = run("owner/tool/run");
    let named = |names: Value| with(plain.clone(), "names", names);
    let expected = ("module-renamed", Compatible, Breaking);
    let module = named(json!({ "owner/tool/run": "execute" }));
    assert_both(std::slice::from_ref(&plain), &[module], expected, expected);

    let expected = ("field-renamed", Compatible, Breaking);
    let field = named(json!({ "steps": "rounds" }));
    assert_both(std::slice::from_ref(&plain), &[field], expected, expected);
    // A name in `names` that equals the derived name changes nothing.
    assert!(
        change(&plain, &named(json!({ "steps": "steps" })))
            .changes
            .is_empty()
    );

    let string_enum = model(
        "owner/tool/run",
        &object(json!({ "ratio": { "type": "string", "enum": ["16:9", "auto"] } })),
        &steps(),
    );
    let variant = with(
        string_enum.clone(),
        "names",
        json!({ "ratio=16:9": "Wide" }),
    );
    let expected = ("variant-renamed", Compatible, Breaking);
    assert_both(&[string_enum], &[variant], expected, expected);
}

#[test]
fn a_title_beside_an_override_is_documentation() {
    let named = |title: &str, name: &str| {
        let input = object(json!({ "174_value": { "type": "integer", "title": title } }));
        let model = model("owner/tool/run", &input, &object(json!({})));
        with(model, "names", json!({ "174_value": name }))
    };
    let report = change(&named("Frames", "frames"), &named("Images", "frames"));
    assert_eq!(rules(&report), ["title-changed"]);
    let report = change(&named("Frames", "frames"), &named("Images", "images"));
    assert_eq!(rules(&report), ["field-renamed", "title-changed"]);
}

#[test]
fn a_type_is_renamed_if_its_name_is_taken() {
    // In the new version, the model's marker type is `Run`, so the enum has to be named `RunValue`.
    let input = object(json!({ "run": { "type": "string", "enum": ["fast"] } }));
    let old = model("owner/tool/go", &input, &object(json!({})));
    let new = with(
        model("owner/tool/go", &input, &object(json!({}))),
        "names",
        json!({ "owner/tool/go": "run" }),
    );
    let report = change(&old, &new);
    assert_eq!(rules(&report), ["module-renamed", "type-renamed"]);
    let renamed = &report.changes[1];
    assert_eq!((renamed.wire, renamed.source), (Compatible, Breaking));
    assert_eq!(renamed.before, Some(json!("Run")));
    assert_eq!(renamed.after, Some(json!("RunValue")));
}

#[test]
fn an_absent_output_is_the_documented_one() {
    let url = json!({ "type": "string", "format": "uri" });
    let urls = json!({ "type": "array", "items": url });
    let documented = |more: Option<(&str, &Value)>| {
        let mut output = object(json!({ "image": url, "video": url, "images": urls }));
        if let Some((name, schema)) = more {
            output["properties"][name] = schema.clone();
        }
        for (name, text) in [
            ("image", "single image URL"),
            ("video", "single video URL"),
            ("images", "multiple image URLs"),
            ("videos", "multiple video URLs"),
        ] {
            if output["properties"].get(name).is_some() {
                output["properties"][name]["description"] = text.into();
            }
        }
        model("owner/tool/run", &steps(), &output)
    };
    let mut absent = run("owner/tool/run");
    absent.as_object_mut().unwrap().shift_remove("output");
    assert!(
        change(&absent, &documented(Some(("videos", &urls))))
            .changes
            .is_empty()
    );
    let report = change(&absent, &documented(Option::None));
    assert_eq!(rules(&report), ["optional-property-removed"]);
    let report = change(&documented(Some(("videos", &url))), &absent);
    assert_eq!(rules(&report), ["single-became-list"]);
    assert_eq!(report.changes[0].line, 1);
}

#[test]
fn a_model_that_the_generator_refuses_is_not_comparable() {
    let valid = run("owner/tool/run");
    let invalid = with(valid.clone(), "inputs", json!({}));
    let old = file("owner/tool/run", &invalid);
    for new in [valid_files(&[valid]), Vec::new()] {
        let report = changes_of_files(std::slice::from_ref(&old), &new);
        let [change] = report.changes.as_slice() else {
            panic!("{report:?}");
        };
        assert_eq!(change.rule.id(), "model-not-comparable");
        assert_eq!((change.wire, change.source), (Dangerous, None));
        assert!(change.message.contains("unknown-key"), "{}", change.message);
        assert_eq!(change.model, "owner/tool/run");
    }
}

#[test]
fn of_two_files_of_one_model_the_second_is_refused() {
    let model = run("owner/tool/run");
    let files = [
        file("owner/tool/run", &model),
        file("owner/tool/again", &model),
    ];
    let analyzed = analyze_all(&files);
    let set = SchemaSet::new("schemas", &analyzed);
    assert_eq!((set.models.len(), set.refused.len()), (1, 1));
}
