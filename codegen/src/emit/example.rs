//! Generates `Input::example`, which returns the body of the documented request.

use proc_macro2::TokenStream;
use quote::quote;

use super::chunk::Chunk;
use super::literal;
use super::tokens::{ident, type_tokens};
use crate::json::Json;
use crate::lower::{Field, LoweredModel, RustType, Struct};

/// `Input::example`, if the documentation has an example.
pub(super) fn example(model: &LoweredModel<'_>) -> Option<Chunk> {
    let example = model.model.example.as_ref()?;
    let body = object(model, model.inputs.first()?, &quote!(Self), example);
    let allow = literal::allow_approx_constant(&body);
    Some(Chunk::Item(quote! {
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

/// Generates the expression for an object: a call of `new` with the required values, then a call of a
/// setter for each optional value that is present. `name` is the struct of the object.
fn object(
    model: &LoweredModel<'_>,
    object: &Struct<'_>,
    name: &TokenStream,
    json: &Json,
) -> TokenStream {
    let value_of = |field: &Field<'_>| {
        let json = json.get(&field.property.wire_name)?;
        Some(value(model, &field.rust_type, field, json))
    };
    let required = object.object.required.iter();
    let required = required.filter_map(|index| value_of(&object.fields[*index]));
    let optional = object
        .fields
        .iter()
        .filter(|field| !field.property.required);
    let setters = optional.filter_map(|field| {
        let (setter, value) = (ident(field.name), value_of(field)?);
        Some(quote!(.#setter(#value)))
    });
    quote!(#name::new(#(#required),*) #(#setters)*)
}

fn value(
    model: &LoweredModel<'_>,
    rust_type: &RustType,
    field: &Field<'_>,
    json: &Json,
) -> TokenStream {
    match (rust_type, json) {
        (RustType::Vec(item), Json::Array(items)) if items.is_empty() => {
            let item = type_tokens(item);
            quote!(Vec::<#item>::new())
        }
        (RustType::Vec(item), Json::Array(items)) => {
            let items = items.iter().map(|json| value(model, item, field, json));
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
        (RustType::Named(name), Json::String(text)) => enum_value(name, field, text),
        (RustType::Named(name), json) => {
            let inner = model.inputs.iter().find(|input| input.name == name);
            let name = ident(name);
            inner.map_or_else(TokenStream::new, |inner| {
                object(model, inner, &quote!(#name), json)
            })
        }
        // The example was checked against the schema, so there is no other combination.
        _ => TokenStream::new(),
    }
}

fn enum_value(name: &str, field: &Field<'_>, text: &str) -> TokenStream {
    let variant = field.string_enum.and_then(|string_enum| {
        let mut values = string_enum.values.iter();
        let index = values.position(|value| value.wire_name == text)?;
        string_enum.variants.get(index)
    });
    let variant = variant.map(|variant| ident(variant));
    let name = ident(name);
    quote!(#name::#variant)
}
