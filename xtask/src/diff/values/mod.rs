//! Sets of JSON values. The severity on the wire follows from whether the values accepted before are still
//! accepted, and vice versa.
//!
//! A schema is a conjunction of keywords, and each keyword accepts a set of values. Let `old` and `new` be
//! the sets that the two whole schemas accept. A changed keyword shrinks the set if and only if `old` is
//! not a subset of what the new keyword accepts, and grows it if and only if `new` is not a subset of what
//! the old keyword accepts. The whole set therefore shrinks or grows if and only if one of the changed
//! keywords shrinks or grows it, and each change has its own severity. Adding `multipleOf: 1` to an
//! `integer`, or a `maximum` that every enum value satisfies, has no effect.

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
    /// A value that was accepted is refused.
    pub(crate) shrinks: bool,
    /// A value that was refused is accepted.
    pub(crate) grows: bool,
}

impl Effect {
    /// The same values are accepted.
    pub(crate) const NONE: Self = Self {
        shrinks: false,
        grows: false,
    };
    /// Values are refused that were accepted.
    pub(crate) const SHRINKS: Self = Self {
        shrinks: true,
        grows: false,
    };
    /// Values are accepted that were refused.
    pub(crate) const GROWS: Self = Self {
        shrinks: false,
        grows: true,
    };
    /// Some values are refused that were accepted, others accepted that were refused.
    pub(crate) const BOTH: Self = Self {
        shrinks: true,
        grows: true,
    };

    /// The effect of changing a keyword, where `old` and `new` are what the whole schemas accept.
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
