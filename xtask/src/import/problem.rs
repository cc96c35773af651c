//! What is wrong with a page, and where.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, SourceCode};
use runcomfy_codegen::diagnostics::{self, SourceWindow};
use runcomfy_codegen::span::{Position, Span};

use crate::diagnostics::{Entry, style};

/// How many problems of one page are reported.
pub(super) const MAX_PROBLEMS: usize = 40;

/// A problem of a page. A page with a problem gives no model file.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{source_name}:{}:{}: {message} [{rule}]", position.line, position.column)]
pub(super) struct PageProblem {
    /// The name of the page.
    pub(super) source_name: String,
    /// The rule that is broken.
    pub(super) rule: PageRule,
    /// What was found, and where.
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: String,
    /// The range of the wrong bytes in the page. The range may be empty. In HTML, it may include markup
    /// directly after these bytes, and it begins and ends too early if character references without a `;`
    /// precede it in the same run of text.
    pub(super) span: Span,
    /// Where the span begins.
    pub(super) position: Position,
    /// The line in which the span begins, and the lines before and after it.
    pub(super) window: Box<SourceWindow>,
}

impl Diagnostic for PageProblem {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("import::{}", self.rule)))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&*self.window)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = std::ops::Range::from(self.window.span());
        let label = LabeledSpan::new_with_span(Some("here".to_owned()), span);
        Some(Box::new(std::iter::once(label)))
    }
}

impl From<&PageProblem> for Entry {
    fn from(problem: &PageProblem) -> Self {
        Self {
            severity: "error",
            rule: problem.rule.id(),
            file: problem.source_name.clone(),
            line: problem.position.line,
            column: problem.position.column,
            pointer: None,
            message: problem.message.clone(),
            help: Some(problem.help.clone()),
            text: diagnostics::render(problem, style()),
        }
    }
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $id:literal,)*) => {
        /// A rule about pages.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(super) enum PageRule {
            $($(#[$doc])* $name,)*
        }

        impl PageRule {
            /// The stable identifier, in kebab case.
            pub(super) const fn id(self) -> &'static str {
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
    /// The bytes after a byte order mark of UTF-16 are not UTF-16.
    NotUtf16 = "not-utf16",
    /// The file is a web archive, in which pages are encoded.
    Mhtml = "mhtml",
    /// A browser has translated the page.
    TranslatedPage = "translated-page",
    /// The page reads differently as text and as HTML.
    AmbiguousMarkup = "ambiguous-markup",
    /// A tag inside a string of an HTML page: it may be part of the string.
    MarkupInString = "markup-in-string",
    /// An invisible character in an address, or an invisible character or unusual space in a name or value on
    /// the wire.
    InvisibleCharacter = "invisible-character",
    /// A NUL byte: the page is not text.
    NulByte = "nul-byte",
    /// The page is empty or contains only white space.
    EmptyPage = "empty-page",
    /// No curl call that submits a job.
    NoCurlCall = "no-curl-call",
    /// A curl call that submits a job without a body.
    CallWithoutBody = "call-without-body",
    /// A request body without a curl call.
    BodyWithoutCall = "body-without-call",
    /// A request body that is not one JSON object in single quotes.
    BrokenBody = "broken-body",
    /// The copies of the curl call send different bodies.
    ExamplesDiffer = "examples-differ",
    /// The curl calls name more than one model.
    TwoModels = "two-models",
    /// An invalid model id.
    BadModelId = "bad-model-id",
    /// Text that begins like JSON but is not valid JSON.
    BrokenJson = "broken-json",
    /// Any text after bare JSON. Also a closing bracket or a comma after a schema, which means that a line of
    /// the schema is missing.
    LeftoverJson = "leftover-json",
    /// A schema inside an array or inside an invalid object.
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
    /// The example has a key that is not a property.
    ExampleUnknownProperty = "example-unknown-property",
    /// The example lacks a required property.
    ExampleMissingProperty = "example-missing-property",
    /// A value of the example has another type than its property.
    ExampleType = "example-type",
    /// Bare JSON that is neither a model file nor a response of the catalogue.
    NotAModel = "not-a-model",
    /// Bare JSON without a model id.
    NoModelId = "no-model-id",
    /// A key that model files do not have.
    UnknownKey = "unknown-key",
    /// A value of the wrong JSON type.
    WrongType = "wrong-type",
    /// A model that occurs twice in one response of the catalogue.
    DuplicateModel = "duplicate-model",
}

impl fmt::Display for PageRule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.id())
    }
}
