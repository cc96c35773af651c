//! JSON for another program.

use crate::diff::report::ChangeReport;

pub(super) fn render(report: &ChangeReport) -> String {
    // Cannot fail: all keys in a report are strings, and no `Serialize` implementation returns an error.
    let json = serde_json::to_string_pretty(report).unwrap_or_default();
    format!("{json}\n")
}
