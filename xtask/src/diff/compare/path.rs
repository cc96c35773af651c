//! The path of a schema in both files, and of a change below it.

use runcomfy_codegen::json::escape_step;

use super::view::Pair;
use crate::diff::severity::Direction;

/// The path of a schema in both files.
#[derive(Clone, Debug)]
pub(super) struct SchemaPath {
    /// Whether the schema belongs to the input or to the output.
    pub(super) direction: Direction,
    /// The JSON pointer in the old file.
    pub(super) old: String,
    /// The JSON pointer in the new file.
    pub(super) new: String,
    /// The wire names in the new file, from the root and separated by dots, with `[]` after the name of a
    /// list whose items are meant. Empty for the root.
    pub(super) property: String,
    /// Whether each version can have a value at this path. For example, a list of at most 0 items has
    /// no value at the path of its items.
    pub(super) is_reached: Pair<bool>,
}

/// Where below a schema the change is: steps of a JSON pointer, empty for the schema itself.
#[derive(Clone, Copy, Debug)]
pub(super) enum ChangeSite<'a> {
    /// In both files, the old one first.
    Both(&'a str, &'a str),
    /// In the old file only.
    Old(&'a str),
    /// In the new file only.
    New(&'a str),
}

impl SchemaPath {
    /// The input.
    pub(super) fn input() -> Self {
        Self::root(Direction::Input, "/input")
    }

    /// The output.
    pub(super) fn output() -> Self {
        Self::root(Direction::Output, "/output/output")
    }

    fn root(direction: Direction, pointer: &str) -> Self {
        Self {
            direction,
            old: pointer.to_owned(),
            new: pointer.to_owned(),
            property: String::new(),
            is_reached: Pair {
                old: true,
                new: true,
            },
        }
    }

    /// Whether this is the path of the input or the output itself.
    pub(super) fn is_root(&self) -> bool {
        !self.new.contains("/properties/")
    }

    /// The path of a property of this object, given its wire names in the old and in the new file.
    pub(super) fn property(&self, old: &str, new: &str) -> Self {
        let dot = if self.property.is_empty() { "" } else { "." };
        Self {
            direction: self.direction,
            old: format!("{}/properties/{}", self.old, escape_step(old)),
            new: format!("{}/properties/{}", self.new, escape_step(new)),
            property: format!("{}{dot}{new}", self.property),
            is_reached: self.is_reached,
        }
    }

    /// The path of the items of this list.
    pub(super) fn items(&self) -> Self {
        Self {
            direction: self.direction,
            old: format!("{}/items", self.old),
            new: format!("{}/items", self.new),
            property: format!("{}[]", self.property),
            is_reached: self.is_reached,
        }
    }

    /// The same path, reached in a version only if `is_reached` is also true for that version.
    pub(super) const fn reached(mut self, is_reached: Pair<bool>) -> Self {
        self.is_reached.old &= is_reached.old;
        self.is_reached.new &= is_reached.new;
        self
    }
}

/// A JSON pointer with further steps.
pub(super) fn join(pointer: &str, steps: &str) -> String {
    match steps {
        "" => pointer.to_owned(),
        steps => format!("{pointer}/{steps}"),
    }
}
