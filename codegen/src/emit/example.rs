//! The documented request.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Piece, ident, literal};
use crate::json::{Json, Member};
use crate::lower::{Field, Lowered, RustType, Struct};

/// `Input::example`, where the documentation has one.
pub(super) fn example(lowered: &Lowered<'_>) -> Option<Piece> {
    let example = lowered.model.example.as_ref()?;
    let body = object(lowered, lowered.inputs.first()?, &quote!(Self), example);
    let allow = literal::constants_allowed(&body);
    Some(Piece::Item(quote! {
        #allow
        impl Input {
            /// The body of the documented request.
            #[must_use]
            #[inline]
            pub fn example() -> Self {
                #body
            }
        }
    }))
}

fn object(lowered: &Lowered<'_>, of: &Struct<'_>, name: &TokenStream, json: &Json) -> TokenStream {
    let members: &[Member] = match json {
        Json::Object(members) => members,
        _ => &[],
    };
    let find = |field: &Field<'_>| {
        let member = members
            .iter()
            .find(|member| member.name.value == field.property.wire)?;
        Some(value(lowered, &field.rust, field, &member.value))
    };
    let required = of
        .object
        .required
        .iter()
        .filter_map(|index| find(&of.fields[*index]));
    let optional = of.fields.iter().filter(|field| !field.property.required);
    let setters = optional.filter_map(|field| {
        let (setter, value) = (ident(field.name), find(field)?);
        Some(quote!(.#setter(#value)))
    });
    quote!(#name::new(#(#required),*) #(#setters)*)
}

fn value(lowered: &Lowered<'_>, rust: &RustType, field: &Field<'_>, json: &Json) -> TokenStream {
    match (rust, json) {
        (RustType::Vec(item), Json::Array(items)) if items.is_empty() => {
            let item = super::type_tokens(item);
            quote!(Vec::<#item>::new())
        }
        (RustType::Vec(item), Json::Array(items)) => {
            let items = items.iter().map(|json| value(lowered, item, field, json));
            quote!([#(#items),*])
        }
        (RustType::Bool, Json::Boolean(value)) => quote!(#value),
        (RustType::I64, Json::Number(number)) => {
            literal::integer_argument(number.as_i64().unwrap_or_default())
        }
        (RustType::F64, Json::Number(number)) => {
            literal::float(number.as_f64().unwrap_or_default())
        }
        (RustType::String, Json::String(text)) => quote!(#text),
        (RustType::Named(name), Json::String(text)) => choice(name, field, text),
        (RustType::Named(name), json) => {
            let of = lowered.inputs.iter().find(|of| of.name == name);
            let name = ident(name);
            of.map_or_else(TokenStream::new, |of| {
                object(lowered, of, &quote!(#name), json)
            })
        }
        // The example was checked against the schema, so nothing else comes here.
        _ => TokenStream::new(),
    }
}

fn choice(name: &str, field: &Field<'_>, text: &str) -> TokenStream {
    use crate::model::{Item, Shape};
    let (Shape::One(item) | Shape::List(crate::model::List { item, .. })) = &field.property.shape;
    let (Item::Choice(choices), Some((_, variants))) = (item, field.variants) else {
        return TokenStream::new();
    };
    let index = choices.iter().position(|choice| choice.wire == text);
    let variant = index
        .and_then(|index| variants.get(index))
        .map(|variant| ident(variant));
    let name = ident(name);
    quote!(#name::#variant)
}
