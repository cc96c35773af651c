//! What is wrong with a page, and where.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

use super::html;

/// Longest line, in bytes, that is worth showing around a problem: a whole page saved on one line
/// is no help.
const MAX_SHOWN_LINE: usize = 2000;

/// How many problems of one page are reported.
pub(super) const MAX_PROBLEMS: usize = 40;

/// One finding about a page; a page with a finding gives no file.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{source_name}:{line}:{column}: {message} [{rule}]")]
pub(crate) struct PageProblem {
    /// The name of the page as the caller gave it.
    pub(crate) source_name: String,
    /// The rule that the page breaks.
    pub(crate) rule: Rule,
    /// What was found, and where.
    pub(crate) message: String,
    /// What the reader can do.
    pub(crate) help: String,
    /// The byte range in the page as it was given. In HTML it may be off by a few bytes, never by a
    /// line, behind a character reference without its `;`.
    pub(crate) span: Range<usize>,
    /// The line of `span.start`, counted from 1.
    pub(crate) line: usize,
    /// The column of `span.start` in Unicode scalar values, counted from 1.
    pub(crate) column: usize,
    /// The page, when its line is short enough to show.
    pub(super) page: Option<NamedSource<Arc<str>>>,
}

impl Diagnostic for PageProblem {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("import::{}", self.rule)))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.page.as_ref().map(|page| page as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.page.as_ref()?;
        let label = LabeledSpan::new_with_span(Some("here".to_owned()), self.span.clone());
        Some(Box::new(std::iter::once(label)))
    }
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $id:literal,)*) => {
        /// What a page can break.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Rule {
            $($(#[$doc])* $name,)*
        }

        impl Rule {
            /// The stable identifier, in kebab case.
            pub(crate) const fn id(self) -> &'static str {
                match self {
                    $(Self::$name => $id,)*
                }
            }
        }
    };
}

rules! {
    /// The bytes are not UTF-8.
    NotUtf8 = "not-utf8",
    /// A NUL byte: not a text.
    NulByte = "nul-byte",
    /// Nothing but white space.
    EmptyPage = "empty-page",
    /// No curl call that submits a job.
    NoCurlCall = "no-curl-call",
    /// A curl call that submits a job without a body.
    CallWithoutBody = "call-without-body",
    /// A request body whose curl call is not there.
    BodyWithoutCall = "body-without-call",
    /// A request body that is not one JSON object in single quotes.
    BrokenBody = "broken-body",
    /// The copies of the curl call send different bodies.
    ExamplesDiffer = "examples-differ",
    /// The curl calls name more than one model.
    TwoModels = "two-models",
    /// The model id cannot be one, or cannot be the path of a file.
    BadModelId = "bad-model-id",
    /// JSON that begins like a part of the page and does not parse.
    BrokenJson = "broken-json",
    /// A bracket or a comma behind a complete schema: a line is missing inside.
    LeftoverJson = "leftover-json",
    /// A schema that stands inside JSON that does not parse.
    EmbeddedSchema = "embedded-schema",
    /// No input schema.
    NoInputSchema = "no-input-schema",
    /// Input schemas that differ.
    TwoInputSchemas = "two-input-schemas",
    /// No output schema.
    NoOutputSchema = "no-output-schema",
    /// Output schemas that differ.
    TwoOutputSchemas = "two-output-schemas",
    /// A property whose schema is not an object.
    PropertyNotAnObject = "property-not-an-object",
    /// The example has a key that is no property.
    ExampleUnknownProperty = "example-unknown-property",
    /// The example lacks a required property.
    ExampleMissingProperty = "example-missing-property",
    /// A value of the example has another type than its property.
    ExampleType = "example-type",
    /// Bare JSON that is neither a model file nor an answer of the catalogue.
    NotAModel = "not-a-model",
    /// Bare JSON that does not say which model it belongs to.
    NoModelId = "no-model-id",
    /// A key that a model file does not have.
    UnknownKey = "unknown-key",
    /// A value of the wrong JSON type.
    WrongType = "wrong-type",
    /// One model twice in one catalogue answer.
    DuplicateModel = "duplicate-model",
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// A page as it was given, and the way from the text that was read back to it.
pub(super) struct Source {
    name: String,
    raw: Arc<str>,
    line_starts: Vec<usize>,
    segments: Vec<Segment>,
}

/// Where a run of the extracted text stands in the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    /// Byte offset in the extracted text.
    pub(super) text: usize,
    /// Byte offset in the page.
    pub(super) raw: usize,
}

