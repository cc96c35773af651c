//! Limits. The severity of a changed limit depends on the values that the schema accepts before and after
//! the change, not on the keyword: for an integer, `exclusiveMinimum: 0` and `minimum: 1` are equivalent,
//! and with `enum: [5]` both are redundant.

use num::rational::BigRational;

use super::comparison::ModelComparison;
use super::path::{ChangeSite, SchemaPath};
use super::view::Pair;
use crate::diff::rule::ChangeRule;
use crate::diff::values::{Effect, NumberKeywords, NumberSet};

/// The rules about one limit.
pub(super) struct LimitRules {
    tightened: ChangeRule,
    loosened: ChangeRule,
    added: ChangeRule,
    removed: ChangeRule,
    /// The limit is written differently, but the schema accepts the same values. `None` if that is
    /// impossible.
    restated: Option<ChangeRule>,
}

const MINIMUM: LimitRules = LimitRules {
    tightened: ChangeRule::MinimumRaised,
    loosened: ChangeRule::MinimumLowered,
    added: ChangeRule::MinimumAdded,
    removed: ChangeRule::MinimumRemoved,
    restated: Some(ChangeRule::MinimumRestated),
};
const MAXIMUM: LimitRules = LimitRules {
    tightened: ChangeRule::MaximumLowered,
    loosened: ChangeRule::MaximumRaised,
    added: ChangeRule::MaximumAdded,
    removed: ChangeRule::MaximumRemoved,
    restated: Some(ChangeRule::MaximumRestated),
};
const EXCLUSIVE_MINIMUM: LimitRules = LimitRules {
    tightened: ChangeRule::ExclusiveMinimumRaised,
    loosened: ChangeRule::ExclusiveMinimumLowered,
    added: ChangeRule::ExclusiveMinimumAdded,
    removed: ChangeRule::ExclusiveMinimumRemoved,
    restated: Some(ChangeRule::MinimumRestated),
};
const EXCLUSIVE_MAXIMUM: LimitRules = LimitRules {
    tightened: ChangeRule::ExclusiveMaximumLowered,
    loosened: ChangeRule::ExclusiveMaximumRaised,
    added: ChangeRule::ExclusiveMaximumAdded,
    removed: ChangeRule::ExclusiveMaximumRemoved,
    restated: Some(ChangeRule::MaximumRestated),
};
const MULTIPLE_OF: LimitRules = LimitRules {
    tightened: ChangeRule::MultipleOfNarrowed,
    loosened: ChangeRule::MultipleOfWidened,
    added: ChangeRule::MultipleOfAdded,
    removed: ChangeRule::MultipleOfRemoved,
    restated: Some(ChangeRule::MultipleOfRestated),
};
pub(super) const MIN_LENGTH: LimitRules = LimitRules {
    tightened: ChangeRule::MinLengthRaised,
    loosened: ChangeRule::MinLengthLowered,
    added: ChangeRule::MinLengthAdded,
    removed: ChangeRule::MinLengthRemoved,
    restated: Some(ChangeRule::MinLengthRestated),
};
pub(super) const MAX_LENGTH: LimitRules = LimitRules {
    tightened: ChangeRule::MaxLengthLowered,
    loosened: ChangeRule::MaxLengthRaised,
    added: ChangeRule::MaxLengthAdded,
    removed: ChangeRule::MaxLengthRemoved,
    restated: None,
};
pub(super) const MIN_ITEMS: LimitRules = LimitRules {
    tightened: ChangeRule::MinItemsRaised,
    loosened: ChangeRule::MinItemsLowered,
    added: ChangeRule::MinItemsAdded,
    removed: ChangeRule::MinItemsRemoved,
    restated: Some(ChangeRule::MinItemsRestated),
};
pub(super) const MAX_ITEMS: LimitRules = LimitRules {
    tightened: ChangeRule::MaxItemsLowered,
    loosened: ChangeRule::MaxItemsRaised,
    added: ChangeRule::MaxItemsAdded,
    removed: ChangeRule::MaxItemsRemoved,
    restated: Some(ChangeRule::MaxItemsRestated),
};

impl LimitRules {
    /// The rule of a change with this effect. `is_set`: whether each version states the limit.
    const fn of(&self, effect: Effect, is_set: Pair<bool>) -> Option<ChangeRule> {
        Some(match (effect.shrinks, effect.grows) {
            (false, false) => return self.restated,
            (true, false) if is_set.old => self.tightened,
            (true, false) => self.added,
            (false, true) if is_set.new => self.loosened,
            (false, true) => self.removed,
            // Only a changed `multipleOf` can both exclude accepted values and allow refused ones.
            (true, true) => ChangeRule::MultipleOfChanged,
        })
    }
}

