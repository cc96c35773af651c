//! A saved page, and the mapping from offsets in the extracted text to the page.

use std::collections::HashMap;
use std::ops::Range;

use runcomfy_codegen::diagnostics::SourceWindow;
use runcomfy_codegen::span::{LineIndex, Span};

use super::html::{self, Segment};
use super::problem::{PageProblem, PageRule};

/// A saved page.
pub(super) struct PageSource {
    name: String,
    raw: String,
    lines: LineIndex,
    segments: Vec<Segment>,
}

impl PageSource {
    /// Creates a page whose text is `raw` itself, until [`Self::set_segments`] is called.
    pub(super) fn new(name: &str, raw: &str) -> Self {
        Self {
            name: name.to_owned(),
            raw: raw.to_owned(),
            lines: LineIndex::new(raw),
            segments: Vec::new(),
        }
    }

    /// Sets the segments of the text that was extracted from the page. From then on, the methods take offsets
    /// in the extracted text.
    pub(super) fn set_segments(&mut self, segments: Vec<Segment>) {
        self.segments = segments;
    }

    /// The line of the page, counted from 1, for an offset in the text.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.lines.line(self.raw_offset(offset))
    }

    /// A problem with a range of the text.
    pub(super) fn problem(
        &self,
        rule: PageRule,
        range: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> PageProblem {
        let start = self.raw_offset(range.start);
        let end = self.raw_offset(range.end).max(start);
        let position = self.lines.position(&self.raw, start);
        let span = Span { start, end };
        PageProblem {
            source_name: self.name.clone(),
            rule,
            message: message.into(),
            help: help.into(),
            span,
            position,
            window: Box::new(SourceWindow::new(&self.name, &self.raw, &self.lines, span)),
        }
    }

    /// Converts an offset in the text to an offset in the page. The result is always on a character boundary.
    fn raw_offset(&self, offset: usize) -> usize {
        let index = self
            .segments
            .partition_point(|segment| segment.text <= offset);
        let Some(segment) = index.checked_sub(1).map(|index| self.segments[index]) else {
            let offset = if self.segments.is_empty() { offset } else { 0 };
            return self.raw.floor_char_boundary(offset);
        };
        let end = self
            .segments
            .get(index)
            .map_or(self.raw.len(), |next| next.raw);
        let raw = self.raw.get(segment.raw..end).unwrap_or_default();
        let offset = segment.raw + raw_length(raw, offset - segment.text);
        self.raw.floor_char_boundary(offset)
    }
}

/// The number of HTML bytes that yield `wanted` bytes of text. A character reference (`&quot;`) yields
/// its character, and `\r\n` one line break.
fn raw_length(raw: &str, wanted: usize) -> usize {
    let mut lengths = HashMap::new();
    let mut extracted = 0;
    let mut rest = raw;
    while extracted < wanted && !rest.is_empty() {
        let (raw_step, text_step) = if let Some(length) = reference_length(rest) {
            let reference = &rest[..length];
            let text_length = lengths.entry(reference);
            let text_length = text_length.or_insert_with(|| html::extract(reference).text.len());
            (length, *text_length)
        } else if rest.starts_with("\r\n") {
            (2, 1)
        } else {
            let length = rest.chars().next().map_or(0, char::len_utf8);
            (length, length)
        };
        extracted += text_step;
        rest = &rest[raw_step..];
    }
    raw.len() - rest.len()
}

/// The length of the character reference at the beginning of the text, if there is one.
fn reference_length(text: &str) -> Option<usize> {
    let name = text.strip_prefix('&')?;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    let length = name.bytes().take(32).take_while(is_part).count();
    (length > 0 && name[length..].starts_with(';')).then_some(length + 2)
}
