//! Inputs at and around the limits that a JSON Schema sets for numbers, lengths and item counts.

use serde_json::{Map, Value, json};

/// Returns the default of a schema, or else its first `enum` value, or else a small value. The small value
/// can violate unusual limits, such as a `maximum` below 1 without a `minimum`.
pub(crate) fn base(schema: &Value) -> Value {
    if let Some(default) = schema.get("default") {
        return default.clone();
    }
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    match schema["type"].as_str() {
        Some("boolean") => false.into(),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("string") => "x"
            .repeat(length(schema, "minLength").unwrap_or(1).max(1))
            .into(),
        Some("array") => {
            let count = length(schema, "minItems").unwrap_or(1);
            vec![base(&schema["items"]); count].into()
        }
        _ => {
            let required = schema["required"].as_array().into_iter().flatten();
            let members = required.map(|name| {
                let name = name.as_str().unwrap();
                (name.to_owned(), base(&schema["properties"][name]))
            });
            Value::Object(members.collect())
        }
    }
}

/// Returns inputs for a schema:
///
/// - [`base`], `{}`, and an input with all properties
/// - inputs with one property that is missing, unknown, of another type, or at or next to a bound
/// - for every pair of properties, an input in which both are invalid
pub(crate) fn inputs(schema: &Value) -> Vec<Value> {
    let Value::Object(valid) = base(schema) else {
        panic!("the schema of an input is an object");
    };
    let none = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&none);
    let mut inputs = vec![Value::Object(valid.clone()), json!({})];
    let mut full = valid.clone();
    for (name, property) in properties {
        full.entry(name).or_insert_with(|| base(property));
        inputs.push(without(&valid, name));
        for value in values(property) {
            inputs.push(with(&valid, name, value));
        }
    }
    for name in properties.keys() {
        inputs.push(without(&full, name));
        for other in properties.keys().take_while(|other| *other != name) {
            inputs.push(with(&with_invalid(&full, name), other, Value::Null));
        }
        inputs.push(with(&valid, &format!("{name}_"), json!("unknown")));
        inputs.push(with(&valid, &name.to_uppercase(), json!("unknown")));
    }
    inputs.push(Value::Object(full));
    inputs.push(with(&valid, "", Value::Null));
    inputs
}

/// Values of every JSON type, and values at and next to the bounds of a schema.
pub(crate) fn values(schema: &Value) -> Vec<Value> {
    let mut values = any_values();
    for keyword in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"] {
        values.extend(schema.get(keyword).into_iter().flat_map(around));
    }
    for listed in schema["enum"].as_array().into_iter().flatten() {
        values.push(listed.clone());
        values.extend(around(listed));
        values.push(listed.to_string().into());
        if let Some(text) = listed.as_str() {
            values.extend([text.to_lowercase().into(), text.to_uppercase().into()]);
            values.push(format!("{text} ").into());
        }
    }
    for keyword in ["minLength", "maxLength"] {
        let counts = length(schema, keyword).into_iter().flat_map(near);
        for count in counts.filter(|count| *count <= MAX_LENGTH) {
            values.extend(["x", "é", "😀"].map(|letter| letter.repeat(count).into()));
        }
    }
    match schema["type"].as_str() {
        Some("array") => {
            let item = base(&schema["items"]);
            let bounds = ["minItems", "maxItems"].map(|keyword| length(schema, keyword));
            let counts = bounds.into_iter().flatten().flat_map(near);
            for count in counts.filter(|count| *count <= MAX_ITEMS) {
                values.push(vec![item.clone(); count].into());
            }
            for value in sample(self::values(&schema["items"])) {
                values.extend([json!([value]), json!([item, value])]);
            }
        }
        Some("object") => values.extend(sample(inputs(schema))),
        _ => {}
    }
    values
}

/// The length of the longest string that is built, in characters. A schema can allow up to `u32::MAX`.
const MAX_LENGTH: usize = 100_000;

/// The number of items in the longest array that is built.
const MAX_ITEMS: usize = 1000;

/// Selects at most 300 evenly spaced values. The number of test values for a nested schema would otherwise
/// grow too large with its depth.
fn sample(values: Vec<Value>) -> impl Iterator<Item = Value> {
    const MAX: usize = 300;
    let step = values.len().div_ceil(MAX).max(1);
    values.into_iter().step_by(step)
}

/// Values of every type, and numbers at the limits of their representation.
fn any_values() -> Vec<Value> {
    vec![
        Value::Null,
        true.into(),
        false.into(),
        "".into(),
        "text".into(),
        "5".into(),
        0.into(),
        (-1).into(),
        5.into(),
        5.0.into(),
        5.5.into(),
        1e2.into(),
        (-0.0).into(),
        i64::MIN.into(),
        i64::MAX.into(),
        (1_u64 << 63).into(),
        u64::MAX.into(),
        9_007_199_254_740_993_i64.into(),
        9_223_372_036_854_775_808.0.into(),
        (-9_223_372_036_854_775_808.0).into(),
        1e19.into(),
        f64::MAX.into(),
        f64::MIN.into(),
        f64::MIN_POSITIVE.into(),
        json!([]),
        json!([null]),
        json!(["text"]),
        json!({}),
        json!({ "text": 1 }),
    ]
}

/// Integers and floats at and next to a bound.
fn around(bound: &Value) -> Vec<Value> {
    let integer = bound.as_i64().into_iter();
    let integers = integer.flat_map(|bound| {
        let next_to = [bound.checked_sub(1), Some(bound), bound.checked_add(1)];
        next_to.into_iter().flatten().map(Value::from)
    });
    let float = bound.as_f64().into_iter();
    let floats = float.flat_map(|bound| {
        [-1.0, -0.5, -0.001, 0.0, 0.001, 0.5, 1.0]
            .map(|step| bound + step)
            .into_iter()
            .chain([bound.next_down(), bound.next_up()])
            .map(Value::from)
    });
    integers.chain(floats).collect()
}

fn near(count: usize) -> [usize; 3] {
    [count.saturating_sub(1), count, count + 1]
}

fn length(schema: &Value, keyword: &str) -> Option<usize> {
    schema
        .get(keyword)?
        .as_u64()
        .map(|count| usize::try_from(count).unwrap())
}

fn without(object: &Map<String, Value>, name: &str) -> Value {
    let mut object = object.clone();
    object.shift_remove(name);
    object.into()
}

fn with(object: &Map<String, Value>, name: &str, value: Value) -> Value {
    let mut object = object.clone();
    object.insert(name.to_owned(), value);
    object.into()
}

/// Returns the object with the property `name` set to an array with an item that no schema allows. The array
/// is invalid for a property of any type.
fn with_invalid(object: &Map<String, Value>, name: &str) -> Map<String, Value> {
    let mut object = object.clone();
    object.insert(name.to_owned(), json!([{ "invalid": true }]));
    object
}