/// The keywords and rules for the lower or the upper end of the allowed numbers. In `keywords`, the
/// inclusive keyword comes first.
struct End {
    keywords: [&'static str; 2],
    rules: LimitRules,
    exclusive_rules: LimitRules,
}

const LOW: End = End {
    keywords: ["minimum", "exclusiveMinimum"],
    rules: MINIMUM,
    exclusive_rules: EXCLUSIVE_MINIMUM,
};
const HIGH: End = End {
    keywords: ["maximum", "exclusiveMaximum"],
    rules: MAXIMUM,
    exclusive_rules: EXCLUSIVE_MAXIMUM,
};

/// The inclusive and the exclusive bound at one end, as written.
type Written<'a> = [Option<&'a BigRational>; 2];

impl ModelComparison<'_> {
    /// Compares the bounds and `multipleOf` of two versions of a number schema. `are_redundant` is true if
    /// both versions have an enum. The limits then have no effect on what is accepted.
    pub(super) fn bounds(
        &mut self,
        path: &SchemaPath,
        keywords: Pair<&NumberKeywords>,
        sets: Pair<&NumberSet>,
        are_redundant: bool,
    ) {
        let bounds = keywords.map(|keywords| &keywords.bounds);
        let effect = |keyword: fn(&NumberKeywords) -> NumberSet| {
            if are_redundant {
                return Effect::NONE;
            }
            let (old, new) = (keyword(keywords.old), keyword(keywords.new));
            Effect::of_keyword((sets.old, sets.new), (&old, &new))
        };
        self.end(
            path,
            &LOW,
            bounds.map(|bounds| [bounds.minimum.as_ref(), bounds.exclusive_minimum.as_ref()]),
            effect(NumberKeywords::of_minimum),
        );
        self.end(
            path,
            &HIGH,
            bounds.map(|bounds| [bounds.maximum.as_ref(), bounds.exclusive_maximum.as_ref()]),
            effect(NumberKeywords::of_maximum),
        );
        let step = bounds.map(|bounds| bounds.multiple_of.as_ref());
        let effect = effect(NumberKeywords::of_step);
        self.limit(path, "multipleOf", &MULTIPLE_OF, step, effect);
    }

    fn end(&mut self, path: &SchemaPath, end: &End, written: Pair<Written<'_>>, effect: Effect) {
        if written.old == written.new {
            return;
        }
        // The index of the bound to report. If both bounds are set, this is the inclusive bound, or the
        // exclusive bound if only that one changed.
        let shown = |one: Written<'_>, other: Written<'_>| match one {
            [Some(_), None] => Some(0),
            [None, Some(_)] => Some(1),
            [Some(_), Some(_)] => Some(usize::from(one[0] == other[0])),
            [None, None] => None,
        };
        let shown = Pair {
            old: shown(written.old, written.new),
            new: shown(written.new, written.old),
        };
        let is_set = shown.map(|shown| shown.is_some());
        let is_exclusive =
            shown.old.is_none_or(|index| index == 1) && shown.new.is_none_or(|index| index == 1);
        let rules = if is_exclusive {
            &end.exclusive_rules
        } else {
            &end.rules
        };
        let site = match (shown.old, shown.new) {
            (Some(old), Some(new)) => ChangeSite::Both(end.keywords[old], end.keywords[new]),
            (Some(old), None) => ChangeSite::Old(end.keywords[old]),
            (None, new) => ChangeSite::New(end.keywords[new.unwrap_or_default()]),
        };
        if let Some(rule) = rules.of(effect, is_set) {
            self.add_effect(rule, effect, path, site);
        }
    }

    /// Compares one limit.
    pub(super) fn limit<T: PartialEq>(
        &mut self,
        path: &SchemaPath,
        keyword: &str,
        rules: &LimitRules,
        written: Pair<Option<T>>,
        effect: Effect,
    ) {
        if written.old == written.new {
            return;
        }
        let is_set = Pair {
            old: written.old.is_some(),
            new: written.new.is_some(),
        };
        if let Some(rule) = rules.of(effect, is_set) {
            self.add_effect(rule, effect, path, ChangeSite::Both(keyword, keyword));
        }
    }
}
