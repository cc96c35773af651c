//! The canonical text of a model file.

use std::ops::Range;

use runcomfy_codegen::json::Json;
use runcomfy_codegen::span::Located;
use serde_json::Value;

use super::merge::is_kept;
use super::strings::{Kind, is_joining, is_unusual};

/// The text of `schemas/<model_id>.json`. It is indented by two spaces, every member and item begins a line,
/// and a line break ends the text. Members and items keep their order, and numbers keep their spelling.
///
/// In strings, the characters that JSON requires to be escaped are escaped. In strings that are not
/// documentation ([`Kind::Text`]), unusual characters ([`is_unusual`]) are escaped too, except
/// [joining](is_joining) ones.
///
/// A [kept](is_kept) value is instead copied byte for byte from `existing`, at its span.
pub(super) fn render(root: &Located<Json>, existing: &str) -> String {
    let mut out = String::new();
    write(&mut out, root, 0, Kind::File, existing);
    out.push('\n');
    out
}

fn write(out: &mut String, value: &Located<Json>, depth: usize, kind: Kind, existing: &str) {
    if is_kept(value) {
        out.push_str(&existing[Range::from(value.span)]);
        return;
    }
    match &value.value {
        Json::Null => out.push_str("null"),
        Json::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Number(number) => out.push_str(number.as_str()),
        Json::String(text) => string(out, text, kind != Kind::Text),
        Json::Array(items) => list(out, ['[', ']'], items, depth, |out, item| {
            write(out, item, depth + 1, kind, existing);
        }),
        Json::Object(members) => list(out, ['{', '}'], members, depth, |out, member| {
            string(out, &member.name, true);
            out.push_str(": ");
            let kind = kind.of(&member.name);
            write(out, &member.value, depth + 1, kind, existing);
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

/// Writes a JSON string. If `is_on_wire`, all unusual characters except [joining](is_joining) ones are
/// escaped, so that a reviewer can see them.
fn string(out: &mut String, text: &str, is_on_wire: bool) {
    // The `Display` of a `Value` is its JSON, with the fewest escapes.
    let json = Value::from(text).to_string();
    let mut previous = ' ';
    let mut chars = json.chars().peekable();
    while let Some(char) = chars.next() {
        if is_on_wire && is_unusual(char) && !is_joining(previous, char, chars.peek()) {
            out.push_str(&format!("\\u{:04x}", u32::from(char)));
        } else {
            out.push(char);
        }
        previous = char;
    }
}
