//! What a property holds.

use super::Judge;
use super::keywords::Place;
use super::object::docs;
use crate::dialect::{Schema, TypeName};
use crate::finding::Finding;
use crate::json::{Json, Located, Number};
use crate::model::{Bounds, Choice, Docs, Item, List, Shape, Text};

impl Judge<'_> {
    pub(super) fn shape(&mut self, schema: &Located<Schema>) -> Option<Shape> {
        let of = schema.r#type.as_ref()?.value;
        self.keywords(schema, of, Place::Property);
        if of == TypeName::Array {
            self.list(schema).map(Shape::List)
        } else {
            self.item(schema, of).map(Shape::One)
        }
    }

    fn list(&mut self, schema: &Located<Schema>) -> Option<List> {
        let (min_items, max_items) = self.counts(
            ["minItems", "maxItems"],
            &schema.min_items,
            &schema.max_items,
        );
        let (mut item, item_docs) = match &schema.items {
            None => (Item::Text(Text::default()), Docs::default()),
            Some(items) => {
                let of = items.r#type.as_ref()?;
                self.keywords(items, of.value, Place::Items);
                if of.value == TypeName::Array {
                    let message = "a list of lists is not modelled";
                    self.refuse(Finding::new("unsupported-type", of.span.clone(), message));
                    return None;
                }
                (self.item(items, of.value)?, docs(items))
            }
        };
        self.list_media(schema, &mut item);
        Some(List {
            item,
            item_docs,
            format: schema.format.as_ref().map(|format| format.value.clone()),
            min_items,
            max_items,
        })
    }

    fn item(&mut self, schema: &Located<Schema>, of: TypeName) -> Option<Item> {
        Some(match of {
            TypeName::Boolean => Item::Boolean,
            TypeName::Integer => {
                let bounds = self.bounds(schema);
                let one_of = match &schema.r#enum {
                    Some(values) => Some(self.integers(values, &bounds)?),
                    None => None,
                };
                Item::Integer { bounds, one_of }
            }
            TypeName::Float | TypeName::Number => Item::Number(self.bounds(schema)),
            TypeName::String => match &schema.r#enum {
                Some(values) => Item::Choice(self.choices(values)?),
                None => Item::Text(self.text(schema)),
            },
            TypeName::Object => Item::Object(self.object(schema)),
            TypeName::Array => return None,
        })
    }

    fn text(&mut self, schema: &Schema) -> Text {
        let (min_length, max_length) = self.counts(
            ["minLength", "maxLength"],
            &schema.min_length,
            &schema.max_length,
        );
        Text {
            min_length,
            max_length,
            format: schema.format.as_ref().map(|format| format.value.clone()),
            media: self.text_media(schema),
        }
    }

    fn integers(
        &mut self,
        values: &Located<Vec<Located<Json>>>,
        bounds: &Bounds<i64>,
    ) -> Option<Vec<i64>> {
        let integers =
            self.distinct(values, "an integer of at most 64 bits", |json| match json {
                Json::Number(number) => Number::as_i64(number),
                _ => None,
            })?;
        for integer in &integers {
            if let Some(reason) = super::value::out_of_bounds(integer.value, bounds) {
                let message = format!("the enum value {} {reason}", integer.value);
                self.contradiction(integer.span.clone(), message);
            }
        }
        Some(integers.into_iter().map(|integer| integer.value).collect())
    }

    fn choices(&mut self, values: &Located<Vec<Located<Json>>>) -> Option<Vec<Choice>> {
        let strings = self.distinct(values, "a string", |json| match json {
            Json::String(text) => Some(text.clone()),
            _ => None,
        })?;
        for string in &strings {
            let strange = if string.value.chars().any(char::is_control) {
                "a control character"
            } else if string.value.contains("````") {
                // The generated documentation shows the value between four backticks.
                "four backticks in a row"
            } else {
                continue;
            };
            let message = format!("an enum value with {strange} is not modelled");
            self.refuse(Finding::new(
                "unsupported-enum",
                string.span.clone(),
                message,
            ));
        }
        let choices = strings.into_iter().map(|string| Choice {
            wire: string.value,
            span: string.span,
        });
        Some(choices.collect())
    }

    /// The values of an enum: all of one type, at least one, no two the same.
    fn distinct<T: PartialEq>(
        &mut self,
        values: &Located<Vec<Located<Json>>>,
        expected: &str,
        read: impl Fn(&Json) -> Option<T>,
    ) -> Option<Vec<Located<T>>> {
        if values.is_empty() {
            self.contradiction(
                values.span.clone(),
                "an empty `enum` allows no value".to_owned(),
            );
            return None;
        }
        let mut distinct: Vec<Located<T>> = Vec::with_capacity(values.len());
        for json in values.iter() {
            let Some(value) = read(json) else {
                let message = format!(
                    "expected {expected} in this `enum`, found {}",
                    json.value.excerpt()
                );
                self.refuse(Finding::new("unsupported-enum", json.span.clone(), message));
                continue;
            };
            if distinct.iter().any(|known| known.value == value) {
                let message = format!("the enum value {} stands twice", json.value.excerpt());
                self.refuse(
                    Finding::new("duplicate-enum-value", json.span.clone(), message)
                        .help("remove one of the two"),
                );
            } else {
                distinct.push(json.with(value));
            }
        }
        Some(distinct)
    }
}
