//! Shortens values for reports.

use runcomfy_codegen::text::{escape_invisible, shorten};
use serde_json::Value;

/// The maximum length of an excerpt in Unicode scalar values, without ellipses.
const MAX_LENGTH: usize = 60;
/// The number of Unicode scalar values shown before the first difference of two long values.
const CONTEXT: usize = 15;

/// Shortens a value to one line. An object whose `type` is a string, such as a schema, is shown as that
/// string.
pub(crate) fn excerpt(value: &Value) -> String {
    shorten(&full(value), MAX_LENGTH)
}

/// Shortens two values to one line each. If one of them is long and both begin alike, most of the common
/// beginning is left out, so that the first difference is shown.
pub(crate) fn excerpts(before: &Value, after: &Value) -> [String; 2] {
    let texts = [full(before), full(after)];
    let chars = texts
        .each_ref()
        .map(|text| text.chars().collect::<Vec<_>>());
    let [before, after] = &chars;
    let is_long = before.len() > MAX_LENGTH || after.len() > MAX_LENGTH;
    let common = before
        .iter()
        .zip(after)
        .take_while(|(one, other)| one == other);
    let start = common.count().saturating_sub(CONTEXT);
    if !is_long || start == 0 {
        return texts.map(|text| shorten(&text, MAX_LENGTH));
    }
    chars.map(|chars| {
        let rest: String = chars[start.min(chars.len())..].iter().collect();
        format!("…{}", shorten(&rest, MAX_LENGTH))
    })
}

fn full(value: &Value) -> String {
    let text = match value {
        Value::Object(members) => match members.get("type") {
            Some(Value::String(name)) => name.clone(),
            _ => value.to_string(),
        },
        Value::Number(number) => match number.as_f64() {
            // 5.0 is shown as 5.
            Some(float) if float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
            _ => number.to_string(),
        },
        other => other.to_string(),
    };
    escape_invisible(&text)
}
