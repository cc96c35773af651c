//! Sets of JSON values. The wire severity of a change follows from whether the new schema accepts all values
//! that the old one accepts, and whether the old schema accepts all values that the new one accepts.
//!
//! A schema is a conjunction of keywords, and each keyword accepts a set of values. Let `old` and `new` be
//! the sets of values that the old and the new schema accept. A changed keyword shrinks the set of accepted
//! values if and only if `old` is not a subset of what the new keyword accepts, and grows it if and only if
//! `new` is not a subset of what the old keyword accepts. The set of accepted values therefore shrinks or
//! grows if and only if at least one changed keyword shrinks or grows it, and each changed keyword has a
//! separate severity. Adding `multipleOf: 1` to an `integer`, or a `maximum` that every enum value
//! satisfies, has no effect.

mod count;
mod keywords;
mod number;
mod presence;
mod text;

pub(super) use count::CountSet;
pub(super) use keywords::NumberKeywords;
pub(super) use number::{NumberSet, exact_number};
pub(super) use presence::{
    is_uninhabited, is_uninhabited_item, is_uninhabited_property, item_counts,
};
pub(super) use text::TextSet;

/// How a change affects the set of accepted values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effect {
    /// Whether some value that was accepted before is now refused.
    pub(crate) shrinks: bool,
    /// Whether some value that was refused before is now accepted.
    pub(crate) grows: bool,
}

impl Effect {
    /// The same values are accepted.
    pub(crate) const NONE: Self = Self {
        shrinks: false,
        grows: false,
    };
    /// Some values that were accepted before are now refused.
    pub(crate) const SHRINKS: Self = Self {
        shrinks: true,
        grows: false,
    };
    /// Some values that were refused before are now accepted.
    pub(crate) const GROWS: Self = Self {
        shrinks: false,
        grows: true,
    };
    /// Some values that were accepted before are now refused, and some that were refused are now accepted.
    pub(crate) const BOTH: Self = Self {
        shrinks: true,
        grows: true,
    };

    /// The effect of changing one keyword of a schema. `old` and `new` are the sets that the complete schemas
    /// accept, `old_keyword` and `new_keyword` the sets that the keyword alone accepts.
    pub(crate) fn of_keyword<S: AcceptedSet>(
        (old, new): (&S, &S),
        (old_keyword, new_keyword): (&S, &S),
    ) -> Self {
        Self {
            shrinks: !old.is_subset(new_keyword),
            grows: !new.is_subset(old_keyword),
        }
    }

    /// The effect of the reverse change.
    pub(crate) const fn reversed(self) -> Self {
        Self {
            shrinks: self.grows,
            grows: self.shrinks,
        }
    }

    /// Whether the same values are accepted.
    pub(crate) fn is_none(self) -> bool {
        self == Self::NONE
    }
}

/// A set of values that a schema or one of its keywords accepts.
pub(crate) trait AcceptedSet {
    /// Whether everything in it is in `other`.
    fn is_subset(&self, other: &Self) -> bool;
}
