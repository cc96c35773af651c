//! Markdown for a pull request: a table for each model, with documentation changes in a collapsed section.
//!
//! A report that is too long for a comment leaves out the least severe changes. If the breaking changes
//! alone are too long, those that do not fit are left out too, from the end. The report then states how
//! many changes are missing, and links to the full report if its URL is known.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::inputs::sentences;
use super::subject;
use crate::diff::excerpt::{excerpt, excerpts};
use crate::diff::report::{Change, ChangeReport};
use crate::diff::severity::Severity;

const HEAD: &str =
    "| severity | what | change | wire | source | rule |\n|---|---|---|---|---|---|\n";

/// The maximum length in bytes. A comment on GitHub has at most 65,536 characters; some of them are
/// left for the text around the report in a workflow.
const MAX_LENGTH: usize = 64_000;
/// The maximum length in bytes of the sentence about missing changes, without its link.
const REST_LENGTH: usize = 400;
/// In a report on more models than this, those with neither breaking nor dangerous changes are folded.
const MAX_UNFOLDED: usize = 10;

pub(super) fn render(report: &ChangeReport, full_report: Option<&str>) -> String {
    // Starts with all changes and leaves out the least severe ones until the report fits.
    for severity in Severity::WORST_FIRST.into_iter().rev() {
        let (text, is_cut) = render_from(report, severity, full_report);
        if !is_cut || severity == Severity::Breaking {
            return text;
        }
    }
    String::new()
}

/// Renders the changes that are at least this severe. Also returns whether some of them were left out for
/// lack of room.
fn render_from(
    report: &ChangeReport,
    least: Severity,
    full_report: Option<&str>,
) -> (String, bool) {
    let max_length = MAX_LENGTH - REST_LENGTH - full_report.map_or(0, str::len);
    let mut text = String::from("### Schema changes\n\n");
    text.push_str(&sentence(&report.headline()));
    if let Some(step) = report.version_step {
        let _ = write!(text, " Version step: **{}**.", step.name());
    }
    text.push('\n');
    if let Some(inputs) = &report.inputs {
        text.push('\n');
        for sentence in sentences(inputs, code) {
            let _ = writeln!(text, "- {sentence}.");
        }
    }
    let models = report.by_model();
    let is_long = models.len() > MAX_UNFOLDED;
    let mut missing = report.changes.clone();
    let mut is_cut = false;
    for (model, changes) in models {
        let shown: Vec<&Change> = changes
            .into_iter()
            .filter(|change| change.severity >= least)
            .collect();
        if shown.is_empty() {
            continue;
        }
        let room = max_length.saturating_sub(text.len());
        let count = (0..=shown.len())
            .rev()
            .find(|count| section(model, &shown[..*count], is_long).len() <= room)
            .unwrap_or_default();
        is_cut |= count < shown.len();
        if count > 0 {
            text.push_str(&section(model, &shown[..count], is_long));
        }
        missing.retain(|change| !shown[..count].contains(&change));
        if is_cut {
            break;
        }
    }
    if !missing.is_empty() {
        text.push_str(&rest(&missing, full_report));
    }
    (text, is_cut)
}

/// Renders the changes of a model. If `is_long`, they are folded unless one is breaking or dangerous.
fn section(model: &str, changes: &[&Change], is_long: bool) -> String {
    let is_docs = |change: &&&Change| change.severity <= Severity::Documentation;
    let (docs, others): (Vec<_>, Vec<_>) = changes.iter().partition(is_docs);
    let is_folded = is_long
        && changes
            .iter()
            .all(|change| change.severity < Severity::Dangerous);
    let mut text = String::new();
    if is_folded {
        let count = runcomfy_codegen::text::count(changes.len(), "change");
        let _ = write!(
            text,
            "\n<details><summary>{}: {count}</summary>\n\n{HEAD}{}\n</details>\n",
            html(model),
            rows(changes)
        );
        return text;
    }
    let _ = write!(text, "\n#### {}\n", code(model));
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
    text
}

/// The sentence about changes that are not shown.
fn rest(missing: &[Change], full_report: Option<&str>) -> String {
    let mut counts: BTreeMap<Severity, usize> = BTreeMap::new();
    for change in missing {
        *counts.entry(change.severity).or_default() += 1;
    }
    let counts = counts.iter().rev();
    let counts = counts.map(|(severity, count)| format!("{count} {}", severity.name()));
    let link = full_report.map(|url| format!("The full report: <{url}>. "));
    format!(
        "\n**Not shown here**, for lack of room: {}. {}`cargo xtask diff` shows every change.\n",
        counts.collect::<Vec<_>>().join(", "),
        link.unwrap_or_default()
    )
}

fn rows(changes: &[&Change]) -> String {
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
            let [before, after] = excerpts(before, after);
            format!("{phrase}: {} → {}", code(&before), code(&after))
        }
        (Some(only), None) | (None, Some(only)) => format!("{phrase}: {}", code(&excerpt(only))),
        (None, None) => phrase.to_owned(),
    }
}

/// Formats any text as code. HTML is used if the text is empty, starts or ends with white space, or contains
/// a backtick, a pipe or a backslash, which a code span in a table cell cannot contain safely.
fn code(text: &str) -> String {
    let is_safe = !text.contains(['`', '|', '\\'])
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace);
    if is_safe && !text.is_empty() {
        return format!("`{text}`");
    }
    html(text)
}

/// A text as code in HTML, with every punctuation character as an entity.
fn html(text: &str) -> String {
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
