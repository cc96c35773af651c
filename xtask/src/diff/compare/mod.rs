//! Comparing two sets of checked models: a pure function from both to a [`Report`].
//!
//! Whatever is only written in another way is no change: the order of members, of properties and of
//! enum values, `5` and `5.0`, `float` and `number`, an empty title and none.
//!
//! # What counts as renamed
//!
//! A model is renamed when one is gone and one is new whose input and output are the same, no other
//! is the same as either, and the input has properties at all. A property is renamed when, in its
//! object, it is the only one that is gone and another the only one that is new, and both are the
//! same in everything but the name: texts, default, limits, whether it is required. Two bare types
//! are no evidence: the schema must say more than its type, or both must have the same Rust name.
//! All else is one removed and one added.
//!
//! # What follows from another change
//!
//! Some changes drag others along, and only the first is told: a property and all that belongs to
//! it, a type and the limits and the default that go with it, the bound of a media rule and the
//! message that states it, a title and the Rust name made of it, a Rust name and the names of the
//! types within, the input and the example that has to fit it.

mod bound;
mod example;
mod object;
mod place;
mod renamed;
mod same;
mod shape;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::report::{Change, Report};
use super::rule::Rule;
use super::source::{RefusedFile, Side, SourceModel};
use place::At;

/// What the change from `old` to `new` means to callers.
///
/// A model whose file is refused on either side is reported as not comparable.
pub(crate) fn compare(old: &Side, new: &Side) -> Report {
    let mut changes = Vec::new();
    let refused = not_comparable(old, new, &mut changes);
    let olds = comparable(old, &refused);
    let news = comparable(new, &refused);
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    for (id, model) in &olds {
        match news.get(id) {
            Some(other) => changes.extend(Walker::new(model, other).model()),
            None => removed.push(*model),
        }
    }
    for (id, model) in &news {
        if !olds.contains_key(id) {
            added.push(*model);
        }
    }
    for (one, other) in renamed::take(&mut removed, &mut added) {
        changes.extend(Walker::new(one, other).renamed());
    }
    changes.extend(removed.iter().map(|model| lone(Rule::ModelRemoved, model)));
    changes.extend(added.iter().map(|model| lone(Rule::ModelAdded, model)));
    Report::new(changes)
}

/// The models of a side, without the refused ones, by id.
fn comparable<'a>(
    side: &'a Side,
    refused: &BTreeSet<String>,
) -> BTreeMap<&'a str, &'a SourceModel> {
    let models = side.models.iter();
    let models = models.filter(|model| !refused.contains(&model.id));
    models.map(|model| (model.id.as_str(), model)).collect()
}

/// Notes the models that cannot be compared, and returns their ids.
fn not_comparable(old: &Side, new: &Side, changes: &mut Vec<Change>) -> BTreeSet<String> {
    let mut models: BTreeMap<&str, [Option<&RefusedFile>; 2]> = BTreeMap::new();
    for (index, side) in [old, new].into_iter().enumerate() {
        for refused in &side.refused {
            models.entry(&refused.id).or_default()[index] = Some(refused);
        }
    }
    for (id, [before, after]) in &models {
        let reason = |refused: &Option<&RefusedFile>| {
            let refused = refused.as_ref()?;
            Some(Value::from(format!(
                "{} ({})",
                refused.reason, refused.file
            )))
        };
        let Some(refused) = after.or(*before) else {
            continue;
        };
        let known = new.models.iter().find(|model| model.id == **id);
        let file = known.map_or(&refused.file, |model| &model.file);
        let mut change = of_model(Rule::ModelNotComparable, id, file);
        change.before = reason(before);
        change.after = reason(after);
        changes.push(place::worded(change));
    }
    models.into_keys().map(str::to_owned).collect()
}

/// A change of a model that is on one side only.
fn lone(rule: Rule, model: &SourceModel) -> Change {
    place::worded(of_model(rule, &model.id, &model.file))
}

/// A change of a model as a whole.
fn of_model(rule: Rule, id: &str, file: &str) -> Change {
    let verdicts = rule.verdicts(None);
    Change {
        rule,
        severity: verdicts.severity(),
        wire: verdicts.wire,
        source: verdicts.source,
        model: id.to_owned(),
        direction: None,
        property: None,
        pointer: String::new(),
        before: None,
        after: None,
        message: String::new(),
        file: file.to_owned(),
        line: 1,
        column: 1,
    }
}

/// Walks through two versions of a model and notes what changed.
struct Walker<'a> {
    old: &'a SourceModel,
    new: &'a SourceModel,
    changes: Vec<Change>,
}

impl<'a> Walker<'a> {
    const fn new(old: &'a SourceModel, new: &'a SourceModel) -> Self {
        Self {
            old,
            new,
            changes: Vec::new(),
        }
    }

    /// Everything that changed in a model that kept its id.
    fn model(mut self) -> Vec<Change> {
        if self.modules(true) != self.modules(false) {
            let (before, after) = (self.modules(true), self.modules(false));
            self.note_model(Rule::ModuleRenamed, "/names", Some(before), Some(after));
        }
        self.roots();
        self.example();
        self.changes
    }

    /// Everything that changed in a model that has another id.
    fn renamed(mut self) -> Vec<Change> {
        let rule = if self.modules(true) == self.modules(false) {
            Rule::ModelIdChanged
        } else {
            Rule::ModelRenamed
        };
        let (before, after) = (self.old.id.as_str().into(), self.new.id.as_str().into());
        self.note_model(rule, "/model_id", Some(before), Some(after));
        self.roots();
        self.example();
        self.changes
    }

    /// What changed in the schemas, Rust names left aside: nothing, if the two are the same model.
    fn schemas(mut self) -> Vec<Change> {
        self.roots();
        let is_name = |rule| {
            matches!(
                rule,
                Rule::FieldRenamed | Rule::TypeRenamed | Rule::VariantRenamed
            )
        };
        self.changes.retain(|change| !is_name(change.rule));
        self.changes
    }

    fn roots(&mut self) {
        let (old, new) = (self.old, self.new);
        self.object(
            &At::input(),
            object::View::input(old),
            object::View::input(new),
            false,
        );
        self.object(
            &At::output(),
            object::View::output(old),
            object::View::output(new),
            false,
        );
    }

    fn modules(&self, of_old: bool) -> Value {
        let names = if of_old {
            &self.old.names
        } else {
            &self.new.names
        };
        names.modules.join("::").into()
    }

    fn note_model(
        &mut self,
        rule: Rule,
        pointer: &str,
        before: Option<Value>,
        after: Option<Value>,
    ) {
        let (line, column) = self.new.place(pointer);
        self.changes.push(place::worded(Change {
            pointer: pointer.to_owned(),
            before,
            after,
            line,
            column,
            ..of_model(rule, &self.new.id, &self.new.file)
        }));
    }
}
