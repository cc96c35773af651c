//! Generates the structs of inputs and outputs. A struct is written as a call of one of the client's macros,
//! which lists the wire name, name and type of each field.

use proc_macro2::Literal;

use super::chunk::Chunk;
use super::docs;
use crate::lower::{Field, RustType, Struct};

/// The model that a top-level struct belongs to. Structs of objects within an input or output have none.
#[derive(Clone, Copy)]
pub(super) struct Owner<'m> {
    /// The marker type.
    pub(super) marker: &'m str,
    /// The reasons of the overrides of the level `error`. A reason that the documentation of a property
    /// already states is left out. Empty for an output.
    pub(super) corrections: &'m [String],
}

/// Generates the struct of an input, or of an object within an input. The required fields come first,
/// in the order of `required`, which is also the order of the arguments of `new`. The optional fields
/// follow.
pub(super) fn input_fields(object: &Struct<'_>, owner: Option<Owner<'_>>) -> Chunk {
    let required = object.object.required.iter();
    let required = required.map(|index| input_field(&object.fields[*index]));
    let required = section("required", required);
    let optional = object.fields.iter();
    let optional = optional.filter(|field| !field.property.required);
    let optional = section("optional", optional.map(input_field));
    let head = match owner {
        Some(owner) => format!("{} of {}", object.name, owner.marker),
        None => object.name.to_owned(),
    };
    let docs = struct_docs(object, owner, "Input");
    Chunk::Macro(format!(
        "input_fields! {{\n{docs}    pub struct {head} {{\n{required}{optional}    }}\n}}\n"
    ))
}

/// Generates the struct of an output, or of an object within an output.
pub(super) fn output_fields(object: &Struct<'_>, owner: Option<Owner<'_>>) -> Chunk {
    let fields: String = object.fields.iter().map(output_field).collect();
    let body = if fields.is_empty() {
        "{}".to_owned()
    } else {
        format!("{{\n{fields}    }}")
    };
    let docs = struct_docs(object, owner, "Output");
    Chunk::Macro(format!(
        "output_fields! {{\n{docs}    pub struct {} {body}\n}}\n",
        object.name
    ))
}

fn section(name: &str, fields: impl Iterator<Item = String>) -> String {
    let fields: String = fields.collect();
    if fields.is_empty() {
        format!("        {name} {{}}\n")
    } else {
        format!("        {name} {{\n{fields}        }}\n")
    }
}

fn input_field(field: &Field<'_>) -> String {
    let docs = doc_comments(&docs::field(field, false), 3);
    let wire_name = Literal::string(&field.property.wire_name);
    let (name, ty) = (field.name, bracketed_type(&field.rust_type));
    format!("{docs}            {wire_name} => {name}: {ty},\n")
}

fn output_field(field: &Field<'_>) -> String {
    let docs = doc_comments(&docs::field(field, true), 2);
    let wire_name = Literal::string(&field.property.wire_name);
    let ty = match &field.rust_type {
        RustType::Vec(item) => format!("Vec<{}>", bracketed_type(item)),
        ty => format!("Option<{}>", bracketed_type(ty)),
    };
    format!("{docs}        {wire_name} => {}: {ty},\n", field.name)
}

fn struct_docs(object: &Struct<'_>, owner: Option<Owner<'_>>, noun: &str) -> String {
    let mut lines = match owner {
        Some(Owner {
            marker,
            corrections,
        }) => {
            let mut lines = vec![format!("{noun} of [`{marker}`].")];
            for reason in corrections {
                lines.push(String::new());
                lines.extend(docs::stated("Corrected by the maintainer", reason));
            }
            lines
        }
        None => docs::prose(&object.object.docs),
    };
    if lines.is_empty() {
        lines.push(format!("An object within the {}.", noun.to_lowercase()));
    }
    doc_comments(&lines, 1)
}

/// Documentation comments, indented by this many levels.
fn doc_comments(lines: &[String], levels: usize) -> String {
    let indent = "    ".repeat(levels);
    let lines = lines.iter().map(|line| {
        let space = if line.is_empty() { "" } else { " " };
        format!("{indent}///{space}{line}\n")
    });
    lines.collect()
}

/// A type in the syntax of `input_fields!`, in which a list is written `[T]` instead of `Vec<T>`. A type
/// that is not a list is written as in Rust. `output_field` calls this function only for such types.
fn bracketed_type(rust_type: &RustType) -> String {
    match rust_type {
        RustType::Vec(item) => format!("[{}]", bracketed_type(item)),
        other => other.to_string(),
    }
}
