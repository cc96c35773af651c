//! Objects and their properties.

use super::conformance::{self, Mismatch};
use super::keywords::{self, SchemaPosition};
use super::{MAX_DEPTH, SchemaChecker, lint};
use crate::diagnostics::{Diagnostic, Rule, closest};
use crate::dialect::{self, Schema, TypeName};
use crate::json::Json;
use crate::model::{Correction, Docs, ObjectSchema, Property, PropertySchema};
use crate::span::Located;
use crate::text::is_untranslated_key;

impl SchemaChecker<'_> {
    /// Checks the schema of a whole input or output, which must be an object.
    pub(super) fn root(&mut self, schema: &Located<Schema>, noun: &str) -> Option<ObjectSchema> {
        let ty = schema.r#type.as_ref()?;
        if ty.value != TypeName::Object {
            let message = format!("the {noun} of a model must be an object");
            self.report(Diagnostic::new(Rule::UnsupportedType, ty.span, message));
            return None;
        }
        self.keywords(schema, TypeName::Object, SchemaPosition::Root);
        Some(self.object(schema))
    }

    /// Checks an object. Without the keyword `properties`, it has no properties.
    pub(super) fn object(&mut self, schema: &Located<Schema>) -> ObjectSchema {
        let declared: &[dialect::Property] = schema
            .properties
            .as_ref()
            .map_or(&[], |properties| &properties.value);
        let required = self.required(schema, declared);
        self.depth += 1;
        let mut properties = Vec::with_capacity(declared.len());
        // The position of each declared property among the accepted ones; `None` if it is refused.
        let mut positions = vec![None; declared.len()];
        if self.depth > MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} nested objects");
            let span = schema.span.first_byte();
            self.report(Diagnostic::new(Rule::NestedTooDeep, span, message));
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
        ObjectSchema {
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
        self.collect_untranslated(schema);
        let property_schema = self.property_schema(schema)?;
        let default = schema.default.as_ref();
        let default = default.filter(|default| self.is_value(default));
        if let Some(default) = default {
            self.default(&property_schema, default);
        }
        Some(Property {
            wire_name: property.name.value.clone(),
            span: property.name.span,
            docs: docs(schema),
            required,
            default: default.map(|default| default.value.clone()),
            schema: property_schema,
            corrections: self.corrections(schema),
            advice: Vec::new(),
            unchecked: lint::unchecked_limit(schema),
        })
    }

    /// Returns the corrections of a property: the overrides that set a keyword in the schema of the
    /// property or of its items. Overrides that only change nested properties are not included.
    fn corrections(&mut self, schema: &Located<Schema>) -> Vec<Correction> {
        let keywords = keywords::spans(schema);
        let items = schema.items.iter().flat_map(|items| keywords::spans(items));
        let keywords: Vec<_> = keywords.into_iter().chain(items).collect();
        let mut corrections = Vec::new();
        for (one, is_documented) in self.overrides.iter().zip(&mut self.is_documented) {
            let stated = keywords.iter().filter(|(_, span)| one.span.contains(*span));
            let mut stated = stated.map(|(keyword, _)| keywords::is_limit(keyword));
            if let Some(first) = stated.next() {
                *is_documented = true;
                corrections.push(Correction {
                    reason: one.reason.value.clone(),
                    is_limit: first || stated.any(|is_limit| is_limit),
                });
            }
        }
        corrections
    }

    /// Whether a default is not `null`. Warns about `null`, which the catalogue uses to state that
    /// there is no default.
    fn is_value(&mut self, default: &Located<Json>) -> bool {
        let is_value = default.value != Json::Null;
        if !is_value {
            let message = "the default is `null`, so there is none";
            self.report(
                Diagnostic::new(Rule::NullDefault, default.span, message).with_help(
                    "the field is not sent unless it is set; list the rule in `acknowledged`",
                ),
            );
        }
        is_value
    }

    fn default(&mut self, schema: &PropertySchema, default: &Located<Json>) {
        let mut mismatches = Vec::new();
        conformance::property(schema, default, &mut mismatches);
        for Mismatch { span, message } in mismatches {
            self.report(
                Diagnostic::new(Rule::InvalidDefault, span, message)
                    .with_help("the default must be valid under its schema; change one of them"),
            );
        }
    }

    /// Returns the positions of the required properties among the declared ones, in the order of
    /// `required`. Reports unknown and duplicate names.
    fn required(&mut self, schema: &Schema, declared: &[dialect::Property]) -> Vec<usize> {
        let Some(names) = &schema.required else {
            return Vec::new();
        };
        let mut positions = Vec::new();
        for name in names.iter() {
            let position = declared
                .iter()
                .position(|property| property.name.value == name.value);
            match position {
                None => {
                    let message = format!(
                        "`{}` is required, but there is no such property",
                        name.value
                    );
                    let known = declared.iter().map(|property| property.name.as_str());
                    let help = closest(name, known).map_or_else(
                        || "add the property or remove the name".to_owned(),
                        |closest| format!("did you mean `{closest}`?"),
                    );
                    self.report(
                        Diagnostic::new(Rule::UnknownRequired, name.span, message).with_help(help),
                    );
                }
                Some(position) if positions.contains(&position) => {
                    let message = format!("`{}` is required twice", name.value);
                    self.report(
                        Diagnostic::new(Rule::DuplicateRequired, name.span, message)
                            .with_help("remove one of the two"),
                    );
                }
                Some(position) => positions.push(position),
            }
        }
        positions
    }
}

/// The documentation of a schema, without texts that are translation keys.
pub(super) fn docs(schema: &Schema) -> Docs {
    let text = |text: &Option<Located<String>>| {
        let text = text.as_ref().filter(|text| !is_untranslated_key(text));
        text.map(|text| text.value.clone())
    };
    Docs {
        title: text(&schema.title),
        description: text(&schema.description),
    }
}
