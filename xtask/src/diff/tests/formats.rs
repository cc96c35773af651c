//! The formats show the same changes, and JSON is valid under its schema.

use runcomfy_codegen::analyze;
use serde_json::{Value, json};

use super::{change, model, object};
use crate::diff::format::Format;
use crate::diff::report::{ChangeReport, schema};

/// The number of changes that each format shows.
pub(super) fn shown_changes(report: &ChangeReport) -> [(Format, usize); 4] {
    let ids: Vec<&str> = report
        .changes
        .iter()
        .map(|change| change.rule.id())
        .collect();
    [Format::Text, Format::Markdown, Format::Json, Format::Github].map(|format| {
        let text = format.render(report, None);
        let count =
            |is_change: &dyn Fn(&str) -> bool| text.lines().filter(|line| is_change(line)).count();
        let number = match format {
            Format::Text => {
                count(&|line| ids.iter().any(|id| line.contains(&format!(" [{id}] ("))))
            }
            Format::Markdown => {
                count(&|line| line.starts_with("| ") && !line.starts_with("| severity"))
            }
            Format::Json => {
                let json: Value = serde_json::from_str(&text).unwrap();
                json["changes"].as_array().unwrap().len()
            }
            Format::Github => {
                let all = count(&|_| true);
                assert_eq!(all, count(&|line| line.starts_with("::")));
                all
            }
        };
        (format, number)
    })
}

/// A report with a change of each severity.
fn mixed() -> ChangeReport {
    let with = |maximum: u32, default: u32, title: &str, more: Value| {
        let mut input = object(json!({
            "steps": { "type": "integer", "maximum": maximum, "default": default, "title": title },
        }));
        if let Some(more) = more.as_object() {
            for (name, schema) in more {
                input["properties"][name] = schema.clone();
            }
        }
        model("owner/tool/run", &input, &object(json!({})))
    };
    change(
        &with(20, 10, "Steps", json!({})),
        &with(15, 8, "Rounds", json!({ "seed": { "type": "integer" } })),
    )
}

#[test]
fn every_format_shows_every_change_once() {
    let report = mixed();
    assert_eq!(report.changes.len(), 4);
    for (format, shown) in shown_changes(&report) {
        assert_eq!(shown, 4, "{format:?}:\n{}", format.render(&report, None));
    }
}

#[test]
fn one_changed_bound_is_one_change_everywhere() {
    let with = |maximum: u32| {
        let input = object(json!({ "steps": { "type": "integer", "maximum": maximum } }));
        model("owner/tool/run", &input, &object(json!({})))
    };
    let report = change(&with(20), &with(15));
    for (format, shown) in shown_changes(&report) {
        assert_eq!(shown, 1, "{format:?}:\n{}", format.render(&report, None));
    }
}

#[test]
fn every_format_states_that_nothing_changed() {
    let same = model("owner/tool/run", &object(json!({})), &object(json!({})));
    let report = change(&same, &same);
    assert_eq!(
        Format::Text.render(&report, None),
        "no change for callers\n"
    );
    assert_eq!(
        Format::Markdown.render(&report, None),
        "### Schema changes\n\nNo change for callers.\n"
    );
    assert_eq!(Format::Github.render(&report, None), "");
    let json: Value = serde_json::from_str(&Format::Json.render(&report, None)).unwrap();
    assert_eq!(json["version_step"], Value::Null);
    assert_eq!(json["changes"], json!([]));
}

#[test]
fn annotations_have_the_level_of_their_severity() {
    let text = Format::Github.render(&mixed(), None);
    let levels: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("::")?.split(' ').next())
        .collect();
    assert_eq!(levels, ["error", "warning", "notice", "notice"]);
}

#[test]
fn the_json_format_is_valid_under_its_schema() {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::validator_for(&schema).unwrap();
    for report in [mixed(), ChangeReport::new(Vec::new())] {
        let json: Value = serde_json::from_str(&Format::Json.render(&report, None)).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&json)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
        // The schema refuses other values and keys.
        if let Some(change) = json["changes"].get(0) {
            for (key, value) in [
                ("rule", json!("no-such-rule")),
                ("severity", json!("bad")),
                ("line", json!(-1)),
                ("surprise", json!(1)),
            ] {
                let mut wrong = json.clone();
                wrong["changes"][0] = change.clone();
                wrong["changes"][0][key] = value;
                assert!(!validator.is_valid(&wrong), "{key}");
            }
        }
    }
}

#[test]
fn the_published_schema_is_fresh() {
    let published = include_str!("../report.schema.json").replace("\r\n", "\n");
    assert!(
        published == schema(),
        "run `cargo xtask diff --schema > xtask/src/diff/report.schema.json`"
    );
}

