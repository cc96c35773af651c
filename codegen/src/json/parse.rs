//! A strict JSON parser (RFC 8259), for whole texts and for values inside a longer text.

use std::collections::HashMap;

use super::error::{DuplicateKey, Failure, MAX_DEPTH, ParseError, ParseErrorKind};
use super::scalar::Cursor;
use super::{Json, Member};
use crate::span::{Located, Span};
use crate::text::skip_space;

/// The result of parsing a text that is JSON.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The value.
    pub value: Located<Json>,
    /// Members whose name occurs earlier in the same object, in the order of the text.
    pub duplicates: Vec<DuplicateKey>,
}

/// Parses a text that is one JSON value with white space around it.
///
/// # Errors
///
/// When the text is not JSON; the error has the position and the cause. Duplicate keys are not errors;
/// they are returned in [`Parsed`].
pub fn parse(text: &str) -> Result<Parsed, ParseError> {
    let mut parser = Parser::new(text, 0, false);
    let value = parser.value().and_then(|value| {
        parser.skip_space();
        if parser.cursor.offset == text.len() {
            Ok(value)
        } else {
            parser.cursor.expected("the end of the text")
        }
    });
    match value {
        Ok(value) => Ok(Parsed {
            value,
            duplicates: parser.duplicates,
        }),
        Err(error) => Err(parser.error(error)),
    }
}

/// Parses the one value that begins at the byte offset `start`. The text after it is ignored.
///
/// A copied page may contain white space that JSON does not allow, so everything that
/// [`is_space`](crate::text::is_space) accepts is white space between tokens.
///
/// # Errors
///
/// When there is no complete JSON value at `start` or a key is repeated; the error has the position and
/// the cause.
pub fn parse_embedded(text: &str, start: usize) -> Result<Located<Json>, ParseError> {
    let mut parser = Parser::new(text, start, true);
    parser.value().map_err(|error| parser.error(error))
}

struct Parser<'t> {
    cursor: Cursor<'t>,
    depth: usize,
    is_embedded: bool,
    outer_keys: Vec<String>,
    duplicates: Vec<DuplicateKey>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, offset: usize, is_embedded: bool) -> Self {
        Self {
            cursor: Cursor { text, offset },
            depth: 0,
            is_embedded,
            outer_keys: Vec::new(),
            duplicates: Vec::new(),
        }
    }

    fn error(&mut self, (offset, kind): Failure) -> ParseError {
        ParseError {
            offset,
            kind,
            outer_keys: std::mem::take(&mut self.outer_keys),
        }
    }

    fn skip_space(&mut self) {
        while matches!(self.cursor.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.cursor.offset += 1;
        }
        if self.is_embedded {
            self.cursor.offset = skip_space(self.cursor.text, self.cursor.offset);
        }
    }

    fn value(&mut self) -> Result<Located<Json>, Failure> {
        self.skip_space();
        let start = self.cursor.offset;
        let json = match self.cursor.peek() {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'"') => Json::String(self.cursor.string()?),
            Some(b'-' | b'0'..=b'9') => Json::Number(self.cursor.number()?),
            Some(b't') => self.cursor.literal("true").map(|()| Json::Boolean(true))?,
            Some(b'f') => self
                .cursor
                .literal("false")
                .map(|()| Json::Boolean(false))?,
            Some(b'n') => self.cursor.literal("null").map(|()| Json::Null)?,
            _ => return self.cursor.expected("a value"),
        };
        Ok(Located::new(json, Span::from(start..self.cursor.offset)))
    }

    fn nested(&mut self, parse: fn(&mut Self) -> Result<Json, Failure>) -> Result<Json, Failure> {
        if self.depth == MAX_DEPTH {
            return Err((self.cursor.offset, ParseErrorKind::TooDeep));
        }
        self.depth += 1;
        self.cursor.offset += 1;
        let json = parse(self)?;
        self.depth -= 1;
        Ok(json)
    }

    fn object(&mut self) -> Result<Json, Failure> {
        let mut members = Vec::new();
        let mut known = HashMap::new();
        self.skip_space();
        if self.cursor.peek() == Some(b'}') {
            self.cursor.offset += 1;
            return Ok(Json::Object(members));
        }
        loop {
            self.skip_space();
            let name = self.name(&mut known)?;
            self.skip_space();
            if self.cursor.peek() != Some(b':') {
                return self.cursor.expected("`:` after the key");
            }
            self.cursor.offset += 1;
            let value = self.value()?;
            members.push(Member { name, value });
            self.skip_space();
            match self.cursor.peek() {
                Some(b',') => self.cursor.offset += 1,
                Some(b'}') => {
                    self.cursor.offset += 1;
                    return Ok(Json::Object(members));
                }
                _ => return self.cursor.expected("`,` or `}`"),
            }
        }
    }

    fn name(&mut self, known: &mut HashMap<String, Span>) -> Result<Located<String>, Failure> {
        let start = self.cursor.offset;
        if self.cursor.peek() != Some(b'"') {
            return self.cursor.expected("a key in double quotes");
        }
        let name = self.cursor.string()?;
        let name = Located::new(name, Span::from(start..self.cursor.offset));
        if let Some(first) = known.insert(name.value.clone(), name.span) {
            let duplicate = DuplicateKey {
                name: name.clone(),
                first,
            };
            if self.is_embedded {
                return Err((start, ParseErrorKind::DuplicateKey(duplicate)));
            }
            self.duplicates.push(duplicate);
        }
        if self.depth == 1 && self.is_embedded {
            self.outer_keys.push(name.value.clone());
        }
        Ok(name)
    }

    fn array(&mut self) -> Result<Json, Failure> {
        let mut items = Vec::new();
        self.skip_space();
        if self.cursor.peek() == Some(b']') {
            self.cursor.offset += 1;
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value()?);
            self.skip_space();
            match self.cursor.peek() {
                Some(b',') => self.cursor.offset += 1,
                Some(b']') => {
                    self.cursor.offset += 1;
                    return Ok(Json::Array(items));
                }
                _ => return self.cursor.expected("`,` or `]`"),
            }
        }
    }
}
