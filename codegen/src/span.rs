//! Positions in a text, for every stage that reports something.

use std::ops::{Deref, Range};

/// A range of bytes in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The offset of the first byte.
    pub start: usize,
    /// The offset after the last byte.
    pub end: usize,
}

impl Span {
    /// The span of the first byte alone: enough to mark an object that lacks something.
    #[must_use]
    pub const fn first_byte(self) -> Self {
        Self {
            start: self.start,
            end: self.start + 1,
        }
    }

    /// Whether the other span is within this one.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The span limited to the text, with both ends moved down to character boundaries.
    #[must_use]
    pub fn clamp_to(self, text: &str) -> Self {
        let start = text.floor_char_boundary(self.start);
        let end = text.floor_char_boundary(self.end).max(start);
        Self { start, end }
    }
}

impl From<Range<usize>> for Span {
    fn from(Range { start, end }: Range<usize>) -> Self {
        Self { start, end }
    }
}

impl From<Span> for Range<usize> {
    fn from(Span { start, end }: Span) -> Self {
        start..end
    }
}

/// A value and its position in the text.
#[derive(Clone, Debug)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// The bytes that it was read from.
    pub span: Span,
}

impl<T> Located<T> {
    /// A value with its position.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// Another value at the same position.
    pub const fn with<U>(&self, value: U) -> Located<U> {
        Located::new(value, self.span)
    }
}

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Compares the values; the positions do not matter.
impl<T: PartialEq> PartialEq for Located<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// A line and a column, both counted from 1; the column counts Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// The offsets at which the lines of a text start, to convert byte offsets to positions.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    /// Indexes a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let breaks = text.match_indices('\n').map(|(offset, _)| offset + 1);
        Self {
            starts: std::iter::once(0).chain(breaks).collect(),
        }
    }

    /// The number of the line that contains an offset. Lines are counted from 1.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    /// The bytes of a line, its line break included. Lines are counted from 1.
    #[must_use]
    pub fn line_span(&self, text: &str, line: usize) -> Span {
        let start = line.checked_sub(1).and_then(|line| self.starts.get(line));
        let end = self.starts.get(line).copied().unwrap_or(text.len());
        Span {
            start: start.copied().unwrap_or(text.len()),
            end,
        }
    }

    /// The position of an offset in the indexed text.
    #[must_use]
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let offset = text.floor_char_boundary(offset);
        let line = self.line(offset);
        let start = self.line_span(text, line).start;
        Position {
            line,
            column: text[start..offset].chars().count() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LineIndex, Position, Span};

    #[test]
    fn positions_count_lines_and_scalar_values() {
        let text = "añb\nc\n";
        let index = LineIndex::new(text);
        for (offset, line, column) in [(0, 1, 1), (3, 1, 3), (4, 1, 4), (5, 2, 1), (7, 3, 1)] {
            assert_eq!(index.position(text, offset), Position { line, column });
        }
        // Inside a character, and past the end.
        assert_eq!(index.position(text, 2), Position { line: 1, column: 2 });
        assert_eq!(index.position(text, 99), Position { line: 3, column: 1 });
    }

    #[test]
    fn spans_are_clamped_to_the_text() {
        let span = |start, end| Span { start, end }.clamp_to("añb");
        assert_eq!(span(0, 2), Span { start: 0, end: 1 });
        assert_eq!(span(9, 3), Span { start: 4, end: 4 });
    }
}
