//! Changes of what a model file says besides the schemas: the price, the texts of the catalogue, and
//! overrides.

use serde_json::{Value, json};

use super::models::{assert_both, run, with};
use super::{change, rules};
use crate::diff::severity::Severity::{Dangerous, Documentation};

#[test]
fn a_raised_price_is_dangerous() {
    let plain = run("owner/tool/run");
    let about = |about: Value| with(plain.clone(), "about", about);
    let seconds = |price: f64| about(json!({ "base_price_usd": price, "price_unit": "second" }));
    assert_both(
        &[seconds(0.04)],
        &[seconds(0.05)],
        ("price-raised", Dangerous, Documentation),
        ("price-lowered", Documentation, Documentation),
    );
    assert_both(
        &[about(json!({ "title": "A" }))],
        &[about(json!({ "title": "A", "base_price_usd": 1 }))],
        ("price-added", Documentation, Documentation),
        ("price-removed", Documentation, Documentation),
    );
    let outputs = about(json!({ "base_price_usd": 0.4, "price_unit": "output" }));
    let expected = ("price-unit-changed", Dangerous, Documentation);
    assert_both(
        &[seconds(0.04)],
        std::slice::from_ref(&outputs),
        expected,
        expected,
    );
    let report = change(&seconds(0.04), &outputs);
    assert_eq!(
        report.changes[0].message,
        "unit of the base price changed: \"0.04 USD per second\" → \"0.4 USD per output\""
    );
    for (key, one, other) in [
        ("title", json!("A"), json!("B")),
        ("description", json!("A"), json!("B")),
        ("pricing_note", json!("A"), json!("B")),
        (
            "categories",
            json!(["image-to-video"]),
            json!(["text-to-video"]),
        ),
        (
            "page_url",
            json!("https://example.org/a"),
            json!("https://example.org/b"),
        ),
    ] {
        let expected = ("about-changed", Documentation, Documentation);
        let about = |value: Value| about(json!({ key: value }));
        assert_both(&[about(one)], &[about(other)], expected, expected);
    }
}

#[test]
fn an_override_is_shown_beside_what_it_does() {
    let plain = run("owner/tool/run");
    let limited = |reason: &str, level: &str, maximum: u32| {
        let input = json!({ "properties": { "steps": { "maximum": maximum } } });
        let one = json!({ "reason": reason, "level": level, "input": input });
        with(plain.clone(), "overrides", json!([one]))
    };
    let report = change(&plain, &limited("The page says so.", "error", 15));
    assert_eq!(rules(&report), ["maximum-lowered", "override-added"]);
    assert_eq!(report.changes[0].message, "maximum lowered: 20 → 15");
    assert_eq!(report.changes[0].pointer, "/input/properties/steps/maximum");
    let report = change(&limited("The page says so.", "error", 15), &plain);
    assert_eq!(rules(&report), ["maximum-raised", "override-removed"]);
    let report = change(
        &limited("The page says so.", "error", 15),
        &limited("The page says so.", "error", 12),
    );
    assert_eq!(rules(&report), ["maximum-lowered", "override-changed"]);
    // An override of the level `advice` does not limit the input.
    let report = change(&plain, &limited("For better results.", "advice", 15));
    assert_eq!(rules(&report), ["override-added"]);
}
