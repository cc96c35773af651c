//! Text for a terminal.

use std::fmt::Write as _;

use super::inputs::sentences;
use super::{impact, subject};
use crate::diff::report::{Change, ChangeReport};
use crate::diff::severity::Severity;

pub(super) fn render(report: &ChangeReport) -> String {
    let mut text = headline(report);
    if let Some(inputs) = &report.inputs {
        let sentences = sentences(inputs, |name| format!("`{name}`"));
        for (index, sentence) in sentences.iter().enumerate() {
            let indent = if index == 0 { "" } else { "  " };
            let _ = writeln!(text, "{indent}{sentence}");
        }
    }
    for (model, changes) in report.by_model() {
        let _ = writeln!(text, "\n{model}");
        for change in changes {
            let (line, impact) = (line(change), impact(change));
            let _ = writeln!(text, "  {line} ({impact})");
        }
    }
    text
}

/// The headline and up to `MAX_CHANGES` breaking or dangerous changes, one per line, with the number of
/// those left out.
pub(super) fn summary(report: &ChangeReport) -> String {
    /// The maximum number of changes shown. `cargo xtask diff` shows all.
    const MAX_CHANGES: usize = 12;
    let mut text = headline(report);
    let severe = report
        .changes
        .iter()
        .filter(|change| change.severity >= Severity::Dangerous);
    for change in severe.clone().take(MAX_CHANGES) {
        let _ = writeln!(text, "  {} {}", change.model, line(change));
    }
    let rest = severe.count().saturating_sub(MAX_CHANGES);
    if rest > 0 {
        let _ = writeln!(text, "  and {rest} more; see `cargo xtask diff`");
    }
    text
}

fn headline(report: &ChangeReport) -> String {
    let step = report.version_step.map_or_else(String::new, |step| {
        format!("; version step: {}", step.name())
    });
    format!("{}{step}\n", report.headline())
}

fn line(change: &Change) -> String {
    format!(
        "{:<13} {}: {} [{}]",
        change.severity.name(),
        subject(change),
        change.message,
        change.rule.id(),
    )
}
