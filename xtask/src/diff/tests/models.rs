//! Changes of a model as a whole, of its Rust names, and models that are renamed.

use serde_json::{Value, json};

use super::{change, file, model, object, rules, side};
use crate::diff::compare::compare;
use crate::diff::source::Side;
use crate::diff::verdict::Verdict::{self, Breaking, Compatible, Dangerous, Documentation, None};

fn steps() -> Value {
    object(json!({ "steps": { "type": "integer", "title": "Steps", "maximum": 20 } }))
}

fn run(id: &str) -> Value {
    model(
        id,
        &steps(),
        &object(json!({ "video": { "type": "string" } })),
    )
}

fn with(mut model: Value, key: &str, value: Value) -> Value {
    model[key] = value;
    model
}

/// One change, with these verdicts, and the other way round with those.
#[track_caller]
fn assert_both(
    old: &[Value],
    new: &[Value],
    there: (&str, Verdict, Verdict),
    back: (&str, Verdict, Verdict),
) {
    let (old, new) = (side(old), side(new));
    for (report, expected) in [(compare(&old, &new), there), (compare(&new, &old), back)] {
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
fn a_model_is_renamed_if_its_schemas_are_the_same() {
    let expected = ("model-renamed", Breaking, Breaking);
    assert_both(
        &[run("owner/tool/run")],
        &[run("owner/tool-2/run")],
        expected,
        expected,
    );
    // Written in another order it is the same still.
    let reordered = json!({
        "input": { "properties": steps()["properties"], "type": "object" },
        "output": { "output": object(json!({ "video": { "type": "string" } })) },
        "model_id": "owner/tool-2/run",
    });
    assert_both(&[run("owner/tool/run")], &[reordered], expected, expected);
    // The Rust path may stay what it was.
    let expected = ("model-id-changed", Breaking, Compatible);
    assert_both(
        &[run("owner/Tool 1/run")],
        &[run("owner/tool-1/run")],
        expected,
        expected,
    );
}

#[test]
fn without_plain_evidence_a_model_is_removed_and_another_added() {
    let other = model("owner/tool-2/run", &steps(), &object(json!({})));
    for (old, new) in [
        (vec![run("owner/tool/run")], vec![other]),
        // Two that could be the one.
        (
            vec![run("owner/tool/run")],
            vec![run("owner/a/run"), run("owner/b/run")],
        ),
        // Two that the one could have been.
        (
            vec![run("owner/a/run"), run("owner/b/run")],
            vec![run("owner/tool/run")],
        ),
        // Nothing that could be recognised.
        (
            vec![model("owner/a/run", &object(json!({})), &object(json!({})))],
            vec![model("owner/b/run", &object(json!({})), &object(json!({})))],
        ),
    ] {
        let report = compare(&side(&old), &side(&new));
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
        let of = |index: usize| {
            let input = object(json!({ "steps": { "type": "integer", "maximum": index } }));
            model(&format!("{owner}/tool-{index}/run"), &input, &steps())
        };
        (0..40).map(of).collect()
    };
    let report = compare(&side(&models("a")), &side(&models("b")));
    assert_eq!(rules(&report), ["model-renamed"; 40]);
    let is_paired = |change: &crate::diff::report::Change| {
        let id = change.before.as_ref().and_then(Value::as_str);
        id.map(|id| id.replacen('a', "b", 1)) == Some(change.model.clone())
    };
    assert!(report.changes.iter().all(is_paired));
}

#[test]
fn examples_come_go_and_change() {
    let bare = run("owner/tool/run");
    let ten = with(bare.clone(), "example", json!({ "steps": 10 }));
    let five = with(bare.clone(), "example", json!({ "steps": 5 }));
    assert_both(
        &[bare],
        std::slice::from_ref(&ten),
        ("example-added", Documentation, Compatible),
        ("example-removed", Documentation, Breaking),
    );
    let expected = ("example-changed", Documentation, Documentation);
    assert_both(&[ten], &[five], expected, expected);
}

#[test]
fn what_the_input_makes_necessary_in_the_example_is_no_change_of_its_own() {
    let built = |properties: Value, required: &[&str], example: Value| {
        let mut input = object(properties);
        input["required"] = json!(required);
        let model = model("owner/tool/run", &input, &object(json!({})));
        with(model, "example", example)
    };
    let text = |title: &str| json!({ "type": "string", "title": title });
    let old = built(
        json!({ "a": text("A"), "b": text("B") }),
        &["a"],
        json!({ "a": "x" }),
    );
    for (new, rule) in [
        (
            built(
                json!({ "a": text("A"), "b": text("B"), "c": text("C") }),
                &["a", "c"],
                json!({ "a": "x", "c": "y" }),
            ),
            "required-property-added",
        ),
        (
            built(
                json!({ "z": text("A"), "b": text("B") }),
                &["z"],
                json!({ "z": "x" }),
            ),
            "property-renamed",
        ),
        (
            built(
                json!({ "a": text("A"), "b": text("B") }),
                &["a", "b"],
                json!({ "a": "x", "b": "y" }),
            ),
            "property-became-required",
        ),
        (
            built(
                json!({ "a": { "type": "integer", "title": "A" }, "b": text("B") }),
                &["a"],
                json!({ "a": 5 }),
            ),
            "type-changed",
        ),
        (
            built(
                json!({ "a": text("A"), "b": text("B") }),
                &["a"],
                json!({ "a": "y" }),
            ),
            "example-changed",
        ),
        (
            built(
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
fn names_change_rust_only() {
    let bare = run("owner/tool/run");
    let named = |names: Value| with(bare.clone(), "names", names);
    let expected = ("module-renamed", Compatible, Breaking);
    let module = named(json!({ "owner/tool/run": "execute" }));
    assert_both(std::slice::from_ref(&bare), &[module], expected, expected);

    let expected = ("field-renamed", Compatible, Breaking);
    let field = named(json!({ "steps": "rounds" }));
    assert_both(std::slice::from_ref(&bare), &[field], expected, expected);
    // An override that says what is derived anyway is no change.
    assert!(
        change(&bare, &named(json!({ "steps": "steps" })))
            .changes
            .is_empty()
    );

    let choice = model(
        "owner/tool/run",
        &object(json!({ "ratio": { "type": "string", "enum": ["16:9", "auto"] } })),
        &steps(),
    );
    let variant = with(choice.clone(), "names", json!({ "ratio=16:9": "Wide" }));
    let expected = ("variant-renamed", Compatible, Breaking);
    assert_both(&[choice], &[variant], expected, expected);
}

#[test]
fn a_title_beside_an_override_is_a_text() {
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
fn a_type_gets_another_name_when_its_own_is_taken() {
    // `ImageToVideo` is the model's own type.
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
fn what_the_generator_refuses_is_not_comparable() {
    let good = run("owner/tool/run");
    let bad = with(good.clone(), "inputs", json!({}));
    let old = Side::read("schemas", &[file("owner/tool/run", &bad)]);
    for new in [side(std::slice::from_ref(&good)), side(&[])] {
        let report = compare(&old, &new);
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
    let good = run("owner/tool/run");
    let mut files = vec![
        file("owner/tool/run", &good),
        file("owner/tool/again", &good),
    ];
    files[1].path = "owner/tool/again.json".to_owned();
    let read = Side::read("schemas", &files);
    assert_eq!((read.models.len(), read.refused.len()), (1, 1));
}
