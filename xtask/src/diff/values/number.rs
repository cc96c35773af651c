//! Sets of numbers. Each number is an exact fraction, converted from its decimal notation.

use std::collections::BTreeSet;

use num::bigint::BigInt;
use num::rational::BigRational;
use num::traits::{Pow, Zero as _};
use runcomfy_codegen::bounds::Bounds;

use super::AcceptedSet;

/// A set of numbers.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::diff) enum NumberSet {
    /// A finite number of values, possibly none.
    Finite(BTreeSet<BigRational>),
    /// Every number between `low` and `high`. `None` means unbounded. If both are set, the value of `low` is
    /// less than that of `high`.
    Interval {
        low: Option<Edge>,
        high: Option<Edge>,
    },
    /// The multiples `n * step` with `first <= n <= last`. `None` means unbounded. The set has at least
    /// two elements.
    Multiples {
        step: BigRational,
        first: Option<BigInt>,
        last: Option<BigInt>,
    },
}

/// An end of an interval.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::diff) struct Edge {
    value: BigRational,
    /// Whether the interval excludes `value`.
    is_open: bool,
}

impl NumberSet {
    /// Every number.
    pub(super) const ALL: Self = Self::Interval {
        low: None,
        high: None,
    };

    /// The integers, of any size.
    pub(super) fn integers() -> Self {
        Self::multiples_of(integer(1))
    }

    /// All multiples of a step, which must be greater than zero.
    pub(super) const fn multiples_of(step: BigRational) -> Self {
        Self::Multiples {
            step,
            first: None,
            last: None,
        }
    }

    /// These integers.
    pub(super) fn of_integers(values: &[i64]) -> Self {
        Self::Finite(values.iter().copied().map(integer).collect())
    }

    /// The numbers at least `inclusive` and greater than `exclusive`.
    pub(super) fn above(inclusive: Option<&BigRational>, exclusive: Option<&BigRational>) -> Self {
        let low = stricter(inclusive, exclusive, |one, other| one < other);
        Self::Interval { low, high: None }
    }

    /// The numbers at most `inclusive` and less than `exclusive`.
    pub(super) fn below(inclusive: Option<&BigRational>, exclusive: Option<&BigRational>) -> Self {
        let high = stricter(inclusive, exclusive, |one, other| one > other);
        Self::Interval { low: None, high }
    }

    /// The numbers within bounds.
    pub(super) fn within(bounds: &Bounds<BigRational>) -> Self {
        let (minimum, maximum) = (bounds.minimum.as_ref(), bounds.maximum.as_ref());
        let low = stricter(minimum, bounds.exclusive_minimum.as_ref(), |one, other| {
            one < other
        });
        let high = stricter(maximum, bounds.exclusive_maximum.as_ref(), |one, other| {
            one > other
        });
        match &bounds.multiple_of {
            Some(step) => Self::multiples_between(step.clone(), low.as_ref(), high.as_ref()),
            None => Self::interval(low, high),
        }
    }

    /// The integers among the numbers.
    pub(super) fn integers_only(self) -> Self {
        match self {
            Self::Finite(values) => Self::Finite(
                values
                    .into_iter()
                    .filter(|value| value.is_integer())
                    .collect(),
            ),
            Self::Interval { low, high } => {
                Self::multiples_between(integer(1), low.as_ref(), high.as_ref())
            }
            Self::Multiples { step, first, last } => {
                let edge = |count: Option<BigInt>| {
                    count.map(|count| Edge {
                        value: &step * BigRational::from(count),
                        is_open: false,
                    })
                };
                // The integers among the multiples of a/b, in lowest terms, are the multiples of a.
                let integers = BigRational::from(step.numer().clone());
                Self::multiples_between(integers, edge(first).as_ref(), edge(last).as_ref())
            }
        }
    }

    fn interval(low: Option<Edge>, high: Option<Edge>) -> Self {
        match (&low, &high) {
            (Some(low), Some(high)) if low.value > high.value => Self::Finite(BTreeSet::new()),
            (Some(low), Some(high)) if low.value == high.value => {
                let is_empty = low.is_open || high.is_open;
                let only = (!is_empty).then(|| low.value.clone());
                Self::Finite(only.into_iter().collect())
            }
            _ => Self::Interval { low, high },
        }
    }

    fn multiples_between(step: BigRational, low: Option<&Edge>, high: Option<&Edge>) -> Self {
        let first = low.map(|edge| {
            let count = &edge.value / &step;
            match edge.is_open && count.is_integer() {
                true => count.to_integer() + 1,
                false => count.ceil().to_integer(),
            }
        });
        let last = high.map(|edge| {
            let count = &edge.value / &step;
            match edge.is_open && count.is_integer() {
                true => count.to_integer() - 1,
                false => count.floor().to_integer(),
            }
        });
        match (&first, &last) {
            (Some(first), Some(last)) if first > last => Self::Finite(BTreeSet::new()),
            (Some(first), Some(last)) if first == last => {
                Self::Finite(BTreeSet::from([step * BigRational::from(first.clone())]))
            }
            _ => Self::Multiples { step, first, last },
        }
    }

