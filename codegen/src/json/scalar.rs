//! Parses the scalar values of JSON.

use super::Number;
use super::error::{Failure, ParseErrorKind};

/// A byte offset in a text, on a character boundary.
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) offset: usize,
}

impl Cursor<'_> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.offset).copied()
    }

    /// Returns an error at this offset: `what` was expected, or the text ends here unexpectedly.
    pub(super) fn expected<T>(&self, what: &'static str) -> Result<T, Failure> {
        let kind = match self.peek() {
            None => ParseErrorKind::UnexpectedEnd,
            Some(_) => ParseErrorKind::Expected(what),
        };
        Err((self.offset, kind))
    }

    /// Consumes `literal`, which is `true`, `false` or `null`.
    pub(super) fn literal(&mut self, literal: &'static str) -> Result<(), Failure> {
        let rest = &self.text.as_bytes()[self.offset..];
        if rest.starts_with(literal.as_bytes()) {
            self.offset += literal.len();
            Ok(())
        } else if literal.as_bytes().starts_with(rest) {
            Err((self.text.len(), ParseErrorKind::UnexpectedEnd))
        } else {
            self.expected("a value")
        }
    }

    pub(super) fn number(&mut self) -> Result<Number, Failure> {
        let start = self.offset;
        if self.peek() == Some(b'-') {
            self.offset += 1;
        }
        if self.peek() == Some(b'0') {
            self.offset += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.offset += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.offset += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.offset += 1;
            }
            self.digits()?;
        }
        Ok(Number(self.text[start..self.offset].to_owned()))
    }

    fn digits(&mut self) -> Result<(), Failure> {
        let start = self.offset;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.offset += 1;
        }
        if self.offset == start {
            return self.expected("a digit");
        }
        Ok(())
    }

    /// Parses a string, from its opening quote on.
    pub(super) fn string(&mut self) -> Result<String, Failure> {
        self.offset += 1;
        let mut string = String::new();
        loop {
            let start = self.offset;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..=0x1f)) {
                self.offset += 1;
            }
            // `start` follows an ASCII character, and the loop stops at one or at the end of the text, so the
            // slice begins and ends on character boundaries.
            string.push_str(&self.text[start..self.offset]);
            match self.peek() {
                Some(b'"') => {
                    self.offset += 1;
                    return Ok(string);
                }
                Some(b'\\') => string.push(self.escape()?),
                _ => {
                    return self
                        .expected("the closing `\"` of the string before any control character");
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Failure> {
        self.offset += 1;
        let c = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.offset += 1;
                return self.unicode_escape();
            }
            _ => return self.expected("a JSON escape after `\\`"),
        };
        self.offset += 1;
        Ok(c)
    }

    fn unicode_escape(&mut self) -> Result<char, Failure> {
        let start = self.offset - "\\u".len();
        let unit = self.hex()?;
        if let Some(c) = char::from_u32(unit) {
            return Ok(c);
        }
        // `from_u32` refuses a 16-bit value only if it is a surrogate. A high surrogate and the low surrogate
        // after it encode one character.
        if unit < 0xdc00 && self.text[self.offset..].starts_with("\\u") {
            self.offset += 2;
            let low = self.hex()?;
            if (0xdc00..0xe000).contains(&low) {
                let code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                if let Some(c) = char::from_u32(code) {
                    return Ok(c);
                }
            }
        }
        let kind = ParseErrorKind::Expected("both halves of a surrogate pair");
        Err((start, kind))
    }

    fn hex(&mut self) -> Result<u32, Failure> {
        let mut unit = 0;
        for _ in 0..4 {
            match self.peek().and_then(|byte| char::from(byte).to_digit(16)) {
                Some(digit) => unit = unit * 16 + digit,
                None => return self.expected("four hexadecimal digits"),
            }
            self.offset += 1;
        }
        Ok(unit)
    }
}
