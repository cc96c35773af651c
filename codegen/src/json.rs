//! JSON with places: every value knows where in the text it stands.

use std::ops::{Deref, Range};

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde::de::IgnoredAny;

use crate::finding::{Finding, Findings};

/// A range of bytes in a schema file.
pub type Span = Range<usize>;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Its bytes in the file.
    pub span: Span,
}

impl<T> Located<T> {
    /// A value that stands at `span`.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// The same place with another value.
    pub fn with<U>(&self, value: U) -> Located<U> {
        Located::new(value, self.span.clone())
    }
}

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A JSON value; members in the order of the text, numbers as they are written.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number, as it is written.
    Number(Number),
    /// A string, its escapes resolved.
    String(String),
    /// An array.
    Array(Vec<Located<Json>>),
    /// An object; no two members have the same name.
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its name.
    pub name: Located<String>,
    /// Its value.
    pub value: Located<Json>,
}

/// A JSON number, as it is written.
#[derive(Clone, Debug)]
pub struct Number(String);

impl Number {
    /// The number as an integer; 5.0 is 5. `None` for a fraction or beyond 64 bits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        if let Ok(integer) = self.0.parse() {
            return Some(integer);
        }
        if !self.0.contains(['.', 'e', 'E']) {
            return None;
        }
        /// 2^63, the first integer above `i64::MAX`.
        const END: f64 = 9_223_372_036_854_775_808.0;
        let float = self.as_f64()?;
        // Integral and in range, so the conversion is exact.
        (float.fract() == 0.0 && (-END..END).contains(&float)).then_some(float as i64)
    }

    /// The nearest `f64`; `None` beyond its range.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        self.0.parse().ok().filter(|float: &f64| float.is_finite())
    }

    /// The number as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Number {
    /// By value: 5 equals 5.0.
    fn eq(&self, other: &Self) -> bool {
        match (self.as_i64(), other.as_i64()) {
            (Some(one), Some(other)) => one == other,
            _ => self.as_f64() == other.as_f64(),
        }
    }
}

impl Json {
    /// The name of the JSON type, with its article.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }

    /// The same value without places.
    #[must_use]
    pub fn to_value(&self) -> serde_json::Value {
        use serde_json::Value;
        match self {
            Self::Null => Value::Null,
            Self::Boolean(value) => Value::Bool(*value),
            Self::Number(number) => {
                serde_json::from_str(number.as_str()).map_or(Value::Null, Value::Number)
            }
            Self::String(text) => Value::String(text.clone()),
            Self::Array(items) => items.iter().map(|item| item.to_value()).collect(),
            Self::Object(members) => members
                .iter()
                .map(|member| (member.name.value.clone(), member.value.to_value()))
                .collect(),
        }
    }

    /// The value as a diagnostic shows it: short, on one line.
    #[must_use]
    pub fn excerpt(&self) -> String {
        /// How much of a value is shown, in Unicode scalar values.
        const SHOWN: usize = 40;
        let text = match self {
            Self::Number(number) => number.as_str().to_owned(),
            other => other.to_value().to_string(),
        };
        if text.chars().count() <= SHOWN {
            return text;
        }
        text.chars().take(SHOWN).chain(['…']).collect()
    }
}

/// Parses strict JSON (RFC 8259).
///
/// # Errors
///
/// Where and why the text is not JSON, or every member name that stands twice in one object.
pub fn parse(text: &str) -> Result<Located<Json>, Findings> {
    // serde_json is the judge of what is JSON; the other parser, which is laxer, gives the places.
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        return Err(syntax(text, &error).into());
    }
    let options = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let tree = parse_to_ast(text, &CollectOptions::default(), &options).map_err(|error| {
        let range = error.range();
        let message = format!("not JSON: {}", error.kind());
        Finding::new("not-json", range.start..range.end, message)
    })?;
    let Some(root) = tree.value else {
        return Err(Finding::new("not-json", 0..0, "the file is empty").into());
    };
    let mut findings = Findings::default();
    let json = convert(root, &mut findings);
    findings.none_or(json)
}

fn syntax(text: &str, error: &serde_json::Error) -> Finding {
    let line_start = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum::<usize>();
    // serde_json counts columns in bytes, from one, and may point just past the end.
    let at = (line_start + error.column().saturating_sub(1)).min(text.len());
    let mut start = at;
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let end = text[start..]
        .chars()
        .next()
        .map_or(start, |next| start + next.len_utf8());
    let full = error.to_string();
    let what = full.split(" at line ").next().unwrap_or(&full);
    let finding = Finding::new("not-json", start..end, format!("not JSON: {what}"));
    if text.starts_with('\u{feff}') {
        finding.help("save the file without a byte order mark")
    } else {
        finding
    }
}

fn convert(value: ast::Value<'_>, findings: &mut Findings) -> Located<Json> {
    let range = value.range();
    let span = range.start..range.end;
    let json = match value {
        ast::Value::NullKeyword(_) => Json::Null,
        ast::Value::BooleanLit(boolean) => Json::Boolean(boolean.value),
        ast::Value::NumberLit(number) => Json::Number(Number(number.value.to_owned())),
        ast::Value::StringLit(string) => Json::String(string.value.into_owned()),
        ast::Value::Array(array) => {
            let items = array.elements.into_iter();
            Json::Array(items.map(|item| convert(item, findings)).collect())
        }
        ast::Value::Object(object) => members(object, findings),
    };
    Located::new(json, span)
}

fn members(object: ast::Object<'_>, findings: &mut Findings) -> Json {
    let mut seen = std::collections::HashSet::new();
    let mut members = Vec::with_capacity(object.properties.len());
    for property in object.properties {
        let range = property.name.range();
        let name = Located::new(property.name.into_string(), range.start..range.end);
        if !seen.insert(name.value.clone()) {
            findings.push(
                Finding::new(
                    "duplicate-key",
                    name.span.clone(),
                    format!("`{}` stands twice in one object", name.value),
                )
                .help("JSON readers disagree on which of the two counts; remove one"),
            );
        }
        let value = convert(property.value, findings);
        members.push(Member { name, value });
    }
    Json::Object(members)
}

/// The JSON pointer (RFC 6901) to what stands at `offset`: the innermost value, or the member
/// whose name stands there.
#[must_use]
pub fn pointer_at(root: &Located<Json>, offset: usize) -> String {
    let mut pointer = String::new();
    let mut here = root;
    loop {
        let child = match &here.value {
            Json::Array(items) => {
                let index = items.partition_point(|item| item.span.end <= offset);
                items
                    .get(index)
                    .filter(|item| item.span.start <= offset)
                    .map(|item| (index.to_string(), item, false))
            }
            Json::Object(members) => members
                .get(members.partition_point(|member| member.value.span.end <= offset))
                .filter(|member| member.name.span.start <= offset)
                .map(|member| {
                    let name = member.name.replace('~', "~0").replace('/', "~1");
                    (name, &member.value, offset < member.value.span.start)
                }),
            _ => None,
        };
        let Some((step, value, is_name)) = child else {
            return pointer;
        };
        pointer.push('/');
        pointer.push_str(&step);
        if is_name {
            return pointer;
        }
        here = value;
    }
}
