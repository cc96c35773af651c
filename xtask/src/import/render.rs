//! The canonical text of a model file.

use runcomfy_codegen::json::{Json, Member};
use runcomfy_codegen::span::{Located, Span};
use serde_json::Value;

use super::Page;

/// The text of `schemas/<model_id>.json`: indented by two spaces, one line for each member and item,
/// no escape that JSON does not need, a line break at the end; values in the order and the spelling of
/// the page.
///
/// `names` are those of the existing file. They are kept; further names of the page follow them.
pub(super) fn render(page: &Page, names: Option<&[Member]>) -> String {
    let names = merge(names, page.names.as_deref()).map(Json::Object);
    let model_id = Json::String(page.model_id.to_string());
    let members = [
        ("model_id", Some(&model_id)),
        ("example", page.example.as_deref()),
        ("input", Some(&page.input.value)),
        ("output", page.output.as_deref()),
        ("names", names.as_ref()),
    ];
    let members = members.into_iter().filter_map(|(name, value)| {
        Some(Member {
            name: Located::new(name.to_owned(), Span::default()),
            value: Located::new(value?.clone(), Span::default()),
        })
    });
    let mut out = String::new();
    write(&mut out, &Json::Object(members.collect()), 0);
    out.push('\n');
    out
}

/// The names of the existing file, then those that only the page has.
fn merge(existing: Option<&[Member]>, page: Option<&[Member]>) -> Option<Vec<Member>> {
    if existing.is_none() && page.is_none() {
        return None;
    }
    let mut names = existing.unwrap_or_default().to_vec();
    for member in page.unwrap_or_default() {
        if names.iter().all(|known| known.name != member.name) {
            names.push(member.clone());
        }
    }
    Some(names)
}

fn write(out: &mut String, value: &Json, depth: usize) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Number(number) => out.push_str(number.as_str()),
        Json::String(text) => string(out, text),
        Json::Array(items) => list(out, ['[', ']'], items, depth, |out, item| {
            write(out, item, depth + 1);
        }),
        Json::Object(members) => list(out, ['{', '}'], members, depth, |out, member| {
            string(out, &member.name);
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
