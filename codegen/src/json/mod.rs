//! JSON with positions: every value and every member name has its byte span in the text.
//!
//! Reading a saved documentation page requires positions, numbers as written, the detection of duplicate
//! keys, and parsing of a value embedded in a longer text. `serde_json` does not offer these.

mod error;
mod parse;
mod pointer;
mod scalar;

use crate::span::Located;
use crate::text::shorten;

pub use error::{DuplicateKey, ParseError, ParseErrorKind};
pub use parse::{Parsed, parse, parse_embedded};
pub use pointer::{escape_step, find, pointer_at};

/// A JSON value. Members keep the order of the text, and numbers are kept as written.
///
/// `==` compares numbers as written and members in order: 5 and 5.0 differ, and so do two objects whose
/// members are in different orders.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number.
    Number(Number),
    /// A string, its escapes resolved.
    String(String),
    /// An array.
    Array(Vec<Located<Json>>),
    /// An object.
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

/// A JSON number as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// The number as an integer, so 5.0 gives 5. `None` if it has a fractional part or does not fit `i64`.
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

    /// The nearest `f64`. `None` if the number is beyond the range of `f64`.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        self.0.parse().ok().filter(|float: &f64| float.is_finite())
    }

    /// The nearest `f64`, if the number can be recovered from it. This holds if the number is the exact value
    /// of the `f64`, or one of its shortest decimal forms, such as 0.1. `None` for any other number, such as
    /// 9007199254740993.
    #[must_use]
    pub fn as_exact_f64(&self) -> Option<f64> {
        let float = self.as_f64()?;
        let written = decimal(&self.0)?;
        // Two shortest forms and the exact value. The standard library and serde_json may choose different
        // shortest forms: 177883097613908.62 and 177883097613908.63 are both read as 177883097613908.625.
        // The exact value has at most 767 significant digits.
        let forms = [
            format!("{float:e}"),
            serde_json::Value::from(float).to_string(),
            format!("{float:.767e}"),
        ];
        let is_held = forms
            .iter()
            .any(|form| decimal(form).as_ref() == Some(&written));
        is_held.then_some(float)
    }

    /// The number as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether two numbers have the same value, as 5 and 5.0 do. Unless both are integers that fit `i64`, the
    /// results of [`as_f64`](Self::as_f64) are compared, so all numbers beyond its range are equal.
    #[must_use]
    pub fn equals(&self, other: &Self) -> bool {
        self == other
            || match (self.as_i64(), other.as_i64()) {
                (Some(one), Some(other)) => one == other,
                _ => self.as_f64() == other.as_f64(),
            }
    }
}

/// The significant digits of a JSON number, and the exponent of the power of ten that scales them. The
/// sign is ignored.
fn decimal(number: &str) -> Option<(String, i64)> {
    let number = number.trim_start_matches('-');
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{integer}{fraction}");
    let significant = digits.trim_end_matches('0');
    let zeros = digits.len() - significant.len();
    let digits = significant.trim_start_matches('0').to_owned();
    let shift = i64::try_from(zeros).ok()? - i64::try_from(fraction.len()).ok()?;
    let power = exponent.parse::<i64>().ok()?.checked_add(shift)?;
    Some(if digits.is_empty() {
        (digits, 0)
    } else {
        (digits, power)
    })
}

impl From<&serde_json::Number> for Number {
    fn from(number: &serde_json::Number) -> Self {
        Self(number.to_string())
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

    /// The members of an object; empty for any other value.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    /// The member with this name, if the value is an object that has one.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Member> {
        let mut members = self.members().iter();
        members.find(|member| member.name.value == name)
    }

    /// The value of the member with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Located<Json>> {
        self.member(name).map(|member| &member.value)
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether two values have the same meaning. Numbers are compared by value, and the order of members
    /// does not matter.
    #[must_use]
    pub fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => one.equals(other),
            (Self::Array(one), Self::Array(other)) => {
                one.len() == other.len()
                    && one.iter().zip(other).all(|(one, other)| one.equals(other))
            }
            (Self::Object(one), Self::Object(members)) => {
                one.len() == members.len()
                    && one.iter().all(|member| {
                        let value = other.get(&member.name);
                        value.is_some_and(|value| member.value.equals(value))
                    })
            }
            _ => self == other,
        }
    }

    /// Converts the value to a `serde_json` value, which has no positions.
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

    /// The value as a diagnostic shows it: on one line, at most 40 Unicode scalar values.
    #[must_use]
    pub fn excerpt(&self) -> String {
        const MAX: usize = 40;
        match self {
            Self::Number(number) => shorten(number.as_str(), MAX),
            other => shorten(&other.to_value().to_string(), MAX),
        }
    }
}
