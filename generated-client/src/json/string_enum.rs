//! Enums of strings.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _};

/// An enum whose values are strings on the wire. Implemented by generated code.
///
/// An implementation defines only the table, not the methods, because each generated item costs compile
/// time. The tables are short, so linear search is enough.
pub trait StringEnum: Copy + fmt::Debug + PartialEq + 'static {
    /// Every value with its wire name, in the order of the schema.
    const TABLE: StringTable<Self>;

    /// The value with this wire name. The comparison is case-sensitive.
    #[must_use]
    fn from_wire(text: &str) -> Option<Self> {
        let mut names = Self::TABLE.names.iter();
        let index = names.position(|name| *name == text)?;
        Self::TABLE.values.get(index).copied()
    }

    /// The wire name of the value.
    #[must_use]
    fn wire_name(self) -> &'static str {
        let mut values = Self::TABLE.values.iter();
        // The table and the enum are expanded from the same rows, so every value has a name.
        let index = values.position(|value| *value == self);
        index.map_or("", |index| Self::TABLE.names[index])
    }

    /// Every wire name, in the order of the schema.
    #[must_use]
    fn wire_names() -> Vec<&'static str> {
        Self::TABLE.names.to_vec()
    }
}

/// The values of an enum and their wire names, in the order of the schema.
pub struct StringTable<T: 'static> {
    /// The values.
    pub values: &'static [T],
    /// The wire names of the values, at the same positions.
    pub names: &'static [&'static str],
}

/// The error returned when text is not the wire name of any value of a generated enum.
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

    /// The text that was parsed.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.found
    }

    /// The allowed values, in the order of the schema.
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

/// Returns the value with the wire name `text`.
pub(crate) fn parse_enum<T: StringEnum>(text: &str) -> Result<T, UnknownValue> {
    T::from_wire(text).ok_or_else(|| UnknownValue::new(text, T::wire_names()))
}

/// Reads a value for serde.
pub(crate) fn deserialize_enum<'de, T: StringEnum, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let text = Cow::<str>::deserialize(deserializer)?;
    parse_enum(&text).map_err(D::Error::custom)
}
