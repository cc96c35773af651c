//! Random schemas of objects, and random changes to them.

use fastrand::Rng;
use serde_json::{Map, Value, json};

const NAMES: [&str; 4] = ["a", "b", "1_c", "d"];
const TEXTS: [&str; 5] = ["", "a", "bb", "ccccc", "16:9"];
const FORMATS: [&str; 3] = ["uri", "image_uri", "video_uri"];
/// The maximum nesting depth of objects.
const MAX_DEPTH: u32 = 2;

/// The schema of an object. Its limits may contradict each other. codegen refuses most of these schemas, and
/// [`pair`](super::pair) then draws again.
pub(super) fn object(rng: &mut Rng, depth: u32) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for name in NAMES {
        if rng.u8(..4) < 3 {
            properties.insert(name.to_owned(), property(rng, depth));
            if rng.u8(..3) == 0 {
                required.push(name);
            }
        }
    }
    json!({ "type": "object", "properties": properties, "required": required })
}

/// The schema of a property.
fn property(rng: &mut Rng, depth: u32) -> Value {
    if rng.u8(..5) > 0 {
        return item(rng, depth);
    }
    let mut list = json!({ "type": "array", "items": item(rng, depth) });
    keep_some(rng, &mut list, &["minItems", "maxItems"], count);
    list
}

fn item(rng: &mut Rng, depth: u32) -> Value {
    match rng.u8(..14) {
        0 => json!({ "type": "boolean" }),
        1..=3 => number(rng, "integer"),
        4 => number(rng, "float"),
        5 | 6 => number(rng, "number"),
        7 | 8 => json!({ "type": "integer", "enum": some(rng, &[1, 2, 3, 4, 6, 9]) }),
        9 | 10 => {
            let mut text = json!({ "type": "string" });
            keep_some(rng, &mut text, &["minLength", "maxLength"], count);
            text
        }
        11 | 12 => json!({ "type": "string", "enum": some(rng, &TEXTS) }),
        _ if depth < MAX_DEPTH => object(rng, depth + 1),
        _ => json!({ "type": "string" }),
    }
}

fn number(rng: &mut Rng, ty: &str) -> Value {
    let mut schema = json!({ "type": ty });
    let bounds = [
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
    ];
    keep_some(rng, &mut schema, &bounds, |rng, keyword| {
        bound(rng, keyword, ty == "integer")
    });
    schema
}

fn bound(rng: &mut Rng, keyword: &str, is_integer: bool) -> Value {
    if keyword == "multipleOf" {
        return match rng.u8(..8) {
            0 | 1 if !is_integer => json!(0.1),
            2 | 3 if !is_integer => json!(0.5),
            4 if !is_integer => json!(1.5),
            5 if !is_integer => json!(0.75),
            _ => json!(rng.i64(1..5)),
        };
    }
    let low = rng.i64(-3..6);
    let value = if keyword.ends_with("aximum") {
        low + 4
    } else {
        low
    };
    if is_integer || rng.bool() {
        json!(value)
    } else {
        json!(value as f64 + 0.25)
    }
}

fn count(rng: &mut Rng, keyword: &str) -> Value {
    json!(if keyword.starts_with("min") {
        rng.u8(..3)
    } else {
        rng.u8(..5)
    })
}

/// Sets each keyword with a probability of a third.
fn keep_some(
    rng: &mut Rng,
    schema: &mut Value,
    keywords: &[&str],
    value: impl Fn(&mut Rng, &str) -> Value,
) {
    for keyword in keywords {
        if rng.u8(..3) == 0 {
            schema[*keyword] = value(rng, keyword);
        }
    }
}

/// Some of the values, at least one.
fn some<T: Clone>(rng: &mut Rng, values: &[T]) -> Vec<T> {
    let mut values = values.to_vec();
    rng.shuffle(&mut values);
    values.truncate(rng.usize(1..5));
    values
}

/// Makes one random change to the schema of an object, or to a schema nested in it.
pub(super) fn mutate(rng: &mut Rng, object: &mut Value, depth: u32) {
    let Some(properties) = object["properties"].as_object_mut() else {
        return;
    };
    let names: Vec<String> = properties.keys().cloned().collect();
    let Some(name) = rng.choice(&names).cloned() else {
        properties.insert("a".to_owned(), property(rng, depth));
        return;
    };
    match rng.u8(..16) {
        0 => {
            let new = *rng.choice(&NAMES).unwrap_or(&"a");
            properties.insert(new.to_owned(), property(rng, depth));
        }
        1 => {
            properties.shift_remove(&name);
            require(object, &name, false);
        }
        2 => {
            let is_required = rng.bool();
            require(object, &name, is_required);
        }
        3 => {
            // Renames the property. The comparison may report a rename only if the schema states more than
            // the type, or if the Rust name is the same.
            if let Some(schema) = properties.shift_remove(&name) {
                properties.insert(format!("2_{}", name.trim_start_matches("1_")), schema);
            }
            require(object, &name, false);
        }
        4 => properties[&name] = property(rng, depth),
        _ => mutate_property(rng, &mut properties[&name], depth),
    }
}

