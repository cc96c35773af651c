//! Random inputs of a model, most of them valid or nearly so, many exactly at a limit.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// Characters of one, two, three and four bytes, a combining character, and characters that JSON
/// escapes.
const LETTERS: &[char] = &['a', 'é', '漢', '🔥', '\u{301}', '"', '\\', '\n', '\0'];

/// Every integer up to this magnitude is exactly representable as an `f64`.
const EXACT: i64 = 1 << 53;

/// Inputs for the JSON Schema of an object.
pub(crate) fn input(schema: &Value) -> BoxedStrategy<Value> {
    let other = prop_oneof![9 => object(schema), 1 => anything()];
    prop_oneof![30 => object(schema), 1 => other].boxed()
}

fn object(schema: &Value) -> BoxedStrategy<Value> {
    let required: Vec<&Value> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let properties: Vec<_> = properties
        .map(|(name, schema)| {
            let probability = if required.contains(&&Value::from(name.as_str())) {
                0.985
            } else {
                0.6
            };
            let value = prop::option::weighted(probability, value(schema));
            (Just(name.clone()), value)
        })
        .collect();
    let unknown = (select(vec!["unknown", "Prompt", "steps", ""]), anything());
    (properties, prop::option::weighted(0.02, unknown))
        .prop_map(|(properties, unknown)| {
            let members = properties
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)));
            let unknown = unknown.map(|(name, value)| (name.to_owned(), value));
            Value::Object(members.chain(unknown).collect::<Map<_, _>>())
        })
        .boxed()
}

fn value(schema: &Value) -> BoxedStrategy<Value> {
    let valid = match schema["type"].as_str() {
        Some("boolean") => any::<bool>().prop_map(Value::from).boxed(),
        Some("integer") => integer(schema),
        Some("number") => number(schema),
        Some("string") => text(schema),
        Some("array") => list(schema),
        _ => object(schema),
    };
    prop_oneof![60 => valid, 1 => anything()].boxed()
}

/// A small value of any type.
fn anything() -> BoxedStrategy<Value> {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(5.0),
        json!(0.5),
        json!(-1),
        json!(""),
        json!("5"),
        json!("true"),
        json!([]),
        json!([null]),
        json!({}),
        json!({ "a": 1 }),
    ];
    select(values.to_vec()).boxed()
}

fn integer(schema: &Value) -> BoxedStrategy<Value> {
    if let Some(values) = schema["enum"].as_array() {
        let valid = select(values.clone());
        let near = valid.clone().prop_map(|value| {
            let integer = value.as_i64().unwrap_or_default();
            integer.saturating_add(1).into()
        });
        let as_float = valid.clone().prop_map(float_of);
        return prop_oneof![30 => valid, 2 => as_float, 1 => near].boxed();
    }
    let limit = |name: &str| schema[name].as_i64();
    let after = |limit: i64| limit.saturating_add(1);
    let before = |limit: i64| limit.saturating_sub(1);
    let low = limit("minimum").or_else(|| limit("exclusiveMinimum").map(after));
    let high = limit("maximum").or_else(|| limit("exclusiveMaximum").map(before));
    let step = limit("multipleOf").unwrap_or(1);
    let start = low.unwrap_or_else(|| high.unwrap_or(100).saturating_sub(100));
    let end = high.unwrap_or_else(|| start.saturating_add(100));
    // Keeps the range from being empty. Models whose bounds exclude every integer are refused, so the
    // two ends should already be in order.
    let (start, end) = (start.min(end), start.max(end));
    let inside = (start..=end).prop_map(move |value| {
        let above = value.rem_euclid(step);
        let down = value.checked_sub(above).filter(|down| *down >= start);
        down.unwrap_or_else(|| value.saturating_add((step - above) % step))
    });
    let edges: Vec<i64> = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]
        .iter()
        .filter_map(|name| limit(name))
        .flat_map(|limit| [before(limit), limit, after(limit)])
        .chain([start, end])
        .collect();
    let valid = prop_oneof![
        8 => inside.clone().prop_map(Value::from),
        1 => inside.clone().prop_map(|value| float_of(value.into())),
    ];
    // Clamped, because adding 0.5 to a larger value gives an integer. If that integer does not fit in
    // 64 bits, the reference accepts it, but the generated code refuses it.
    let fraction = inside.prop_map(|value| json!(value.clamp(-EXACT / 2, EXACT / 2) as f64 + 0.5));
    prop_oneof![
        24 => valid,
        3 => select(edges).prop_map(Value::from),
        1 => fraction,
    ]
    .boxed()
}

