//! The schemas of properties.

use runcomfy_codegen::bounds::Bounds;
use runcomfy_codegen::model::{EnumValue, ItemSchema, ListSchema, PropertySchema, StringSchema};
use runcomfy_codegen::names::TypeNames;

use super::comparison::ModelComparison;
use super::path::{ChangeSite, SchemaPath};
use super::view::{ObjectView, Pair, TypeView};
use crate::diff::rule::ChangeRule;

impl ModelComparison<'_> {
    /// Compares the schemas of a property. `is_renamed`: a new Rust name around it is reported already.
    /// Returns whether both have the same type, so that the rest can be compared.
    pub(super) fn property_schema(
        &mut self,
        path: &SchemaPath,
        schemas: Pair<&PropertySchema>,
        types: Pair<TypeView<'_>>,
        is_renamed: bool,
    ) -> bool {
        match (schemas.old, schemas.new) {
            (PropertySchema::Single(old), PropertySchema::Single(new)) => {
                self.item(path, Pair { old, new }, types, is_renamed)
            }
            (PropertySchema::List(old), PropertySchema::List(new)) => {
                self.list(path, Pair { old, new }, types, is_renamed)
            }
            (PropertySchema::Single(_), PropertySchema::List(_)) => {
                self.add_keyword(ChangeRule::BecameList, path, "type");
                false
            }
            (PropertySchema::List(_), PropertySchema::Single(_)) => {
                self.add_keyword(ChangeRule::BecameSingle, path, "type");
                false
            }
        }
    }

    fn list(
        &mut self,
        path: &SchemaPath,
        lists: Pair<&ListSchema>,
        types: Pair<TypeView<'_>>,
        is_renamed: bool,
    ) -> bool {
        let Pair { old, new } = lists;
        self.min_items(path, old.min_items, new.min_items);
        self.max_items(path, old.max_items, new.max_items);
        let items = path.items();
        let is_same_type = self.item(
            &items,
            lists.map(|list| &list.item),
            types.map(TypeView::items),
            is_renamed,
        );
        if is_same_type {
            self.format(path, old.format.as_deref(), new.format.as_deref());
            self.media(path, types.old.schema, types.new.schema);
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
            (
                ItemSchema::Integer {
                    bounds: old,
                    one_of: old_values,
                },
                ItemSchema::Integer {
                    bounds: new,
                    one_of: new_values,
                },
            ) => {
                let values = Pair {
                    old: old_values.as_deref(),
                    new: new_values.as_deref(),
                };
                self.integers(path, values, Pair { old, new });
            }
            (ItemSchema::Number(old), ItemSchema::Number(new)) => {
                self.bounds(path, old, new, false)
            }
            (ItemSchema::Integer { bounds, one_of }, ItemSchema::Number(new)) => {
                self.add_keyword(ChangeRule::TypeWidened, path, "type");
                match one_of {
                    Some(_) => self.add(
                        ChangeRule::IntegerEnumRemoved,
                        path,
                        ChangeSite::Old("enum"),
                    ),
                    None => self.bounds(path, &to_floats(bounds), new, false),
                }
            }
            (ItemSchema::Number(old), ItemSchema::Integer { bounds, one_of }) => {
                self.add_keyword(ChangeRule::TypeNarrowed, path, "type");
                match one_of {
                    Some(_) => {
                        self.add(ChangeRule::IntegerEnumAdded, path, ChangeSite::New("enum"))
                    }
                    None => self.bounds(path, old, &to_floats(bounds), false),
                }
            }
            (ItemSchema::String(old), ItemSchema::String(new)) => {
                self.min_length(path, old.min_length, new.min_length);
                self.max_length(path, old.max_length, new.max_length);
                self.format(path, old.format.as_deref(), new.format.as_deref());
                self.media(path, types.old.schema, types.new.schema);
            }
            (ItemSchema::StringEnum(old), ItemSchema::StringEnum(new)) => {
                self.enum_values(path, Pair { old, new }, types.map(|ty| ty.names));
            }
            (ItemSchema::String(string), ItemSchema::StringEnum(values)) => {
                self.add(ChangeRule::EnumAdded, path, ChangeSite::New("enum"));
                for index in disallowed_values(values, string) {
                    let steps = format!("enum/{index}");
                    self.add(ChangeRule::EnumValueAdded, path, ChangeSite::New(&steps));
                }
            }
            (ItemSchema::StringEnum(values), ItemSchema::String(string)) => {
                self.add(ChangeRule::EnumRemoved, path, ChangeSite::Old("enum"));
                for index in disallowed_values(values, string) {
                    let steps = format!("enum/{index}");
                    self.add(ChangeRule::EnumValueRemoved, path, ChangeSite::Old(&steps));
                }
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
            _ => {
                self.add_keyword(ChangeRule::TypeChanged, path, "type");
                return false;
            }
        }
        true
    }

    /// Compares two integers: the values of an enum, otherwise the bounds.
    fn integers(
        &mut self,
        path: &SchemaPath,
        values: Pair<Option<&[i64]>>,
        bounds: Pair<&Bounds<i64>>,
    ) {
        match (values.old, values.new) {
            (None, None) => self.bounds(path, bounds.old, bounds.new, false),
            (Some(old), Some(new)) => {
                for (index, value) in old.iter().enumerate() {
                    if !new.contains(value) {
                        let steps = format!("enum/{index}");
                        self.add(
                            ChangeRule::IntegerEnumValueRemoved,
                            path,
                            ChangeSite::Old(&steps),
                        );
                    }
                }
                for (index, value) in new.iter().enumerate() {
                    if !old.contains(value) {
                        let steps = format!("enum/{index}");
                        self.add(
                            ChangeRule::IntegerEnumValueAdded,
                            path,
                            ChangeSite::New(&steps),
                        );
                    }
                }
                self.bounds(path, bounds.old, bounds.new, true);
            }
            (None, Some(new)) => {
                self.add(ChangeRule::IntegerEnumAdded, path, ChangeSite::New("enum"));
                for index in disallowed_integers(new, bounds.old) {
                    let steps = format!("enum/{index}");
                    self.add(
                        ChangeRule::IntegerEnumValueAdded,
                        path,
                        ChangeSite::New(&steps),
                    );
                }
            }
            (Some(old), None) => {
                self.add(
                    ChangeRule::IntegerEnumRemoved,
                    path,
                    ChangeSite::Old("enum"),
                );
                for index in disallowed_integers(old, bounds.new) {
                    let steps = format!("enum/{index}");
                    self.add(
                        ChangeRule::IntegerEnumValueRemoved,
                        path,
                        ChangeSite::Old(&steps),
                    );
                }
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
            let steps = format!("enum/{index}");
            let mut others = new.iter();
            let Some(position) = others.position(|other| other.wire_name == value.wire_name) else {
                self.add(ChangeRule::EnumValueRemoved, path, ChangeSite::Old(&steps));
                continue;
            };
            let (before, after) = (variants.old.get(index), variants.new.get(position));
            if let (Some(before), Some(after)) = (before, after)
                && before != after
            {
                self.add_values(
                    ChangeRule::VariantRenamed,
                    path,
                    ChangeSite::Both(&steps, &format!("enum/{position}")),
                    Some(before.as_str().into()),
                    Some(after.as_str().into()),
                );
            }
        }
        for (index, value) in new.iter().enumerate() {
            if !old.iter().any(|other| other.wire_name == value.wire_name) {
                let steps = format!("enum/{index}");
                self.add(ChangeRule::EnumValueAdded, path, ChangeSite::New(&steps));
            }
        }
    }
}

/// The bounds of an integer as those of a number.
fn to_floats(bounds: &Bounds<i64>) -> Bounds<f64> {
    // Beyond 2^53 this is the nearest float, as for every JSON number.
    bounds.map(|bound| bound as f64)
}

/// The positions of the enum values that the limits of a string do not allow.
fn disallowed_values(values: &[EnumValue], string: &StringSchema) -> Vec<usize> {
    let positions = values.iter().enumerate();
    let positions = positions.filter(|(_, value)| !string.allows_length_of(&value.wire_name));
    positions.map(|(position, _)| position).collect()
}

/// The positions of the integers that bounds do not allow.
fn disallowed_integers(values: &[i64], bounds: &Bounds<i64>) -> Vec<usize> {
    let positions = values.iter().enumerate();
    let positions = positions.filter(|(_, value)| bounds.broken_by(**value).is_some());
    positions.map(|(position, _)| position).collect()
}
