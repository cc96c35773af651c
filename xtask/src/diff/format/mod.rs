//! The formats of a report. Each shows every change exactly once, except that a markdown report leaves out
//! changes if it would be too long for a comment.

mod github;
mod inputs;
mod json;
mod markdown;
mod text;

use runcomfy_codegen::text::escape_invisible;

use super::report::{Change, ChangeReport};
use super::severity::Direction;

/// A format of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For a terminal.
    #[default]
    Text,
    /// For a pull request.
    Markdown,
    /// For another program; `--schema` prints its JSON Schema.
    Json,
    /// Annotations of GitHub Actions.
    Github,
}

impl Format {
    /// Renders the report in this format. The result is empty or ends with a line break. A markdown report
    /// that leaves out changes links to the URL `full_report`.
    pub(crate) fn render(self, report: &ChangeReport, full_report: Option<&str>) -> String {
        match self {
            Self::Text => text::render(report),
            Self::Markdown => markdown::render(report, full_report),
            Self::Json => json::render(report),
            Self::Github => github::render(report),
        }
    }
}

/// The part of the model that changed, such as `input steps`, `output` or `model`.
fn subject(change: &Change) -> String {
    let side = change.direction.map_or("model", Direction::name);
    match &change.property {
        Some(property) => format!("{side} {}", escape_invisible(property)),
        None => side.to_owned(),
    }
}

/// The impact of a change.
fn impact(change: &Change) -> String {
    format!(
        "wire: {}, source: {}",
        change.wire.name(),
        change.source.name()
    )
}

/// The headline and the first breaking or dangerous changes, one per line.
pub(super) fn summary(report: &ChangeReport) -> String {
    text::summary(report)
}
