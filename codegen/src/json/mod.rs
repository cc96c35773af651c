//! JSON with positions: every value and every member name has its byte span in the text.
//!
//! Reading a saved documentation page requires positions, numbers as written, the detection of duplicate
//! keys, and parsing of a value embedded in a longer text. `serde_json` does not offer all of these.

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
        let Decimal {
            is_negative,
            digits,
            power,
        } = Decimal::parse(&self.0)?;
        if digits.is_empty() {
            return Some(0);
        }
        // An `i64` has at most 19 digits.
        let zeros = usize::try_from(power).ok().filter(|zeros| *zeros < 19)?;
        let sign = if is_negative { "-" } else { "" };
        format!("{sign}{digits}{}", "0".repeat(zeros)).parse().ok()
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
        let written = Decimal::parse(&self.0)?;
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
            .any(|form| Decimal::parse(form).as_ref() == Some(&written));
        is_held.then_some(float)
    }

    /// The number as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether two numbers have the same value, as 5 and 5.0 do.
    #[must_use]
    pub fn equals(&self, other: &Self) -> bool {
        self == other
            || Decimal::parse(&self.0)
                .is_some_and(|value| Decimal::parse(&other.0).as_ref() == Some(&value))
    }
}

/// The exact value of a JSON number: an integer times a power of ten. Equal numbers have equal values.
#[derive(PartialEq, Eq)]
struct Decimal {
    is_negative: bool,
    /// The digits of the integer, without leading and trailing zeros. Empty for zero.
    digits: String,
    /// The exponent of the power of ten. 0 for zero.
    power: i64,
}

impl Decimal {
    /// Returns `None` if the exponent does not fit `i64`.
    fn parse(number: &str) -> Option<Self> {
        let positive = number.trim_start_matches('-');
        let (mantissa, exponent) = positive.split_once(['e', 'E']).unwrap_or((positive, "0"));
        let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{integer}{fraction}");
        let significant = all.trim_end_matches('0');
        let zeros = all.len() - significant.len();
        let digits = significant.trim_start_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self {
                is_negative: false,
                digits,
                power: 0,
            });
        }
        let shift = i64::try_from(zeros).ok()? - i64::try_from(fraction.len()).ok()?;
        Some(Self {
            is_negative: positive.len() < number.len(),
            power: exponent.parse::<i64>().ok()?.checked_add(shift)?,
            digits,
        })
    }
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

    /// Converts the value to a `serde_json` value, which has no positions. A number beyond the range of `f64`
    /// becomes `null`; other numbers that are not 64-bit integers are rounded to `f64`. Of members with the
    /// same name, the last is kept.
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

    /// The value as a diagnostic shows it: on one line, cut to 40 Unicode scalar values with an ellipsis.
    #[must_use]
    pub fn excerpt(&self) -> String {
        const MAX: usize = 40;
        match self {
            Self::Number(number) => shorten(number.as_str(), MAX),
            other => shorten(&other.to_value().to_string(), MAX),
        }
    }
}
