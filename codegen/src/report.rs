//! Findings as a person, or another program, reads them.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode,
};

use crate::finding::{Finding, Severity};
use crate::generate::SourceFile;
use crate::json;

/// How a report is laid out for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// With colours, for a terminal.
    Coloured,
    /// Without, for a file or a log.
    Plain,
}

/// A finding and the file that it is in.
#[derive(Clone, Debug)]
pub struct Report {
    /// The finding.
    pub finding: Finding,
    /// Where the file stands: `schemas/` and its path below.
    pub path: String,
    /// The JSON pointer to what the finding is about; empty for the whole file.
    pub pointer: String,
    /// The line it begins in, from 1.
    pub line: usize,
    /// The column it begins in, from 1, in Unicode scalar values.
    pub column: usize,
    source: NamedSource<String>,
}

impl Report {
    pub(crate) fn new(source: &SourceFile, mut finding: Finding) -> Self {
        let text = String::from_utf8_lossy(&source.bytes).into_owned();
        finding.span = clamp(&text, finding.span);
        let before = &text[..finding.span.start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let path = format!("schemas/{}", source.path);
        let pointer = json::parse(&text)
            .map(|root| json::pointer_at(&root, finding.span.start))
            .unwrap_or_default();
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            pointer,
            source: NamedSource::new(&path, text),
            path,
            finding,
        }
    }

    /// Whether it stops generation.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.finding.severity == Severity::Error
    }

    /// The report with its source line, for a person.
    #[must_use]
    pub fn render(&self, style: Style) -> String {
        let theme = match style {
            Style::Coloured => GraphicalTheme::unicode(),
            Style::Plain => GraphicalTheme::unicode_nocolor(),
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(100)
            .with_context_lines(1)
            .with_links(false);
        let mut text = String::new();
        match handler.render_report(&mut text, self) {
            Ok(()) => text,
            // Rendering into a string fails only if the handler refuses the spans.
            Err(_) => format!("{self}\n"),
        }
    }
}

impl Report {
    /// The report on one line, without its source.
    #[must_use]
    pub fn one_line(&self) -> String {
        let word = if self.is_error() { "error" } else { "warning" };
        let Self {
            path,
            line,
            column,
            finding,
            ..
        } = self;
        format!("{word}[{}]: {path}:{line}:{column}: {self}", finding.rule)
    }
}

/// The span within the text and on the boundaries of characters.
fn clamp(text: &str, span: json::Span) -> json::Span {
    let down = |at: usize| {
        let at = at.min(text.len());
        (0..=at)
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0)
    };
    let start = down(span.start);
    start..down(span.end).max(start)
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.finding.message)?;
        if !self.pointer.is_empty() {
            write!(out, " (at {})", self.pointer)?;
        }
        Ok(())
    }
}

impl std::error::Error for Report {}

impl Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.finding.rule))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.finding.help.as_ref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.finding.span.clone();
        Some(Box::new(std::iter::once(LabeledSpan::underline(span))))
    }
}
