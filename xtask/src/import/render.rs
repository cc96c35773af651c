//! The canonical text of a model file.

use serde_json::{Map, Value};

use super::Page;
use super::json::{Json, Member};

/// The text of `schemas/<model_id>.json`: two spaces of indentation, one line for each member and
/// item, no escape that JSON does not need, a line end at the end; the values in the order and the
/// spelling of the page.
///
/// `names` are those of the file that is there already. They stay as they are; names that only the
/// page has (it was a model file itself) follow them.
pub(crate) fn render(page: &Page, names: Option<&Map<String, Value>>) -> String {
    let mut kept = names.cloned();
    if let Some(given) = &page.names {
        let kept = kept.get_or_insert_default();
        for (wire, rust) in given {
            kept.entry(wire.clone()).or_insert_with(|| rust.clone());
        }
    }
    let names = kept.map(|names| from_serde(&Value::Object(names)));
    let model_id = Json::String(page.model_id.clone());
    let members = [
        ("model_id", Some(&model_id)),
        ("example", page.example.as_ref()),
        ("input", Some(&page.input)),
        ("output", page.output.as_ref()),
        ("names", names.as_ref()),
    ];
    let mut out = String::from("{");
    let mut separator = "\n  ";
    for (key, value) in members {
        if let Some(value) = value {
            out.push_str(separator);
            string(&mut out, key);
            out.push_str(": ");
            write(&mut out, value, 1);
            separator = ",\n  ";
        }
    }
    out.push_str("\n}\n");
    out
}

fn write(out: &mut String, value: &Json, depth: usize) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Number(spelling) => out.push_str(spelling),
        Json::String(text) => string(out, text),
        Json::Array(items) => list(out, ['[', ']'], items, depth, |out, item| {
            write(out, item, depth + 1);
        }),
        Json::Object(members) => list(out, ['{', '}'], members, depth, |out, member: &Member| {
            string(out, &member.key);
            out.push_str(": ");
            write(out, &member.value, depth + 1);
        }),
    }
}

fn list<T>(
    out: &mut String,
    brackets: [char; 2],
    items: &[T],
    depth: usize,
    write: impl Fn(&mut String, &T),
) {
    out.push(brackets[0]);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        line(out, depth + 1);
        write(out, item);
    }
    if !items.is_empty() {
        line(out, depth);
    }
    out.push(brackets[1]);
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    for _ in 0..depth {
        out.push_str("  ");
    }
}

fn string(out: &mut String, text: &str) {
    // The `Display` of a `Value` is its JSON, with the fewest escapes.
    out.push_str(&Value::from(text).to_string());
}

fn from_serde(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => Json::Number(number.to_string()),
        Value::String(text) => Json::String(text.clone()),
        Value::Array(items) => Json::Array(items.iter().map(from_serde).collect()),
        Value::Object(members) => Json::Object(
            members
                .iter()
                .map(|(key, value)| Member {
                    key: key.clone(),
                    value: from_serde(value),
                    at: 0,
                })
                .collect(),
        ),
    }
}
