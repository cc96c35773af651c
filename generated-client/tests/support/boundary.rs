//! Inputs around every limit of a normalised schema.

use serde_json::{Map, Value, json};

/// A good value: the default where there is one, else the smallest that comes to mind.
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

/// Whole inputs: the base with each property on, just inside and just beyond its limits, of a
/// wrong type, missing, unknown, and every pair of properties at fault together.
pub(crate) fn inputs(schema: &Value) -> Vec<Value> {
    let Value::Object(good) = base(schema) else {
        panic!("an input is an object");
    };
    let properties = schema["properties"].as_object().unwrap();
    let mut inputs = vec![Value::Object(good.clone()), json!({})];
    let mut full = good.clone();
    for (name, property) in properties {
        full.entry(name).or_insert_with(|| base(property));
        inputs.push(without(&good, name));
        for value in values(property) {
            inputs.push(with(&good, name, value));
        }
    }
    for name in properties.keys() {
        inputs.push(without(&full, name));
        for other in properties.keys().take_while(|other| *other != name) {
            inputs.push(with(&with_fault(&full, name), other, Value::Null));
        }
        inputs.push(with(&good, &format!("{name}_"), json!("unknown")));
        inputs.push(with(&good, &name.to_uppercase(), json!("unknown")));
    }
    inputs.push(Value::Object(full));
    inputs.push(with(&good, "", Value::Null));
    inputs
}

/// Values around the limits of one property, and of every JSON type.
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
        for count in length(schema, keyword).into_iter().flat_map(near) {
            values.extend(["x", "é", "😀"].map(|letter| letter.repeat(count).into()));
        }
    }
    match schema["type"].as_str() {
        Some("array") => {
            let item = base(&schema["items"]);
            let bounds = ["minItems", "maxItems"].map(|keyword| length(schema, keyword));
            for count in bounds.into_iter().flatten().flat_map(near) {
                values.push(vec![item.clone(); count].into());
            }
            for value in self::values(&schema["items"]) {
                values.extend([json!([value]), json!([item, value])]);
            }
        }
        Some("object") => values.extend(inputs(schema)),
        _ => {}
    }
    values
}

/// A value of every type, and numbers that are easily taken for another.
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

/// A bound, its neighbours, and the same written as floats.
fn around(bound: &Value) -> Vec<Value> {
    let integer = bound.as_i64().into_iter();
    let integers = integer.flat_map(|bound| [bound - 1, bound, bound + 1].map(Value::from));
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

/// The object with a fault in `name`.
fn with_fault(object: &Map<String, Value>, name: &str) -> Map<String, Value> {
    let mut object = object.clone();
    object.insert(name.to_owned(), json!([{ "fault": true }]));
    object
}
