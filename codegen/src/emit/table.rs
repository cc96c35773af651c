//! The tables that tie structs to the wire.

use proc_macro2::Literal;

use super::Piece;
use crate::lower::{Field, RustType, Struct};

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
