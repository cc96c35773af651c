//! Texts in schemas that could be interpreted as markup or as a command when a report contains them.

use serde_json::{Value, json};

use super::formats::shown_changes;
use super::{change, model, object};
use crate::diff::format::Format;
use crate::diff::report::ChangeReport;

const HOSTILE: &[&str] = &[
    "a | b",
    "`a` | `b`",
    "``` | ```",
    "\\| \\",
    "one\ntwo\r\nthree",
    "</code></details><script>alert(1)</script>",
    "<!-- ",
    "::error file=a::b",
    "\n::set-env name=A::b",
    "100%",
    "%0A::stop-commands::x",
    "\u{1b}[31mred\u{1b}[0m",
    "\u{202e}drawkcab",
    "[link](https://example.org) @someone #1",
    "",
    " ",
    " a ",
    "→ 🔥",
    "| severity |",
];

/// Compares two versions of a model. The new one adds the title `T`. It also adds a default, a description, a
/// wire name and an enum value, all of which contain `text`. If `text` has control characters, the enum value
/// is `plain` instead.
fn report(text: &str) -> ChangeReport {
    let named = if text.chars().any(char::is_alphanumeric) {
        text.to_owned()
    } else {
        format!("a{text}")
    };
    let value = if text.chars().any(char::is_control) {
        "plain"
    } else {
        named.as_str()
    };
    let version = |is_new: bool| {
        let mut input = object(json!({
            "p": { "type": "string" },
            "size": { "type": "string", "enum": ["one"] },
        }));
        if is_new {
            input["properties"]["p"] = json!({
                "type": "string", "default": text, "title": "T", "description": text
            });
            input["properties"]["size"]["enum"] = json!(["one", value]);
            input["properties"][&format!("x{named}")] = json!({ "type": "string" });
        }
        model("owner/tool/run", &input, &object(json!({})))
    };
    change(&version(false), &version(true))
}

#[test]
fn no_text_adds_or_hides_a_change() {
    for text in HOSTILE {
        let report = report(text);
        assert!(report.changes.len() >= 4, "{text:?}: {report:?}");
        for (format, shown) in shown_changes(&report) {
            let rendered = format.render(&report, None);
            assert_eq!(
                shown,
                report.changes.len(),
                "{format:?} of {text:?}:\n{rendered}"
            );
        }
    }
}

#[test]
fn no_control_character_reaches_a_terminal() {
    for text in HOSTILE {
        let report = report(text);
        for format in [Format::Text, Format::Markdown, Format::Github] {
            let rendered = format.render(&report, None);
            let control = rendered
                .chars()
                .find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
            assert_eq!(control, None, "{format:?} of {text:?}");
        }
    }
}

#[test]
fn no_text_breaks_a_table() {
    for text in HOSTILE {
        let rendered = Format::Markdown.render(&report(text), None);
        for row in rendered.lines().filter(|line| line.starts_with('|')) {
            assert_eq!(row.matches('|').count(), 7, "{text:?}: {row}");
            assert_eq!(row.matches('`').count() % 2, 0, "{text:?}: {row}");
            // Outside code spans, the only HTML is `<code>`, and there is no link.
            let outside: String = row.split('`').step_by(2).collect();
            let rest = outside.replace("<code>", "").replace("</code>", "");
            assert!(!rest.contains(['<', '>', '[', '@']), "{text:?}: {row}");
        }
    }
}

#[test]
fn json_keeps_texts_as_they_are() {
    for text in HOSTILE.iter().filter(|text| !text.is_empty()) {
        let json: Value = serde_json::from_str(&Format::Json.render(&report(text), None)).unwrap();
        let changes = json["changes"].as_array().unwrap();
        assert!(
            changes
                .iter()
                .any(|change| change["rule"] == "default-added" && change["after"] == *text),
            "{text:?}"
        );
    }
}
