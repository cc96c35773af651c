//! Annotations of GitHub Actions: one workflow command for each change, and one for the past inputs.

use super::inputs::sentences;
use super::{impact, subject};
use crate::diff::report::ChangeReport;
use crate::diff::severity::Severity;
use crate::github::{Annotation, message};

pub(super) fn render(report: &ChangeReport) -> String {
    let mut text = String::new();
    for change in &report.changes {
        let annotation = Annotation {
            level: match change.severity {
                Severity::Breaking => "error",
                Severity::Dangerous => "warning",
                Severity::Compatible | Severity::Documentation | Severity::None => "notice",
            },
            file: &change.file,
            line: change.line,
            column: change.column,
            title: change.rule.id(),
            message: &format!(
                "{}, {}: {} ({})",
                change.model,
                subject(change),
                change.message,
                impact(change)
            ),
        };
        text.push_str(&annotation.command());
        text.push('\n');
    }
    if let Some(inputs) = &report.inputs {
        let level = if inputs.refused > 0 {
            "warning"
        } else {
            "notice"
        };
        let sentences = sentences(inputs, |name| format!("`{name}`"));
        text.push_str(&message(level, "past inputs", &sentences.join("\n")));
        text.push('\n');
    }
    text
}
