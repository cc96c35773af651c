//! Bounds of numbers, and limits on string lengths and item counts.

use super::SchemaChecker;
use crate::bounds::{BoundKind, BoundNumber, Bounds};
use crate::diagnostics::{Diagnostic, Rule};
use crate::dialect::Schema;
use crate::json::Number;
use crate::span::Located;

/// A type of number whose bounds can be read from a schema.
pub(super) trait ReadBound: BoundNumber {
    /// Zero.
    const ZERO: Self;
    /// The requirement for every bound, as stated in the error message.
    const EXPECTED: &'static str;

    /// Reads a bound. `None` if it is not supported.
    fn read(number: &Number) -> Option<Self>;

    /// Whether no integer satisfies all bounds together; always `false` for floats. `multiple_of`, if
    /// set, must be above zero.
    fn is_empty(bounds: &Bounds<Self>) -> bool;
}

impl ReadBound for i64 {
    const ZERO: Self = 0;
    const EXPECTED: &'static str = "a bound of an integer must be a signed 64-bit integer";

    fn read(number: &Number) -> Option<Self> {
        number.as_i64()
    }

    fn is_empty(bounds: &Bounds<Self>) -> bool {
        // `i128`, so that adding or subtracting 1 cannot overflow.
        let at_least = [
            bounds.minimum.map(i128::from),
            bounds.exclusive_minimum.map(|bound| i128::from(bound) + 1),
        ];
        let at_most = [
            bounds.maximum.map(i128::from),
            bounds.exclusive_maximum.map(|bound| i128::from(bound) - 1),
        ];
        let lowest = at_least
            .into_iter()
            .flatten()
            .fold(i64::MIN.into(), i128::max);
        let highest = at_most
            .into_iter()
            .flatten()
            .fold(i64::MAX.into(), i128::min);
        let step = bounds.multiple_of.map_or(1, i128::from);
        // The left side is the smallest multiple of `step` that is at least `lowest`.
        (lowest + (-lowest).rem_euclid(step)) > highest
    }
}

impl ReadBound for f64 {
    const ZERO: Self = 0.0;
    const EXPECTED: &'static str =
        "a bound must be a number that round-trips through a 64-bit float";

    fn read(number: &Number) -> Option<Self> {
        number.as_exact_f64()
    }

    fn is_empty(_: &Bounds<Self>) -> bool {
        false
    }
}

impl SchemaChecker<'_> {
    /// Reads the bounds of a number, and reports those that are invalid or contradict each other.
    pub(super) fn bounds<T: ReadBound>(&mut self, schema: &Schema) -> Bounds<T> {
        let bounds = Bounds {
            minimum: self.bound(&schema.minimum),
            maximum: self.bound(&schema.maximum),
            exclusive_minimum: self.bound(&schema.exclusive_minimum),
            exclusive_maximum: self.bound(&schema.exclusive_maximum),
            multiple_of: self.bound(&schema.multiple_of),
        };
        let mut is_valid = true;
        if let (Some(step), Some(located)) = (bounds.multiple_of, &schema.multiple_of)
            && step <= T::ZERO
        {
            self.contradiction(located.span, "`multipleOf` must be above 0");
            is_valid = false;
        }
        for (lower_kind, lower) in bounds.iter() {
            let located = match lower_kind {
                BoundKind::Minimum => &schema.minimum,
                BoundKind::ExclusiveMinimum => &schema.exclusive_minimum,
                _ => continue,
            };
            for (upper_kind, upper) in bounds.iter() {
                let is_inclusive = match upper_kind {
                    BoundKind::Maximum => lower_kind == BoundKind::Minimum,
                    BoundKind::ExclusiveMaximum => false,
                    _ => continue,
                };
                if let Some(located) = located
                    && (lower > upper || (lower == upper && !is_inclusive))
                {
                    let (lower, upper) = (lower_kind.keyword(), upper_kind.keyword());
                    let message = format!("no number is allowed by both `{lower}` and `{upper}`");
                    self.contradiction(located.span, message);
                    is_valid = false;
                }
            }
        }
        let mut bounded = [
            &schema.multiple_of,
            &schema.exclusive_minimum,
            &schema.minimum,
        ]
        .into_iter();
        if let Some(located) = bounded.find_map(Option::as_ref)
            && is_valid
            && T::is_empty(&bounds)
        {
            self.contradiction(located.span, "no integer is allowed by all bounds together");
        }
        bounds
    }

    fn bound<T: ReadBound>(&mut self, number: &Option<Located<Number>>) -> Option<T> {
        let number = number.as_ref()?;
        let bound = T::read(number);
        if bound.is_none() {
            self.unsupported_bound(number, T::EXPECTED);
        }
        bound
    }

    /// Reads a minimum and a maximum count of characters or items. Reports invalid or contradictory
    /// counts.
    pub(super) fn counts(
        &mut self,
        [min_keyword, max_keyword]: [&str; 2],
        minimum: &Option<Located<Number>>,
        maximum: &Option<Located<Number>>,
    ) -> (Option<usize>, Option<usize>) {
        let (min, max) = (self.count(minimum), self.count(maximum));
        if let (Some(min), Some(max), Some(located)) = (min, max, minimum)
            && min > max
        {
            let message = format!("`{min_keyword}` {min} is above `{max_keyword}` {max}");
            self.contradiction(located.span, message);
        }
        (min, max)
    }

    fn count(&mut self, number: &Option<Located<Number>>) -> Option<usize> {
        // Counts of more than 32 bits are refused, since `usize` may have only 32 bits.
        let number = number.as_ref()?;
        let count = number.as_i64().and_then(|count| u32::try_from(count).ok());
        if count.is_none() {
            let expected = format!("a count must be an integer from 0 to {}", u32::MAX);
            self.unsupported_bound(number, &expected);
        }
        count.and_then(|count| usize::try_from(count).ok())
    }

    /// Reports a bound that is not supported, and what is expected instead.
    pub(super) fn unsupported_bound(&mut self, number: &Located<Number>, expected: &str) {
        let message = format!("`{}` is not supported: {expected}", number.as_str());
        self.report(Diagnostic::new(
            Rule::UnsupportedBound,
            number.span,
            message,
        ));
    }
}
