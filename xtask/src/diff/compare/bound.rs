//! Limits, compared by what they let through: `exclusiveMinimum` 0 and `minimum` 1 are the same
//! to an integer.

use std::cmp::Ordering;

use runcomfy_codegen::model::Bounds;

use super::Walker;
use super::place::{At, Where};
use crate::diff::rule::Rule;

/// The rules about one limit.
struct Rules {
    tightened: Rule,
    loosened: Rule,
    added: Rule,
    removed: Rule,
    /// It is written in another way and lets the same through.
    restated: Rule,
}

const MINIMUM: Rules = Rules {
    tightened: Rule::MinimumRaised,
    loosened: Rule::MinimumLowered,
    added: Rule::MinimumAdded,
    removed: Rule::MinimumRemoved,
    restated: Rule::MinimumRestated,
};
const MAXIMUM: Rules = Rules {
    tightened: Rule::MaximumLowered,
    loosened: Rule::MaximumRaised,
    added: Rule::MaximumAdded,
    removed: Rule::MaximumRemoved,
    restated: Rule::MaximumRestated,
};
const EXCLUSIVE_MINIMUM: Rules = Rules {
    tightened: Rule::ExclusiveMinimumRaised,
    loosened: Rule::ExclusiveMinimumLowered,
    added: Rule::ExclusiveMinimumAdded,
    removed: Rule::ExclusiveMinimumRemoved,
    restated: Rule::MinimumRestated,
};
const EXCLUSIVE_MAXIMUM: Rules = Rules {
    tightened: Rule::ExclusiveMaximumLowered,
    loosened: Rule::ExclusiveMaximumRaised,
    added: Rule::ExclusiveMaximumAdded,
    removed: Rule::ExclusiveMaximumRemoved,
    restated: Rule::MaximumRestated,
};
const MIN_LENGTH: Rules = Rules {
    tightened: Rule::MinLengthRaised,
    loosened: Rule::MinLengthLowered,
    added: Rule::MinLengthAdded,
    removed: Rule::MinLengthRemoved,
    restated: Rule::MinLengthRestated,
};
const MIN_ITEMS: Rules = Rules {
    tightened: Rule::MinItemsRaised,
    loosened: Rule::MinItemsLowered,
    added: Rule::MinItemsAdded,
    removed: Rule::MinItemsRemoved,
    restated: Rule::MinItemsRestated,
};

/// A number that bounds can be of.
pub(super) trait Bound: Copy + PartialOrd {
    /// The least, or the greatest, number that an exclusive bound lets through, if there is one.
    fn next(self, end: End) -> Option<Self>;
    /// Whether it is a whole number of steps.
    fn is_multiple_of(self, step: Self) -> bool;
}

impl Bound for i64 {
    fn next(self, end: End) -> Option<Self> {
        match end {
            End::Low => self.checked_add(1),
            End::High => self.checked_sub(1),
        }
    }

    fn is_multiple_of(self, step: Self) -> bool {
        self.checked_rem(step).is_none_or(|rest| rest == 0)
    }
}

impl Bound for f64 {
    fn next(self, _: End) -> Option<Self> {
        None
    }

    fn is_multiple_of(self, step: Self) -> bool {
        // To twelve digits, as the generator judges defaults: 0.3 is three steps of 0.1.
        let steps = self / step;
        (steps - steps.round()).abs() <= 1e-12 * steps.abs().max(1.0)
    }
}

/// An end of the allowed numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Low,
    High,
}

/// The bound at one end, the tighter one where there are two.
#[derive(Clone, Copy)]
struct Edge<T> {
    value: T,
    /// Whether the value itself is out.
    is_open: bool,
    /// Whether the schema says so with the exclusive keyword.
    is_exclusive: bool,
}

impl End {
    const fn keyword(self, is_exclusive: bool) -> &'static str {
        match (self, is_exclusive) {
            (Self::Low, false) => "minimum",
            (Self::Low, true) => "exclusiveMinimum",
            (Self::High, false) => "maximum",
            (Self::High, true) => "exclusiveMaximum",
        }
    }

    /// The inclusive and the exclusive bound, as they are written.
    fn written<T: Copy>(self, bounds: &Bounds<T>) -> (Option<T>, Option<T>) {
        match self {
            Self::Low => (bounds.minimum, bounds.exclusive_minimum),
            Self::High => (bounds.maximum, bounds.exclusive_maximum),
        }
    }

    fn edge<T: Bound>(self, bounds: &Bounds<T>) -> Option<Edge<T>> {
        let (inclusive, exclusive) = self.written(bounds);
        let inclusive = inclusive.map(|value| Edge {
            value,
            is_open: false,
            is_exclusive: false,
        });
        let exclusive = exclusive.map(|value| Edge {
            value: value.next(self).unwrap_or(value),
            is_open: value.next(self).is_none(),
            is_exclusive: true,
        });
        match (inclusive, exclusive) {
            (Some(one), Some(other)) if self.tightness(one, other) == Ordering::Less => Some(other),
            (Some(one), _) => Some(one),
            (None, other) => other,
        }
    }

    /// `Less` when `one` lets more through.
    fn tightness<T: Bound>(self, one: Edge<T>, other: Edge<T>) -> Ordering {
        let order = one
            .value
            .partial_cmp(&other.value)
            .unwrap_or(Ordering::Equal);
        let order = match self {
            Self::Low => order,
            Self::High => order.reverse(),
        };
        order.then(one.is_open.cmp(&other.is_open))
    }
}

