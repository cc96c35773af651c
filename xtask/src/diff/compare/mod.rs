//! Comparing two sets of models: a pure function from both to a [`ChangeReport`].
//!
//! Differences in spelling are not reported: another order of members, properties or enum values, `5`
//! instead of `5.0`, `float` instead of `number`, or an empty title instead of none.
//!
//! # Renames
//!
//! A removed and an added model are reported as a rename if their inputs and outputs are the same apart from
//! Rust names, the input has properties, and no other removed or added model has the same input and output.
//!
//! A removed and an added property of an object are reported as a rename if no other property of the object
//! was removed or added, and if the two differ only in their names: texts, default, limits and whether the
//! property is required must be the same. In addition, the schema of the old property must state more than
//! its type and `items`, or both properties must have the same Rust name.
//!
//! Otherwise, the removal and the addition are reported separately.
//!
//! # Changes that follow from another change
//!
//! Of changes that belong together, only one is reported:
//!
//! - an added or removed property, not its contents;
//! - a new type that has no value in common with the old type, not the limits and the default that change
//!   with the type;
//! - the bound of a media rule, not the message that states it;
//! - a renamed Rust field, not the changed title that its name is derived from;
//! - a Rust name, not the names of the nested types derived from it;
//! - an added, removed or renamed property of the input, a changed type or a changed `required`, not the
//!   change of the example that follows from it.

mod bound;
mod comparison;
mod example;
mod maintained;
mod model;
mod object;
mod path;
mod property;
mod renamed;
mod text;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::report::{Change, ChangeReport};
use super::rule::ChangeRule;
use super::schema_set::{RefusedFile, SchemaSet, SourceModel};
use comparison::{ModelComparison, change_of_model};

/// What the change from `old` to `new` means to callers.
///
/// A model whose file is refused on either side is reported as not comparable.
pub(crate) fn compare(old: &SchemaSet<'_>, new: &SchemaSet<'_>) -> ChangeReport {
    let mut changes = Vec::new();
    let refused = report_refused(old, new, &mut changes);
    let (old_models, new_models) = (comparable(old, &refused), comparable(new, &refused));
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    for (id, model) in &old_models {
        match new_models.get(id) {
            Some(other) => changes.extend(ModelComparison::new(model, other).same_id()),
            None => removed.push(*model),
        }
    }
    for (id, model) in &new_models {
        if !old_models.contains_key(id) {
            added.push(*model);
        }
    }
    for (one, other) in renamed::take(&mut removed, &mut added) {
        changes.extend(ModelComparison::new(one, other).other_id());
    }
    let on_one_side = |rule, model: &SourceModel<'_>| {
        change_of_model(rule, &model.id, &model.path).with_message()
    };
    let removed = removed.iter();
    changes.extend(removed.map(|model| on_one_side(ChangeRule::ModelRemoved, model)));
    let added = added.iter();
    changes.extend(added.map(|model| on_one_side(ChangeRule::ModelAdded, model)));
    ChangeReport::new(changes)
}

/// The models of a set by id, without those whose id is in `refused`.
fn comparable<'a>(
    set: &'a SchemaSet<'a>,
    refused: &BTreeSet<String>,
) -> BTreeMap<&'a str, &'a SourceModel<'a>> {
    let models = set.models.iter();
    let models = models.filter(|model| !refused.contains(&model.id));
    models.map(|model| (model.id.as_str(), model)).collect()
}

/// Adds a change for each model that cannot be compared; returns their ids.
fn report_refused(
    old: &SchemaSet<'_>,
    new: &SchemaSet<'_>,
    changes: &mut Vec<Change>,
) -> BTreeSet<String> {
    let mut models: BTreeMap<&str, [Option<&RefusedFile>; 2]> = BTreeMap::new();
    for (index, set) in [old, new].into_iter().enumerate() {
        for refused in &set.refused {
            models.entry(&refused.id).or_default()[index] = Some(refused);
        }
    }
    for (id, [before, after]) in &models {
        let reason = |refused: &Option<&RefusedFile>| {
            let RefusedFile { reason, path, .. } = refused.as_ref()?;
            Some(Value::from(format!("{reason} ({path})")))
        };
        let Some(refused) = after.or(*before) else {
            continue;
        };
        let valid = new.models.iter().find(|model| model.id == **id);
        let path = valid.map_or(&refused.path, |model| &model.path);
        let mut change = change_of_model(ChangeRule::ModelNotComparable, id, path);
        change.before = reason(before);
        change.after = reason(after);
        changes.push(change.with_message());
    }
    models.into_keys().map(str::to_owned).collect()
}
