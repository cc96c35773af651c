//! The implementation of `Validate`: one line for each limit.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::chunk::Chunk;
use super::literal;
use super::tokens::{ident, type_tokens};
use crate::bounds::{BoundKind, Bounds};
use crate::lower::{Field, Struct};
use crate::model::{Advice, ItemSchema, ObjectSchema, PropertySchema, StringSchema};

/// Generates the implementation of `Validate` for a struct. Its method `check` passes every enforced limit
/// to the visitor. Its method `check_advice` passes the limits that are only advice; it is left out if there
/// are none.
pub(super) fn validate(object: &Struct<'_>) -> Chunk {
    let checks = object.fields.iter().flat_map(field_checks);
    let checks = method("check", checks.collect());
    let advice: Vec<TokenStream> = object.fields.iter().flat_map(field_advice).collect();
    let advice = (!advice.is_empty()).then(|| method("check_advice", advice));
    let name = ident(object.name);
    let allow = literal::allow_approx_constant(&quote!(#checks #advice));
    Chunk::Item(quote! {
        #allow
        impl Validate for #name {
            #checks
            #advice
        }
    })
}

fn method(name: &str, lines: Vec<TokenStream>) -> TokenStream {
    let name = ident(name);
    let visitor = if lines.is_empty() {
        quote!(_)
    } else {
        quote!(c)
    };
    quote! {
        fn #name(&self, #visitor: &mut impl ConstraintVisitor) {
            #(#lines)*
        }
    }
}

fn field_checks(field: &Field<'_>) -> Vec<TokenStream> {
    let mut checks = Checks::new(field);
    match field.property.schema.item() {
        ItemSchema::Number(_) => {
            checks.call(&quote!(finite), None);
            checks.limits(&field.property.schema);
        }
        ItemSchema::Object(_) => {
            checks.limits(&field.property.schema);
            checks.object(field);
        }
        _ => checks.limits(&field.property.schema),
    }
    checks.lines
}

fn field_advice(field: &Field<'_>) -> Vec<TokenStream> {
    let mut checks = Checks::new(field);
    for Advice { reason, limits } in &field.property.advice {
        checks.lines.push(quote!(c.reason(#reason);));
        checks.limits(limits);
    }
    if let ItemSchema::Object(inner) = field.property.schema.item()
        && has_advice(inner)
    {
        checks.object(field);
    }
    checks.lines
}

/// Whether any property of an object has advice, including the properties of nested objects.
fn has_advice(object: &ObjectSchema) -> bool {
    object.properties.iter().any(|property| {
        !property.advice.is_empty()
            || matches!(property.schema.item(), ItemSchema::Object(inner) if has_advice(inner))
    })
}

/// The lines that check one field.
struct Checks<'a> {
    wire_name: &'a str,
    field: Ident,
    lines: Vec<TokenStream>,
}

impl<'a> Checks<'a> {
    fn new(field: &Field<'a>) -> Self {
        Self {
            wire_name: &field.property.wire_name,
            field: ident(field.name),
            lines: Vec::new(),
        }
    }

    /// Adds a line for each limit of a schema. Limits of the properties of an object are not included.
    fn limits(&mut self, schema: &PropertySchema) {
        if let PropertySchema::List(list) = schema {
            self.count("min_items", list.min_items);
            self.count("max_items", list.max_items);
        }
        match schema.item() {
            ItemSchema::Integer { bounds, one_of } => {
                self.bounds(bounds, literal::integer);
                if let Some(values) = one_of {
                    let values = values.iter().copied().map(literal::integer);
                    self.limit("one_of", &quote!(&[#(#values),*]));
                }
            }
            ItemSchema::Number(bounds) => self.bounds(bounds, literal::float),
            ItemSchema::String(StringSchema {
                min_length,
                max_length,
                ..
            }) => {
                self.count("min_length", *min_length);
                self.count("max_length", *max_length);
            }
            // Booleans and enums cannot hold an invalid value. The limits within an object are checked by
            // the `Validate` implementation of its struct.
            ItemSchema::Boolean | ItemSchema::StringEnum(_) | ItemSchema::Object(_) => {}
        }
    }

    /// Adds the line that checks an object, or each object of a list, with the `Validate` implementation of
    /// its type.
    fn object(&mut self, field: &Field<'_>) {
        let item = type_tokens(field.rust_type.item());
        self.call(&quote!(object::<#item>), None);
    }

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
