//! Whether a schema accepts any value at all.

use runcomfy_codegen::model::{ItemSchema, ListSchema, ObjectSchema, PropertySchema};

use super::{CountSet, NumberKeywords, TextSet};

/// The numbers of items that a list can have.
pub(in crate::diff) fn item_counts(list: &ListSchema) -> CountSet {
    let max = match is_uninhabited_item(&list.item) {
        true => Some(0),
        false => list.max_items,
    };
    CountSet::new(list.min_items, max)
}

/// Whether the schema accepts no object.
pub(in crate::diff) fn is_uninhabited(object: &ObjectSchema) -> bool {
    let mut required = object
        .properties
        .iter()
        .filter(|property| property.required);
    required.any(|property| is_uninhabited_property(&property.schema))
}

/// Whether the schema accepts no value.
pub(in crate::diff) fn is_uninhabited_property(schema: &PropertySchema) -> bool {
    match schema {
        PropertySchema::Single(item) => is_uninhabited_item(item),
        PropertySchema::List(list) => item_counts(list).is_empty(),
    }
}

/// Whether the schema accepts no value.
pub(in crate::diff) fn is_uninhabited_item(item: &ItemSchema) -> bool {
    match item {
        ItemSchema::Boolean => false,
        ItemSchema::Integer { bounds, one_of } => {
            let keywords = NumberKeywords::of_integer(bounds, one_of.as_deref());
            keywords.set().is_empty()
        }
        ItemSchema::Number(bounds) => NumberKeywords::of_number(bounds).set().is_empty(),
        ItemSchema::String(string) => TextSet::of_string(string).is_empty(),
        ItemSchema::StringEnum(values) => values.is_empty(),
        ItemSchema::Object(object) => is_uninhabited(object),
    }
}
