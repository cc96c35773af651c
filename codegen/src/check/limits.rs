//! Bounds of numbers, lengths and lists.

use super::Judge;
use crate::dialect::Schema;
use crate::finding::Finding;
use crate::json::{Located, Number, Span};
use crate::model::Bounds;

/// What a bound needs to be.
pub(super) trait Bound: Copy + PartialOrd {
    /// Reads a bound; the error says what it must be.
    fn read(number: &Number) -> Result<Self, &'static str>;
    /// Zero.
    const ZERO: Self;
}

impl Bound for i64 {
    const ZERO: Self = 0;

    fn read(number: &Number) -> Result<Self, &'static str> {
        number
            .as_i64()
            .ok_or("on an integer this must be an integer of at most 64 bits")
    }
}

impl Bound for f64 {
    const ZERO: Self = 0.0;

    fn read(number: &Number) -> Result<Self, &'static str> {
        number.as_f64().ok_or("beyond the range of a 64-bit float")
    }
}

impl Judge<'_> {
    /// The bounds of a number, each alone and all together.
    pub(super) fn bounds<T: Bound>(&mut self, schema: &Schema) -> Bounds<T> {
        let bounds = Bounds {
            minimum: self.bound(&schema.minimum),
            maximum: self.bound(&schema.maximum),
            exclusive_minimum: self.bound(&schema.exclusive_minimum),
            exclusive_maximum: self.bound(&schema.exclusive_maximum),
            multiple_of: self.bound(&schema.multiple_of),
        };
        if let (Some(step), Some(at)) = (bounds.multiple_of, &schema.multiple_of)
            && step <= T::ZERO
        {
            self.contradiction(at.span.clone(), "`multipleOf` must be above 0".to_owned());
        }
        let upper = [
            ("maximum", bounds.maximum, false),
            ("exclusiveMaximum", bounds.exclusive_maximum, true),
        ];
        let lower = [
            ("minimum", bounds.minimum, &schema.minimum, false),
            (
                "exclusiveMinimum",
                bounds.exclusive_minimum,
                &schema.exclusive_minimum,
                true,
            ),
        ];
        for (low_name, low, at, low_open) in lower {
            for (high_name, high, high_open) in upper {
                let (Some(low), Some(high), Some(at)) = (low, high, at) else {
                    continue;
                };
                if low > high || (low == high && (low_open || high_open)) {
                    let message =
                        format!("no number is allowed by both `{low_name}` and `{high_name}`");
                    self.contradiction(at.span.clone(), message);
                }
            }
        }
        bounds
    }

    fn bound<T: Bound>(&mut self, number: &Option<Located<Number>>) -> Option<T> {
        let number = number.as_ref()?;
        match T::read(number) {
            Ok(bound) => Some(bound),
            Err(reason) => {
                let message = format!("`{}`: {reason}", number.as_str());
                self.refuse(Finding::new(
                    "unsupported-bound",
                    number.span.clone(),
                    message,
                ));
                None
            }
        }
    }

    /// A least and a greatest count: of characters, or of items.
    pub(super) fn counts(
        &mut self,
        names: [&str; 2],
        least: &Option<Located<Number>>,
        greatest: &Option<Located<Number>>,
    ) -> (Option<usize>, Option<usize>) {
        let (low, high) = (self.count(least), self.count(greatest));
        if let (Some(low), Some(high), Some(at)) = (low, high, least)
            && low > high
        {
            let message = format!("`{}` {low} is above `{}` {high}", names[0], names[1]);
            self.contradiction(at.span.clone(), message);
        }
        (low, high)
    }

    fn count(&mut self, number: &Option<Located<Number>>) -> Option<usize> {
        /// Counts above this are not limits; and every platform's `usize` holds it.
        const END: i64 = u32::MAX as i64;
        let number = number.as_ref()?;
        let count = number.as_i64().filter(|count| (0..=END).contains(count));
        if count.is_none() {
            let message = format!("`{}` is not a count from 0 to {END}", number.as_str());
            self.refuse(Finding::new(
                "unsupported-bound",
                number.span.clone(),
                message,
            ));
        }
        count.and_then(|count| usize::try_from(count).ok())
    }

    /// Notes that a schema contradicts itself.
    pub(super) fn contradiction(&mut self, span: Span, message: String) {
        self.refuse(
            Finding::new("contradiction", span, message).help(
                "correct the schema; no input could pass it, or it does not mean what it says",
            ),
        );
    }
}
