//! Values and names that break a rule.

use runcomfy_codegen::Rule;

use super::{Case, file, model, named, nested, one, property};

/// Cases of values that break a rule.
pub(super) fn values() -> Vec<Case> {
    vec![
        one(
            Rule::UnsupportedBound,
            "a fraction on an integer",
            property(r##"{ "type": "integer", "minimum": 0.5 }"##),
        ),
        one(
            Rule::UnsupportedBound,
            "beyond 64 bits",
            property(r##"{ "type": "integer", "maximum": 18446744073709551615 }"##),
        ),
        one(
            Rule::UnsupportedBound,
            "beyond every float",
            property(r##"{ "type": "float", "maximum": 1e999 }"##),
        ),
        one(
            Rule::UnsupportedBound,
            "between two floats",
            property(r##"{ "type": "float", "maximum": 9007199254740993 }"##),
        ),
        one(
            Rule::UnsupportedBound,
            "a negative length",
            property(r##"{ "type": "string", "minLength": -1 }"##),
        ),
        one(
            Rule::UnsupportedBound,
            "a fraction of items",
            property(r##"{ "type": "array", "maxItems": 1.5 }"##),
        ),
        one(
            Rule::UnsupportedBound,
            "a media rule at zero",
            property(
                r##"{ "type": "string", "validations": [
        { "validation_rule": "width_pixels>", "validation_value": 0 }] }"##,
            ),
        ),
        one(
            Rule::Contradiction,
            "minimum above maximum",
            property(r##"{ "type": "integer", "minimum": 5, "maximum": 4 }"##),
        ),
        one(
            Rule::Contradiction,
            "an empty range",
            property(r##"{ "type": "float", "exclusiveMinimum": 1, "maximum": 1 }"##),
        ),
        one(
            Rule::Contradiction,
            "no multiple in the range",
            property(r##"{ "type": "integer", "minimum": 1, "maximum": 9, "multipleOf": 10 }"##),
        ),
        one(
            Rule::Contradiction,
            "no integer in the range",
            property(r##"{ "type": "integer", "exclusiveMinimum": -1, "exclusiveMaximum": 0 }"##),
        ),
        one(
            Rule::Contradiction,
            "no integer above the minimum",
            property(r##"{ "type": "integer", "exclusiveMinimum": 9223372036854775807 }"##),
        ),
        one(
            Rule::Contradiction,
            "a step of zero",
            property(r##"{ "type": "float", "multipleOf": 0 }"##),
        ),
        one(
            Rule::Contradiction,
            "lengths",
            property(r##"{ "type": "string", "minLength": 5, "maxLength": 4 }"##),
        ),
        one(
            Rule::Contradiction,
            "items",
            property(r##"{ "type": "array", "minItems": 5, "maxItems": 4 }"##),
        ),
        one(
            Rule::Contradiction,
            "an empty enum",
            property(r##"{ "type": "string", "enum": [] }"##),
        ),
        one(
            Rule::Contradiction,
            "an enum value out of bounds",
            property(r##"{ "type": "integer", "enum": [5, 10], "maximum": 9 }"##),
        ),
        one(
            Rule::Contradiction,
            "media rules",
            property(
                r##"{ "type": "string", "validations": [
        { "validation_rule": "width_pixels>", "validation_value": 9 },
        { "validation_rule": "width_pixels<", "validation_value": 8 }] }"##,
            ),
        ),
        one(
            Rule::Contradiction,
            "formats",
            property(
                r##"{ "type": "array", "format": "image_uris",
        "items": { "type": "string", "format": "video_uri" } }"##,
            ),
        ),
        one(
            Rule::UnknownRequired,
            "misspelt",
            model(r##""required": ["promt"], "properties": { "prompt": { "type": "string" } }"##),
        ),
        one(
            Rule::UnknownRequired,
            "no similar name",
            model(r##""required": ["seed"]"##),
        ),
        one(
            Rule::DuplicateRequired,
            "twice",
            model(r##""required": ["a", "a"], "properties": { "a": { "type": "string" } }"##),
        ),
        one(
            Rule::InvalidDefault,
            "above the maximum",
            property(r##"{ "type": "integer", "maximum": 20, "default": 21 }"##),
        ),
        one(
            Rule::InvalidDefault,
            "between the steps",
            property(r##"{ "type": "float", "multipleOf": 0.25, "default": 0.3 }"##),
        ),
        one(
            Rule::InvalidDefault,
            "not in the enum",
            property(r##"{ "type": "string", "enum": ["a"], "default": "A" }"##),
        ),
        one(
            Rule::InvalidDefault,
            "another type",
            property(r##"{ "type": "string", "default": 5 }"##),
        ),
        one(
            Rule::InvalidDefault,
            "items",
            property(
                r##"{ "type": "array", "maxItems": 1, "items": { "type": "string", "maxLength": 1 },
        "default": ["ab", 5] }"##,
            ),
        ),
        one(
            Rule::InvalidDefault,
            "within an object",
            property(
                r##"{ "type": "object", "required": ["a"], "properties": { "a": { "type": "boolean" } },
        "default": { "b": 1 } }"##,
            ),
        ),
        one(
            Rule::InvalidExample,
            "three mismatches",
            r##"{ "model_id": "acme/test",
  "example": { "b": "x", "c": 1 },
  "input": { "type": "object", "required": ["a"], "properties": {
    "a": { "type": "string" }, "b": { "type": "integer" } } } }"##,
        ),
        one(
            Rule::UnsupportedEnum,
            "of two types",
            property(r##"{ "type": "string", "enum": ["auto", 1, null] }"##),
        ),
        one(
            Rule::UnsupportedEnum,
            "a fraction among integers",
            property(r##"{ "type": "integer", "enum": [1, 1.5] }"##),
        ),
        one(
            Rule::UnsupportedEnum,
            "a control character",
            property(r##"{ "type": "string", "enum": ["a\u0007"] }"##),
        ),
        one(
            Rule::UnsupportedEnum,
            "backticks",
            property(r##"{ "type": "string", "enum": ["a````"] }"##),
        ),
        one(
            Rule::DuplicateEnumValue,
            "strings",
            property(r##"{ "type": "string", "enum": ["a", "b", "a"] }"##),
        ),
        one(
            Rule::DuplicateEnumValue,
            "integers",
            property(r##"{ "type": "integer", "enum": [5, 5.0] }"##),
        ),
        one(
            Rule::UnsupportedFormat,
            "misspelt",
            property(r##"{ "type": "string", "format": "image-uri" }"##),
        ),
        one(
            Rule::UnsupportedFormat,
            "of JSON Schema",
            property(r##"{ "type": "string", "format": "date-time" }"##),
        ),
        one(
            Rule::UnsupportedFormat,
            "of a list",
            property(r##"{ "type": "array", "format": "video_uri" }"##),
        ),
        one(
            Rule::UnsupportedMediaRule,
            "unknown",
            property(
                r##"{ "type": "string", "validations": [
        { "validation_rule": "width_pixel<", "validation_value": 1 },
        { "validation_rule": "fps", "validation_value": 1 }] }"##,
            ),
        ),
        one(
            Rule::DuplicateMediaRule,
            "twice",
            property(
                r##"{ "type": "string", "validations": [
        { "validation_rule": "width_pixels<", "validation_value": 1 },
        { "validation_rule": "width_pixels<", "validation_value": 2 }] }"##,
            ),
        ),
        one(
            Rule::DuplicateMediaRule,
            "on a list and its items",
            property(
                r##"{ "type": "array",
        "validations": [{ "validation_rule": "width_pixels<", "validation_value": 1 }],
        "items": { "type": "string", "validations": [
          { "validation_rule": "width_pixels<", "validation_value": 2 }] } }"##,
            ),
        ),
        with_id("one segment", "acme"),
        with_id("six segments", "a/b/c/d/e/f"),
        with_id("up a folder", "acme/../test"),
        with_id("from the root", "/acme/test"),
        with_id("an empty segment", "acme//test"),
        with_id("a backslash", "acme/te\\\\st"),
        with_id("a hidden file", "acme/.test"),
        with_id("percent", "acme/%2e%2e"),
        with_id("a space at the end", "acme/test "),
        with_id("no letter or digit", "acme/-_-"),
        with_id("another script", "acme/模型"),
        with_id(
            "a long segment",
            "acme/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        ),
        one(Rule::NestedTooDeep, "seventeen objects", nested(17)),
    ]
}

/// A case of a model file with this invalid id.
fn with_id(name: &'static str, id: &str) -> Case {
    let file = property(r#"{ "type": "string" }"#);
    one(Rule::InvalidModelId, name, file.replace("acme/test", id))
}

/// Names that collide or cannot be derived, models with the same id, and entries of `names` that are wrong.
pub(super) fn names() -> Vec<Case> {
    vec![
        one(
            Rule::NameCollision,
            "properties",
            model(
                r##""properties": {
      "promptText": { "type": "string" },
      "prompt_text": { "type": "string" } }"##,
            ),
        ),
        one(
            Rule::NameCollision,
            "enum values",
            property(r##"{ "type": "string", "enum": ["a-b", "a_b"] }"##),
        ),
        one(
            Rule::NameCollision,
            "enum values that differ in case",
            property(r##"{ "type": "string", "enum": ["turbo", "TURBO"] }"##),
        ),
        one(
            Rule::NameCollision,
            "types",
            model(
                r##""properties": {
      "test_value": { "type": "string", "enum": ["a"] },
      "test": { "type": "string", "enum": ["a"] } }"##,
            ),
        ),
        Case {
            rule: Rule::NameCollision,
            name: "modules",
            files: vec![
                file(
                    "acme/test-1.json",
                    model("").replace("acme/test", "acme/test-1"),
                ),
                file(
                    "acme/test_1.json",
                    model("").replace("acme/test", "acme/test_1"),
                ),
            ],
        },
        Case {
            rule: Rule::DuplicateModel,
            name: "two files",
            files: vec![
                file("acme/test.json", model("")),
                file("acme/test-copy.json", model("")),
            ],
        },
        one(
            Rule::Unnameable,
            "a property",
            model(r##""properties": { "***": { "type": "string" } }"##),
        ),
        one(
            Rule::Unnameable,
            "an enum value",
            property(r##"{ "type": "string", "enum": ["--"] }"##),
        ),
        one(
            Rule::Unnameable,
            "a type",
            model(
                r##""properties": { "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": { "type": "string", "enum": ["a"] } }"##,
            ),
        ),
        one(
            Rule::InvalidName,
            "no identifier",
            named("size", "the size"),
        ),
        one(Rule::InvalidName, "a keyword", named("size", "type")),
        one(
            Rule::InvalidName,
            "a keyword of edition 2024",
            named("size", "gen"),
        ),
        one(
            Rule::InvalidName,
            "raw without need",
            named("size", "r#scale"),
        ),
        one(Rule::InvalidName, "another script", named("size", "größe")),
        one(Rule::InvalidName, "camel case", named("size", "theSize")),
        one(Rule::InvalidName, "only underscores", named("size", "__")),
        one(Rule::InvalidName, "of a method", named("size", "clone")),
        one(
            Rule::InvalidName,
            "a variant in snake case",
            named("size=a", "the_a"),
        ),
        one(
            Rule::InvalidName,
            "a module that is a file",
            named("acme/test", "r#mod"),
        ),
        one(
            Rule::InvalidName,
            "a module of underscores",
            named("acme/test", "__"),
        ),
        one(
            Rule::InvalidName,
            "the module of a model's own file",
            named("acme/test", "_model"),
        ),
        one(
            Rule::UnusedName,
            "an unknown property",
            named("sizes", "scale"),
        ),
        one(
            Rule::UnusedName,
            "an unknown enum value",
            named("size=b", "B"),
        ),
    ]
}