fn require(object: &mut Value, name: &str, is_required: bool) {
    if let Some(required) = object["required"].as_array_mut() {
        required.retain(|known| known != name);
        if is_required {
            required.push(name.into());
        }
    }
}

fn mutate_property(rng: &mut Rng, schema: &mut Value, depth: u32) {
    match schema["type"].as_str() {
        Some("object") => mutate(rng, schema, depth + 1),
        Some("array") => match rng.u8(..4) {
            0 => *schema = schema["items"].take(),
            1 => change_keyword(rng, schema, &["minItems", "maxItems"], count),
            _ => mutate_property(rng, &mut schema["items"], depth),
        },
        _ if rng.u8(..20) == 0 => *schema = json!({ "type": "array", "items": schema.take() }),
        Some("string") => mutate_text(rng, schema),
        Some("boolean") => *schema = item(rng, depth),
        _ => mutate_number(rng, schema),
    }
}

fn mutate_text(rng: &mut Rng, schema: &mut Value) {
    match (schema.get("enum").is_some(), rng.u8(..6)) {
        (true, 0) => *schema = json!({ "type": "string" }),
        (true, 1) => {
            *schema = json!({ "type": "string", "format": rng.choice(FORMATS), "validations": [
                { "validation_rule": "width_pixels<", "validation_value": 2000 }
            ] });
        }
        (true, 2) => *schema = json!({ "type": "string", "minLength": 1, "maxLength": 4 }),
        (true, _) => schema["enum"] = json!(some(rng, &TEXTS)),
        (false, 0) => *schema = json!({ "type": "string", "enum": some(rng, &TEXTS) }),
        (false, 1) => schema["format"] = json!(rng.choice(FORMATS)),
        (false, _) => change_keyword(rng, schema, &["minLength", "maxLength"], count),
    }
}

fn mutate_number(rng: &mut Rng, schema: &mut Value) {
    let is_integer = schema["type"] == "integer";
    if schema.get("enum").is_some() {
        match rng.u8(..4) {
            0 => *schema = number(rng, "integer"),
            1 => *schema = number(rng, "float"),
            2 => {
                if let Some(values) = schema["enum"].as_array() {
                    let values = values.iter().filter_map(Value::as_i64);
                    let (low, high) = (values.clone().min(), values.max());
                    *schema = json!({ "type": "integer", "minimum": low, "maximum": high });
                }
            }
            _ => schema["enum"] = json!(some(rng, &[1, 2, 3, 4, 6, 9])),
        }
        return;
    }
    match rng.u8(..8) {
        0 if is_integer => schema["type"] = json!("float"),
        1 if is_integer => {
            let low = schema["minimum"].as_i64().unwrap_or(1);
            let high = schema["maximum"].as_i64().unwrap_or(low + 3);
            let values: Vec<i64> = (low..=high.min(low + 8)).collect();
            *schema = json!({ "type": "integer", "enum": values });
        }
        2 if is_integer => {
            // Usually another spelling of the same limits. An existing `exclusiveMinimum` or `multipleOf`
            // is replaced.
            if let Some(low) = schema
                .as_object_mut()
                .and_then(|schema| schema.remove("minimum"))
            {
                schema["exclusiveMinimum"] = json!(low.as_i64().unwrap_or_default() - 1);
            } else {
                schema["multipleOf"] = json!(1);
            }
        }
        0 | 1 => {
            *schema = number(rng, "integer");
        }
        2 => schema["type"] = json!("integer"),
        _ => {
            let bounds = [
                "minimum",
                "maximum",
                "exclusiveMinimum",
                "exclusiveMaximum",
                "multipleOf",
            ];
            change_keyword(rng, schema, &bounds, |rng, keyword| {
                bound(rng, keyword, is_integer)
            });
        }
    }
}

/// Sets or removes one of the keywords.
fn change_keyword(
    rng: &mut Rng,
    schema: &mut Value,
    keywords: &[&str],
    value: impl Fn(&mut Rng, &str) -> Value,
) {
    let Some(keyword) = rng.choice(keywords) else {
        return;
    };
    if rng.u8(..3) == 0
        && let Some(schema) = schema.as_object_mut()
    {
        schema.shift_remove(*keyword);
    } else {
        schema[*keyword] = value(rng, keyword);
    }
}