#[test]
fn the_summary_shows_dangerous_and_breaking_changes() {
    let file = |maximum: u32, title: &str| {
        let input = object(json!({
            "steps": { "type": "integer", "maximum": maximum, "title": title }
        }));
        let model = model("owner/tool/run", &input, &object(json!({})));
        super::file("owner/tool/run", &model)
    };
    let (old, new) = (file(20, "Steps"), file(15, "Rounds"));
    let summary = crate::diff::summary(&[analyze(&old)], &[analyze(&new)]);
    assert_eq!(
        summary,
        "2 changes in 1 model: 1 breaking, 1 documentation; version step: major\n  \
         owner/tool/run breaking      input steps: maximum lowered: 20 → 15 [maximum-lowered]\n"
    );
    let same = crate::diff::summary(&[analyze(&old)], &[analyze(&old)]);
    assert_eq!(same, "no change for callers\n");
}

#[test]
fn of_long_values_the_part_that_differs_is_shown() {
    let with = |default: &str| {
        let input = object(json!({ "prompt": { "type": "string", "default": default } }));
        model("owner/tool/run", &input, &object(json!({})))
    };
    let long = "A slow, sweeping tracking shot moves through a sun-drenched vintage street";
    let report = change(
        &with(&format!("{long} at noon")),
        &with(&format!("{long} at night")),
    );
    assert_eq!(
        report.changes[0].message,
        "default changed: …age street at noon\" → …age street at night\""
    );
    for format in [Format::Text, Format::Markdown, Format::Github] {
        let text = format.render(&report, None);
        assert!(
            text.contains("noon") && text.contains("night"),
            "{format:?}: {text}"
        );
    }
    // The old value is a prefix of the new one, which continues with a long text.
    let report = change(
        &with(long),
        &with(&format!("{long}, in the rain and {long}")),
    );
    assert_eq!(
        report.changes[0].message,
        "default changed: … vintage street\" → \
         … vintage street, in the rain and A slow, sweeping tracking s…"
    );
}

/// A report on many models, each with a change of each severity.
fn many(models: usize) -> ChangeReport {
    let version = |id: &str, maximum: u32, default: u32, title: &str, is_new: bool| {
        let mut input = object(json!({
            "steps": { "type": "integer", "maximum": maximum },
            "seed": { "type": "integer", "default": default, "title": title },
        }));
        if is_new {
            input["properties"]["scale"] = json!({ "type": "number" });
        }
        model(id, &input, &object(json!({})))
    };
    let ids: Vec<String> = (0..models)
        .map(|index| format!("owner/tool-{index}/run"))
        .collect();
    let old: Vec<Value> = ids
        .iter()
        .map(|id| version(id, 20, 1, "Seed", false))
        .collect();
    let new: Vec<Value> = ids
        .iter()
        .map(|id| version(id, 15, 2, "Start", true))
        .collect();
    super::changes(&old, &new)
}

#[test]
fn a_long_comment_has_the_worst_changes_and_the_number_of_the_others() {
    /// The maximum length of a comment on GitHub, in characters.
    const COMMENT: usize = 65_536;
    for (models, rest) in [
        (20, None),
        (170, Some("170 compatible, 170 documentation")),
        (
            250,
            Some("250 dangerous, 250 compatible, 250 documentation"),
        ),
    ] {
        let report = many(models);
        let text = Format::Markdown.render(&report, None);
        assert!(text.len() < COMMENT, "{models}: {}", text.len());
        let shown = |severity: &str| text.matches(&format!("\n| {severity} |")).count();
        assert_eq!(shown("**breaking**"), models);
        let sentence = text
            .lines()
            .find(|line| line.starts_with("**Not shown here**"));
        assert_eq!(
            sentence.map(str::to_owned),
            rest.map(|rest| format!(
                "**Not shown here**, for lack of room: {rest}. `cargo xtask diff` shows every change."
            ))
        );
    }
    let report = many(2_000);
    let url = format!("https://example.com/{}", "run/".repeat(400));
    let text = Format::Markdown.render(&report, Some(&url));
    assert!(text.ends_with(&format!(
        "documentation. The full report: <{url}>. `cargo xtask diff` shows every change.\n"
    )));
    assert!(
        text.len() < COMMENT && text.len() > COMMENT * 9 / 10,
        "{}",
        text.len()
    );
    let shown = text.matches("| **breaking** |").count();
    let hidden = format!("{} breaking, 2000 dangerous", 2_000 - shown);
    assert!(text.contains(&hidden), "{hidden}");
}

#[test]
fn a_report_on_many_models_folds_those_that_nothing_breaks() {
    let version = |index: usize, maximum: u32| {
        let input = object(json!({ "steps": { "type": "integer", "maximum": maximum } }));
        model(
            &format!("owner/tool-{index}/run"),
            &input,
            &object(json!({})),
        )
    };
    let old: Vec<Value> = (0..12).map(|index| version(index, 20)).collect();
    let new: Vec<Value> = (0..12)
        .map(|index| version(index, if index == 0 { 15 } else { 25 }))
        .collect();
    let text = Format::Markdown.render(&super::changes(&old, &new), None);
    assert_eq!(text.matches("\n#### ").count(), 1);
    assert_eq!(text.matches("<details>").count(), 11);
}
