//! Rust source for a model: one small function for each kind of item.

mod checks;
mod docs;
mod enums;
mod example;
mod index;
mod literal;
mod media;
mod model;
mod table;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::lower::{Lowered, RustType};

pub use index::{Index, index};

/// A part of a generated file.
pub enum Piece {
    /// Documentation of the module.
    ModuleDocs(String),
    /// A Rust item.
    Item(TokenStream),
    /// A table: a macro of the client and its rows, laid out.
    Table(String),
    /// An item within a macro of the client.
    Wrapped {
        /// The macro.
        name: &'static str,
        /// The item.
        item: TokenStream,
    },
}

/// The parts of a model's file, in order.
#[must_use]
pub fn model(lowered: &Lowered<'_>) -> Vec<Piece> {
    let mut pieces = vec![
        Piece::ModuleDocs(format!(
            "{}: its input, its output, and every limit of its schema.",
            docs::code(&lowered.model.id.to_string())
        )),
        imports(lowered),
    ];
    pieces.extend(model::marker(lowered));
    for (index, input) in lowered.inputs.iter().enumerate() {
        let owner = (index == 0).then_some(lowered.names.marker.as_str());
        pieces.push(table::input_fields(input, owner));
        if index == 0 {
            pieces.extend(example::example(lowered));
        }
        pieces.push(checks::checks(input));
        pieces.extend(enums::enums(input));
        pieces.push(table::annotations(input));
    }
    for (index, output) in lowered.outputs.iter().enumerate() {
        let owner = (index == 0).then_some(lowered.names.marker.as_str());
        pieces.push(table::output_fields(output, owner));
    }
    pieces
}

/// What the file uses of the client, and nothing that it does not use.
fn imports(lowered: &Lowered<'_>) -> Piece {
    let mut names = vec![
        "ConstraintVisitor",
        "Model",
        "Validate",
        "annotations",
        "input_fields",
        "output_fields",
    ];
    let media = media::fields(lowered.model);
    if !media.is_empty() {
        names.extend(["MediaField", "MediaKind"]);
    }
    if media.iter().any(|field| !field.media.rules.is_empty()) {
        names.push("MediaRule");
    }
    if lowered
        .inputs
        .iter()
        .any(|input| input.fields.iter().any(|field| field.variants.is_some()))
    {
        names.push("string_enum");
    }
    // rustfmt's order: types before functions and macros.
    names.sort_unstable();
    let names = names.into_iter().map(ident);
    Piece::Item(quote!(use crate::codegen_support::{#(#names),*};))
}

/// An identifier; `r#` where the name has it.
fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(bare) => Ident::new_raw(bare, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// Documentation lines as attributes.
fn doc_attributes(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| {
        if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        }
    });
    quote!(#(#[doc = #lines])*)
}

/// A type as tokens.
fn type_tokens(rust: &RustType) -> TokenStream {
    match rust {
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
