//! The enums of an input.

use quote::quote;

use super::chunk::Chunk;
use super::docs;
use super::markdown;
use super::tokens::{doc_attributes, ident};
use crate::identifier::without_raw_prefix;
use crate::lower::{Field, StringEnum, Struct};

/// The enums that the fields of a struct use, in the order of the fields.
pub(super) fn enums<'a>(object: &'a Struct<'_>) -> impl Iterator<Item = Chunk> + 'a {
    object.fields.iter().filter_map(|field| {
        let string_enum = field.string_enum?;
        Some(item(object, field, string_enum))
    })
}

fn item(object: &Struct<'_>, field: &Field<'_>, string_enum: StringEnum<'_>) -> Chunk {
    let values = string_enum.values.iter().map(|value| &value.wire_name);
    let variants = string_enum.variants.iter().map(|variant| ident(variant));
    let title = field.property.docs.title.as_deref().unwrap_or_default();
    let field = without_raw_prefix(field.name);
    let text = format!(
        "{} Values of [`{}::{field}`].",
        docs::sentence(title),
        object.name
    );
    let docs = doc_attributes(&markdown::wrap(&text));
    let name = ident(string_enum.name);
    Chunk::ItemInMacro {
        name: "string_enum",
        item: quote! {
            #docs
            pub enum #name {
                #(#variants = #values,)*
            }
        },
    }
}