    /// Whether no number is in it.
    pub(in crate::diff) fn is_empty(&self) -> bool {
        matches!(self, Self::Finite(values) if values.is_empty())
    }

    pub(in crate::diff) fn contains_integer(&self, number: i64) -> bool {
        self.contains(&integer(number))
    }

    pub(in crate::diff) fn contains(&self, number: &BigRational) -> bool {
        match self {
            Self::Finite(values) => values.contains(number),
            Self::Interval { low, high } => {
                low.as_ref()
                    .is_none_or(|low| number > &low.value || (number == &low.value && !low.is_open))
                    && high.as_ref().is_none_or(|high| {
                        number < &high.value || (number == &high.value && !high.is_open)
                    })
            }
            Self::Multiples { step, first, last } => {
                let count = number / step;
                count.is_integer() && {
                    let count = count.to_integer();
                    first.as_ref().is_none_or(|first| count >= *first)
                        && last.as_ref().is_none_or(|last| count <= *last)
                }
            }
        }
    }
}

impl AcceptedSet for NumberSet {
    fn is_subset(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Finite(values), _) => values.iter().all(|value| other.contains(value)),
            // An interval has infinitely many numbers, and not all are multiples of a step.
            (Self::Interval { .. }, Self::Finite(_) | Self::Multiples { .. }) => false,
            (
                Self::Interval { low, high },
                Self::Interval {
                    low: other_low,
                    high: other_high,
                },
            ) => {
                let is_within =
                    |edge: &Option<Edge>, limit: &Option<Edge>, is_low: bool| match (edge, limit) {
                        (_, None) => true,
                        (None, Some(_)) => false,
                        (Some(edge), Some(limit)) if edge.value == limit.value => {
                            edge.is_open || !limit.is_open
                        }
                        (Some(edge), Some(limit)) => (edge.value > limit.value) == is_low,
                    };
                is_within(low, other_low, true) && is_within(high, other_high, false)
            }
            (Self::Multiples { step, first, last }, _) => {
                let at = |count: &BigInt| step * BigRational::from(count.clone());
                let holds_ends = match other {
                    Self::Finite(_) => first.is_some() && last.is_some(),
                    Self::Interval { low, high } => {
                        (low.is_none() || first.is_some()) && (high.is_none() || last.is_some())
                    }
                    Self::Multiples {
                        first: low,
                        last: high,
                        ..
                    } => (low.is_none() || first.is_some()) && (high.is_none() || last.is_some()),
                };
                let mut ends = [first, last].into_iter().flatten();
                holds_ends
                    && ends.all(|count| other.contains(&at(count)))
                    && match other {
                        Self::Interval { .. } => true,
                        // If two adjacent multiples of `step` are multiples of `other`, then their
                        // difference, `step`, is also a multiple of `other`.
                        Self::Multiples { step: other, .. } => (step / other).is_integer(),
                        Self::Finite(values) => {
                            let (Some(first), Some(last)) = (first, last) else {
                                return false;
                            };
                            let count = last - first + 1;
                            count <= BigInt::from(values.len())
                                && num::range_inclusive(first.clone(), last.clone())
                                    .all(|count| values.contains(&at(&count)))
                        }
                    }
            }
        }
    }
}

/// The stricter of an inclusive and an exclusive bound.
fn stricter(
    inclusive: Option<&BigRational>,
    exclusive: Option<&BigRational>,
    is_looser: impl Fn(&BigRational, &BigRational) -> bool,
) -> Option<Edge> {
    let edge = |value: &BigRational, is_open| Edge {
        value: value.clone(),
        is_open,
    };
    match (inclusive, exclusive) {
        (Some(inclusive), Some(exclusive)) if is_looser(exclusive, inclusive) => {
            Some(edge(inclusive, false))
        }
        (_, Some(exclusive)) => Some(edge(exclusive, true)),
        (Some(inclusive), None) => Some(edge(inclusive, false)),
        (None, None) => None,
    }
}

/// An integer as a fraction.
pub(super) fn integer(value: i64) -> BigRational {
    BigRational::from(BigInt::from(value))
}

/// The exact value of the shortest decimal form of a finite float.
pub(super) fn decimal(value: f64) -> BigRational {
    exact_number(&format!("{value:e}")).unwrap_or_else(BigRational::zero)
}

/// The exact value of a JSON number. `None` if the number, written as an integer times a power of ten, has
/// an exponent below -4,000 or above 4,000. The exponent of an `i64` or `f64`, such as a number of a schema,
/// is always between these limits.
pub(in crate::diff) fn exact_number(text: &str) -> Option<BigRational> {
    const MAX_EXPONENT: u32 = 4_000;
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: BigInt = format!("{whole}{fraction}").parse().ok()?;
    let exponent: i64 = exponent.parse().ok()?;
    let exponent = exponent - i64::try_from(fraction.len()).ok()?;
    let count = u32::try_from(exponent.unsigned_abs()).ok()?;
    if count > MAX_EXPONENT {
        return None;
    }
    let scale: BigInt = Pow::pow(BigInt::from(10), count);
    Some(match exponent < 0 {
        true => BigRational::new(digits, scale),
        false => BigRational::from(digits * scale),
    })
}
