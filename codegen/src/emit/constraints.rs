//! The implementation of `Validate`: one line for each limit.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::chunk::Chunk;
use super::literal;
use super::tokens::{ident, type_tokens};
use crate::bounds::{BoundKind, Bounds};
use crate::lower::{Field, Struct};
use crate::model::{ItemSchema, PropertySchema, StringSchema};

/// Passes every limit of a struct to the visitor.
pub(super) fn validate(object: &Struct<'_>) -> Chunk {
    let checks: Vec<TokenStream> = object.fields.iter().flat_map(field_checks).collect();
    let name = ident(object.name);
    let visitor = if checks.is_empty() {
        quote!(_)
    } else {
        quote!(c)
    };
    let checks = quote!(#(#checks)*);
    let allow = literal::allow_approx_constant(&checks);
    Chunk::Item(quote! {
        #allow
        impl Validate for #name {
            fn check(&self, #visitor: &mut impl ConstraintVisitor) {
                #checks
            }
        }
    })
}

fn field_checks(field: &Field<'_>) -> Vec<TokenStream> {
    let mut checks = Checks {
        wire_name: &field.property.wire_name,
        field: ident(field.name),
        lines: Vec::new(),
    };
    if let PropertySchema::List(list) = &field.property.schema {
        checks.count("min_items", list.min_items);
        checks.count("max_items", list.max_items);
    }
    match field.property.schema.item() {
        ItemSchema::Integer { bounds, one_of } => {
            checks.bounds(bounds, literal::integer);
            if let Some(values) = one_of {
                let values = values.iter().copied().map(literal::integer);
                checks.limit("one_of", &quote!(&[#(#values),*]));
            }
        }
        ItemSchema::Number(bounds) => {
            checks.call(&quote!(finite), None);
            checks.bounds(bounds, literal::float);
        }
        ItemSchema::String(StringSchema {
            min_length,
            max_length,
            ..
        }) => {
            checks.count("min_length", *min_length);
            checks.count("max_length", *max_length);
        }
        ItemSchema::Object(_) => {
            let item = type_tokens(field.rust_type.item());
            checks.call(&quote!(object::<#item>), None);
        }
        // The type allows no invalid value.
        ItemSchema::Boolean | ItemSchema::StringEnum(_) => {}
    }
    checks.lines
}

/// The lines that check one field.
struct Checks<'a> {
    wire_name: &'a str,
    field: Ident,
    lines: Vec<TokenStream>,
}

impl Checks<'_> {
    fn bounds<T: Copy>(&mut self, bounds: &Bounds<T>, literal: fn(T) -> TokenStream) {
        for (kind, bound) in bounds.iter() {
            let method = match kind {
                BoundKind::Minimum => "minimum",
                BoundKind::Maximum => "maximum",
                BoundKind::ExclusiveMinimum => "exclusive_minimum",
                BoundKind::ExclusiveMaximum => "exclusive_maximum",
                BoundKind::MultipleOf => "multiple_of",
            };
            self.limit(method, &literal(bound));
        }
    }

    fn count(&mut self, method: &str, limit: Option<usize>) {
        if let Some(limit) = limit {
            self.limit(method, &literal::count(limit));
        }
    }

    fn limit(&mut self, method: &str, limit: &TokenStream) {
        let method = ident(method);
        self.call(&quote!(#method), Some(limit));
    }

    fn call(&mut self, method: &TokenStream, limit: Option<&TokenStream>) {
        let (wire_name, field) = (self.wire_name, &self.field);
        let limit = limit.map(|limit| quote!(, #limit));
        self.lines
            .push(quote!(c.#method(#wire_name, &self.#field #limit);));
    }
}
