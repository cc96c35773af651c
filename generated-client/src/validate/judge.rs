//! Whether an input is good, and nothing more: the first pass, which most inputs need alone.

use super::checker::{Checker, Items, Scalars, Validate};
use super::number::Number;

/// Whether `value` keeps every limit.
#[inline]
pub(crate) fn is_good(value: &(impl Validate + ?Sized)) -> bool {
    let mut judge = Judge { is_good: true };
    value.check(&mut judge);
    judge.is_good
}

/// Knows of no places and no sentences, so that a check is a comparison and no more.
struct Judge {
    is_good: bool,
}

impl Judge {
    #[inline]
    fn each<T: ?Sized>(&mut self, value: &impl Scalars<T>, is_broken: impl Fn(&T) -> bool) {
        value.each(|_, value| {
            // A branch, and not `&=`: a good input never takes it, and no limit waits for another.
            if is_broken(value) {
                self.is_good = false;
            }
        });
    }
}

impl Checker for Judge {
    #[inline]
    fn minimum<T: Number>(&mut self, _: &'static str, value: &impl Scalars<T>, limit: T) {
        // NaN is left to `finite`, here as below; every comparison with it is false.
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
        /// The exponent's bits, all set in NaN and infinity, as they stand without the sign.
        const EXPONENT: u64 = 0x7ff << 53;
        // By its bits: the float units are busy with the bounds.
        self.each(value, |value| value.to_bits() << 1 >= EXPONENT);
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
        self.is_good &= value.count().is_none_or(|count| count >= limit);
    }

    #[inline]
    fn max_items(&mut self, _: &'static str, value: &impl Items, limit: usize) {
        self.is_good &= value.count().is_none_or(|count| count <= limit);
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
