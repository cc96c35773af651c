//! Bounds of numbers.

use std::fmt::Display;

/// The five bounds of JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoundKind {
    /// The inclusive lower bound.
    Minimum,
    /// The inclusive upper bound.
    Maximum,
    /// The exclusive lower bound.
    ExclusiveMinimum,
    /// The exclusive upper bound.
    ExclusiveMaximum,
    /// The number that a value must be a multiple of.
    MultipleOf,
}

impl BoundKind {
    /// The JSON Schema keyword of the bound.
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::ExclusiveMinimum => "exclusiveMinimum",
            Self::ExclusiveMaximum => "exclusiveMaximum",
            Self::MultipleOf => "multipleOf",
        }
    }
}

/// A type of number that can have bounds.
pub trait BoundNumber: Copy + PartialOrd + Display {
    /// Whether the number is a multiple of `step`.
    fn is_multiple_of(self, step: Self) -> bool;
}

impl BoundNumber for i64 {
    fn is_multiple_of(self, step: Self) -> bool {
        self.checked_rem(step).is_none_or(|rest| rest == 0)
    }
}

impl BoundNumber for f64 {
    fn is_multiple_of(self, step: Self) -> bool {
        // Tolerates rounding errors of the division: 0.3 counts as a multiple of 0.1. The tolerance of
        // 1e-12 only affects defaults and examples; the client checks inputs exactly.
        let steps = self / step;
        (steps - steps.round()).abs() <= 1e-12 * steps.abs().max(1.0)
    }
}

/// The bounds of a number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bounds<T> {
    /// The inclusive lower bound.
    pub minimum: Option<T>,
    /// The inclusive upper bound.
    pub maximum: Option<T>,
    /// The exclusive lower bound.
    pub exclusive_minimum: Option<T>,
    /// The exclusive upper bound.
    pub exclusive_maximum: Option<T>,
    /// The number that a value must be a multiple of. It is above zero, unless the schema has an error.
    pub multiple_of: Option<T>,
}

impl<T: Copy> Bounds<T> {
    /// The bounds that are set.
    pub fn iter(&self) -> impl Iterator<Item = (BoundKind, T)> + use<T> {
        [
            (BoundKind::Minimum, self.minimum),
            (BoundKind::Maximum, self.maximum),
            (BoundKind::ExclusiveMinimum, self.exclusive_minimum),
            (BoundKind::ExclusiveMaximum, self.exclusive_maximum),
            (BoundKind::MultipleOf, self.multiple_of),
        ]
        .into_iter()
        .filter_map(|(kind, bound)| Some((kind, bound?)))
    }

    /// Converts each bound to another type.
    pub fn map<U>(&self, convert: impl Fn(T) -> U) -> Bounds<U> {
        Bounds {
            minimum: self.minimum.map(&convert),
            maximum: self.maximum.map(&convert),
            exclusive_minimum: self.exclusive_minimum.map(&convert),
            exclusive_maximum: self.exclusive_maximum.map(&convert),
            multiple_of: self.multiple_of.map(&convert),
        }
    }
}

impl<T: BoundNumber> Bounds<T> {
    /// The first bound that `number` breaks, with the value of the bound.
    pub fn broken_by(&self, number: T) -> Option<(BoundKind, T)> {
        self.iter().find(|(kind, bound)| match kind {
            BoundKind::Minimum => number < *bound,
            BoundKind::Maximum => number > *bound,
            BoundKind::ExclusiveMinimum => number <= *bound,
            BoundKind::ExclusiveMaximum => number >= *bound,
            BoundKind::MultipleOf => !number.is_multiple_of(*bound),
        })
    }
}
