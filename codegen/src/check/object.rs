//! Objects and their properties.

use super::keywords::Place;
use super::{Judge, MAX_DEPTH, value};
use crate::dialect::{self, Schema, TypeName};
use crate::finding::{Finding, nearest};
use crate::json::{Json, Located, Span};
use crate::model::{Docs, Object, Property, Shape};

impl Judge<'_> {
    /// The whole input or output.
    pub(super) fn root(&mut self, schema: &Located<Schema>, what: &str) -> Option<Object> {
        let of = schema.r#type.as_ref()?;
        if of.value != TypeName::Object {
            let message = format!("the {what} of a model must be an object");
            self.refuse(Finding::new("unsupported-type", of.span.clone(), message));
            return None;
        }
        self.keywords(schema, TypeName::Object, Place::Root);
        Some(self.object(schema))
    }

    /// An object; `properties` may be missing, then it has none.
    pub(super) fn object(&mut self, schema: &Located<Schema>) -> Object {
        let declared: &[dialect::Property] = schema
            .properties
            .as_ref()
            .map_or(&[], |properties| &properties.value);
        let required = self.required(schema, declared);
        self.depth += 1;
        let mut properties = Vec::with_capacity(declared.len());
        let mut positions = vec![None; declared.len()];
        if self.depth > MAX_DEPTH {
            let message = format!("objects stand more than {MAX_DEPTH} deep within each other");
            self.refuse(Finding::new("nested-too-deep", head(schema), message));
        } else {
            for (index, property) in declared.iter().enumerate() {
                let is_required = required.contains(&index);
                if let Some(property) = self.property(property, is_required) {
                    positions[index] = Some(properties.len());
                    properties.push(property);
                }
            }
        }
        self.depth -= 1;
        Object {
            docs: docs(schema),
            properties,
            required: required
                .into_iter()
                .filter_map(|index| positions[index])
                .collect(),
        }
    }

    fn property(&mut self, property: &dialect::Property, required: bool) -> Option<Property> {
        let schema = &property.schema;
        self.lint(property);
        let shape = self.shape(schema)?;
        if let Some(default) = &schema.default {
            self.default(&shape, default);
        }
        Some(Property {
            wire: property.name.value.clone(),
            span: property.name.span.clone(),
            docs: docs(schema),
            required,
            default: schema.default.as_ref().map(|default| default.value.clone()),
            shape,
        })
    }

    fn default(&mut self, shape: &Shape, default: &Located<Json>) {
        let mut misfits = Vec::new();
        value::shape(shape, default, &mut misfits);
        for misfit in misfits {
            self.refuse(
                Finding::new("invalid-default", misfit.span, misfit.message)
                    .help("the default must keep the limits beside it; change one of the two"),
            );
        }
    }

    /// The positions of the required properties, in the order of `required`.
    fn required(&mut self, schema: &Schema, declared: &[dialect::Property]) -> Vec<usize> {
        let mut positions = Vec::new();
        for name in schema
            .required
            .as_ref()
            .map_or(&[][..], |names| &names.value)
        {
            let position = declared
                .iter()
                .position(|property| property.name.value == name.value);
            match position {
                None => {
                    let names = declared.iter().map(|property| property.name.as_str());
                    let help = nearest(name, names).map_or_else(
                        || "add the property or remove the name".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    );
                    let message = format!(
                        "`{}` is required, but there is no such property",
                        name.value
                    );
                    self.refuse(
                        Finding::new("unknown-required", name.span.clone(), message).help(help),
                    );
                }
                Some(position) if positions.contains(&position) => {
                    let message = format!("`{}` is required twice", name.value);
                    self.refuse(
                        Finding::new("duplicate-required", name.span.clone(), message)
                            .help("remove one of the two"),
                    );
                }
                Some(position) => positions.push(position),
            }
        }
        positions
    }
}

/// What the schema says for readers; an empty text says nothing.
pub(super) fn docs(schema: &Schema) -> Docs {
    let text = |text: &Option<Located<String>>| text.as_ref().map(|text| text.value.clone());
    Docs {
        title: text(&schema.title),
        description: text(&schema.description),
    }
}

/// The opening brace of a schema.
fn head(schema: &Located<Schema>) -> Span {
    schema.span.start..schema.span.start + 1
}
