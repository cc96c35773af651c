//! The structs of inputs and outputs.

use quote::quote;

use super::{Piece, doc_attributes, docs, ident, type_tokens};
use crate::lower::{Field, RustType, Struct};

/// An input, or an object within one. `owner` is the marker of the model whose input it is.
pub(super) fn input(of: &Struct<'_>, owner: Option<&str>) -> Piece {
    let fields = of.fields.iter().map(|field| {
        let docs = doc_attributes(&docs::field(field, false));
        let name = ident(field.name);
        let rust = type_tokens(&field.rust);
        if field.property.required {
            quote!(#docs pub #name: #rust)
        } else {
            quote!(#docs pub #name: Option<#rust>)
        }
    });
    let docs = struct_docs(of, owner, "Input");
    let name = ident(of.name);
    Piece::Item(quote! {
        #docs
        #[derive(Clone, Debug, PartialEq)]
        pub struct #name {
            #(#fields,)*
        }
    })
}

/// An output, or an object within one.
pub(super) fn output(of: &Struct<'_>, owner: Option<&str>) -> Piece {
    let fields = of.fields.iter().map(|field| {
        let docs = doc_attributes(&docs::field(field, true));
        let name = ident(field.name);
        let rust = output_type(field);
        quote!(#docs pub #name: #rust)
    });
    let docs = struct_docs(of, owner, "Output");
    let name = ident(of.name);
    Piece::Item(quote! {
        #docs
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields,)*
            /// What the schema does not describe, and values that did not fit their field, as they came.
            pub extra: serde_json::Map<String, serde_json::Value>,
        }
    })
}

fn output_type(field: &Field<'_>) -> proc_macro2::TokenStream {
    let rust = type_tokens(&field.rust);
    match field.rust {
        RustType::Vec(_) => rust,
        _ => quote!(Option<#rust>),
    }
}

fn struct_docs(of: &Struct<'_>, owner: Option<&str>, what: &str) -> proc_macro2::TokenStream {
    let mut lines = match owner {
        Some(owner) => vec![format!("{what} of [`{owner}`].")],
        None => docs::prose(&of.object.docs),
    };
    if lines.is_empty() {
        lines.push(format!("An object within the {}.", what.to_lowercase()));
    }
    doc_attributes(&lines)
}
