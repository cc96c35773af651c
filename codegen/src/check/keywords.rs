//! Which keyword goes with which type.

use super::Judge;
use crate::dialect::{Schema, TypeName};
use crate::finding::Finding;
use crate::json::Span;

/// What a schema describes, for the table below.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The whole input or output.
    Root,
    /// A property.
    Property,
    /// The items of a list.
    Items,
}

impl Judge<'_> {
    /// Refuses every keyword that says nothing about a value of this type: it would be dropped.
    pub(super) fn keywords(&mut self, schema: &Schema, of: TypeName, place: Place) {
        use TypeName::{Array, Float, Integer, Number, Object, String};
        let is_number = matches!(of, Integer | Float | Number);
        let table: [(&str, Option<Span>, bool); 15] = [
            ("default", span(&schema.default), place == Place::Property),
            ("enum", span(&schema.r#enum), matches!(of, Integer | String)),
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
            ("minLength", span(&schema.min_length), of == String),
            ("maxLength", span(&schema.max_length), of == String),
            ("minItems", span(&schema.min_items), of == Array),
            ("maxItems", span(&schema.max_items), of == Array),
            ("format", span(&schema.format), matches!(of, String | Array)),
            (
                "validations",
                span(&schema.validations),
                matches!(of, String | Array),
            ),
            ("required", span(&schema.required), of == Object),
            ("properties", span(&schema.properties), of == Object),
        ];
        for (keyword, span, applies) in table {
            if let (Some(span), false) = (span, applies) {
                self.refuse(misplaced(keyword, span, of, place));
            }
        }
        if let (Some(items), false) = (&schema.items, of == Array) {
            self.refuse(misplaced("items", items.span.clone(), of, place));
        }
        if of == String && schema.r#enum.is_some() {
            self.no_limits_beside_enum(schema);
        }
    }

    /// An enum of strings fixes its values' lengths and meaning already.
    fn no_limits_beside_enum(&mut self, schema: &Schema) {
        for (keyword, span) in [
            ("minLength", span(&schema.min_length)),
            ("maxLength", span(&schema.max_length)),
            ("format", span(&schema.format)),
            ("validations", span(&schema.validations)),
        ] {
            let Some(span) = span else { continue };
            self.refuse(
                Finding::new(
                    "unsupported-combination",
                    span,
                    format!("`{keyword}` beside an `enum` of strings is not modelled"),
                )
                .help(format!(
                    "the enum already fixes every value; remove `{keyword}`"
                )),
            );
        }
    }
}

fn span<T>(located: &Option<crate::json::Located<T>>) -> Option<Span> {
    located.as_ref().map(|located| located.span.clone())
}

fn misplaced(keyword: &str, span: Span, of: TypeName, place: Place) -> Finding {
    let name = match of {
        TypeName::Boolean => "a boolean",
        TypeName::Integer => "an integer",
        TypeName::Float | TypeName::Number => "a number",
        TypeName::String => "a string",
        TypeName::Array => "an array",
        TypeName::Object => "an object",
    };
    let place = match place {
        Place::Root => " that is the whole schema",
        Place::Property => "",
        Place::Items => " that is an item of a list",
    };
    Finding::new(
        "misplaced-keyword",
        span,
        format!("`{keyword}` is not modelled on {name}{place}"),
    )
    .help(format!("remove `{keyword}` or correct the type"))
}
