//! The checks: one line for each limit.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Piece, ident, literal};
use crate::lower::{Field, Struct};
use crate::model::{Bounds, Item, Shape, Text};

/// Hands every limit of a struct to the checker.
pub(super) fn checks(of: &Struct<'_>) -> Piece {
    let checks: Vec<TokenStream> = of.fields.iter().flat_map(field_checks).collect();
    let name = ident(of.name);
    let c = if checks.is_empty() {
        quote!(_)
    } else {
        quote!(c)
    };
    let checks = quote!(#(#checks)*);
    let allow = literal::constants_allowed(&checks);
    Piece::Item(quote! {
        #allow
        impl Validate for #name {
            fn check(&self, #c: &mut impl ConstraintVisitor) {
                #checks
            }
        }
    })
}

fn field_checks(field: &Field<'_>) -> Vec<TokenStream> {
    let line = Line {
        wire: &field.property.wire,
        field: ident(field.name),
    };
    match &field.property.shape {
        Shape::One(item) => item_checks(&line, field, item),
        Shape::List(list) => {
            let mut checks = Vec::new();
            checks.extend(
                list.min_items
                    .map(|limit| line.check("min_items", &literal::count(limit))),
            );
            checks.extend(
                list.max_items
                    .map(|limit| line.check("max_items", &literal::count(limit))),
            );
            checks.extend(item_checks(&line, field, &list.item));
            checks
        }
    }
}

fn item_checks(line: &Line<'_>, field: &Field<'_>, item: &Item) -> Vec<TokenStream> {
    match item {
        Item::Integer { bounds, one_of } => {
            let mut checks = bound_checks(line, bounds, literal::integer);
            checks.extend(one_of.as_ref().map(|values| {
                let values = values.iter().copied().map(literal::integer);
                line.check("one_of", &quote!(&[#(#values),*]))
            }));
            checks
        }
        Item::Number(bounds) => {
            let mut checks = vec![line.bare("finite")];
            checks.extend(bound_checks(line, bounds, literal::float));
            checks
        }
        Item::Text(text) => text_checks(line, text),
        Item::Object(_) => {
            let of = super::type_tokens(field.rust.item());
            vec![line.bare_of("object", &of)]
        }
        // The type itself lets nothing else through.
        Item::Boolean | Item::Choice(_) => Vec::new(),
    }
}

fn bound_checks<T: Copy>(
    line: &Line<'_>,
    bounds: &Bounds<T>,
    literal: fn(T) -> TokenStream,
) -> Vec<TokenStream> {
    let checks = [
        ("minimum", bounds.minimum),
        ("maximum", bounds.maximum),
        ("exclusive_minimum", bounds.exclusive_minimum),
        ("exclusive_maximum", bounds.exclusive_maximum),
        ("multiple_of", bounds.multiple_of),
    ];
    let checks = checks
        .into_iter()
        .filter_map(|(name, bound)| Some(line.check(name, &literal(bound?))));
    checks.collect()
}

fn text_checks(line: &Line<'_>, text: &Text) -> Vec<TokenStream> {
    let mut checks = Vec::new();
    checks.extend(
        text.min_length
            .map(|limit| line.check("min_length", &literal::count(limit))),
    );
    checks.extend(
        text.max_length
            .map(|limit| line.check("max_length", &literal::count(limit))),
    );
    checks
}

/// A line that checks a field.
struct Line<'a> {
    wire: &'a str,
    field: proc_macro2::Ident,
}

impl Line<'_> {
    fn check(&self, name: &str, limit: &TokenStream) -> TokenStream {
        let (wire, field, name) = (self.wire, &self.field, ident(name));
        quote!(c.#name(#wire, &self.#field, #limit);)
    }

    fn bare(&self, name: &str) -> TokenStream {
        let (wire, field, name) = (self.wire, &self.field, ident(name));
        quote!(c.#name(#wire, &self.#field);)
    }

    fn bare_of(&self, name: &str, of: &TokenStream) -> TokenStream {
        let (wire, field, name) = (self.wire, &self.field, ident(name));
        quote!(c.#name::<#of>(#wire, &self.#field);)
    }
}
