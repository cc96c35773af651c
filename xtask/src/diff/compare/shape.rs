//! What a property holds.

use runcomfy_codegen::dialect::Schema;
use runcomfy_codegen::model::{Bounds, Choice, Item, List, Shape, Text};

use super::Walker;
use super::object::View;
use super::place::{At, Where};
use crate::diff::rule::Rule;
use runcomfy_codegen::names::TypeNames;

/// A schema as the dialect has it, and the names of the type that it becomes.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) schema: Option<&'a Schema>,
    pub(super) types: &'a TypeNames,
}

impl<'a> Context<'a> {
    fn items(self) -> Self {
        let items = self.schema.and_then(|schema| schema.items.as_deref());
        Self {
            schema: items.map(|items| &items.value),
            types: self.types,
        }
    }
}

/// Both sides of something.
#[derive(Clone, Copy)]
pub(super) struct Pair<T> {
    pub(super) old: T,
    pub(super) new: T,
}

impl<T> Pair<T> {
    fn map<U>(self, change: impl Fn(T) -> U) -> Pair<U> {
        Pair {
            old: change(self.old),
            new: change(self.new),
        }
    }
}

impl Walker<'_> {
    /// What a property holds. `is_renamed`: the Rust names around it are new already. Whether both
    /// are of the same kind, so that the rest can be compared.
    pub(super) fn shape(
        &mut self,
        at: &At,
        shapes: Pair<&Shape>,
        contexts: Pair<Context<'_>>,
        is_renamed: bool,
    ) -> bool {
        match (shapes.old, shapes.new) {
            (Shape::One(old), Shape::One(new)) => {
                self.item(at, Pair { old, new }, contexts, is_renamed)
            }
            (Shape::List(old), Shape::List(new)) => {
                self.list(at, Pair { old, new }, contexts, is_renamed)
            }
            (Shape::One(_), Shape::List(_)) => {
                self.note_keyword(Rule::BecameList, at, "type");
                false
            }
            (Shape::List(_), Shape::One(_)) => {
                self.note_keyword(Rule::BecameSingle, at, "type");
                false
            }
        }
    }

    fn list(
        &mut self,
        at: &At,
        lists: Pair<&List>,
        contexts: Pair<Context<'_>>,
        is_renamed: bool,
    ) -> bool {
        let Pair { old, new } = lists;
        self.min_items(at, old.min_items, new.min_items);
        self.max_items(at, old.max_items, new.max_items);
        let items = at.items();
        let fits = self.item(
            &items,
            lists.map(|list| &list.item),
            contexts.map(Context::items),
            is_renamed,
        );
        if fits {
            self.format(at, old.format.as_deref(), new.format.as_deref());
            self.media(at, contexts.old.schema, contexts.new.schema);
        }
        self.docs(&items, &old.item_docs, &new.item_docs, true);
        fits
    }

    fn item(
        &mut self,
        at: &At,
        items: Pair<&Item>,
        contexts: Pair<Context<'_>>,
        is_renamed: bool,
    ) -> bool {
        match (items.old, items.new) {
            (Item::Boolean, Item::Boolean) => {}
            (
                Item::Integer {
                    bounds: old,
                    one_of: old_values,
                },
                Item::Integer {
                    bounds: new,
                    one_of: new_values,
                },
            ) => {
                let values = Pair {
                    old: old_values.as_deref(),
                    new: new_values.as_deref(),
                };
                self.integers(at, values, Pair { old, new });
            }
            (Item::Number(old), Item::Number(new)) => self.bounds(at, old, new, false),
            (Item::Integer { bounds, one_of }, Item::Number(new)) => {
                self.note_keyword(Rule::TypeWidened, at, "type");
                match one_of {
                    Some(_) => self.note(Rule::IntegerEnumRemoved, at, Where::Old("enum")),
                    None => self.bounds(at, &floats(bounds), new, false),
                }
            }
            (Item::Number(old), Item::Integer { bounds, one_of }) => {
                self.note_keyword(Rule::TypeNarrowed, at, "type");
                match one_of {
                    Some(_) => self.note(Rule::IntegerEnumAdded, at, Where::New("enum")),
                    None => self.bounds(at, old, &floats(bounds), false),
                }
            }
            (Item::Text(old), Item::Text(new)) => {
                self.min_length(at, old.min_length, new.min_length);
                self.max_length(at, old.max_length, new.max_length);
                self.format(at, old.format.as_deref(), new.format.as_deref());
                self.media(at, contexts.old.schema, contexts.new.schema);
            }
            (Item::Choice(old), Item::Choice(new)) => {
                self.choices(at, Pair { old, new }, contexts.map(|context| context.types));
            }
            (Item::Text(text), Item::Choice(choices)) => {
                self.note(Rule::EnumAdded, at, Where::New("enum"));
                for index in misfits(choices, text) {
                    let place = format!("enum/{index}");
                    self.note(Rule::EnumValueAdded, at, Where::New(&place));
                }
            }
            (Item::Choice(choices), Item::Text(text)) => {
                self.note(Rule::EnumRemoved, at, Where::Old("enum"));
                for index in misfits(choices, text) {
                    let place = format!("enum/{index}");
                    self.note(Rule::EnumValueRemoved, at, Where::Old(&place));
                }
            }
            (Item::Object(old), Item::Object(new)) => {
                if let (TypeNames::Struct(old_names), TypeNames::Struct(new_names)) =
                    (contexts.old.types, contexts.new.types)
                {
                    let old = View::new(old, old_names, contexts.old.schema);
                    let new = View::new(new, new_names, contexts.new.schema);
                    self.object(at, old, new, is_renamed);
                }
            }
            _ => {
                self.note_keyword(Rule::TypeChanged, at, "type");
                return false;
            }
        }
        true
    }

    /// An integer: its values where it is an enum, else its bounds.
    fn integers(&mut self, at: &At, values: Pair<Option<&[i64]>>, bounds: Pair<&Bounds<i64>>) {
        match (values.old, values.new) {
            (None, None) => self.bounds(at, bounds.old, bounds.new, false),
            (Some(old), Some(new)) => {
                for (index, value) in old.iter().enumerate() {
                    if !new.contains(value) {
                        let place = format!("enum/{index}");
                        self.note(Rule::IntegerEnumValueRemoved, at, Where::Old(&place));
                    }
                }
                for (index, value) in new.iter().enumerate() {
                    if !old.contains(value) {
                        let place = format!("enum/{index}");
                        self.note(Rule::IntegerEnumValueAdded, at, Where::New(&place));
                    }
                }
                self.bounds(at, bounds.old, bounds.new, true);
            }
            (None, Some(new)) => {
                self.note(Rule::IntegerEnumAdded, at, Where::New("enum"));
                for (index, _) in beyond(new, bounds.old) {
                    let place = format!("enum/{index}");
                    self.note(Rule::IntegerEnumValueAdded, at, Where::New(&place));
                }
            }
            (Some(old), None) => {
                self.note(Rule::IntegerEnumRemoved, at, Where::Old("enum"));
                for (index, _) in beyond(old, bounds.new) {
                    let place = format!("enum/{index}");
                    self.note(Rule::IntegerEnumValueRemoved, at, Where::Old(&place));
                }
            }
        }
    }

    fn choices(&mut self, at: &At, choices: Pair<&[Choice]>, types: Pair<&TypeNames>) {
        let Pair { old, new } = choices;
        let variants = types.map(|names| match names {
            TypeNames::Enum { variants, .. } => variants.as_slice(),
            TypeNames::BuiltIn | TypeNames::Struct(_) => &[],
        });
        for (index, choice) in old.iter().enumerate() {
            let place = format!("enum/{index}");
            let found = new.iter().position(|other| other.wire == choice.wire);
            let Some(position) = found else {
                self.note(Rule::EnumValueRemoved, at, Where::Old(&place));
                continue;
            };
            let (before, after) = (variants.old.get(index), variants.new.get(position));
            if let (Some(before), Some(after)) = (before, after)
                && before != after
            {
                let new_place = format!("enum/{position}");
                self.note_values(
                    Rule::VariantRenamed,
                    at,
                    Where::Both(&place, &new_place),
                    Some(before.as_str().into()),
                    Some(after.as_str().into()),
                );
            }
        }
        for (index, choice) in new.iter().enumerate() {
            if !old.iter().any(|other| other.wire == choice.wire) {
                let place = format!("enum/{index}");
                self.note(Rule::EnumValueAdded, at, Where::New(&place));
            }
        }
    }
}

