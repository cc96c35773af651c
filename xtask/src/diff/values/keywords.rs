//! The keywords of an integer or number schema. Each is converted to the set of numbers that it accepts.

use num::rational::BigRational;
use runcomfy_codegen::bounds::Bounds;

use super::number::{NumberSet, decimal, integer};

/// The keywords of an integer or number schema, with the bounds as exact fractions.
pub(in crate::diff) struct NumberKeywords {
    /// Whether the type is `integer`.
    pub(in crate::diff) is_integer: bool,
    /// The bounds.
    pub(in crate::diff) bounds: Bounds<BigRational>,
    /// The values of the enum.
    pub(in crate::diff) values: Option<Vec<i64>>,
}

impl NumberKeywords {
    /// The keywords of an integer.
    pub(in crate::diff) fn of_integer(bounds: &Bounds<i64>, values: Option<&[i64]>) -> Self {
        Self {
            is_integer: true,
            bounds: exact(bounds, integer),
            values: values.map(<[i64]>::to_vec),
        }
    }

    /// The keywords of a number that need not be an integer.
    pub(in crate::diff) fn of_number(bounds: &Bounds<f64>) -> Self {
        Self {
            is_integer: false,
            bounds: exact(bounds, decimal),
            values: None,
        }
    }

    /// The numbers that satisfy every keyword. The values of an enum satisfy the bounds.
    pub(in crate::diff) fn set(&self) -> NumberSet {
        match &self.values {
            Some(values) => NumberSet::of_integers(values),
            None if self.is_integer => NumberSet::within(&self.bounds).integers_only(),
            None => NumberSet::within(&self.bounds),
        }
    }

    /// The numbers that the type accepts.
    pub(in crate::diff) fn of_type(&self) -> NumberSet {
        if self.is_integer {
            NumberSet::integers()
        } else {
            NumberSet::ALL
        }
    }

    /// The numbers that `multipleOf` accepts.
    pub(in crate::diff) fn of_step(&self) -> NumberSet {
        let step = self.bounds.multiple_of.clone();
        step.map_or(NumberSet::ALL, NumberSet::multiples_of)
    }

    /// The numbers that the enum accepts.
    pub(in crate::diff) fn of_enum(&self) -> NumberSet {
        let values = self.values.as_deref();
        values.map_or(NumberSet::ALL, NumberSet::of_integers)
    }

    /// The numbers that `minimum` and `exclusiveMinimum` accept.
    pub(in crate::diff) fn of_minimum(&self) -> NumberSet {
        let exclusive = self.bounds.exclusive_minimum.as_ref();
        NumberSet::above(self.bounds.minimum.as_ref(), exclusive)
    }

    /// The numbers that `maximum` and `exclusiveMaximum` accept.
    pub(in crate::diff) fn of_maximum(&self) -> NumberSet {
        let exclusive = self.bounds.exclusive_maximum.as_ref();
        NumberSet::below(self.bounds.maximum.as_ref(), exclusive)
    }
}

fn exact<T: Copy>(bounds: &Bounds<T>, convert: impl Fn(T) -> BigRational) -> Bounds<BigRational> {
    Bounds {
        minimum: bounds.minimum.map(&convert),
        maximum: bounds.maximum.map(&convert),
        exclusive_minimum: bounds.exclusive_minimum.map(&convert),
        exclusive_maximum: bounds.exclusive_maximum.map(&convert),
        multiple_of: bounds.multiple_of.map(&convert),
    }
}
