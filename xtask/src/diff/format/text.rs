//! For a terminal.

use std::fmt::Write as _;

use super::{subject, verdicts};
use crate::diff::report::{Change, Report};
use crate::diff::verdict::Verdict;

pub(super) fn render(report: &Report) -> String {
    let mut text = headline(report);
    for (model, changes) in report.by_model() {
        let _ = writeln!(text, "\n{model}");
        for change in changes {
            let (line, verdicts) = (line(change), verdicts(change));
            let _ = writeln!(text, "  {line} ({verdicts})");
        }
    }
    text
}

/// The headline, and every change that is breaking or dangerous, a line each.
pub(super) fn summary(report: &Report) -> String {
    /// How many changes are told; `cargo xtask diff` tells the rest.
    const TOLD: usize = 12;
    let mut text = headline(report);
    let grave = report
        .changes
        .iter()
        .filter(|change| change.severity >= Verdict::Dangerous);
    for change in grave.clone().take(TOLD) {
        let _ = writeln!(text, "  {} {}", change.model, line(change));
    }
    let rest = grave.count().saturating_sub(TOLD);
    if rest > 0 {
        let _ = writeln!(text, "  and {rest} more; see `cargo xtask diff`");
    }
    text
}

fn headline(report: &Report) -> String {
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
