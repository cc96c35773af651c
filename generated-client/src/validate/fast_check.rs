//! The first pass over an input, which determines only whether it is valid. The violations are collected
//! by a second pass, which a valid input does not need.

use super::Validate;
use super::constraint::{ConstraintVisitor, Items, Scalars};
use super::number::Number;

/// Whether `value` satisfies every constraint.
#[inline]
pub(crate) fn is_valid(value: &(impl Validate + ?Sized)) -> bool {
    let mut check = FastCheck { is_valid: true };
    value.check(&mut check);
    check.is_valid
}

/// A visitor that only records whether a constraint is violated. It builds no paths or messages, so that
/// the checks compile to little more than comparisons.
struct FastCheck {
    is_valid: bool,
}

impl FastCheck {
    #[inline]
    fn each<T: ?Sized>(&mut self, value: &impl Scalars<T>, is_broken: impl Fn(&T) -> bool) {
        value.each(|_, value| {
            // With `&=`, each check would depend on the result of the previous one. Valid input never
            // takes this branch.
            if is_broken(value) {
                self.is_valid = false;
            }
        });
    }
}

impl ConstraintVisitor for FastCheck {
    #[inline]
    fn minimum<T: Number>(&mut self, _: &'static str, value: &impl Scalars<T>, limit: T) {
        // This comparison and those of the next three methods are false for NaN, which `finite` reports.
        self.each(value, |value| *value < limit);
    }

    #[inline]
    fn maximum<T: Number>(&mut self, _: &'static str, value: &impl Scalars<T>, limit: T) {
        self.each(value, |value| *value > limit);
    }

    #[inline]
    fn exclusive_minimum<T: Number>(&mut self, _: &'static str, value: &impl Scalars<T>, limit: T) {
        self.each(value, |value| *value <= limit);
    }

    #[inline]
    fn exclusive_maximum<T: Number>(&mut self, _: &'static str, value: &impl Scalars<T>, limit: T) {
        self.each(value, |value| *value >= limit);
    }

    #[inline]
    fn multiple_of<T: Number>(&mut self, _: &'static str, value: &impl Scalars<T>, limit: T) {
        self.each(value, |value| !value.is_multiple_of(limit));
    }

    #[inline]
    fn finite(&mut self, _: &'static str, value: &impl Scalars<f64>) {
        // The difference is NaN if `value` is NaN or infinite, and 0 otherwise. `is_finite` takes longer.
        #[expect(clippy::eq_op)]
        self.each(value, |value| value - value != 0.0);
    }

    #[inline]
    fn one_of(&mut self, _: &'static str, value: &impl Scalars<i64>, limit: &'static [i64]) {
        self.each(value, |value| !limit.contains(value));
    }

    #[inline]
    fn min_length(&mut self, _: &'static str, value: &impl Scalars<str>, limit: usize) {
        self.each(value, |value| !has_min_length(value, limit));
    }

    #[inline]
    fn max_length(&mut self, _: &'static str, value: &impl Scalars<str>, limit: usize) {
        self.each(value, |value| !has_max_length(value, limit));
    }

    #[inline]
    fn min_items(&mut self, _: &'static str, value: &impl Items, limit: usize) {
        self.is_valid &= value.count().is_none_or(|count| count >= limit);
    }

    #[inline]
    fn max_items(&mut self, _: &'static str, value: &impl Items, limit: usize) {
        self.is_valid &= value.count().is_none_or(|count| count <= limit);
    }

    #[inline]
    fn object<T: Validate>(&mut self, _: &'static str, value: &impl Scalars<T>) {
        value.each(|_, value| value.check(self));
    }
}

/// Whether the text has at least `limit` Unicode scalar values.
#[inline]
pub(super) fn has_min_length(text: &str, limit: usize) -> bool {
    // A scalar value takes at most four bytes, so long texts need not be counted.
    text.len() / 4 >= limit || text.chars().count() >= limit
}

/// Whether the text has at most `limit` Unicode scalar values.
#[inline]
pub(super) fn has_max_length(text: &str, limit: usize) -> bool {
    // A scalar value takes at least one byte, so short texts need not be counted.
    text.len() <= limit || text.chars().count() <= limit
}
