//! Checked schemas as JSON Schema 2020-12.

use serde_json::{Map, Value, json};

use crate::bounds::Bounds;
use crate::json::Json;
use crate::model::{
    Docs, ItemSchema, ListSchema, ObjectSchema, Property, PropertySchema, StringSchema,
};

/// Converts an object to JSON Schema: `float` becomes `number`, a list without `items` becomes a list of
/// strings, and unknown properties are refused.
///
/// Media rules are left out, since JSON Schema cannot express them; see [`Media`](crate::model::Media).
#[must_use]
pub fn to_json_schema(object: &ObjectSchema) -> Value {
    Value::Object(object_schema(object))
}

fn object_schema(object: &ObjectSchema) -> Map<String, Value> {
    let mut schema = typed("object");
    docs(&mut schema, &object.docs);
    let required = object
        .required
        .iter()
        .map(|index| object.properties[*index].wire_name.as_str().into());
    let required: Vec<Value> = required.collect();
    if !required.is_empty() {
        schema.insert("required".into(), required.into());
    }
    let properties = object.properties.iter().map(|property| {
        let schema = Value::Object(property_schema(property));
        (property.wire_name.clone(), schema)
    });
    schema.insert("properties".into(), Value::Object(properties.collect()));
    schema.insert("additionalProperties".into(), false.into());
    schema
}

fn property_schema(property: &Property) -> Map<String, Value> {
    let mut schema = match &property.schema {
        PropertySchema::Single(item) => item_schema(item),
        PropertySchema::List(list) => list_schema(list),
    };
    docs(&mut schema, &property.docs);
    insert(
        &mut schema,
        "default",
        property.default.as_ref().map(default_value),
    );
    schema
}

/// Converts a default to JSON. A default that is a number is written without a fraction if its value is an
/// integer that fits `i64`: 5.0 becomes 5. Numbers within a list or an object keep their fraction.
pub(crate) fn default_value(default: &Json) -> Value {
    match default {
        Json::Number(number) => number
            .as_i64()
            .map_or_else(|| default.to_value(), Value::from),
        other => other.to_value(),
    }
}

fn list_schema(list: &ListSchema) -> Map<String, Value> {
    let mut schema = typed("array");
    let mut items = item_schema(&list.item);
    docs(&mut items, &list.item_docs);
    schema.insert("items".into(), Value::Object(items));
    insert(&mut schema, "minItems", list.min_items);
    insert(&mut schema, "maxItems", list.max_items);
    insert(&mut schema, "format", list.format.as_deref());
    schema
}

fn item_schema(item: &ItemSchema) -> Map<String, Value> {
    match item {
        ItemSchema::Boolean => typed("boolean"),
        ItemSchema::Integer { bounds, one_of } => {
            let mut schema = typed("integer");
            bounds_schema(&mut schema, bounds, Value::from);
            insert(&mut schema, "enum", one_of.clone());
            schema
        }
        ItemSchema::Number(bounds) => {
            let mut schema = typed("number");
            bounds_schema(&mut schema, bounds, number);
            schema
        }
        ItemSchema::String(string) => string_schema(string),
        ItemSchema::StringEnum(values) => {
            let mut schema = typed("string");
            let values: Vec<&str> = values
                .iter()
                .map(|value| value.wire_name.as_str())
                .collect();
            schema.insert("enum".into(), json!(values));
            schema
        }
        ItemSchema::Object(object) => object_schema(object),
    }
}

fn string_schema(string: &StringSchema) -> Map<String, Value> {
    let mut schema = typed("string");
    insert(&mut schema, "minLength", string.min_length);
    insert(&mut schema, "maxLength", string.max_length);
    insert(&mut schema, "format", string.format.as_deref());
    schema
}

fn bounds_schema<T: Copy>(
    schema: &mut Map<String, Value>,
    bounds: &Bounds<T>,
    to_json: fn(T) -> Value,
) {
    for (kind, bound) in bounds.iter() {
        schema.insert(kind.keyword().to_owned(), to_json(bound));
    }
}

/// Converts a number to JSON. An integral number of magnitude below 2^53 is written without a fraction.
pub(crate) fn number(value: f64) -> Value {
    /// 2^53: below it, no two integers have the same nearest `f64`.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < EXACT {
        Value::from(value as i64)
    } else {
        Value::from(value)
    }
}

fn docs(schema: &mut Map<String, Value>, docs: &Docs) {
    insert(schema, "title", docs.title.as_deref());
    insert(schema, "description", docs.description.as_deref());
}

fn typed(name: &str) -> Map<String, Value> {
    Map::from_iter([("type".to_owned(), name.into())])
}

fn insert(schema: &mut Map<String, Value>, keyword: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        schema.insert(keyword.to_owned(), value.into());
    }
}
