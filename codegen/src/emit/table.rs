//! The tables that tie structs to the wire.

use proc_macro2::Literal;
use serde_json::{Map, Value};

use super::Piece;
use crate::lower::{Field, RustType, Struct};
use crate::model::{Docs, Item, Property, Shape, Text};
use crate::normalize::default_value;

/// The table of an input, or of an object within one: the required properties in the order of
/// `required`, which is the order of `new`, then the others.
pub(super) fn object(of: &Struct<'_>, owner: Option<&str>) -> Piece {
    let required = of.object.required.iter().map(|index| &of.fields[*index]);
    let optional = of.fields.iter().filter(|field| !field.property.required);
    let head = match owner {
        Some(owner) => format!("{} of {owner}", of.name),
        None => of.name.to_owned(),
    };
    let required = section("required", required.map(row));
    let optional = section("optional", optional.map(row));
    Piece::Table(format!(
        "object! {{\n    {head} {{\n{required}{optional}    }}\n}}\n"
    ))
}

/// The table of an output, or of an object within one.
pub(super) fn output(of: &Struct<'_>) -> Piece {
    let rows = of.fields.iter().map(|field| {
        format!(
            "        {} => {},\n",
            Literal::string(&field.property.wire),
            field.name
        )
    });
    let rows: String = rows.collect();
    let body = if rows.is_empty() {
        "{}".to_owned()
    } else {
        format!("{{\n{rows}    }}")
    };
    Piece::Table(format!("output! {{\n    {} {body}\n}}\n", of.name))
}

/// What the schema says for readers, for whoever asks the client for a JSON Schema.
pub(super) fn annotations(of: &Struct<'_>) -> Piece {
    let own = members(docs(&of.object.docs));
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
            all.extend(docs(&property.docs));
            all.extend(format(item));
        }
        Shape::List(list) => {
            all.extend(docs(&property.docs));
            all.extend(
                list.format
                    .iter()
                    .map(|format| ("format".to_owned(), format.as_str().into())),
            );
            let mut items = format(&list.item);
            if !matches!(list.item, Item::Object(_)) {
                items.extend(docs(&list.item_docs));
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

fn docs(docs: &Docs) -> Map<String, Value> {
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

fn row(field: &Field<'_>) -> String {
    let wire = Literal::string(&field.property.wire);
    format!(
        "            {wire} => {}: {},\n",
        field.name,
        table_type(&field.rust)
    )
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
