//! For every rule what is said of a file that breaks it, pinned as a person reads it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use runcomfy_codegen::{Report, SourceFile, Style, generate};

use crate::common::{files_below, refused};
use crate::refusal_cases::{Case, cases, model};

#[test]
fn every_rule_is_as_pinned() {
    let mut by_rule: BTreeMap<&str, String> = BTreeMap::new();
    for Case { rule, name, files } in cases() {
        let reports = reports(&files);
        assert!(
            reports.iter().any(|report| report.finding.rule == rule),
            "{rule}: {name}: {:?}",
            reports.iter().map(Report::one_line).collect::<Vec<_>>()
        );
        let text = by_rule.entry(rule).or_default();
        *text += &format!("── {name}\n{}\n", rendered(&reports));
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/refusals");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (rule, text) in by_rule {
            insta::assert_snapshot!(rule, text);
        }
    });
}

#[test]
fn every_rule_has_a_case() {
    let tested: BTreeSet<String> = cases().iter().map(|case| case.rule.to_owned()).collect();
    assert_eq!(rules_in_the_sources(), tested);
}

#[test]
fn all_faults_of_a_file_are_reported_at_once() {
    let text = model(
        r#""required": ["a", "x"],
    "properties": {
      "a": { "type": "strng" },
      "b": { "type": "integer", "minimum": 5, "maximum": 4, "pattern": "a" },
      "c": { "type": "string", "enum": ["x", "x"], "default": "y" },
      "d": { "type": "array", "items": { "type": "array" } }
    }"#,
    )
    .replace("acme/test", "acme/../test");
    let file = SourceFile {
        path: "acme/test.json".to_owned(),
        bytes: text.into_bytes(),
    };
    let other = SourceFile {
        path: "acme/zero.json".to_owned(),
        bytes: b"{".to_vec(),
    };
    let reports = refused(&[file, other]);
    let lines: Vec<String> = reports.iter().map(Report::one_line).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn what_a_terminal_would_act_upon_is_shown_and_not_sent() {
    let text = model("\"\\u001b[2J\\n\u{202e}\u{9b}x\": 1");
    let file = SourceFile {
        path: "acme/\n::error::test.json".to_owned(),
        bytes: text.into_bytes(),
    };
    for report in refused(&[file]) {
        assert_eq!(report.one_line().lines().count(), 1);
        for text in [report.one_line(), report.render(Style::Plain)] {
            let hidden = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
            assert!(!text.contains(hidden), "{text:?}");
        }
    }
}

fn reports(files: &[SourceFile]) -> Vec<Report> {
    match generate(files).unwrap() {
        Ok(generated) => generated.warnings,
        Err(refused) => refused.reports,
    }
}

fn rendered(reports: &[Report]) -> String {
    let reports = reports.iter().map(|report| report.render(Style::Plain));
    let text = reports.collect::<Vec<_>>().join("");
    text.lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

/// Every rule id that a finding of this crate is made with.
fn rules_in_the_sources() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut rules = BTreeSet::new();
    for path in files_below(&folder, ".rs") {
        let text = fs::read_to_string(&path).unwrap();
        for call in ["Finding::new(", "Finding::warning(", ".refuse("] {
            rules.extend(
                text.split(call)
                    .skip(1)
                    .filter_map(|rest| literal(rest.trim_start())),
            );
        }
        // `word` takes the rule behind the words that it knows.
        for call in text.split(".word(").skip(1) {
            let arguments = call.split(')').next().unwrap();
            rules.extend(
                arguments
                    .split(',')
                    .filter_map(|argument| literal(argument.trim()))
                    .filter(|literal| literal.contains('-')),
            );
        }
    }
    rules
}

/// The string literal that a text begins with.
fn literal(text: &str) -> Option<String> {
    let (literal, _) = text.strip_prefix('"')?.split_once('"')?;
    Some(literal.to_owned())
}
