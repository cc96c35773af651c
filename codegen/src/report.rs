//! Findings as a person, or another program, reads them.

use std::fmt;
use std::sync::Arc;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode,
};

use crate::finding::{Finding, Severity};
use crate::generate::SourceFile;
use crate::json::{self, Json, Located};

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
    source: Arc<NamedSource<String>>,
}

/// A model file as its reports show it, read once for all of them.
pub(crate) struct Reported {
    path: String,
    source: Arc<NamedSource<String>>,
    root: Option<Located<Json>>,
    /// The offset after each line break.
    line_starts: Vec<usize>,
}

impl Reported {
    pub(crate) fn new(source: &SourceFile) -> Self {
        let path = format!("schemas/{}", source.path);
        let text = String::from_utf8_lossy(&source.bytes);
        Self {
            root: json::parse(&text).ok(),
            line_starts: text.match_indices('\n').map(|(at, _)| at + 1).collect(),
            source: Arc::new(NamedSource::new(visible(&path), harmless(&text))),
            path,
        }
    }

    /// The file as JSON, where it is JSON.
    pub(crate) fn root(&self) -> Option<&Located<Json>> {
        self.root.as_ref()
    }
}

impl Report {
    pub(crate) fn new(file: &Reported, mut finding: Finding) -> Self {
        let text = file.source.inner();
        finding.span = clamp(text, finding.span);
        let start = finding.span.start;
        let breaks = file.line_starts.partition_point(|at| *at <= start);
        let line_start = breaks.checked_sub(1).map_or(0, |at| file.line_starts[at]);
        let pointer = file.root().map(|root| json::pointer_at(root, start));
        Self {
            line: breaks + 1,
            column: text[line_start..start].chars().count() + 1,
            pointer: pointer.unwrap_or_default(),
            source: Arc::clone(&file.source),
            path: file.path.clone(),
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
        let path = visible(path);
        format!("{word}[{}]: {path}:{line}:{column}: {self}", finding.rule)
    }
}

/// The text with what a terminal would act upon, or nobody would see, written as an escape.
fn visible(text: &str) -> String {
    let letters = text.chars().map(|letter| {
        if is_hidden(letter) {
            letter.escape_debug().to_string()
        } else {
            letter.to_string()
        }
    });
    letters.collect()
}

/// The text of a file with the same blanked out, every byte offset as it was.
fn harmless(text: &str) -> String {
    let letters = text.chars().map(|letter| match letter.len_utf8() {
        _ if letter.is_ascii_whitespace() || !is_hidden(letter) => letter,
        1 => '?',
        2 => '\u{b7}',
        _ => char::REPLACEMENT_CHARACTER,
    });
    letters.collect()
}

fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
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
        out.write_str(&visible(&self.finding.message))?;
        if !self.pointer.is_empty() {
            write!(out, " (at {})", visible(&self.pointer))?;
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
        Some(Box::new(visible(help)))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&*self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.finding.span.clone();
        Some(Box::new(std::iter::once(LabeledSpan::underline(span))))
    }
}
