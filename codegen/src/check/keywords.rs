//! Checks that every keyword has a meaning for the type of its schema.

use super::SchemaChecker;
use crate::diagnostics::{Diagnostic, Rule};
use crate::dialect::{Schema, TypeName};
use crate::span::{Located, Span};

/// The position of a schema. The keyword `default` has a meaning only on a property.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SchemaPosition {
    /// The whole input or output.
    Root,
    /// A property.
    Property,
    /// The items of a list.
    Items,
}

impl SchemaChecker<'_> {
    /// Refuses every keyword that has no meaning for the type, so that none is dropped silently.
    pub(super) fn keywords(&mut self, schema: &Schema, ty: TypeName, position: SchemaPosition) {
        use TypeName::{Array, Float, Integer, Number, Object, String};
        for (keyword, span) in spans(schema) {
            let has_meaning = match keyword {
                "default" => position == SchemaPosition::Property,
                "enum" => matches!(ty, Integer | String),
                "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
                    matches!(ty, Integer | Float | Number)
                }
                "minLength" | "maxLength" => ty == String,
                "minItems" | "maxItems" | "items" => ty == Array,
                "format" | "validations" => matches!(ty, String | Array),
                "required" | "properties" | "additionalProperties" => ty == Object,
                _ => true,
            };
            if !has_meaning {
                self.report(misplaced(keyword, span, ty, position));
            }
        }
        if ty == String && schema.r#enum.is_some() {
            self.limits_beside_enum(schema);
        }
    }

    /// Refuses limits and formats on an enum of strings, since the enum already lists all valid values.
    fn limits_beside_enum(&mut self, schema: &Schema) {
        for (keyword, span) in [
            ("minLength", span(&schema.min_length)),
            ("maxLength", span(&schema.max_length)),
            ("format", span(&schema.format)),
            ("validations", span(&schema.validations)),
        ] {
            let Some(span) = span else { continue };
            let message = format!("`{keyword}` beside an `enum` of strings is not modelled");
            let help = format!("the enum already fixes every value; remove `{keyword}`");
            self.report(
                Diagnostic::new(Rule::UnsupportedCombination, span, message).with_help(help),
            );
        }
    }
}

/// The keywords of a schema, with their positions.
pub(super) fn spans(schema: &Schema) -> Vec<(&'static str, Span)> {
    let items = schema.items.as_ref();
    let keywords = [
        ("type", span(&schema.r#type)),
        ("title", span(&schema.title)),
        ("description", span(&schema.description)),
        ("default", span(&schema.default)),
        ("enum", span(&schema.r#enum)),
        ("minimum", span(&schema.minimum)),
        ("maximum", span(&schema.maximum)),
        ("exclusiveMinimum", span(&schema.exclusive_minimum)),
        ("exclusiveMaximum", span(&schema.exclusive_maximum)),
        ("multipleOf", span(&schema.multiple_of)),
        ("minLength", span(&schema.min_length)),
        ("maxLength", span(&schema.max_length)),
        ("minItems", span(&schema.min_items)),
        ("maxItems", span(&schema.max_items)),
        ("format", span(&schema.format)),
        ("validations", span(&schema.validations)),
        ("required", span(&schema.required)),
        ("properties", span(&schema.properties)),
        ("additionalProperties", span(&schema.additional_properties)),
        ("items", items.map(|items| items.span)),
    ];
    let keywords = keywords.into_iter();
    keywords
        .filter_map(|(keyword, span)| Some((keyword, span?)))
        .collect()
}

/// Whether a keyword limits the values of a property.
pub(super) fn is_limit(keyword: &str) -> bool {
    matches!(
        keyword,
        "enum"
            | "minimum"
            | "maximum"
            | "exclusiveMinimum"
            | "exclusiveMaximum"
            | "multipleOf"
            | "minLength"
            | "maxLength"
            | "minItems"
            | "maxItems"
            | "validations"
    )
}

fn span<T>(located: &Option<Located<T>>) -> Option<Span> {
    located.as_ref().map(|located| located.span)
}

fn misplaced(keyword: &str, span: Span, ty: TypeName, position: SchemaPosition) -> Diagnostic {
    let name = match ty {
        TypeName::Boolean => "a boolean",
        TypeName::Integer => "an integer",
        TypeName::Float | TypeName::Number => "a number",
        TypeName::String => "a string",
        TypeName::Array => "an array",
        TypeName::Object => "an object",
    };
    let position = match position {
        SchemaPosition::Root => " that is the whole schema",
        SchemaPosition::Property => "",
        SchemaPosition::Items => " that is an item of a list",
    };
    let message = format!("`{keyword}` is not modelled on {name}{position}");
    Diagnostic::new(Rule::MisplacedKeyword, span, message)
        .with_help(format!("remove `{keyword}` or correct the type"))
}
