//! Reading the file format: JSON to Rust types. Every mismatch is a diagnostic.

use super::{
    MODEL_KEYS, ModelFile, NameOverride, Output, Property, Schema, TypeName, Validation,
    ValidationRule,
};
use crate::diagnostics::{Diagnostic, Diagnostics, Rule, did_you_mean};
use crate::json::{Json, Member, Number};
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

/// Reads a model file. `None` if a part is missing or of another type, so that nothing more can be
/// checked; then an error is among the diagnostics.
pub(crate) fn read(json: &Located<Json>, diagnostics: &mut Diagnostics) -> Option<ModelFile> {
    Reader { diagnostics }.model_file(json)
}

struct Reader<'a> {
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn model_file(&mut self, json: &Located<Json>) -> Option<ModelFile> {
        self.object(json, "a model file", MODEL_KEYS)?;
        let model_id = self
            .required(json, "model_id")
            .and_then(|id| self.string(id));
        let input = self
            .required(json, "input")
            .and_then(|input| self.schema(input));
        let output = json.get("output").map(|output| self.output(output));
        let names = json.get("names").map(|names| self.names(names));
        Some(ModelFile {
            model_id: model_id?,
            example: json.get("example").cloned(),
            input: input?,
            output: match output {
                Some(output) => Some(output?),
                None => None,
            },
            names: names.unwrap_or_default(),
        })
    }

    fn output(&mut self, json: &Located<Json>) -> Option<Output> {
        self.members(json, "the output")?;
        let Some(output) = json.get("output") else {
            let message = "the output schema must be wrapped in `output`, as the pages print it";
            self.diagnostics.push(
                Diagnostic::new(Rule::OutputNotWrapped, json.span, message)
                    .with_help("write \"output\": { \"output\": { … } }"),
            );
            return None;
        };
        self.object(json, "the output wrapper", &["output"])?;
        let output = self.schema(output)?;
        Some(Output { output })
    }

    fn names(&mut self, json: &Located<Json>) -> Vec<NameOverride> {
        let Some(members) = self.members(json, "`names`") else {
            return Vec::new();
        };
        let overrides = members.iter().filter_map(|member| {
            Some(NameOverride {
                key: member.name.clone(),
                name: self.string(&member.value)?,
            })
        });
        overrides.collect()
    }

    fn schema(&mut self, json: &Located<Json>) -> Option<Located<Schema>> {
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
            "items" => schema.items = self.schema(value).map(Box::new),
            // Refused by `object`.
            _ => {}
        }
    }

    fn type_name(&mut self, json: &Located<Json>) -> Option<Located<TypeName>> {
        if let Json::Array(_) = json.value {
            let message = "several types are not modelled";
            self.diagnostics.push(
                Diagnostic::new(Rule::UnsupportedType, json.span, message)
                    .with_help("give the one type that the model takes"),
            );
            return None;
        }
        self.symbol(json, TYPES, Rule::UnsupportedType, "type")
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

    /// A string that must be one of `symbols`.
    fn symbol<T: Copy>(
        &mut self,
        json: &Located<Json>,
        symbols: &[(&str, T)],
        rule: Rule,
        noun: &str,
    ) -> Option<Located<T>> {
        let text = self.string(json)?;
        if let Some((_, symbol)) = symbols.iter().find(|(name, _)| *name == text.value) {
            return Some(json.with(*symbol));
        }
        let message = format!("the {noun} `{}` is not modelled", text.value);
        let help = did_you_mean(&text, symbols.iter().map(|(name, _)| *name));
        self.diagnostics
            .push(Diagnostic::new(rule, json.span, message).with_help(help));
        None
    }

    fn strings(&mut self, json: &Located<Json>) -> Option<Located<Vec<Located<String>>>> {
        let items = self.array(json)?;
        let strings = items.iter().filter_map(|item| self.string(item));
        Some(json.with(strings.collect()))
    }

    fn string(&mut self, json: &Located<Json>) -> Option<Located<String>> {
        match &json.value {
            Json::String(text) => Some(json.with(text.clone())),
            _ => self.wrong_type(json, "a string"),
        }
    }

    fn number(&mut self, json: &Located<Json>) -> Option<Located<Number>> {
        match &json.value {
            Json::Number(number) => Some(json.with(number.clone())),
            _ => self.wrong_type(json, "a number"),
        }
    }

    fn array(&mut self, json: &Located<Json>) -> Option<Located<Vec<Located<Json>>>> {
        match &json.value {
            Json::Array(items) => Some(json.with(items.clone())),
            _ => self.wrong_type(json, "an array"),
        }
    }

    fn wrong_type<T>(&mut self, json: &Located<Json>, expected: &str) -> Option<T> {
        let found = json.value.type_name();
        let message = format!("expected {expected}, found {found}");
        self.diagnostics
            .push(Diagnostic::new(Rule::WrongType, json.span, message));
        None
    }

    /// The members of an object with any keys.
    fn members<'j>(&mut self, json: &'j Located<Json>, noun: &str) -> Option<&'j [Member]> {
        match &json.value {
            Json::Object(members) => Some(members),
            other => {
                let message = format!("{noun} must be an object, found {}", other.type_name());
                self.diagnostics
                    .push(Diagnostic::new(Rule::WrongType, json.span, message));
                None
            }
        }
    }

    /// The members of an object; each key that is not among `known` is refused.
    fn object<'j>(
        &mut self,
        json: &'j Located<Json>,
        noun: &str,
        known: &[&str],
    ) -> Option<&'j [Member]> {
        let members = self.members(json, noun)?;
        for Member { name, .. } in members {
            if !known.contains(&name.as_str()) {
                let message = format!("unknown key `{}` in {noun}", name.value);
                let help = did_you_mean(name, known.iter().copied());
                self.diagnostics
                    .push(Diagnostic::new(Rule::UnknownKey, name.span, message).with_help(help));
            }
        }
        Some(members)
    }

    fn required<'j>(&mut self, json: &'j Located<Json>, key: &str) -> Option<&'j Located<Json>> {
        let value = json.get(key);
        if value.is_none() {
            let message = format!("the key `{key}` is missing");
            self.diagnostics.push(Diagnostic::new(
                Rule::MissingKey,
                json.span.first_byte(),
                message,
            ));
        }
        value
    }
}
