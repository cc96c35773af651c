//! Sets of counts, such as the possible numbers of characters in a string or of items in a list.

use super::AcceptedSet;

/// The counts from `min` to `max`, both included. There is no upper limit if `max` is `None`, and the set
/// is empty if `min` is greater than `max`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::diff) struct CountSet {
    pub(in crate::diff) min: usize,
    pub(in crate::diff) max: Option<usize>,
}

impl CountSet {
    /// The counts within limits.
    pub(in crate::diff) fn new(min: Option<usize>, max: Option<usize>) -> Self {
        let min = min.unwrap_or(0);
        Self { min, max }
    }

    /// Whether no count is in it.
    pub(in crate::diff) fn is_empty(self) -> bool {
        self.max.is_some_and(|max| self.min > max)
    }

    pub(in crate::diff) fn contains(self, count: usize) -> bool {
        count >= self.min && self.max.is_none_or(|max| count <= max)
    }
}

impl AcceptedSet for CountSet {
    fn is_subset(&self, other: &Self) -> bool {
        let is_below = |limit| self.max.is_some_and(|max| max <= limit);
        self.is_empty() || (self.min >= other.min && other.max.is_none_or(is_below))
    }
}
