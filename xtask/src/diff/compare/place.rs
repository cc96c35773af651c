//! Where a change is, in both files, and how it is noted.

use serde_json::Value;

use super::Walker;
use crate::diff::report::Change;
use crate::diff::rule::Rule;
use crate::diff::text::excerpt;
use crate::diff::verdict::Direction;

/// A schema in both files.
#[derive(Clone, Debug)]
pub(super) struct At {
    /// The side.
    pub(super) direction: Direction,
    /// The JSON pointer in the old file.
    old: String,
    /// The JSON pointer in the new file.
    new: String,
    /// The wire names from the root.
    property: String,
}

/// The steps from a schema to what changed in it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Where<'a> {
    /// In both files, the old one first; empty for the schema itself.
    Both(&'a str, &'a str),
    /// In the old file only.
    Old(&'a str),
    /// In the new file only.
    New(&'a str),
}

impl At {
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
        }
    }

    /// Whether it is the whole input or output.
    pub(super) fn is_root(&self) -> bool {
        !self.new.contains("/properties/")
    }

    /// A property that is called `old` in the one file and `new` in the other.
    pub(super) fn property(&self, old: &str, new: &str) -> Self {
        let step = |wire: &str| wire.replace('~', "~0").replace('/', "~1");
        let dot = if self.property.is_empty() { "" } else { "." };
        Self {
            direction: self.direction,
            old: format!("{}/properties/{}", self.old, step(old)),
            new: format!("{}/properties/{}", self.new, step(new)),
            property: format!("{}{dot}{new}", self.property),
        }
    }

    /// The items of a list.
    pub(super) fn items(&self) -> Self {
        Self {
            direction: self.direction,
            old: format!("{}/items", self.old),
            new: format!("{}/items", self.new),
            property: format!("{}[]", self.property),
        }
    }
}

impl Walker<'_> {
    /// Notes a change; what was there and what is there are taken from the files.
    pub(super) fn note(&mut self, rule: Rule, at: &At, place: Where<'_>) {
        let value = |model: &crate::diff::source::SourceModel, base: &str, step: &str| {
            Some(model.value(&join(base, step))?.to_value())
        };
        let (before, after) = match place {
            Where::Both(old, new) => (value(self.old, &at.old, old), value(self.new, &at.new, new)),
            Where::Old(step) => (value(self.old, &at.old, step), None),
            Where::New(step) => (None, value(self.new, &at.new, step)),
        };
        self.note_values(rule, at, place, before, after);
    }

    /// Notes a change of a keyword that has the same name in both files.
    pub(super) fn note_keyword(&mut self, rule: Rule, at: &At, keyword: &str) {
        self.note(rule, at, Where::Both(keyword, keyword));
    }

    /// Notes a change with what was there and what is there.
    pub(super) fn note_values(
        &mut self,
        rule: Rule,
        at: &At,
        place: Where<'_>,
        before: Option<Value>,
        after: Option<Value>,
    ) {
        let (pointer, nearby) = match place {
            Where::Both(old, new) => {
                let pointer = join(&at.new, new);
                let is_there = self.new.value(&pointer).is_some();
                let shown = if is_there {
                    pointer.clone()
                } else {
                    join(&at.old, old)
                };
                (shown, pointer)
            }
            // The position of what is gone is another's now.
            Where::Old(step) => {
                let around = step.trim_end_matches(|c: char| c.is_ascii_digit());
                (
                    join(&at.old, step),
                    join(&at.new, around.trim_end_matches('/')),
                )
            }
            Where::New(step) => (join(&at.new, step), join(&at.new, step)),
        };
        let (line, column) = self.new.place(&nearby);
        let verdicts = rule.verdicts(Some(at.direction));
        let property = Some(at.property.clone()).filter(|name| !name.is_empty());
        self.changes.push(worded(Change {
            rule,
            severity: verdicts.severity(),
            wire: verdicts.wire,
            source: verdicts.source,
            model: self.new.id.clone(),
            direction: Some(at.direction),
            property,
            pointer,
            before,
            after,
            message: String::new(),
            file: self.new.file.clone(),
            line,
            column,
        }));
    }
}

fn join(base: &str, step: &str) -> String {
    match step {
        "" => base.to_owned(),
        step => format!("{base}/{step}"),
    }
}

/// The change with its message.
pub(super) fn worded(mut change: Change) -> Change {
    let phrase = change.rule.phrase();
    change.message = match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            format!("{phrase}: {} → {}", excerpt(before), excerpt(after))
        }
        (Some(only), None) | (None, Some(only)) => format!("{phrase}: {}", excerpt(only)),
        (None, None) => phrase.to_owned(),
    };
    change
}
