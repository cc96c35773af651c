//! JSON for another program.

use crate::diff::report::ChangeReport;

pub(super) fn render(report: &ChangeReport) -> String {
    // A report is strings, numbers and lists of them, so this cannot fail.
    let json = serde_json::to_string_pretty(report).unwrap_or_default();
    format!("{json}\n")
}
