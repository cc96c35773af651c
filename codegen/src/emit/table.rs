//! The tables that tie structs to the wire.

use proc_macro2::Literal;
use serde_json::{Map, Value};

use super::{Piece, docs};
use crate::lower::{Field, RustType, Struct};
use crate::model::{Docs, Item, Property, Shape, Text};
use crate::normalize::default_value;

/// The struct and table of an input, or of an object within one: the required properties in the
/// order of `required`, which is the order of `new`, then the others.
pub(super) fn input_fields(of: &Struct<'_>, owner: Option<&str>) -> Piece {
    let required = of.object.required.iter().map(|index| &of.fields[*index]);
    let optional = of.fields.iter().filter(|field| !field.property.required);
    let head = match owner {
        Some(owner) => format!("{} of {owner}", of.name),
        None => of.name.to_owned(),
    };
    let docs = struct_docs(of, owner, "Input");
    let required = section("required", required.map(input_row));
    let optional = section("optional", optional.map(input_row));
    Piece::Table(format!(
        "input_fields! {{\n{docs}    pub struct {head} {{\n{required}{optional}    }}\n}}\n"
    ))
}

/// The struct and table of an output, or of an object within one.
pub(super) fn output_fields(of: &Struct<'_>, owner: Option<&str>) -> Piece {
    let rows: String = of.fields.iter().map(output_row).collect();
    let docs = struct_docs(of, owner, "Output");
    let body = if rows.is_empty() {
        "{}".to_owned()
    } else {
        format!("{{\n{rows}    }}")
    };
    Piece::Table(format!(
        "output_fields! {{\n{docs}    pub struct {} {body}\n}}\n",
        of.name
    ))
}

/// What the schema says for readers, for whoever asks the client for a JSON Schema.
pub(super) fn annotations(of: &Struct<'_>) -> Piece {
    let own = members(texts(&of.object.docs));
    let rows = of.fields.iter().filter_map(|field| {
        let row = members(annotation(field.property));
        let wire = Literal::string(&field.property.wire);
        (!row.is_empty()).then(|| format!("    {wire} {{ {row} }}\n"))
    });
    let own = if own.is_empty() {
        "{}".to_owned()
    } else {
        format!("{{ {own} }}")
    };
    let rows: String = rows.collect();
    Piece::Table(format!(
        "annotations! {{\n    {} {own}\n{rows}}}\n",
        of.name
    ))
}

/// The annotations of a property; an object brings its own.
fn annotation(property: &Property) -> Map<String, Value> {
    let mut all = Map::new();
    match &property.shape {
        Shape::One(Item::Object(_)) => {}
        Shape::One(item) => {
            all.extend(texts(&property.docs));
            all.extend(format(item));
        }
        Shape::List(list) => {
            all.extend(texts(&property.docs));
            all.extend(
                list.format
                    .iter()
                    .map(|format| ("format".to_owned(), format.as_str().into())),
            );
            let mut items = format(&list.item);
            if !matches!(list.item, Item::Object(_)) {
                items.extend(texts(&list.item_docs));
            }
            if !items.is_empty() {
                all.insert("items".to_owned(), Value::Object(items));
            }
        }
    }
    let default = property.default.as_ref().map(default_value);
    all.extend(default.map(|default| ("default".to_owned(), default)));
    all
}

fn texts(docs: &Docs) -> Map<String, Value> {
    let texts = [("title", &docs.title), ("description", &docs.description)];
    let texts = texts
        .into_iter()
        .filter_map(|(key, text)| Some((key.to_owned(), text.as_deref()?.into())));
    texts.collect()
}

fn format(item: &Item) -> Map<String, Value> {
    match item {
        Item::Text(Text {
            format: Some(format),
            ..
        }) => Map::from_iter([("format".to_owned(), format.as_str().into())]),
        _ => Map::new(),
    }
}

/// The members of an object as `serde_json::json!` takes them.
fn members(object: Map<String, Value>) -> String {
    let members = object
        .iter()
        .map(|(key, value)| format!("{}: {}", Literal::string(key), json(value)));
    members.collect::<Vec<_>>().join(", ")
}

fn json(value: &Value) -> String {
    match value {
        Value::String(text) => Literal::string(text).to_string(),
        Value::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(json).collect::<Vec<_>>().join(", ")
            )
        }
        Value::Object(object) if object.is_empty() => "{}".to_owned(),
        Value::Object(object) => format!("{{ {} }}", members(object.clone())),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            // The macro gives an integer no type, and without one it is an `i32`.
            (Some(integer), _) if i32::try_from(integer).is_err() => format!("{integer}_i64"),
            (None, Some(integer)) => format!("{integer}_u64"),
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}

fn section(name: &str, rows: impl Iterator<Item = String>) -> String {
    let rows: String = rows.collect();
    if rows.is_empty() {
        format!("        {name} {{}}\n")
    } else {
        format!("        {name} {{\n{rows}        }}\n")
    }
}

fn input_row(field: &Field<'_>) -> String {
    let docs = doc_lines(&docs::field(field, false), 3);
    let wire = Literal::string(&field.property.wire);
    format!(
        "{docs}            {wire} => {}: {},\n",
        field.name,
        table_type(&field.rust)
    )
}

fn output_row(field: &Field<'_>) -> String {
    let docs = doc_lines(&docs::field(field, true), 2);
    let wire = Literal::string(&field.property.wire);
    let rust = match &field.rust {
        RustType::Vec(item) => format!("Vec<{}>", table_type(item)),
        rust => format!("Option<{}>", table_type(rust)),
    };
    format!("{docs}        {wire} => {}: {rust},\n", field.name)
}

fn struct_docs(of: &Struct<'_>, owner: Option<&str>, what: &str) -> String {
    let mut lines = match owner {
        Some(owner) => vec![format!("{what} of [`{owner}`].")],
        None => docs::prose(&of.object.docs),
    };
    if lines.is_empty() {
        lines.push(format!("An object within the {}.", what.to_lowercase()));
    }
    doc_lines(&lines, 1)
}

/// Documentation comments, indented by this many levels.
fn doc_lines(lines: &[String], levels: usize) -> String {
    let indent = "    ".repeat(levels);
    let lines = lines.iter().map(|line| {
        let space = if line.is_empty() { "" } else { " " };
        format!("{indent}///{space}{line}\n")
    });
    lines.collect()
}

/// A type as the tables write it: a list in brackets.
fn table_type(rust: &RustType) -> String {
    match rust {
        RustType::Bool => "bool".to_owned(),
        RustType::I64 => "i64".to_owned(),
        RustType::F64 => "f64".to_owned(),
        RustType::String => "String".to_owned(),
        RustType::Named(name) => name.clone(),
        RustType::Vec(item) => format!("[{}]", table_type(item)),
    }
}
