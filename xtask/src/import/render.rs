//! The canonical text of a model file.

use std::ops::Range;

use runcomfy_codegen::json::Json;
use runcomfy_codegen::span::Located;
use serde_json::Value;

use super::merge::is_kept;

/// The text of `schemas/<model_id>.json`: indented by two spaces, one line for each member and item,
/// no escape that JSON does not need, a line break at the end; values in the order and the spelling of
/// the source.
///
/// A value with a position is kept from the existing file, bytes included.
pub(super) fn render(root: &Located<Json>, existing: &str) -> String {
    let mut out = String::new();
    write(&mut out, root, 0, existing);
    out.push('\n');
    out
}

fn write(out: &mut String, value: &Located<Json>, depth: usize, existing: &str) {
    if is_kept(value) {
        out.push_str(&existing[Range::from(value.span)]);
        return;
    }
    match &value.value {
        Json::Null => out.push_str("null"),
        Json::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Number(number) => out.push_str(number.as_str()),
        Json::String(text) => string(out, text),
        Json::Array(items) => list(out, ['[', ']'], items, depth, |out, item| {
            write(out, item, depth + 1, existing);
        }),
        Json::Object(members) => list(out, ['{', '}'], members, depth, |out, member| {
            string(out, &member.name);
            out.push_str(": ");
            write(out, &member.value, depth + 1, existing);
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
