//! Why a text is not JSON.

use std::fmt;

use crate::span::{Located, Span};

/// How many arrays and objects may be nested: as many as `serde_json` reads.
pub(super) const MAX_DEPTH: usize = 127;

/// A member name that occurs twice in one object.
#[derive(Clone, Debug, PartialEq)]
pub struct DuplicateKey {
    /// The later occurrence.
    pub name: Located<String>,
    /// The earlier occurrence.
    pub first: Span,
}

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct ParseError {
    /// The offset of the first unexpected byte, or the end of the text.
    pub offset: usize,
    /// What is wrong.
    pub kind: ParseErrorKind,
    /// The member names of the outermost object that were read before; only
    /// [`parse_embedded`](super::parse_embedded) collects them.
    pub outer_keys: Vec<String>,
}

/// What is wrong with a text that is not JSON.
#[derive(Clone, Debug, PartialEq)]
pub enum ParseErrorKind {
    /// The text ends inside the value.
    UnexpectedEnd,
    /// Something else is required here.
    Expected(&'static str),
    /// The member name occurs earlier in the same object. Only
    /// [`parse_embedded`](super::parse_embedded) stops at it.
    DuplicateKey(DuplicateKey),
    /// More than 127 arrays and objects are nested.
    TooDeep,
}

impl fmt::Display for ParseErrorKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnexpectedEnd => out.write_str("the text ends inside a value"),
            Self::Expected(what) => write!(out, "expected {what}"),
            Self::DuplicateKey(DuplicateKey { name, .. }) => {
                write!(out, "duplicate key {:?}", name.value)
            }
            Self::TooDeep => write!(out, "more than {MAX_DEPTH} nested arrays and objects"),
        }
    }
}

/// An offset and what is wrong there.
pub(super) type Failure = (usize, ParseErrorKind);
