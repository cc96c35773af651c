//! The errors of the JSON parser.

use std::fmt;

use crate::span::{Located, Span};

/// The maximum nesting depth of arrays and objects, the same as in `serde_json`.
pub(super) const MAX_DEPTH: usize = 127;

/// A member name that occurs twice in one object.
#[derive(Clone, Debug, PartialEq)]
pub struct DuplicateKey {
    /// The later occurrence.
    pub name: Located<String>,
    /// The earlier occurrence.
    pub first: Span,
}

/// The error of [`parse`](super::parse()) and [`parse_embedded`](super::parse_embedded).
#[derive(Clone, Debug, PartialEq)]
pub struct ParseError {
    /// The byte offset of the unexpected byte, or of the end of the text. Invalid literals, incomplete
    /// surrogate pairs and duplicate keys have the offset of their first byte.
    pub offset: usize,
    /// What is wrong.
    pub kind: ParseErrorKind,
    /// The member names of the outermost object that were read before the error. Empty unless the error is
    /// from [`parse_embedded`](super::parse_embedded).
    pub outer_keys: Vec<String>,
}

/// The kind of a [`ParseError`].
#[derive(Clone, Debug, PartialEq)]
pub enum ParseErrorKind {
    /// The text ends inside the value.
    UnexpectedEnd,
    /// Something else is required at the offset. The string names it, for example `a digit`.
    Expected(&'static str),
    /// The member name occurs earlier in the same object. Only
    /// [`parse_embedded`](super::parse_embedded) returns this error.
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

/// The offset and the kind of a [`ParseError`].
pub(super) type Failure = (usize, ParseErrorKind);
