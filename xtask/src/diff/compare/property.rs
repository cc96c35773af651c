//! The schemas of properties.

use runcomfy_codegen::model::{EnumValue, ItemSchema, ListSchema, PropertySchema, StringSchema};
use runcomfy_codegen::names::TypeNames;

use super::bound::{MAX_ITEMS, MAX_LENGTH, MIN_ITEMS, MIN_LENGTH};
use super::comparison::ModelComparison;
use super::path::{ChangeSite, SchemaPath};
use super::view::{ObjectView, Pair, TypeView};
use crate::diff::rule::ChangeRule;
use crate::diff::values::{
    AcceptedSet as _, CountSet, Effect, NumberKeywords, NumberSet, TextSet, is_uninhabited_item,
    is_uninhabited_property, item_counts,
};

impl ModelComparison<'_> {
    /// Compares the schemas of a property. If `is_renamed` is true, renamed types are not reported,
    /// since the rename of the property or an enclosing rename already covers them.
    /// Returns whether the types are similar enough to compare the defaults.
    pub(super) fn property_schema(
        &mut self,
        path: &SchemaPath,
        schemas: Pair<&PropertySchema>,
        types: Pair<TypeView<'_>>,
        is_renamed: bool,
    ) -> bool {
        let uninhabited = schemas.map(is_uninhabited_property);
        match (schemas.old, schemas.new) {
            (PropertySchema::Single(old), PropertySchema::Single(new)) => {
                self.item(path, Pair { old, new }, types, is_renamed)
            }
            (PropertySchema::List(old), PropertySchema::List(new)) => {
                self.list(path, Pair { old, new }, types, is_renamed)
            }
            (PropertySchema::Single(_), PropertySchema::List(_)) => {
                self.other_type(ChangeRule::BecameList, path, uninhabited);
                false
            }
            (PropertySchema::List(_), PropertySchema::Single(_)) => {
                self.other_type(ChangeRule::BecameSingle, path, uninhabited);
                false
            }
        }
    }

    /// Reports that the new type has no value in common with the old type.
    fn other_type(&mut self, rule: ChangeRule, path: &SchemaPath, is_uninhabited: Pair<bool>) {
        let effect = Effect {
            shrinks: !is_uninhabited.old,
            grows: !is_uninhabited.new,
        };
        self.add_effect(rule, effect, path, ChangeSite::Both("type", "type"));
    }

    fn list(
        &mut self,
        path: &SchemaPath,
        lists: Pair<&ListSchema>,
        types: Pair<TypeView<'_>>,
        is_renamed: bool,
    ) -> bool {
        let Pair { old, new } = lists;
        let counts = lists.map(item_counts);
        let min = lists.map(|list| list.min_items);
        let effect = count_effect(counts, min.map(|min| CountSet::new(min, None)));
        self.limit(path, "minItems", &MIN_ITEMS, min, effect);
        let max = lists.map(|list| list.max_items);
        let effect = count_effect(counts, max.map(|max| CountSet::new(None, max)));
        self.limit(path, "maxItems", &MAX_ITEMS, max, effect);
        let has_items = counts.map(|counts| !counts.is_empty() && counts.max != Some(0));
        let items = path.items().reached(has_items);
        let is_same_type = self.item(
            &items,
            lists.map(|list| &list.item),
            types.map(TypeView::items),
            is_renamed,
        );
        if is_same_type {
            self.format(path, old.format.as_deref(), new.format.as_deref());
            self.media(
                path,
                lists.map(|list| &list.item),
                types.map(|ty| ty.schema),
            );
        }
        self.docs(&items, &old.item_docs, &new.item_docs, true);
        is_same_type
    }

    fn item(
        &mut self,
        path: &SchemaPath,
        items: Pair<&ItemSchema>,
        types: Pair<TypeView<'_>>,
        is_renamed: bool,
    ) -> bool {
        match (items.old, items.new) {
            (ItemSchema::Boolean, ItemSchema::Boolean) => {}
            (ItemSchema::String(old), ItemSchema::String(new)) => {
                self.lengths(path, Pair { old, new });
                self.text_media(path, items, types);
            }
            (ItemSchema::StringEnum(old), ItemSchema::StringEnum(new)) => {
                self.enum_values(path, Pair { old, new }, types.map(|ty| ty.names));
            }
            (ItemSchema::String(string), ItemSchema::StringEnum(values)) => {
                let set = TextSet::of_string(string);
                let effect = Effect {
                    shrinks: !set.is_subset(&TextSet::of_enum(values)),
                    grows: false,
                };
                self.add_effect(ChangeRule::EnumAdded, effect, path, ChangeSite::New("enum"));
                self.added_values(path, ChangeRule::EnumValueAdded, values, |value| {
                    set.contains(&value.wire_name)
                });
                self.text_media(path, items, types);
            }
            (ItemSchema::StringEnum(values), ItemSchema::String(string)) => {
                let set = TextSet::of_string(string);
                let effect = Effect {
                    shrinks: false,
                    grows: !set.is_subset(&TextSet::of_enum(values)),
                };
                let site = ChangeSite::Old("enum");
                self.add_effect(ChangeRule::EnumRemoved, effect, path, site);
                self.removed_values(path, ChangeRule::EnumValueRemoved, values, |value| {
                    set.contains(&value.wire_name)
                });
                self.text_media(path, items, types);
            }
            (ItemSchema::Object(old), ItemSchema::Object(new)) => {
                if let (TypeNames::Struct(old_names), TypeNames::Struct(new_names)) =
                    (types.old.names, types.new.names)
                {
                    let old = ObjectView::new(old, old_names, types.old.schema);
                    let new = ObjectView::new(new, new_names, types.new.schema);
                    self.object(path, old, new, is_renamed);
                }
            }
            (old, new) => {
                let (Some(old), Some(new)) = (number(old), number(new)) else {
                    let uninhabited = items.map(is_uninhabited_item);
                    self.other_type(ChangeRule::TypeChanged, path, uninhabited);
                    return false;
                };
                self.numbers(
                    path,
                    Pair {
                        old: &old,
                        new: &new,
                    },
                );
            }
        }
        true
    }

    /// Compares two schemas of the type `integer` or `number`.
    fn numbers(&mut self, path: &SchemaPath, keywords: Pair<&NumberKeywords>) {
        let Pair { old, new } = keywords;
        let (old_set, new_set) = (old.set(), new.set());
        let effect = |keyword: fn(&NumberKeywords) -> NumberSet| {
            Effect::of_keyword((&old_set, &new_set), (&keyword(old), &keyword(new)))
        };
        if old.is_integer != new.is_integer {
            let rule = if old.is_integer {
                ChangeRule::TypeWidened
            } else {
                ChangeRule::TypeNarrowed
            };
            let site = ChangeSite::Both("type", "type");
            self.add_effect(rule, effect(NumberKeywords::of_type), path, site);
        }
        let are_redundant = match (&old.values, &new.values) {
            (None, None) => false,
            (Some(before), Some(after)) => {
                self.removed_values(
                    path,
                    ChangeRule::IntegerEnumValueRemoved,
                    before,
                    |integer| after.contains(integer),
                );
                self.added_values(path, ChangeRule::IntegerEnumValueAdded, after, |integer| {
                    before.contains(integer)
                });
                true
            }
            // If only one version has an enum, the enum values that the other version refuses are
            // reported instead of the limits.
            (None, Some(after)) => {
                let effect = effect(NumberKeywords::of_enum);
                let site = ChangeSite::New("enum");
                self.add_effect(ChangeRule::IntegerEnumAdded, effect, path, site);
                self.added_values(path, ChangeRule::IntegerEnumValueAdded, after, |integer| {
                    old_set.contains_integer(*integer)
                });
                return;
            }
            (Some(before), None) => {
                let effect = effect(NumberKeywords::of_enum);
                let site = ChangeSite::Old("enum");
                self.add_effect(ChangeRule::IntegerEnumRemoved, effect, path, site);
                self.removed_values(
                    path,
                    ChangeRule::IntegerEnumValueRemoved,
                    before,
                    |integer| new_set.contains_integer(*integer),
                );
                return;
            }
        };
        let sets = Pair {
            old: &old_set,
            new: &new_set,
        };
        self.bounds(path, keywords, sets, are_redundant);
    }

    fn lengths(&mut self, path: &SchemaPath, strings: Pair<&StringSchema>) {
        let sets = strings.map(TextSet::of_string);
        let mut limit = |keyword, rules, written: Pair<Option<usize>>, set: Pair<TextSet<'_>>| {
            let effect = Effect::of_keyword((&sets.old, &sets.new), (&set.old, &set.new));
            self.limit(path, keyword, rules, written, effect);
        };
        let min = strings.map(|string| string.min_length);
        let set = min.map(|min| TextSet::of_lengths(min, None));
        limit("minLength", &MIN_LENGTH, min, set);
        let max = strings.map(|string| string.max_length);
        let set = max.map(|max| TextSet::of_lengths(None, max));
        limit("maxLength", &MAX_LENGTH, max, set);
    }

    /// Compares the formats and the media rules of two strings. An enum has neither.
    fn text_media(
        &mut self,
        path: &SchemaPath,
        items: Pair<&ItemSchema>,
        types: Pair<TypeView<'_>>,
    ) {
        let format = items.map(|item| match item {
            ItemSchema::String(string) => string.format.as_deref(),
            _ => None,
        });
        self.format(path, format.old, format.new);
        self.media(path, items, types.map(|ty| ty.schema));
    }

    /// Adds a change for each value that was not accepted before. `values` are the values of the new enum.
    fn added_values<T>(
        &mut self,
        path: &SchemaPath,
        rule: ChangeRule,
        values: &[T],
        was_accepted: impl Fn(&T) -> bool,
    ) {
        for (index, value) in values.iter().enumerate() {
            if !was_accepted(value) {
                let steps = format!("enum/{index}");
                self.add_effect(rule, Effect::GROWS, path, ChangeSite::New(&steps));
            }
        }
    }

    /// Adds a change for each value that is no longer accepted. `values` are the values of the old enum.
    fn removed_values<T>(
        &mut self,
        path: &SchemaPath,
        rule: ChangeRule,
        values: &[T],
        is_accepted: impl Fn(&T) -> bool,
    ) {
        for (index, value) in values.iter().enumerate() {
            if !is_accepted(value) {
                let steps = format!("enum/{index}");
                self.add_effect(rule, Effect::SHRINKS, path, ChangeSite::Old(&steps));
            }
        }
    }

    fn enum_values(
        &mut self,
        path: &SchemaPath,
        values: Pair<&[EnumValue]>,
        types: Pair<&TypeNames>,
    ) {
        let Pair { old, new } = values;
        let variants = types.map(|names| match names {
            TypeNames::Enum { variants, .. } => variants.as_slice(),
            TypeNames::BuiltIn | TypeNames::Struct(_) => &[],
        });
        for (index, value) in old.iter().enumerate() {
            let mut others = new.iter();
            let Some(position) = others.position(|other| other.wire_name == value.wire_name) else {
                continue;
            };
            let (before, after) = (variants.old.get(index), variants.new.get(position));
            if let (Some(before), Some(after)) = (before, after)
                && before != after
            {
                self.add_values(
                    ChangeRule::VariantRenamed,
                    Effect::NONE,
                    path,
                    ChangeSite::Both(&format!("enum/{index}"), &format!("enum/{position}")),
                    Some(before.as_str().into()),
                    Some(after.as_str().into()),
                );
            }
        }
        let has = |values: &[EnumValue], value: &EnumValue| {
            let mut values = values.iter();
            values.any(|other| other.wire_name == value.wire_name)
        };
        self.removed_values(path, ChangeRule::EnumValueRemoved, old, |value| {
            has(new, value)
        });
        self.added_values(path, ChangeRule::EnumValueAdded, new, |value| {
            has(old, value)
        });
    }
}

/// The keywords of the item if it is a number.
fn number(item: &ItemSchema) -> Option<NumberKeywords> {
    match item {
        ItemSchema::Integer { bounds, one_of } => {
            Some(NumberKeywords::of_integer(bounds, one_of.as_deref()))
        }
        ItemSchema::Number(bounds) => Some(NumberKeywords::of_number(bounds)),
        _ => None,
    }
}

fn count_effect(counts: Pair<CountSet>, keyword: Pair<CountSet>) -> Effect {
    Effect::of_keyword((&counts.old, &counts.new), (&keyword.old, &keyword.new))
}