/// Converts an integer to a float if the float is exact; otherwise returns it unchanged.
fn float_of(value: Value) -> Value {
    match value.as_i64() {
        Some(integer) if (-EXACT..=EXACT).contains(&integer) => json!(integer as f64),
        _ => value,
    }
}

fn number(schema: &Value) -> BoxedStrategy<Value> {
    let limit = |name: &str| schema[name].as_f64();
    let low = limit("minimum").or(limit("exclusiveMinimum"));
    let high = limit("maximum").or(limit("exclusiveMaximum"));
    let start = low.unwrap_or_else(|| high.map_or(-100.0, |high| high - 100.0));
    let end = high.unwrap_or(start + 100.0);
    let inside = match limit("multipleOf") {
        None => (0.0..=1.0)
            .prop_map(move |part| start * (1.0 - part) + end * part)
            .boxed(),
        Some(step) => (0..=1_000_u32)
            .prop_map(move |part| {
                let near = (start + (end - start) * f64::from(part) / 1_000.0) / step;
                // Rounded to two decimals, as a person would write the number, since a product of
                // floats may be inexact.
                format!("{:.2}", near.round() * step)
                    .parse()
                    .unwrap_or(near)
            })
            .boxed(),
    };
    let edges: Vec<f64> = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]
        .iter()
        .filter_map(|name| limit(name))
        .flat_map(|limit| [limit.next_down(), limit, limit.next_up(), limit.round()])
        .chain([0.0, -0.0])
        .collect();
    prop_oneof![
        20 => inside.clone().prop_map(|value| json!(value)),
        4 => inside.prop_map(|value| json!(value.round() as i64)),
        4 => select(edges).prop_map(|value| json!(value)),
    ]
    .boxed()
}

fn text(schema: &Value) -> BoxedStrategy<Value> {
    if let Some(values) = schema["enum"].as_array() {
        let valid = select(values.clone());
        let changes: Vec<fn(&str) -> String> = vec![
            |text| text.to_lowercase(),
            |text| text.to_uppercase(),
            |text| format!("{text} "),
        ];
        let near = (valid.clone(), select(changes))
            .prop_map(|(value, change)| change(value.as_str().unwrap_or_default()).into());
        return prop_oneof![30 => valid, 1 => near].boxed();
    }
    let limit = |name: &str| {
        let limit = schema[name].as_u64()?;
        usize::try_from(limit).ok()
    };
    let low = limit("minLength").unwrap_or(0);
    let high = limit("maxLength").unwrap_or(low + 10);
    let length = prop_oneof![
        8 => low..=high,
        4 => select(vec![low, high]),
        1 => select(vec![low.saturating_sub(1), high + 1]),
    ];
    let letters = prop_oneof![4 => Just('a'), 6 => select(LETTERS)];
    length
        .prop_flat_map(move |length| prop::collection::vec(letters.clone(), length))
        .prop_map(|letters| Value::from(String::from_iter(letters)))
        .boxed()
}

fn list(schema: &Value) -> BoxedStrategy<Value> {
    let limit = |name: &str| {
        let limit = schema[name].as_u64()?;
        usize::try_from(limit).ok()
    };
    let low = limit("minItems").unwrap_or(0);
    let high = limit("maxItems").unwrap_or(low + 3);
    let count = prop_oneof![
        12 => low..=high,
        1 => select(vec![low.saturating_sub(1), high + 1]),
    ];
    let item = value(&schema["items"]);
    count
        .prop_flat_map(move |count| prop::collection::vec(item.clone(), count))
        .prop_map(Value::Array)
        .boxed()
}
