//! Limits, compared by the values that they allow: for an integer, `exclusiveMinimum` 0 and `minimum` 1
//! are the same.

use std::cmp::Ordering;

use runcomfy_codegen::bounds::{BoundKind, BoundNumber, Bounds};

use super::comparison::ModelComparison;
use super::path::{ChangeSite, SchemaPath};
use crate::diff::rule::ChangeRule;

/// The rules about one limit.
struct LimitRules {
    tightened: ChangeRule,
    loosened: ChangeRule,
    added: ChangeRule,
    removed: ChangeRule,
    /// Written differently, with the same values allowed.
    restated: ChangeRule,
}

const MINIMUM: LimitRules = LimitRules {
    tightened: ChangeRule::MinimumRaised,
    loosened: ChangeRule::MinimumLowered,
    added: ChangeRule::MinimumAdded,
    removed: ChangeRule::MinimumRemoved,
    restated: ChangeRule::MinimumRestated,
};
const MAXIMUM: LimitRules = LimitRules {
    tightened: ChangeRule::MaximumLowered,
    loosened: ChangeRule::MaximumRaised,
    added: ChangeRule::MaximumAdded,
    removed: ChangeRule::MaximumRemoved,
    restated: ChangeRule::MaximumRestated,
};
const EXCLUSIVE_MINIMUM: LimitRules = LimitRules {
    tightened: ChangeRule::ExclusiveMinimumRaised,
    loosened: ChangeRule::ExclusiveMinimumLowered,
    added: ChangeRule::ExclusiveMinimumAdded,
    removed: ChangeRule::ExclusiveMinimumRemoved,
    restated: ChangeRule::MinimumRestated,
};
const EXCLUSIVE_MAXIMUM: LimitRules = LimitRules {
    tightened: ChangeRule::ExclusiveMaximumLowered,
    loosened: ChangeRule::ExclusiveMaximumRaised,
    added: ChangeRule::ExclusiveMaximumAdded,
    removed: ChangeRule::ExclusiveMaximumRemoved,
    restated: ChangeRule::MaximumRestated,
};
const MIN_LENGTH: LimitRules = LimitRules {
    tightened: ChangeRule::MinLengthRaised,
    loosened: ChangeRule::MinLengthLowered,
    added: ChangeRule::MinLengthAdded,
    removed: ChangeRule::MinLengthRemoved,
    restated: ChangeRule::MinLengthRestated,
};
const MIN_ITEMS: LimitRules = LimitRules {
    tightened: ChangeRule::MinItemsRaised,
    loosened: ChangeRule::MinItemsLowered,
    added: ChangeRule::MinItemsAdded,
    removed: ChangeRule::MinItemsRemoved,
    restated: ChangeRule::MinItemsRestated,
};

/// A number whose bounds are compared.
pub(super) trait ComparedNumber: BoundNumber {
    /// The first number inside an exclusive bound at this end, if there is one.
    fn next_inside(self, end: End) -> Option<Self>;
}

impl ComparedNumber for i64 {
    fn next_inside(self, end: End) -> Option<Self> {
        match end {
            End::Low => self.checked_add(1),
            End::High => self.checked_sub(1),
        }
    }
}

impl ComparedNumber for f64 {
    fn next_inside(self, _: End) -> Option<Self> {
        None
    }
}

/// An end of the allowed numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Low,
    High,
}

/// The bound at one end, the stricter one if there are two.
#[derive(Clone, Copy)]
struct Edge<T> {
    value: T,
    /// Whether the value itself is not allowed.
    is_open: bool,
    /// Whether the keyword is the exclusive one.
    is_exclusive: bool,
}