impl Walker<'_> {
    /// The bounds of a number. Beside an enum they say nothing that its values do not.
    pub(super) fn bounds<T: Bound>(
        &mut self,
        at: &At,
        old: &Bounds<T>,
        new: &Bounds<T>,
        are_moot: bool,
    ) {
        for end in [End::Low, End::High] {
            self.end(at, end, old, new, are_moot);
        }
        let rule = match (old.multiple_of, new.multiple_of) {
            (old, new) if old == new => return,
            _ if are_moot => Rule::MultipleOfRestated,
            (None, _) => Rule::MultipleOfAdded,
            (_, None) => Rule::MultipleOfRemoved,
            (Some(old), Some(new)) if new.is_multiple_of(old) => Rule::MultipleOfNarrowed,
            (Some(old), Some(new)) if old.is_multiple_of(new) => Rule::MultipleOfWidened,
            _ => Rule::MultipleOfChanged,
        };
        self.note_keyword(rule, at, "multipleOf");
    }

    fn end<T: Bound>(
        &mut self,
        at: &At,
        end: End,
        old: &Bounds<T>,
        new: &Bounds<T>,
        are_moot: bool,
    ) {
        if end.written(old) == end.written(new) {
            return;
        }
        let (before, after) = (end.edge(old), end.edge(new));
        let is_exclusive = |edge: Option<Edge<T>>| edge.is_none_or(|edge| edge.is_exclusive);
        let rules = match (end, is_exclusive(before) && is_exclusive(after)) {
            (End::Low, false) => MINIMUM,
            (End::Low, true) => EXCLUSIVE_MINIMUM,
            (End::High, false) => MAXIMUM,
            (End::High, true) => EXCLUSIVE_MAXIMUM,
        };
        let rule = match (before, after) {
            _ if are_moot => rules.restated,
            (None, _) => rules.added,
            (_, None) => rules.removed,
            (Some(before), Some(after)) => match end.tightness(before, after) {
                Ordering::Less => rules.tightened,
                Ordering::Equal => rules.restated,
                Ordering::Greater => rules.loosened,
            },
        };
        let keyword =
            |edge: Option<Edge<T>>| end.keyword(edge.is_some_and(|edge| edge.is_exclusive));
        let place = match (before, after) {
            (None, _) => Where::New(keyword(after)),
            (_, None) => Where::Old(keyword(before)),
            _ => Where::Both(keyword(before), keyword(after)),
        };
        self.note(rule, at, place);
    }

    pub(super) fn min_length(&mut self, at: &At, old: Option<usize>, new: Option<usize>) {
        self.least(at, "minLength", &MIN_LENGTH, old, new);
    }

    pub(super) fn max_length(&mut self, at: &At, old: Option<usize>, new: Option<usize>) {
        let rule = match (old, new) {
            (None, Some(_)) => Rule::MaxLengthAdded,
            (Some(_), None) => Rule::MaxLengthRemoved,
            (Some(old), Some(new)) if new < old => Rule::MaxLengthLowered,
            (Some(old), Some(new)) if new > old => Rule::MaxLengthRaised,
            _ => return,
        };
        self.note_keyword(rule, at, "maxLength");
    }

    pub(super) fn min_items(&mut self, at: &At, old: Option<usize>, new: Option<usize>) {
        self.least(at, "minItems", &MIN_ITEMS, old, new);
    }

    pub(super) fn max_items(&mut self, at: &At, old: Option<usize>, new: Option<usize>) {
        let rule = match (old, new) {
            (None, Some(_)) => Rule::MaxItemsAdded,
            (Some(_), None) => Rule::MaxItemsRemoved,
            (Some(old), Some(new)) if new < old => Rule::MaxItemsLowered,
            (Some(old), Some(new)) if new > old => Rule::MaxItemsRaised,
            _ => return,
        };
        self.note_keyword(rule, at, "maxItems");
    }

    /// A least count; none is a least count of 0.
    fn least(
        &mut self,
        at: &At,
        keyword: &str,
        rules: &Rules,
        old: Option<usize>,
        new: Option<usize>,
    ) {
        let rule = match (old, new) {
            (old, new) if old == new => return,
            (None | Some(0), None | Some(0)) => rules.restated,
            (None, _) => rules.added,
            (_, None) => rules.removed,
            (old, new) if new > old => rules.tightened,
            _ => rules.loosened,
        };
        self.note_keyword(rule, at, keyword);
    }
}
