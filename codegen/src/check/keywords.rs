//! Which keyword has a meaning for which type.

use super::SchemaChecker;
use crate::diagnostics::{Diagnostic, Rule};
use crate::dialect::{Schema, TypeName};
use crate::span::{Located, Span};

/// Where a schema is, for the table below.
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
        let is_property = position == SchemaPosition::Property;
        let is_number = matches!(ty, Integer | Float | Number);
        let is_text = matches!(ty, String | Array);
        let table: [(&str, Option<Span>, bool); 16] = [
            ("default", span(&schema.default), is_property),
            ("enum", span(&schema.r#enum), matches!(ty, Integer | String)),
            ("minimum", span(&schema.minimum), is_number),
            ("maximum", span(&schema.maximum), is_number),
            (
                "exclusiveMinimum",
                span(&schema.exclusive_minimum),
                is_number,
            ),
            (
                "exclusiveMaximum",
                span(&schema.exclusive_maximum),
                is_number,
            ),
            ("multipleOf", span(&schema.multiple_of), is_number),
            ("minLength", span(&schema.min_length), ty == String),
            ("maxLength", span(&schema.max_length), ty == String),
            ("minItems", span(&schema.min_items), ty == Array),
            ("maxItems", span(&schema.max_items), ty == Array),
            ("format", span(&schema.format), is_text),
            ("validations", span(&schema.validations), is_text),
            ("required", span(&schema.required), ty == Object),
            ("properties", span(&schema.properties), ty == Object),
            (
                "items",
                schema.items.as_ref().map(|items| items.span),
                ty == Array,
            ),
        ];
        for (keyword, span, has_meaning) in table {
            if let (Some(span), false) = (span, has_meaning) {
                self.report(misplaced(keyword, span, ty, position));
            }
        }
        if ty == String && schema.r#enum.is_some() {
            self.limits_beside_enum(schema);
        }
    }

    /// Refuses limits beside an enum of strings, which fixes every value already.
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
