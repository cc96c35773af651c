//! Names, types and documentation as tokens.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::lower::RustType;

/// An identifier. A name that begins with `r#` becomes a raw identifier.
pub(super) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(keyword) => Ident::new_raw(keyword, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// Documentation lines as attributes.
pub(super) fn doc_attributes(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| {
        if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        }
    });
    quote!(#(#[doc = #lines])*)
}

/// A type.
pub(super) fn type_tokens(rust_type: &RustType) -> TokenStream {
    match rust_type {
        RustType::Bool => quote!(bool),
        RustType::I64 => quote!(i64),
        RustType::F64 => quote!(f64),
        RustType::String => quote!(String),
        RustType::Named(name) => {
            let name = ident(name);
            quote!(#name)
        }
        RustType::Vec(item) => {
            let item = type_tokens(item);
            quote!(Vec<#item>)
        }
    }
}
