//! Comparing two versions of a model: the versions, and the changes found.

use serde_json::Value;

use super::path::{ChangeSite, SchemaPath, join};
use crate::diff::report::Change;
use crate::diff::rule::ChangeRule;
use crate::diff::schema_set::SourceModel;
use crate::diff::values::Effect;

/// Two versions of a model, and the changes between them.
pub(super) struct ModelComparison<'a> {
    pub(super) old: &'a SourceModel<'a>,
    pub(super) new: &'a SourceModel<'a>,
    pub(super) changes: Vec<Change>,
}

impl<'a> ModelComparison<'a> {
    pub(super) const fn new(old: &'a SourceModel<'a>, new: &'a SourceModel<'a>) -> Self {
        Self {
            old,
            new,
            changes: Vec::new(),
        }
    }

    /// Adds a change outside the input and output schemas, with the given values before and after.
    pub(super) fn add_to_model(
        &mut self,
        rule: ChangeRule,
        pointer: &str,
        before: Option<Value>,
        after: Option<Value>,
    ) {
        let position = self.new.position(pointer);
        let change = Change {
            pointer: pointer.to_owned(),
            before,
            after,
            line: position.line,
            column: position.column,
            ..change_of_model(rule, &self.new.id, &self.new.path)
        };
        self.changes.push(change.with_message());
    }

    /// Adds a change that has no effect on what is accepted. The values before and after are read from the
    /// two files.
    pub(super) fn add(&mut self, rule: ChangeRule, path: &SchemaPath, site: ChangeSite<'_>) {
        self.add_effect(rule, Effect::NONE, path, site);
    }

    /// Adds a change with the given effect on what is accepted. The values before and after are read from
    /// the two files.
    pub(super) fn add_effect(
        &mut self,
        rule: ChangeRule,
        effect: Effect,
        path: &SchemaPath,
        site: ChangeSite<'_>,
    ) {
        let value = |model: &SourceModel<'_>, base: &str, steps: &str| {
            Some(model.value(&join(base, steps))?.to_value())
        };
        let (before, after) = match site {
            ChangeSite::Both(old, new) => (
                value(self.old, &path.old, old),
                value(self.new, &path.new, new),
            ),
            ChangeSite::Old(steps) => (value(self.old, &path.old, steps), None),
            ChangeSite::New(steps) => (None, value(self.new, &path.new, steps)),
        };
        self.add_values(rule, effect, path, site, before, after);
    }

    /// Adds a change of a keyword, without an effect on what is accepted. One of the files may lack the
    /// keyword.
    pub(super) fn add_keyword(&mut self, rule: ChangeRule, path: &SchemaPath, keyword: &str) {
        self.add(rule, path, ChangeSite::Both(keyword, keyword));
    }

    /// Adds a change with the given effect on what is accepted and the given values before and after.
    pub(super) fn add_values(
        &mut self,
        rule: ChangeRule,
        effect: Effect,
        path: &SchemaPath,
        site: ChangeSite<'_>,
        before: Option<Value>,
        after: Option<Value>,
    ) {
        // The pointer of the change, and the pointer whose position in the new file is shown.
        let (pointer, shown) = match site {
            ChangeSite::Both(old, new) => {
                let pointer = join(&path.new, new);
                let exists = self.new.value(&pointer).is_some();
                let reported = if exists {
                    pointer.clone()
                } else {
                    join(&path.old, old)
                };
                (reported, pointer)
            }
            ChangeSite::Old(steps) => {
                // `steps` may end with an array index, such as in `enum/2`. In the new file that index may
                // belong to another item, so the position of the array is shown.
                let around = steps.trim_end_matches(|c: char| c.is_ascii_digit());
                let around = around.trim_end_matches('/');
                (join(&path.old, steps), join(&path.new, around))
            }
            ChangeSite::New(steps) => (join(&path.new, steps), join(&path.new, steps)),
        };
        let position = self.new.position(&shown);
        let effect = Effect {
            shrinks: effect.shrinks && path.is_reached.old,
            grows: effect.grows && path.is_reached.new,
        };
        let impact = rule.impact(Some(path.direction), effect);
        let property = Some(path.property.clone()).filter(|name| !name.is_empty());
        let change = Change {
            rule,
            severity: impact.severity(),
            wire: impact.wire,
            source: impact.source,
            model: self.new.id.clone(),
            direction: Some(path.direction),
            property,
            pointer,
            before,
            after,
            message: String::new(),
            file: self.new.path.clone(),
            line: position.line,
            column: position.column,
        };
        self.changes.push(change.with_message());
    }
}

/// A change of a model as a whole, without a message.
pub(super) fn change_of_model(rule: ChangeRule, id: &str, path: &str) -> Change {
    let impact = rule.impact(None, Effect::NONE);
    Change {
        rule,
        severity: impact.severity(),
        wire: impact.wire,
        source: impact.source,
        model: id.to_owned(),
        direction: None,
        property: None,
        pointer: String::new(),
        before: None,
        after: None,
        message: String::new(),
        file: path.to_owned(),
        line: 1,
        column: 1,
    }
}
