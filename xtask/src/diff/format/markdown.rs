//! Markdown for a pull request: a table for each model, changes of documentation folded.

use std::fmt::Write as _;

use super::subject;
use crate::diff::report::{Change, ChangeReport, excerpt};
use crate::diff::severity::Severity;

const HEAD: &str =
    "| severity | what | change | wire | source | rule |\n|---|---|---|---|---|---|\n";

pub(super) fn render(report: &ChangeReport) -> String {
    let mut text = String::from("### Schema changes\n\n");
    text.push_str(&sentence(&report.headline()));
    if let Some(step) = report.version_step {
        let _ = write!(text, " Version step: **{}**.", step.name());
    }
    text.push('\n');
    for (model, changes) in report.by_model() {
        let _ = write!(text, "\n#### {}\n", code(model));
        let is_docs = |change: &&&Change| change.severity <= Severity::Documentation;
        let (docs, others): (Vec<_>, Vec<_>) = changes.iter().partition(is_docs);
        if !others.is_empty() {
            let _ = write!(text, "\n{HEAD}{}", rows(&others));
        }
        if !docs.is_empty() {
            let _ = write!(
                text,
                "\n<details><summary>Documentation only: {}</summary>\n\n{HEAD}{}\n</details>\n",
                docs.len(),
                rows(&docs)
            );
        }
    }
    text
}

fn rows(changes: &[&&Change]) -> String {
    let mut text = String::new();
    for change in changes {
        let severity = match change.severity {
            Severity::Breaking => "**breaking**",
            Severity::Dangerous => "**dangerous**",
            other => other.name(),
        };
        let _ = writeln!(
            text,
            "| {severity} | {} | {} | {} | {} | `{}` |",
            code(&subject(change)),
            what(change),
            change.wire.name(),
            change.source.name(),
            change.rule.id()
        );
    }
    text
}

fn what(change: &Change) -> String {
    let phrase = change.rule.phrase();
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            format!(
                "{phrase}: {} → {}",
                code(&excerpt(before)),
                code(&excerpt(after))
            )
        }
        (Some(only), None) | (None, Some(only)) => format!("{phrase}: {}", code(&excerpt(only))),
        (None, None) => phrase.to_owned(),
    }
}

/// A text as code, whatever it contains. A text that could end a code span or a table cell is written
/// as HTML, with every punctuation character as an entity.
fn code(text: &str) -> String {
    let is_safe = !text.contains(['`', '|', '\\'])
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace);
    if is_safe && !text.is_empty() {
        return format!("`{text}`");
    }
    let mut html = String::from("<code>");
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            let _ = write!(html, "&#{};", u32::from(c));
        } else {
            html.push(c);
        }
    }
    html.push_str("</code>");
    html
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    format!(
        "{}{}.",
        first.map(String::from).unwrap_or_default(),
        chars.as_str()
    )
}
