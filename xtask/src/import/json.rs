//! A strict JSON reader for text in which JSON is only a part.
//!
//! It exists beside `serde_json` for what a page needs and that crate does not give: it starts
//! anywhere and stops at the end of one value, refuses a duplicate key, keeps the spelling of every
//! number (`1` and `1.0` are different facts to a reader of the file), takes a no-break space for
//! indentation, and knows the place of every key.

use std::collections::HashMap;
use std::fmt;

/// How many arrays and objects may stand inside one another, the limit of `serde_json`: far beyond
/// any schema, and far below what a thread's stack holds.
const MAX_DEPTH: usize = 128;

/// A JSON value with the order of its members and the spelling of its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as it was printed; its grammar has been checked.
    Number(String),
    /// A string, its escapes resolved.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object in the order of the page; no key occurs twice.
    Object(Vec<Member>),
}

/// One member of an object.
#[derive(Clone, Debug, Eq)]
pub(crate) struct Member {
    /// The key, its escapes resolved.
    pub(crate) key: String,
    /// The value.
    pub(crate) value: Json,
    /// Byte offset of the key's opening quote.
    pub(crate) at: usize,
}

/// Two members are equal wherever they stand.
impl PartialEq for Member {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.value == other.value
    }
}

impl Json {
    /// The members of an object, and nothing of any other value.
    pub(crate) fn members(&self) -> &[Member] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    /// The member of that name.
    pub(crate) fn member(&self, key: &str) -> Option<&Member> {
        self.members().iter().find(|member| member.key == key)
    }

    /// The value of the member of that name.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.member(key).map(|member| &member.value)
    }

    /// The text of a string.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The name of its JSON type, with its article.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

/// Why a value could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JsonError {
    /// Byte offset of the first byte that cannot stand there, or the end of the text.
    pub(crate) at: usize,
    /// What is wrong.
    pub(crate) reason: Reason,
    /// The keys of the outermost object that were read before.
    pub(crate) root_keys: Vec<String>,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The text ended inside the value.
    CutOff,
    /// Something else should stand there.
    Expected(&'static str),
    /// The key stands in the object already, at that byte offset.
    DuplicateKey(String, usize),
    /// More than 128 values inside one another.
    TooDeep,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CutOff => f.write_str("the text ends inside it"),
            Self::Expected(what) => write!(f, "expected {what}"),
            Self::DuplicateKey(key, _) => write!(f, "the key {key:?} stands there twice"),
            Self::TooDeep => write!(f, "more than {MAX_DEPTH} values inside one another"),
        }
    }
}

/// Reads the one value that begins at the byte offset `at`, and gives it with the offset of its end.
///
/// # Errors
///
/// When no JSON value begins there, or it does not end.
pub(crate) fn read(text: &str, at: usize) -> Result<(Json, usize), JsonError> {
    let mut reader = Reader {
        text,
        at,
        depth: 0,
        root_keys: Vec::new(),
    };
    match reader.value() {
        Ok(value) => Ok((value, reader.at)),
        Err((at, reason)) => Err(JsonError {
            at,
            reason,
            root_keys: reader.root_keys,
        }),
    }
}

/// The first offset from `at` on that holds no white space.
pub(crate) fn skip_space(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    at + rest.len() - rest.trim_start_matches(is_space).len()
}

/// White space between tokens: JSON's own, and what a copied page puts in its place (no-break
/// spaces, zero-width spaces, a byte order mark).
pub(crate) fn is_space(char: char) -> bool {
    char.is_whitespace() || matches!(char, '\u{200b}' | '\u{feff}')
}

type Step<T> = Result<T, (usize, Reason)>;

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    root_keys: Vec<String>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        self.at = skip_space(self.text, self.at);
    }

    /// The error of this place: the end of the text is a cut-off, whatever was expected.
    fn expected<T>(&self, what: &'static str) -> Step<T> {
        let reason = match self.peek() {
            None => Reason::CutOff,
            Some(_) => Reason::Expected(what),
        };
        Err((self.at, reason))
    }

    fn value(&mut self) -> Step<Json> {
        self.space();
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => self.string().map(Json::String),
            Some(b'-' | b'0'..=b'9') => self.number().map(Json::Number),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            _ => self.expected("a value"),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Step<Json>) -> Step<Json> {
        if self.depth == MAX_DEPTH {
            return Err((self.at, Reason::TooDeep));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn object(&mut self) -> Step<Json> {
        let mut members = Vec::new();
        let mut places = HashMap::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Json::Object(members));
        }
        loop {
            self.space();
            let at = self.at;
            if self.peek() != Some(b'"') {
                return self.expected("a key in double quotes");
            }
            let key = self.string()?;
            if let Some(first) = places.insert(key.clone(), at) {
                return Err((at, Reason::DuplicateKey(key, first)));
            }
            if self.depth == 1 {
                self.root_keys.push(key.clone());
            }
            self.space();
            if self.peek() != Some(b':') {
                return self.expected("`:` after the key");
            }
            self.at += 1;
            let value = self.value()?;
            members.push(Member { key, value, at });
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Json::Object(members));
                }
                _ => return self.expected("`,` or `}`"),
            }
        }
    }

    fn array(&mut self) -> Step<Json> {
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value()?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Json::Array(items));
                }
                _ => return self.expected("`,` or `]`"),
            }
        }
    }

    fn word(&mut self, word: &'static str, value: Json) -> Step<Json> {
        let rest = &self.text.as_bytes()[self.at..];
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(value)
        } else if word.as_bytes().starts_with(rest) {
            Err((self.text.len(), Reason::CutOff))
        } else {
            self.expected("a value")
        }
    }

    fn number(&mut self) -> Step<String> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(self.text[start..self.at].to_owned())
    }

    fn digits(&mut self) -> Step<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start {
            return self.expected("a digit");
        }
        Ok(())
    }

    /// Reads a string; the reader stands on its opening quote.
    fn string(&mut self) -> Step<String> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let start = self.at;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..=0x1f)) {
                self.at += 1;
            }
            // Every byte the loop stops at is ASCII or the end, so both ends are char boundaries.
            out.push_str(&self.text[start..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                _ => return self.expected("the closing `\"` of the string on the same line"),
            }
        }
    }

    fn escape(&mut self) -> Step<char> {
        self.at += 1;
        let char = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            _ => return self.expected("an escape of JSON after `\\`"),
        };
        self.at += 1;
        Ok(char)
    }

    fn unicode(&mut self) -> Step<char> {
        let at = self.at;
        let unit = self.hex()?;
        if let Some(char) = char::from_u32(unit) {
            return Ok(char);
        }
        // What `from_u32` refuses among sixteen bits is a surrogate: half of a character.
        if unit < 0xdc00 && self.text[self.at..].starts_with("\\u") {
            self.at += 2;
            let low = self.hex()?;
            if (0xdc00..0xe000).contains(&low) {
                let code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                if let Some(char) = char::from_u32(code) {
                    return Ok(char);
                }
            }
        }
        Err((at, Reason::Expected("both halves of a surrogate pair")))
    }

    fn hex(&mut self) -> Step<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            match self.peek().and_then(|byte| char::from(byte).to_digit(16)) {
                Some(digit) => unit = unit * 16 + digit,
                None => return self.expected("four hexadecimal digits"),
            }
            self.at += 1;
        }
        Ok(unit)
    }
}
