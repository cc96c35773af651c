//! Reading schemas.

use super::Reader;
use crate::diagnostics::{Diagnostic, Rule};
use crate::dialect::{Property, Schema, TypeName, Validation, ValidationRule};
use crate::json::Json;
use crate::span::Located;
use crate::text::quoted_list;

const SCHEMA_KEYS: &[&str] = &[
    "type",
    "title",
    "description",
    "default",
    "enum",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "format",
    "validations",
    "required",
    "properties",
    "additionalProperties",
    "items",
];
const VALIDATION_KEYS: &[&str] = &["validation_rule", "validation_value", "validation_error"];

const TYPES: &[(&str, TypeName)] = &[
    ("boolean", TypeName::Boolean),
    ("integer", TypeName::Integer),
    ("float", TypeName::Float),
    ("number", TypeName::Number),
    ("string", TypeName::String),
    ("array", TypeName::Array),
    ("object", TypeName::Object),
];

const RULES: &[(&str, ValidationRule)] = &[
    ("width_pixels<", ValidationRule::MaxWidth),
    ("width_pixels>", ValidationRule::MinWidth),
    ("height_pixels<", ValidationRule::MaxHeight),
    ("height_pixels>", ValidationRule::MinHeight),
    ("width/height<", ValidationRule::MaxAspectRatio),
    ("width/height>", ValidationRule::MinAspectRatio),
    ("file_size_mb<", ValidationRule::MaxMegabytes),
];

impl Reader<'_> {
    pub(super) fn schema(&mut self, json: &Located<Json>) -> Option<Located<Schema>> {
        let members = self.object(json, "a schema", SCHEMA_KEYS)?;
        let mut schema = Schema::default();
        for member in members {
            self.keyword(&mut schema, &member.name, &member.value);
        }
        if json.get("type").is_none() {
            let types = quoted_list(TYPES.iter().map(|(name, _)| *name));
            self.diagnostics.push(
                Diagnostic::new(
                    Rule::MissingType,
                    json.span.first_byte(),
                    "a schema must have a `type`",
                )
                .with_help(format!("expected one of {types}")),
            );
        }
        Some(json.with(schema))
    }

    fn keyword(&mut self, schema: &mut Schema, name: &str, value: &Located<Json>) {
        match name {
            "type" => schema.r#type = self.type_name(value),
            "title" => schema.title = self.string(value),
            "description" => schema.description = self.string(value),
            "default" => schema.default = Some(value.clone()),
            "enum" => schema.r#enum = self.array(value),
            "minimum" => schema.minimum = self.number(value),
            "maximum" => schema.maximum = self.number(value),
            "exclusiveMinimum" => schema.exclusive_minimum = self.number(value),
            "exclusiveMaximum" => schema.exclusive_maximum = self.number(value),
            "multipleOf" => schema.multiple_of = self.number(value),
            "minLength" => schema.min_length = self.number(value),
            "maxLength" => schema.max_length = self.number(value),
            "minItems" => schema.min_items = self.number(value),
            "maxItems" => schema.max_items = self.number(value),
            "format" => schema.format = self.string(value),
            "validations" => schema.validations = self.validations(value),
            "required" => schema.required = self.strings(value),
            "properties" => schema.properties = self.properties(value),
            "additionalProperties" => schema.additional_properties = self.closed(value),
            "items" => schema.items = self.schema(value).map(Box::new),
            // `object` has reported the unknown key.
            _ => {}
        }
    }

    fn type_name(&mut self, json: &Located<Json>) -> Option<Located<TypeName>> {
        if let Json::Array(_) = json.value {
            let message = "a list of types is not modelled";
            self.diagnostics.push(
                Diagnostic::new(Rule::UnsupportedType, json.span, message)
                    .with_help("give the one type that the model takes"),
            );
            return None;
        }
        self.symbol(json, TYPES, Rule::UnsupportedType, "type")
    }

    /// `additionalProperties`, which may only be `false`.
    fn closed(&mut self, json: &Located<Json>) -> Option<Located<bool>> {
        if json.value == Json::Boolean(false) {
            return Some(json.with(false));
        }
        let message = "properties that the schema does not name are not modelled";
        let help = "name the properties, and remove `additionalProperties` or set it to `false`";
        self.diagnostics
            .push(Diagnostic::new(Rule::OpenObject, json.span, message).with_help(help));
        None
    }

    fn properties(&mut self, json: &Located<Json>) -> Option<Located<Vec<Property>>> {
        let members = self.members(json, "`properties`")?;
        let properties = members.iter().filter_map(|member| {
            Some(Property {
                name: member.name.clone(),
                schema: self.schema(&member.value)?,
            })
        });
        Some(json.with(properties.collect()))
    }

    fn validations(&mut self, json: &Located<Json>) -> Option<Located<Vec<Located<Validation>>>> {
        let items = self.array(json)?;
        let rules = items.iter().filter_map(|item| self.validation(item));
        Some(json.with(rules.collect()))
    }

    fn validation(&mut self, json: &Located<Json>) -> Option<Located<Validation>> {
        self.object(json, "a media rule", VALIDATION_KEYS)?;
        let rule = self.required(json, "validation_rule");
        let rule = rule
            .and_then(|rule| self.symbol(rule, RULES, Rule::UnsupportedMediaRule, "media rule"));
        let value = self
            .required(json, "validation_value")
            .and_then(|value| self.number(value));
        let error = json.get("validation_error");
        let error = error.and_then(|error| self.string(error));
        Some(json.with(Validation {
            validation_rule: rule?,
            validation_value: value?,
            validation_error: error,
        }))
    }
}