impl End {
    const fn keyword(self, is_exclusive: bool) -> &'static str {
        let kind = match (self, is_exclusive) {
            (Self::Low, false) => BoundKind::Minimum,
            (Self::Low, true) => BoundKind::ExclusiveMinimum,
            (Self::High, false) => BoundKind::Maximum,
            (Self::High, true) => BoundKind::ExclusiveMaximum,
        };
        kind.keyword()
    }

    /// The inclusive and the exclusive bound, as written.
    fn written<T: Copy>(self, bounds: &Bounds<T>) -> (Option<T>, Option<T>) {
        match self {
            Self::Low => (bounds.minimum, bounds.exclusive_minimum),
            Self::High => (bounds.maximum, bounds.exclusive_maximum),
        }
    }

    fn edge<T: ComparedNumber>(self, bounds: &Bounds<T>) -> Option<Edge<T>> {
        let (inclusive, exclusive) = self.written(bounds);
        let inclusive = inclusive.map(|value| Edge {
            value,
            is_open: false,
            is_exclusive: false,
        });
        let exclusive = exclusive.map(|value| Edge {
            value: value.next_inside(self).unwrap_or(value),
            is_open: value.next_inside(self).is_none(),
            is_exclusive: true,
        });
        match (inclusive, exclusive) {
            (Some(one), Some(other)) if self.tightness(one, other) == Ordering::Less => Some(other),
            (Some(one), _) => Some(one),
            (None, other) => other,
        }
    }

    /// `Less` if `one` allows more.
    fn tightness<T: ComparedNumber>(self, one: Edge<T>, other: Edge<T>) -> Ordering {
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

impl ModelComparison<'_> {
    /// Compares the bounds of a number. Beside an enum they are redundant.
    pub(super) fn bounds<T: ComparedNumber>(
        &mut self,
        path: &SchemaPath,
        old: &Bounds<T>,
        new: &Bounds<T>,
        are_redundant: bool,
    ) {
        for end in [End::Low, End::High] {
            self.end(path, end, old, new, are_redundant);
        }
        let rule = match (old.multiple_of, new.multiple_of) {
            (old, new) if old == new => return,
            _ if are_redundant => ChangeRule::MultipleOfRestated,
            (None, _) => ChangeRule::MultipleOfAdded,
            (_, None) => ChangeRule::MultipleOfRemoved,
            (Some(old), Some(new)) if new.is_multiple_of(old) => ChangeRule::MultipleOfNarrowed,
            (Some(old), Some(new)) if old.is_multiple_of(new) => ChangeRule::MultipleOfWidened,
            _ => ChangeRule::MultipleOfChanged,
        };
        self.add_keyword(rule, path, "multipleOf");
    }

    fn end<T: ComparedNumber>(
        &mut self,
        path: &SchemaPath,
        end: End,
        old: &Bounds<T>,
        new: &Bounds<T>,
        are_redundant: bool,
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
            _ if are_redundant => rules.restated,
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
        let site = match (before, after) {
            (None, _) => ChangeSite::New(keyword(after)),
            (_, None) => ChangeSite::Old(keyword(before)),
            _ => ChangeSite::Both(keyword(before), keyword(after)),
        };
        self.add(rule, path, site);
    }

    pub(super) fn min_length(&mut self, path: &SchemaPath, old: Option<usize>, new: Option<usize>) {
        self.min_count(path, "minLength", &MIN_LENGTH, old, new);
    }

    pub(super) fn max_length(&mut self, path: &SchemaPath, old: Option<usize>, new: Option<usize>) {
        let rule = match (old, new) {
            (None, Some(_)) => ChangeRule::MaxLengthAdded,
            (Some(_), None) => ChangeRule::MaxLengthRemoved,
            (Some(old), Some(new)) if new < old => ChangeRule::MaxLengthLowered,
            (Some(old), Some(new)) if new > old => ChangeRule::MaxLengthRaised,
            _ => return,
        };
        self.add_keyword(rule, path, "maxLength");
    }

    pub(super) fn min_items(&mut self, path: &SchemaPath, old: Option<usize>, new: Option<usize>) {
        self.min_count(path, "minItems", &MIN_ITEMS, old, new);
    }

    pub(super) fn max_items(&mut self, path: &SchemaPath, old: Option<usize>, new: Option<usize>) {
        let rule = match (old, new) {
            (None, Some(_)) => ChangeRule::MaxItemsAdded,
            (Some(_), None) => ChangeRule::MaxItemsRemoved,
            (Some(old), Some(new)) if new < old => ChangeRule::MaxItemsLowered,
            (Some(old), Some(new)) if new > old => ChangeRule::MaxItemsRaised,
            _ => return,
        };
        self.add_keyword(rule, path, "maxItems");
    }

    /// Compares minimum counts; none is a minimum of 0.
    fn min_count(
        &mut self,
        path: &SchemaPath,
        keyword: &str,
        rules: &LimitRules,
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
        self.add_keyword(rule, path, keyword);
    }
}
