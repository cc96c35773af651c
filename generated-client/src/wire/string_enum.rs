//! Enums of strings.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _};

/// An enum whose values are strings on the wire; implemented by generated code.
pub trait StringEnum: Copy + 'static {
    /// Every value, in the order of the schema.
    const VALUES: &'static [Self];
    /// The wire name of every value, in the same order.
    const NAMES: &'static [&'static str];

    /// The value with this wire name, compared letter by letter.
    #[must_use]
    fn from_wire(text: &str) -> Option<Self> {
        let index = Self::NAMES.iter().position(|name| *name == text)?;
        Self::VALUES.get(index).copied()
    }
}

/// A text that is not a value of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownValue {
    found: String,
    allowed: &'static [&'static str],
}

impl UnknownValue {
    pub(crate) fn new(found: &str, allowed: &'static [&'static str]) -> Self {
        Self {
            found: found.to_owned(),
            allowed,
        }
    }

    /// The text that was found.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.found
    }

    /// The values that are allowed.
    #[must_use]
    pub const fn allowed(&self) -> &'static [&'static str] {
        self.allowed
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}` is not one of", self.found)?;
        for (index, name) in self.allowed.iter().enumerate() {
            let separator = if index == 0 { " " } else { ", " };
            write!(out, "{separator}`{name}`")?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownValue {}

/// The value with this wire name.
pub(crate) fn parse_enum<T: StringEnum>(text: &str) -> Result<T, UnknownValue> {
    T::from_wire(text).ok_or_else(|| UnknownValue::new(text, T::NAMES))
}

/// Reads a value for serde.
pub(crate) fn deserialize_enum<'de, T: StringEnum, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let text = Cow::<str>::deserialize(deserializer)?;
    parse_enum(&text).map_err(D::Error::custom)
}
