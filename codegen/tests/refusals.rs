//! Snapshots of the diagnostics of every rule, as the user sees them.

use std::collections::{BTreeMap, BTreeSet};

use runcomfy_codegen::{
    RenderedDiagnostic, Rule, Severity, SourceFile, Style, analyze_all, generate,
};

use crate::refusal_cases::{Case, cases, model};
use crate::support::{lines, refused};

#[test]
fn every_rule_is_as_pinned() {
    let mut by_rule: BTreeMap<Rule, String> = BTreeMap::new();
    for Case { rule, name, files } in cases() {
        let diagnostics = diagnostics(&files);
        assert!(
            diagnostics
                .iter()
                .any(|found| found.diagnostic.rule == rule),
            "{rule}: {name}:\n{}",
            lines(&diagnostics)
        );
        let text = by_rule.entry(rule).or_default();
        *text += &format!("── {name}\n{}\n", rendered(&diagnostics));
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/refusals");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (rule, text) in by_rule {
            insta::assert_snapshot!(rule.id(), text);
        }
    });
}

#[test]
fn every_rule_has_a_case() {
    let tested: BTreeSet<Rule> = cases().iter().map(|case| case.rule).collect();
    assert!(tested.iter().eq(Rule::ALL), "{tested:?}");
}

#[test]
fn ids_of_rules_are_distinct_and_in_kebab_case() {
    let ids: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
    assert_eq!(ids.len(), Rule::ALL.len());
    let is_plain = |c: char| c.is_ascii_lowercase() || c == '-' || c == '8';
    assert!(ids.iter().all(|id| id.chars().all(is_plain)), "{ids:?}");
}

#[test]
fn all_errors_of_a_file_are_reported_at_once() {
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
    insta::assert_snapshot!(lines(&refused(&[file, other])));
}

#[test]
fn a_model_is_valid_only_without_errors() {
    let analyzed_validity = |property: &str| {
        let text = model(&format!("\"properties\": {{ \"a\": {property} }}"));
        let source = SourceFile {
            path: "acme/elsewhere.json".to_owned(),
            bytes: text.into_bytes(),
        };
        let analyzed = runcomfy_codegen::analyze(&source);
        let severities = analyzed.diagnostics.iter();
        let worst = severities.map(|found| found.rule.severity()).max();
        (analyzed.valid().is_some(), worst)
    };
    assert_eq!(
        analyzed_validity(r#"{ "type": "string" }"#),
        (true, Some(Severity::Warning))
    );
    assert_eq!(
        analyzed_validity(r#"{ "type": "strng" }"#),
        (false, Some(Severity::Error))
    );
}

#[test]
fn invisible_characters_are_shown_as_escapes() {
    let text = model("\"\\u001b[2J\\n\u{202e}\u{9b}x\": 1");
    let file = SourceFile {
        path: "acme/\n::error::test.json".to_owned(),
        bytes: text.into_bytes(),
    };
    for diagnostic in refused(&[file]) {
        assert_eq!(diagnostic.one_line().lines().count(), 1);
        for text in [
            diagnostic.one_line(),
            diagnostic.with_source_line(Style::Plain),
        ] {
            let is_hidden = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
            assert!(!text.contains(is_hidden), "{text:?}");
        }
    }
}

/// Regression test: a column beyond 65,535 made the renderer panic, and a long line filled the screen.
#[test]
fn a_long_line_is_shown_around_the_place() {
    let long = "x".repeat(100_000);
    for text in [
        "[".repeat(100_000),
        format!("{{ \"model_id\": \"acme/test\", \"{long}\": 1, \"é\": 2 }}"),
        format!("{long}\n{{ \"{long}\": \"{long}\", \"{long}\": 1 }}\n{long}\n"),
        model(&format!(
            "\"properties\": {{ \"a\": {{ \"type\": \"strng\", \"title\": \"{long}\" }} }}"
        )),
    ] {
        let file = SourceFile {
            path: "acme/test.json".to_owned(),
            bytes: text.into_bytes(),
        };
        for diagnostic in refused(&[file]) {
            let shown = diagnostic.with_source_line(Style::Plain);
            let column = diagnostic.position.column;
            assert!(shown.contains(&format!(":{column}]")), "{column}: {shown}");
            let source = shown.lines().filter(|line| line.contains('│'));
            let longest = source.map(|line| line.chars().count()).max().unwrap();
            assert!(longest < 200, "{longest}: {shown}");
        }
    }
}

#[test]
fn diagnostics_name_the_real_folder() {
    let file = SourceFile {
        path: "acme/test.json".to_owned(),
        bytes: model("\"tilte\": 1").into_bytes(),
    };
    let diagnostic = refused(&[file]).remove(0).in_folder("elsewhere/models");
    assert!(
        diagnostic
            .one_line()
            .contains(" elsewhere/models/acme/test.json:")
    );
    let shown = diagnostic.with_source_line(Style::Plain);
    assert!(
        shown.contains("[elsewhere/models/acme/test.json:"),
        "{shown}"
    );
    assert!(!shown.contains("schemas/"), "{shown}");
}

fn diagnostics(files: &[SourceFile]) -> Vec<RenderedDiagnostic> {
    match generate(&analyze_all(files)).unwrap() {
        Ok(generated) => generated.warnings,
        Err(refused) => refused.diagnostics,
    }
}

fn rendered(diagnostics: &[RenderedDiagnostic]) -> String {
    let reports = diagnostics.iter();
    let text: String = reports
        .map(|diagnostic| diagnostic.with_source_line(Style::Plain))
        .collect();
    text.lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}
