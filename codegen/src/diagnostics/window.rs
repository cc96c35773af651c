//! The lines that are shown with a diagnostic.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::span::{LineIndex, Span};
use crate::text::escape_invisible;

/// How much of a line is shown, in bytes. Without this limit, diagnostics in a file that is one long line
/// would be unreadable, and the renderer would fail beyond 65,535 columns.
const MAX_LINE: usize = 160;

/// How much of a long line is shown before the marked span, in bytes.
const BEFORE: usize = 60;

/// The line in which a span begins, shortened around the span, and the lines before and after that line.
#[derive(Clone, Debug)]
pub struct SourceWindow {
    name: String,
    text: String,
    /// The number of the first line of `text`, from 0.
    first_line: usize,
    /// The column of the marked span in its unshortened line, from 0.
    column: usize,
    /// The marked span in `text`.
    span: Span,
}

impl SourceWindow {
    /// The window around the beginning of `span` in a text. `name` is the name of the file.
    #[must_use]
    pub fn new(name: &str, text: &str, lines: &LineIndex, span: Span) -> Self {
        let span = span.clamp_to(text);
        let position = lines.position(text, span.start);
        let line = |number: usize| lines.line_span(text, number);
        let context = |number: usize| shorten(&text[Range::from(line(number))], 0).0;
        let here = line(position.line);
        let (shown, place) = shorten(&text[Range::from(here)], span.start - here.start);
        let mut window = String::new();
        if position.line > 1 {
            window = context(position.line - 1) + "\n";
        }
        let start = window.len() + place;
        window += &shown;
        // Only the first line of a span is marked.
        let end = (start + span.end - span.start).min(window.len());
        let next = line(position.line + 1);
        if next.start < next.end {
            window = window + "\n" + &context(position.line + 1);
        }
        Self {
            name: escape_invisible(name),
            first_line: position.line.saturating_sub(2),
            column: position.column - 1,
            span: Span { start, end }.clamp_to(&window),
            text: window,
        }
    }

    /// The marked span in the text of the window.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// Changes the name of the file.
    pub(super) fn set_name(&mut self, name: &str) {
        self.name = escape_invisible(name);
    }
}

impl SourceCode for SourceWindow {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let contents = self.text.read_span(span, lines_before, lines_after)?;
        // A read without context lines is for the heading, which shows the column in the file. All other
        // reads ask for context lines.
        let column = if lines_before + lines_after == 0 {
            self.column
        } else {
            contents.column()
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            contents.data(),
            *contents.span(),
            self.first_line + contents.line(),
            column,
            contents.line_count(),
        )))
    }
}

/// Shortens a line around the byte offset `place`. Returns the shortened line, without the line break,
/// and the byte offset in it that corresponds to `place`.
fn shorten(line: &str, place: usize) -> (String, usize) {
    let line = line.trim_end_matches(['\r', '\n']);
    let place = place.min(line.len());
    if line.len() <= MAX_LINE {
        return (line.to_owned(), place);
    }
    let start = line.floor_char_boundary(place.saturating_sub(BEFORE));
    let end = line.floor_char_boundary(start + MAX_LINE);
    let mut shown = String::new();
    if start > 0 {
        shown.push('…');
    }
    let place = shown.len() + place - start;
    shown += &line[start..end];
    if end < line.len() {
        shown.push('…');
    }
    (shown, place)
}
