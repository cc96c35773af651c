//! Overrides of the level `advice`: limits that the service does not enforce.

use super::SchemaChecker;
use crate::bounds::Bounds;
use crate::diagnostics::{Diagnostic, Diagnostics, Rule};
use crate::dialect::Override;
use crate::model::{
    Advice, Docs, ItemSchema, ListSchema, ObjectSchema, Property, PropertySchema, StringSchema,
};

/// Adds the advice of all overrides to the properties of an input.
pub(super) fn add(input: &mut ObjectSchema, overrides: &[Override], diagnostics: &mut Diagnostics) {
    for one in overrides {
        let Some(schema) = &one.advised else {
            continue;
        };
        let mut found = Diagnostics::default();
        let advised = SchemaChecker::new(&[], &mut found).root(schema, "input");
        for mut diagnostic in found.into_iter().filter(Diagnostic::is_error) {
            // Skips errors that also occur without the advice. A default need not follow advice.
            if diagnostic.rule == Rule::InvalidDefault || diagnostics.contains(&diagnostic) {
                continue;
            }
            if !one.span.contains(diagnostic.span) {
                diagnostic.span = one.input.span;
            }
            diagnostics.push(diagnostic);
        }
        if let Some(advised) = advised
            && !add_object(input, &advised, &one.reason)
            && !diagnostics.has_errors()
        {
            let message = "the advice is no stricter than the schema";
            diagnostics.push(
                Diagnostic::new(Rule::UnusedOverride, one.input.span, message)
                    .with_help("remove the override, or correct its limits"),
            );
        }
    }
}

/// Compares the limits of `advised` with those of `object`, including nested objects, and adds the
/// stricter ones as advice to the properties of `object`. Returns whether any limit is stricter.
fn add_object(object: &mut ObjectSchema, advised: &ObjectSchema, reason: &str) -> bool {
    let mut is_stricter = false;
    for property in &mut object.properties {
        let mut advised = advised.properties.iter();
        if let Some(advised) = advised.find(|other| other.wire_name == property.wire_name) {
            is_stricter |= add_property(property, &advised.schema, reason);
        }
    }
    is_stricter
}

fn add_property(property: &mut Property, advised: &PropertySchema, reason: &str) -> bool {
    let mut is_stricter = false;
    if let Some(limits) = stricter(&property.schema, advised) {
        if let (Some(unchecked), ItemSchema::String(string)) = (&property.unchecked, limits.item())
            && (unchecked.keyword == "maxLength" && string.max_length.is_some())
        {
            property.unchecked = None;
        }
        property.advice.push(Advice {
            reason: reason.to_owned(),
            limits,
        });
        is_stricter = true;
    }
    let inner = match &mut property.schema {
        PropertySchema::Single(item) | PropertySchema::List(ListSchema { item, .. }) => item,
    };
    if let (ItemSchema::Object(inner), ItemSchema::Object(advised)) = (inner, advised.item()) {
        is_stricter |= add_object(inner, advised, reason);
    }
    is_stricter
}

/// Returns a schema that has only the limits of `advised` that are stricter than those in `schema`.
/// `None` if no limit is stricter. A different `multipleOf` counts as stricter. Nested properties are not
/// compared; `add_object` adds their advice.
fn stricter(schema: &PropertySchema, advised: &PropertySchema) -> Option<PropertySchema> {
    match (schema, advised) {
        (PropertySchema::Single(item), PropertySchema::Single(advised)) => {
            stricter_item(item, advised).map(PropertySchema::Single)
        }
        (PropertySchema::List(list), PropertySchema::List(advised)) => {
            let item = stricter_item(&list.item, &advised.item);
            let min_items = above(advised.min_items, list.min_items);
            let max_items = below(advised.max_items, list.max_items);
            if item.is_none() && min_items.is_none() && max_items.is_none() {
                return None;
            }
            Some(PropertySchema::List(ListSchema {
                // If no limit of the items is stricter, use a type that has no limits.
                item: item.unwrap_or(ItemSchema::Boolean),
                item_docs: Docs::default(),
                format: None,
                min_items,
                max_items,
            }))
        }
        _ => None,
    }
}

fn stricter_item(item: &ItemSchema, advised: &ItemSchema) -> Option<ItemSchema> {
    match (item, advised) {
        (
            ItemSchema::Integer { bounds, .. },
            ItemSchema::Integer {
                bounds: advised, ..
            },
        ) => {
            let bounds = stricter_bounds(bounds, advised)?;
            Some(ItemSchema::Integer {
                bounds,
                one_of: None,
            })
        }
        (ItemSchema::Number(bounds), ItemSchema::Number(advised)) => {
            stricter_bounds(bounds, advised).map(ItemSchema::Number)
        }
        (ItemSchema::String(string), ItemSchema::String(advised)) => {
            let min_length = above(advised.min_length, string.min_length);
            let max_length = below(advised.max_length, string.max_length);
            (min_length.is_some() || max_length.is_some()).then(|| {
                ItemSchema::String(StringSchema {
                    min_length,
                    max_length,
                    ..StringSchema::default()
                })
            })
        }
        _ => None,
    }
}

fn stricter_bounds<T: Copy + PartialOrd>(
    bounds: &Bounds<T>,
    advised: &Bounds<T>,
) -> Option<Bounds<T>> {
    let step = advised.multiple_of;
    let minimum = above(advised.minimum, bounds.minimum);
    let maximum = below(advised.maximum, bounds.maximum);
    let exclusive_minimum = above(advised.exclusive_minimum, bounds.exclusive_minimum);
    let exclusive_maximum = below(advised.exclusive_maximum, bounds.exclusive_maximum);
    let stricter = Bounds {
        minimum: above(minimum, bounds.exclusive_minimum),
        maximum: below(maximum, bounds.exclusive_maximum),
        // At the same number, the exclusive bound is the stricter one.
        exclusive_minimum: exclusive_minimum
            .filter(|limit| bounds.minimum.is_none_or(|minimum| *limit >= minimum)),
        exclusive_maximum: exclusive_maximum
            .filter(|limit| bounds.maximum.is_none_or(|maximum| *limit <= maximum)),
        multiple_of: step.filter(|step| bounds.multiple_of != Some(*step)),
    };
    let has_any = stricter.iter().next().is_some();
    has_any.then_some(stricter)
}

/// Returns the advised minimum if it is greater than the current one, or if there is no current one.
fn above<T: PartialOrd>(advised: Option<T>, limit: Option<T>) -> Option<T> {
    advised.filter(|advised| limit.is_none_or(|limit| *advised > limit))
}

/// Returns the advised maximum if it is less than the current one, or if there is no current one.
fn below<T: PartialOrd>(advised: Option<T>, limit: Option<T>) -> Option<T> {
    advised.filter(|advised| limit.is_none_or(|limit| *advised < limit))
}