/// The bounds of an integer as those of a number.
fn floats(bounds: &Bounds<i64>) -> Bounds<f64> {
    // Beyond 2^53 the nearest float stands for the bound, as it does for every JSON number.
    let float = |bound: Option<i64>| bound.map(|bound| bound as f64);
    Bounds {
        minimum: float(bounds.minimum),
        maximum: float(bounds.maximum),
        exclusive_minimum: float(bounds.exclusive_minimum),
        exclusive_maximum: float(bounds.exclusive_maximum),
        multiple_of: float(bounds.multiple_of),
    }
}

/// The positions of the values that a text without an enum would not let through.
fn misfits(choices: &[Choice], text: &Text) -> Vec<usize> {
    let is_misfit = |choice: &Choice| {
        let length = choice.wire.chars().count();
        text.min_length.is_some_and(|limit| length < limit)
            || text.max_length.is_some_and(|limit| length > limit)
    };
    (0..choices.len())
        .filter(|index| is_misfit(&choices[*index]))
        .collect()
}

/// The values that bounds would not let through, with their positions.
fn beyond<'v>(
    values: &'v [i64],
    bounds: &'v Bounds<i64>,
) -> impl Iterator<Item = (usize, &'v i64)> {
    values.iter().enumerate().filter(|(_, value)| {
        bounds.minimum.is_some_and(|limit| **value < limit)
            || bounds.maximum.is_some_and(|limit| **value > limit)
            || bounds
                .exclusive_minimum
                .is_some_and(|limit| **value <= limit)
            || bounds
                .exclusive_maximum
                .is_some_and(|limit| **value >= limit)
            || bounds
                .multiple_of
                .is_some_and(|step| value.checked_rem(step).is_some_and(|rest| rest != 0))
    })
}
