//! The schemas of properties, lists and single values.

use super::SchemaChecker;
use super::keywords::SchemaPosition;
use super::object::docs;
use crate::bounds::Bounds;
use crate::diagnostics::{Diagnostic, Rule};
use crate::dialect::{Schema, TypeName};
use crate::json::{Json, Number};
use crate::model::{Docs, EnumValue, ItemSchema, ListSchema, PropertySchema, StringSchema};
use crate::span::Located;

impl SchemaChecker<'_> {
    pub(super) fn property_schema(&mut self, schema: &Located<Schema>) -> Option<PropertySchema> {
        let ty = schema.r#type.as_ref()?.value;
        self.keywords(schema, ty, SchemaPosition::Property);
        if ty == TypeName::Array {
            self.list(schema).map(PropertySchema::List)
        } else {
            self.item(schema, ty).map(PropertySchema::Single)
        }
    }

    fn list(&mut self, schema: &Located<Schema>) -> Option<ListSchema> {
        let (min_items, max_items) = self.counts(
            ["minItems", "maxItems"],
            &schema.min_items,
            &schema.max_items,
        );
        let (mut item, item_docs) = match &schema.items {
            // Without `items` each item is a string.
            None => (ItemSchema::String(StringSchema::default()), Docs::default()),
            Some(items) => {
                let ty = items.r#type.as_ref()?;
                self.keywords(items, ty.value, SchemaPosition::Items);
                if ty.value == TypeName::Array {
                    let message = "a list of lists is not modelled";
                    self.report(Diagnostic::new(Rule::UnsupportedType, ty.span, message));
                    return None;
                }
                (self.item(items, ty.value)?, docs(items))
            }
        };
        self.list_media(schema, &mut item);
        Some(ListSchema {
            item,
            item_docs,
            format: schema.format.as_ref().map(|format| format.value.clone()),
            min_items,
            max_items,
        })
    }

    fn item(&mut self, schema: &Located<Schema>, ty: TypeName) -> Option<ItemSchema> {
        Some(match ty {
            TypeName::Boolean => ItemSchema::Boolean,
            TypeName::Integer => {
                let bounds = self.bounds(schema);
                let one_of = match &schema.r#enum {
                    Some(values) => Some(self.integer_enum(values, &bounds)?),
                    None => None,
                };
                ItemSchema::Integer { bounds, one_of }
            }
            TypeName::Float | TypeName::Number => ItemSchema::Number(self.bounds(schema)),
            TypeName::String => match &schema.r#enum {
                Some(values) => ItemSchema::StringEnum(self.string_enum(values)?),
                None => ItemSchema::String(self.string(schema)),
            },
            TypeName::Object => ItemSchema::Object(self.object(schema)),
            TypeName::Array => return None,
        })
    }

    fn string(&mut self, schema: &Schema) -> StringSchema {
        let (min_length, max_length) = self.counts(
            ["minLength", "maxLength"],
            &schema.min_length,
            &schema.max_length,
        );
        StringSchema {
            min_length,
            max_length,
            format: schema.format.as_ref().map(|format| format.value.clone()),
            media: self.string_media(schema),
        }
    }

    fn integer_enum(
        &mut self,
        values: &Located<Vec<Located<Json>>>,
        bounds: &Bounds<i64>,
    ) -> Option<Vec<i64>> {
        let integers = self.distinct(values, "a signed 64-bit integer", |json| match json {
            Json::Number(number) => Number::as_i64(number),
            _ => None,
        })?;
        for integer in &integers {
            if let Some(reason) = super::conformance::broken_bound(integer.value, bounds) {
                let message = format!("the enum value {} {reason}", integer.value);
                self.contradiction(integer.span, message);
            }
        }
        Some(integers.into_iter().map(|integer| integer.value).collect())
    }

    fn string_enum(&mut self, values: &Located<Vec<Located<Json>>>) -> Option<Vec<EnumValue>> {
        let strings = self.distinct(values, "a string", |json| match json {
            Json::String(text) => Some(text.clone()),
            _ => None,
        })?;
        for string in &strings {
            let problem = if string.value.chars().any(char::is_control) {
                "a control character"
            } else if string.value.contains("````") {
                // The generated documentation shows the value between four backticks.
                "four backticks in a row"
            } else {
                continue;
            };
            let message = format!("an enum value with {problem} is not modelled");
            self.report(Diagnostic::new(Rule::UnsupportedEnum, string.span, message));
        }
        let values = strings.into_iter().map(|string| EnumValue {
            wire_name: string.value,
            span: string.span,
        });
        Some(values.collect())
    }

    /// Reads the values of an enum. Reports and omits duplicates, and values that `read` does not accept.
    /// Reports an empty enum, and returns `None` for it.
    fn distinct<T: PartialEq>(
        &mut self,
        values: &Located<Vec<Located<Json>>>,
        expected: &str,
        read: impl Fn(&Json) -> Option<T>,
    ) -> Option<Vec<Located<T>>> {
        if values.is_empty() {
            self.contradiction(values.span, "an empty `enum` allows no value");
            return None;
        }
        let mut distinct: Vec<Located<T>> = Vec::with_capacity(values.len());
        for json in values.iter() {
            let shown = json.value.excerpt();
            let Some(value) = read(json) else {
                let message = format!("expected {expected} in this `enum`, found {shown}");
                self.report(Diagnostic::new(Rule::UnsupportedEnum, json.span, message));
                continue;
            };
            if distinct.iter().any(|known| known.value == value) {
                let message = format!("duplicate enum value {shown}");
                self.report(
                    Diagnostic::new(Rule::DuplicateEnumValue, json.span, message)
                        .with_help("remove one of the two"),
                );
            } else {
                distinct.push(json.with(value));
            }
        }
        Some(distinct)
    }
}
