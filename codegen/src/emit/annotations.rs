//! What a JSON Schema says besides types and limits: titles, descriptions, formats and defaults.

use proc_macro2::Literal;
use serde_json::{Map, Value};

use super::chunk::Chunk;
use crate::json_schema::default_value;
use crate::lower::Struct;
use crate::model::{Docs, ItemSchema, Property, PropertySchema};

/// The annotations of a struct and of its properties.
pub(super) fn annotations(object: &Struct<'_>) -> Chunk {
    let of_struct = members(&texts(&object.object.docs));
    let of_struct = if of_struct.is_empty() {
        "{}".to_owned()
    } else {
        format!("{{ {of_struct} }}")
    };
    let rows = object.fields.iter().filter_map(|field| {
        let annotations = members(&property(field.property));
        let wire_name = Literal::string(&field.property.wire_name);
        (!annotations.is_empty()).then(|| format!("    {wire_name} {{ {annotations} }}\n"))
    });
    let rows: String = rows.collect();
    Chunk::Macro(format!(
        "annotations! {{\n    {} {of_struct}\n{rows}}}\n",
        object.name
    ))
}

fn property(property: &Property) -> Map<String, Value> {
    let mut annotations = Map::new();
    match &property.schema {
        // The title and description of an object are among the annotations of its struct.
        PropertySchema::Single(ItemSchema::Object(_)) => {}
        PropertySchema::Single(item) => {
            annotations.extend(texts(&property.docs));
            annotations.extend(format(item));
        }
        PropertySchema::List(list) => {
            annotations.extend(texts(&property.docs));
            insert(&mut annotations, "format", list.format.as_deref());
            let mut items = format(&list.item);
            if !matches!(list.item, ItemSchema::Object(_)) {
                items.extend(texts(&list.item_docs));
            }
            if !items.is_empty() {
                annotations.insert("items".to_owned(), Value::Object(items));
            }
        }
    }
    let default = property.default.as_ref().map(default_value);
    insert(&mut annotations, "default", default);
    annotations
}

fn texts(docs: &Docs) -> Map<String, Value> {
    let mut texts = Map::new();
    insert(&mut texts, "title", docs.title.as_deref());
    insert(&mut texts, "description", docs.description.as_deref());
    texts
}

fn format(item: &ItemSchema) -> Map<String, Value> {
    let mut annotations = Map::new();
    if let ItemSchema::String(string) = item {
        insert(&mut annotations, "format", string.format.as_deref());
    }
    annotations
}

fn insert(annotations: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        annotations.insert(key.to_owned(), value.into());
    }
}

/// The members of an object in the syntax of `serde_json::json!`.
fn members(object: &Map<String, Value>) -> String {
    let members = object
        .iter()
        .map(|(key, value)| format!("{}: {}", Literal::string(key), json(value)));
    members.collect::<Vec<_>>().join(", ")
}

fn json(value: &Value) -> String {
    match value {
        Value::String(text) => Literal::string(text).to_string(),
        Value::Array(items) => {
            let items = items.iter().map(json);
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        Value::Object(object) => format!("{{ {} }}", members(object)),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            // Inside `json!`, an integer literal without a suffix would be an `i32`.
            (Some(integer), _) if i32::try_from(integer).is_err() => format!("{integer}_i64"),
            (None, Some(integer)) => format!("{integer}_u64"),
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}