impl Source {
    /// A page whose text is read as it is.
    pub(super) fn new(name: &str, raw: &str) -> Self {
        let newlines = raw.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        Self {
            name: name.to_owned(),
            raw: Arc::from(raw),
            line_starts: std::iter::once(0)
                .chain(newlines.map(|(at, _)| at + 1))
                .collect(),
            segments: Vec::new(),
        }
    }

    /// From here on offsets are those of a text that was extracted from the page.
    pub(super) fn set_segments(&mut self, segments: Vec<Segment>) {
        self.segments = segments;
    }

    /// The line, counted from 1, of an offset of the text.
    pub(super) fn line(&self, at: usize) -> usize {
        self.line_of_raw(self.raw_offset(at))
    }

    /// The finding about that range of the text.
    pub(super) fn problem(
        &self,
        rule: Rule,
        at: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> PageProblem {
        let start = self.raw_offset(at.start);
        let end = self.raw_offset(at.end).max(start);
        let line = self.line_of_raw(start);
        let line_start = self.line_starts[line - 1];
        let line_end = self.line_starts.get(line).copied();
        let line_len = line_end.unwrap_or(self.raw.len()) - line_start;
        PageProblem {
            source_name: self.name.clone(),
            rule,
            message: message.into(),
            help: help.into(),
            span: start..end,
            line,
            column: self.raw[line_start..start].chars().count() + 1,
            page: (line_len <= MAX_SHOWN_LINE)
                .then(|| NamedSource::new(&self.name, Arc::clone(&self.raw))),
        }
    }

    fn line_of_raw(&self, raw: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= raw)
    }

    /// The offset in the page of an offset in the text; always a char boundary.
    fn raw_offset(&self, at: usize) -> usize {
        let index = self.segments.partition_point(|segment| segment.text <= at);
        let Some(segment) = index.checked_sub(1).map(|index| self.segments[index]) else {
            let at = if self.segments.is_empty() { at } else { 0 };
            return self.raw.floor_char_boundary(at);
        };
        let end = self.segments.get(index).map_or(self.raw.len(), |s| s.raw);
        let raw = self.raw.get(segment.raw..end).unwrap_or_default();
        let at = segment.raw + raw_len(raw, at - segment.text);
        self.raw.floor_char_boundary(at)
    }
}

/// How many bytes of HTML text stand for `wanted` bytes of extracted text: as many, save that a
/// character reference (`&quot;`) stands for what it means and `\r\n` for one line end.
fn raw_len(raw: &str, wanted: usize) -> usize {
    let mut meanings = HashMap::new();
    let mut seen = 0;
    let mut rest = raw;
    while seen < wanted && !rest.is_empty() {
        let (step, meant) = if let Some(len) = reference_len(rest) {
            let reference = &rest[..len];
            let meant = meanings.entry(reference);
            (
                len,
                *meant.or_insert_with(|| html::extract(reference).0.len()),
            )
        } else if rest.starts_with("\r\n") {
            (2, 1)
        } else {
            let len = rest.chars().next().map_or(0, char::len_utf8);
            (len, len)
        };
        seen += meant;
        rest = &rest[step..];
    }
    raw.len() - rest.len()
}

fn reference_len(text: &str) -> Option<usize> {
    let name = text.strip_prefix('&')?;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    let len = name.bytes().take(32).take_while(is_part).count();
    (len > 0 && name[len..].starts_with(';')).then_some(len + 2)
}
