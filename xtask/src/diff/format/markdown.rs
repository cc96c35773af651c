//! For a pull request: a table for each model, documentation folded away.

use std::fmt::Write as _;

use super::subject;
use crate::diff::report::{Change, Report};
use crate::diff::text::excerpt;
use crate::diff::verdict::Verdict;

const HEAD: &str =
    "| severity | what | change | wire | source | rule |\n|---|---|---|---|---|---|\n";

pub(super) fn render(report: &Report) -> String {
    let mut text = String::from("### Schema changes\n\n");
    text.push_str(&sentence(&report.headline()));
    if let Some(step) = report.version_step {
        let _ = write!(text, " Version step: **{}**.", step.name());
    }
    text.push('\n');
    for (model, changes) in report.by_model() {
        let _ = write!(text, "\n#### {}\n", code(model));
        let is_text = |change: &&&Change| change.severity <= Verdict::Documentation;
        let (texts, others): (Vec<_>, Vec<_>) = changes.iter().partition(|change| is_text(change));
        if !others.is_empty() {
            let _ = write!(text, "\n{HEAD}{}", rows(&others));
        }
        if !texts.is_empty() {
            let _ = write!(
                text,
                "\n<details><summary>Documentation only: {}</summary>\n\n{HEAD}{}\n</details>\n",
                texts.len(),
                rows(&texts)
            );
        }
    }
    text
}

fn rows(changes: &[&&Change]) -> String {
    let mut text = String::new();
    for change in changes {
        let severity = match change.severity {
            Verdict::Breaking => "**breaking**",
            Verdict::Dangerous => "**dangerous**",
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

/// A text that nothing in it can get out of. A code span keeps all but the marks that end it and
/// the bars that end a cell of the table; a text with those is written as HTML, every mark of it
/// as an entity.
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
