//! The dialect as JSON Schema 2020-12: `float` is `number`, a list without `items` is a list of
//! strings, and no object takes properties that it does not list.

use serde_json::{Map, Value, json};

use crate::json::Json;
use crate::model::{Bounds, Docs, Item, List, Object, Property, Shape, Text};

/// The normalised schema of an object. Media rules are not JSON Schema and are left to
/// [`Media`](crate::model::Media).
#[must_use]
pub fn json_schema(object: &Object) -> Value {
    Value::Object(object_schema(object))
}

fn object_schema(object: &Object) -> Map<String, Value> {
    let mut schema = typed("object");
    docs(&mut schema, &object.docs);
    let required = object
        .required
        .iter()
        .map(|index| &object.properties[*index].wire);
    let required: Vec<Value> = required.map(|wire| wire.as_str().into()).collect();
    if !required.is_empty() {
        schema.insert("required".into(), required.into());
    }
    let properties = object.properties.iter().map(|property| {
        (
            property.wire.clone(),
            Value::Object(property_schema(property)),
        )
    });
    schema.insert("properties".into(), Value::Object(properties.collect()));
    schema.insert("additionalProperties".into(), false.into());
    schema
}

fn property_schema(property: &Property) -> Map<String, Value> {
    let mut schema = match &property.shape {
        Shape::One(item) => item_schema(item),
        Shape::List(list) => list_schema(list),
    };
    docs(&mut schema, &property.docs);
    if let Some(default) = &property.default {
        schema.insert("default".into(), default_value(default));
    }
    schema
}

/// The default; an integral float without its fraction, as the limits.
pub(crate) fn default_value(default: &Json) -> Value {
    match default {
        Json::Number(number) => number
            .as_i64()
            .map_or_else(|| default.to_value(), Value::from),
        other => other.to_value(),
    }
}

fn list_schema(list: &List) -> Map<String, Value> {
    let mut schema = typed("array");
    let mut items = item_schema(&list.item);
    docs(&mut items, &list.item_docs);
    schema.insert("items".into(), Value::Object(items));
    insert(&mut schema, "minItems", list.min_items);
    insert(&mut schema, "maxItems", list.max_items);
    insert(&mut schema, "format", list.format.as_deref());
    schema
}

fn item_schema(item: &Item) -> Map<String, Value> {
    match item {
        Item::Boolean => typed("boolean"),
        Item::Integer { bounds, one_of } => {
            let mut schema = typed("integer");
            bounds_schema(&mut schema, bounds, Value::from);
            insert(&mut schema, "enum", one_of.clone());
            schema
        }
        Item::Number(bounds) => {
            let mut schema = typed("number");
            bounds_schema(&mut schema, bounds, number);
            schema
        }
        Item::Text(text) => text_schema(text),
        Item::Choice(choices) => {
            let mut schema = typed("string");
            let values: Vec<&str> = choices.iter().map(|choice| choice.wire.as_str()).collect();
            schema.insert("enum".into(), json!(values));
            schema
        }
        Item::Object(object) => object_schema(object),
    }
}

fn text_schema(text: &Text) -> Map<String, Value> {
    let mut schema = typed("string");
    insert(&mut schema, "minLength", text.min_length);
    insert(&mut schema, "maxLength", text.max_length);
    insert(&mut schema, "format", text.format.as_deref());
    schema
}

fn bounds_schema<T: Copy>(
    schema: &mut Map<String, Value>,
    bounds: &Bounds<T>,
    to_json: fn(T) -> Value,
) {
    for (keyword, bound) in [
        ("minimum", bounds.minimum),
        ("maximum", bounds.maximum),
        ("exclusiveMinimum", bounds.exclusive_minimum),
        ("exclusiveMaximum", bounds.exclusive_maximum),
        ("multipleOf", bounds.multiple_of),
    ] {
        insert(schema, keyword, bound.map(to_json));
    }
}

/// A number as JSON; an integral float without its fraction.
pub(crate) fn number(value: f64) -> Value {
    /// The greatest magnitude below which every integer has its own `f64`.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < EXACT {
        // Within ±2^53 the conversion is exact.
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
