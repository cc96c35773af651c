//! Sets of strings.

use std::collections::BTreeSet;

use runcomfy_codegen::model::{EnumValue, StringSchema};

use super::{AcceptedSet, CountSet};

/// A set of strings.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::diff) enum TextSet<'a> {
    /// A finite number of strings, possibly none.
    Finite(BTreeSet<&'a str>),
    /// The strings with one of these lengths, in Unicode scalar values. At least one length is greater than
    /// zero, so there are too many strings for an enum to contain all of them.
    Lengths(CountSet),
}

impl<'a> TextSet<'a> {
    /// The values of an enum.
    pub(in crate::diff) fn of_enum(values: &'a [EnumValue]) -> Self {
        let values = values.iter();
        Self::Finite(values.map(|value| value.wire_name.as_str()).collect())
    }

    /// The strings within the length limits of a schema. The format is ignored.
    pub(in crate::diff) fn of_string(schema: &StringSchema) -> Self {
        Self::of_lengths(schema.min_length, schema.max_length)
    }

    /// The strings of `min` to `max` Unicode scalar values, both included. `None` means no limit.
    pub(in crate::diff) fn of_lengths(min: Option<usize>, max: Option<usize>) -> Self {
        let lengths = CountSet::new(min, max);
        if lengths.is_empty() {
            Self::Finite(BTreeSet::new())
        } else if lengths.max == Some(0) {
            Self::Finite(BTreeSet::from([""]))
        } else {
            Self::Lengths(lengths)
        }
    }

    /// Whether no string is in it.
    pub(in crate::diff) fn is_empty(&self) -> bool {
        matches!(self, Self::Finite(values) if values.is_empty())
    }

    pub(in crate::diff) fn contains(&self, text: &str) -> bool {
        match self {
            Self::Finite(values) => values.contains(text),
            Self::Lengths(lengths) => lengths.contains(text.chars().count()),
        }
    }
}

impl AcceptedSet for TextSet<'_> {
    fn is_subset(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Finite(values), _) => values.iter().all(|value| other.contains(value)),
            (Self::Lengths(_), Self::Finite(_)) => false,
            (Self::Lengths(lengths), Self::Lengths(other)) => lengths.is_subset(other),
        }
    }
}
