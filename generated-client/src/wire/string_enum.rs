//! Enums of strings.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _};

/// An enum whose values are strings on the wire; implemented by generated code.
///
/// One table, and not a constant or a function for each question: with a hundred models, every item
/// of an enum shows in the time that the compiler takes. The tables are short.
pub trait StringEnum: Copy + PartialEq + 'static {
    /// Every value with its wire name, in the order of the schema.
    const TABLE: &'static [(Self, &'static str)];

    /// The value with this wire name, compared letter by letter.
    #[must_use]
    fn from_wire(text: &str) -> Option<Self> {
        let mut rows = Self::TABLE.iter();
        rows.find(|(_, name)| *name == text)
            .map(|(value, _)| *value)
    }

    /// The wire name: of every value, for the table is written from the same rows as the enum.
    #[must_use]
    fn wire(self) -> &'static str {
        let mut rows = Self::TABLE.iter();
        rows.find(|(value, _)| *value == self)
            .map_or("", |(_, name)| *name)
    }

    /// Every wire name, in the order of the schema.
    #[must_use]
    fn names() -> Vec<&'static str> {
        Self::TABLE.iter().map(|(_, name)| *name).collect()
    }
}

/// A text that is not a value of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownValue {
    found: String,
    allowed: Vec<&'static str>,
}

impl UnknownValue {
    pub(crate) fn new(found: &str, allowed: Vec<&'static str>) -> Self {
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
    pub fn allowed(&self) -> &[&'static str] {
        &self.allowed
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
    T::from_wire(text).ok_or_else(|| UnknownValue::new(text, T::names()))
}

/// Reads a value for serde.
pub(crate) fn deserialize_enum<'de, T: StringEnum, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let text = Cow::<str>::deserialize(deserializer)?;
    parse_enum(&text).map_err(D::Error::custom)
}
