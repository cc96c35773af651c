//! Diagnostics for people and programs: file, line, column, JSON pointer and source line.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use super::{Diagnostic, Severity, SourceWindow};
use crate::json::{Json, pointer_at};
use crate::source::SourceFile;
use crate::span::{LineIndex, Located, Position};
use crate::text::{escape_invisible, neutralize};

/// The style of a report for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// With colours, for a terminal.
    Coloured,
    /// Without colours, for a file or a log.
    Plain,
}

/// A diagnostic with its position in the file.
#[derive(Clone, Debug)]
pub struct RenderedDiagnostic {
    /// The diagnostic.
    pub diagnostic: Diagnostic,
    /// The path of the file. It begins with `schemas/`, unless [`in_folder`](Self::in_folder) replaced
    /// that prefix.
    pub path: String,
    /// The JSON pointer to the value or member that the diagnostic is about. Empty for the whole file, and
    /// if the file is not JSON.
    pub pointer: String,
    /// The position where the span of the diagnostic begins.
    pub position: Position,
    window: SourceWindow,
}

/// Renders the diagnostics of one file, and holds the data that they share.
pub(crate) struct DiagnosticRenderer<'a> {
    path: String,
    json: Option<&'a Located<Json>>,
    lines: LineIndex,
    text: String,
}

impl<'a> DiagnosticRenderer<'a> {
    /// A renderer for a file. `json` is the parsed content, if the file is JSON.
    pub(crate) fn new(file: &SourceFile, json: Option<&'a Located<Json>>) -> Self {
        let text = neutralize(&String::from_utf8_lossy(&file.bytes));
        Self {
            path: file.display_path(),
            json,
            lines: LineIndex::new(&text),
            text,
        }
    }

    pub(crate) fn render(&self, mut diagnostic: Diagnostic) -> RenderedDiagnostic {
        let text = &self.text;
        diagnostic.span = diagnostic.span.clamp_to(text);
        let start = diagnostic.span.start;
        RenderedDiagnostic {
            pointer: self
                .json
                .map(|json| pointer_at(json, start))
                .unwrap_or_default(),
            position: self.lines.position(text, start),
            window: SourceWindow::new(&self.path, text, &self.lines, diagnostic.span),
            path: self.path.clone(),
            diagnostic,
        }
    }
}

impl RenderedDiagnostic {
    /// Replaces the leading `schemas/` of the path by `folder`.
    #[must_use]
    pub fn in_folder(mut self, folder: &str) -> Self {
        if let Some(below) = self.path.strip_prefix("schemas/") {
            self.path = format!("{}/{below}", folder.trim_end_matches('/'));
            self.window.set_name(&self.path);
        }
        self
    }

    /// Whether it stops generation.
    #[must_use]
    pub const fn is_error(&self) -> bool {
        self.diagnostic.is_error()
    }

    /// The diagnostic with its source line, for people.
    #[must_use]
    pub fn with_source_line(&self, style: Style) -> String {
        render(self, style)
    }

    /// The diagnostic on one line, without its source line.
    #[must_use]
    pub fn one_line(&self) -> String {
        let severity = if self.is_error() { "error" } else { "warning" };
        let path = escape_invisible(&self.path);
        let Position { line, column } = self.position;
        let rule = self.diagnostic.rule;
        format!("{severity}[{rule}]: {path}:{line}:{column}: {self}")
    }
}

/// Renders any miette diagnostic with its source lines.
#[must_use]
pub fn render(diagnostic: &dyn miette::Diagnostic, style: Style) -> String {
    let theme = match style {
        Style::Coloured => GraphicalTheme::unicode(),
        Style::Plain => GraphicalTheme::unicode_nocolor(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(100)
        .with_context_lines(1)
        .with_links(false);
    let mut text = String::new();
    match handler.render_report(&mut text, diagnostic) {
        Ok(()) => text,
        // Writing to a `String` never fails; this error means that a span could not be read from the source.
        Err(_) => format!("{diagnostic}\n"),
    }
}

impl fmt::Display for RenderedDiagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&escape_invisible(&self.diagnostic.message))?;
        if !self.pointer.is_empty() {
            write!(out, " (at {})", escape_invisible(&self.pointer))?;
        }
        Ok(())
    }
}

impl std::error::Error for RenderedDiagnostic {}

impl miette::Diagnostic for RenderedDiagnostic {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.rule))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.rule.severity() {
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.diagnostic.help.as_ref()?;
        Some(Box::new(escape_invisible(help)))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.window)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = std::ops::Range::from(self.window.span());
        Some(Box::new(std::iter::once(LabeledSpan::underline(span))))
    }
}
