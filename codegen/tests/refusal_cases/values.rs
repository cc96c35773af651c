//! Values and names that break a rule.

use super::{Case, file, model, named, nested, one, property};

/// What the keys say.
pub(super) fn of_the_values() -> Vec<Case> {
    vec![
one("unsupported-bound", "a fraction on an integer", property(r##"{ "type": "integer", "minimum": 0.5 }"##)),
one("unsupported-bound", "beyond 64 bits", property(r##"{ "type": "integer", "maximum": 18446744073709551615 }"##)),
one("unsupported-bound", "beyond every float", property(r##"{ "type": "float", "maximum": 1e999 }"##)),
one("unsupported-bound", "a negative length", property(r##"{ "type": "string", "minLength": -1 }"##)),
one("unsupported-bound", "half an item", property(r##"{ "type": "array", "maxItems": 1.5 }"##)),
one("unsupported-bound", "a media rule at zero", property(r##"{ "type": "string", "validations": [
        { "validation_rule": "width_pixels>", "validation_value": 0 }] }"##)),
one("contradiction", "minimum above maximum", property(r##"{ "type": "integer", "minimum": 5, "maximum": 4 }"##)),
one("contradiction", "nothing between", property(r##"{ "type": "float", "exclusiveMinimum": 1, "maximum": 1 }"##)),
one("contradiction", "steps of nothing", property(r##"{ "type": "float", "multipleOf": 0 }"##)),
one("contradiction", "lengths", property(r##"{ "type": "string", "minLength": 5, "maxLength": 4 }"##)),
one("contradiction", "items", property(r##"{ "type": "array", "minItems": 5, "maxItems": 4 }"##)),
one("contradiction", "an empty enum", property(r##"{ "type": "string", "enum": [] }"##)),
one("contradiction", "an enum value out of bounds", property(r##"{ "type": "integer", "enum": [5, 10], "maximum": 9 }"##)),
one("contradiction", "media rules", property(r##"{ "type": "string", "validations": [
        { "validation_rule": "width_pixels>", "validation_value": 9 },
        { "validation_rule": "width_pixels<", "validation_value": 8 }] }"##)),
one("contradiction", "formats", property(r##"{ "type": "array", "format": "image_uris",
        "items": { "type": "string", "format": "video_uri" } }"##)),
one("unknown-required", "misspelt", model(r##""required": ["promt"], "properties": { "prompt": { "type": "string" } }"##)),
one("unknown-required", "nothing like it", model(r##""required": ["seed"]"##)),
one("duplicate-required", "twice", model(r##""required": ["a", "a"], "properties": { "a": { "type": "string" } }"##)),
one("invalid-default", "above the maximum", property(r##"{ "type": "integer", "maximum": 20, "default": 21 }"##)),
one("invalid-default", "between the steps", property(r##"{ "type": "float", "multipleOf": 0.25, "default": 0.3 }"##)),
one("invalid-default", "not in the enum", property(r##"{ "type": "string", "enum": ["a"], "default": "A" }"##)),
one("invalid-default", "another type", property(r##"{ "type": "string", "default": null }"##)),
one("invalid-default", "items", property(r##"{ "type": "array", "maxItems": 1, "items": { "type": "string", "maxLength": 1 },
        "default": ["ab", 5] }"##)),
one("invalid-default", "within an object", property(r##"{ "type": "object", "required": ["a"], "properties": { "a": { "type": "boolean" } },
        "default": { "b": 1 } }"##)),
one("invalid-example", "does not fit", r##"{ "model_id": "acme/test",
  "example": { "b": "x", "c": 1 },
  "input": { "type": "object", "required": ["a"], "properties": {
    "a": { "type": "string" }, "b": { "type": "integer" } } } }"##),
one("unsupported-enum", "of two types", property(r##"{ "type": "string", "enum": ["auto", 1, null] }"##)),
one("unsupported-enum", "a fraction among integers", property(r##"{ "type": "integer", "enum": [1, 1.5] }"##)),
one("unsupported-enum", "a control character", property(r##"{ "type": "string", "enum": ["a\u0007"] }"##)),
one("unsupported-enum", "backticks", property(r##"{ "type": "string", "enum": ["a````"] }"##)),
one("duplicate-enum-value", "strings", property(r##"{ "type": "string", "enum": ["a", "b", "a"] }"##)),
one("duplicate-enum-value", "integers", property(r##"{ "type": "integer", "enum": [5, 5.0] }"##)),
one("unsupported-format", "misspelt", property(r##"{ "type": "string", "format": "image-uri" }"##)),
one("unsupported-format", "of JSON Schema", property(r##"{ "type": "string", "format": "date-time" }"##)),
one("unsupported-format", "of a list", property(r##"{ "type": "array", "format": "video_uri" }"##)),
one("unsupported-media-rule", "unknown", property(r##"{ "type": "string", "validations": [
        { "validation_rule": "width_pixel<", "validation_value": 1 },
        { "validation_rule": "fps", "validation_value": 1 }] }"##)),
one("duplicate-media-rule", "twice", property(r##"{ "type": "string", "validations": [
        { "validation_rule": "width_pixels<", "validation_value": 1 },
        { "validation_rule": "width_pixels<", "validation_value": 2 }] }"##)),
one("invalid-model-id", "one segment", property("{}").replace("acme/test", "acme" ).replace("{}", "{ \"type\": \"string\" }")),
one("invalid-model-id", "six segments", property("{}").replace("acme/test", "a/b/c/d/e/f" ).replace("{}", "{ \"type\": \"string\" }")),
one("invalid-model-id", "up a folder", property("{}").replace("acme/test", "acme/../test" ).replace("{}", "{ \"type\": \"string\" }")),
one("invalid-model-id", "from the root", property("{}").replace("acme/test", "/acme/test" ).replace("{}", "{ \"type\": \"string\" }")),
one("invalid-model-id", "an empty segment", property("{}").replace("acme/test", "acme//test" ).replace("{}", "{ \"type\": \"string\" }")),
one("invalid-model-id", "a backslash", property("{}").replace("acme/test", "acme/te\\\\st" ).replace("{}", "{ \"type\": \"string\" }")),
one("invalid-model-id", "a hidden file", property("{}").replace("acme/test", "acme/.test" ).replace("{}", "{ \"type\": \"string\" }")),
one("invalid-model-id", "percent", property("{}").replace("acme/test", "acme/%2e%2e" ).replace("{}", "{ \"type\": \"string\" }")),
one("invalid-model-id", "a space at the end", property("{}").replace("acme/test", "acme/test " ).replace("{}", "{ \"type\": \"string\" }")),
one("invalid-model-id", "neither letter nor digit", property("{}").replace("acme/test", "acme/-_-" ).replace("{}", "{ \"type\": \"string\" }")),
one("invalid-model-id", "another script", property("{}").replace("acme/test", "acme/模型" ).replace("{}", "{ \"type\": \"string\" }")),
one("invalid-model-id", "a long segment", property("{}").replace("acme/test", "acme/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" ).replace("{}", "{ \"type\": \"string\" }")),
one("nested-too-deep", "seventeen objects", nested(17)),
    ]
}

/// Names that meet, and overrides that do not help.
pub(super) fn of_the_names() -> Vec<Case> {
    vec![
        one(
            "name-collision",
            "properties",
            model(
                r##""properties": {
      "promptText": { "type": "string" },
      "prompt_text": { "type": "string" } }"##,
            ),
        ),
        one(
            "name-collision",
            "enum values",
            property(r##"{ "type": "string", "enum": ["a-b", "a_b"] }"##),
        ),
        one(
            "name-collision",
            "enum values but for case",
            property(r##"{ "type": "string", "enum": ["turbo", "TURBO"] }"##),
        ),
        one(
            "name-collision",
            "types",
            model(
                r##""properties": {
      "test_value": { "type": "string", "enum": ["a"] },
      "test": { "type": "string", "enum": ["a"] } }"##,
            ),
        ),
        Case {
            rule: "name-collision",
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
            rule: "duplicate-model",
            name: "two files",
            files: vec![
                file("acme/test.json", model("")),
                file("acme/test-copy.json", model("")),
            ],
        },
        one(
            "unnameable",
            "a property",
            model(r##""properties": { "***": { "type": "string" } }"##),
        ),
        one(
            "unnameable",
            "an enum value",
            property(r##"{ "type": "string", "enum": ["--"] }"##),
        ),
        one(
            "unnameable",
            "a type",
            model(
                r##""properties": { "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": { "type": "string", "enum": ["a"] } }"##,
            ),
        ),
        one("invalid-name", "no identifier", named("size", "the size")),
        one("invalid-name", "a keyword", named("size", "type")),
        one(
            "invalid-name",
            "a keyword of edition 2024",
            named("size", "gen"),
        ),
        one(
            "invalid-name",
            "written raw for nothing",
            named("size", "r#scale"),
        ),
        one("invalid-name", "another script", named("size", "größe")),
        one("invalid-name", "camel case", named("size", "theSize")),
        one(
            "invalid-name",
            "nothing but underscores",
            named("size", "__"),
        ),
        one("invalid-name", "a method's", named("size", "clone")),
        one(
            "invalid-name",
            "a variant in snake case",
            named("size=a", "the_a"),
        ),
        one(
            "invalid-name",
            "a module that is a file",
            named("acme/test", "r#mod"),
        ),
        one(
            "invalid-name",
            "a module of underscores",
            named("acme/test", "__"),
        ),
        one(
            "invalid-name",
            "a module of the index",
            named("acme/test", "_model"),
        ),
        one(
            "unused-name",
            "a property that is not there",
            named("sizes", "scale"),
        ),
        one(
            "unused-name",
            "an enum value that is not there",
            named("size=b", "B"),
        ),
    ]
}
