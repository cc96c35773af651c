//! Annotations of GitHub Actions: a workflow command for each change and nothing else, so that no
//! text of a schema can become a command.

use std::fmt::Write as _;

use super::{subject, verdicts};
use crate::diff::report::Report;
use crate::diff::verdict::Verdict;

pub(super) fn render(report: &Report) -> String {
    let mut text = String::new();
    for change in &report.changes {
        let level = match change.severity {
            Verdict::Breaking => "error",
            Verdict::Dangerous => "warning",
            Verdict::Compatible | Verdict::Documentation | Verdict::None => "notice",
        };
        let message = format!(
            "{}, {}: {} ({})",
            change.model,
            subject(change),
            change.message,
            verdicts(change)
        );
        let _ = writeln!(
            text,
            "::{level} file={},line={},col={},title={}::{}",
            property(&change.file),
            change.line,
            change.column,
            property(change.rule.id()),
            data(&message)
        );
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
