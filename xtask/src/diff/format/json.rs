//! For another program.

use crate::diff::report::Report;

pub(super) fn render(report: &Report) -> String {
    // Strings, numbers and lists of them: nothing in a report can fail to be JSON.
    let json = serde_json::to_string_pretty(report).unwrap_or_default();
    format!("{json}\n")
}
