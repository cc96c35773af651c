//! The enums of an input.

use quote::quote;

use super::{Piece, doc_attributes, docs, ident};
use crate::lower::{Field, Struct};
use crate::model::{Choice, Item, Shape};

/// The enums that the fields of a struct use, in the order of the fields.
pub(super) fn enums<'a>(of: &'a Struct<'_>) -> impl Iterator<Item = Piece> + 'a {
    of.fields.iter().filter_map(|field| {
        let (name, variants) = field.variants?;
        Some(string_enum(of, field, name, variants))
    })
}

fn string_enum(of: &Struct<'_>, field: &Field<'_>, name: &str, variants: &[String]) -> Piece {
    let wires = choices(field).iter().map(|choice| &choice.wire);
    let variants = variants.iter().map(|variant| ident(variant));
    let link = format!("[`{}::{}`]", of.name, field.name.trim_start_matches("r#"));
    let title = docs::prose(&crate::model::Docs {
        title: field.property.docs.title.clone(),
        description: None,
    });
    let mut lines = title;
    lines.push(format!("Values of {link}."));
    let docs = doc_attributes(&[lines.join(" ")]);
    let name = ident(name);
    Piece::Wrapped {
        name: "string_enum",
        item: quote! {
            #docs
            pub enum #name {
                #(#variants = #wires,)*
            }
        },
    }
}

fn choices<'a>(field: &Field<'a>) -> &'a [Choice] {
    let item = match &field.property.shape {
        Shape::One(item) => item,
        Shape::List(list) => &list.item,
    };
    match item {
        Item::Choice(choices) => choices,
        _ => &[],
    }
}
