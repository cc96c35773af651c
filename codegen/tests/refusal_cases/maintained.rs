//! What a maintainer adds to a model: overrides and acknowledgements.

use runcomfy_codegen::Rule;

use super::{Case, one, property};

const PROMPT: &str = r#"{ "type": "string", "maxLength": 500, "default": "a cat" }"#;

/// A model file with one property, `size`, and this additional member at the top level of the file.
fn with(member: &str) -> String {
    with_property(member, PROMPT)
}

fn with_property(member: &str, schema: &str) -> String {
    let member = format!("{member},\n  \"input\"");
    property(schema).replacen("\"input\"", &member, 1)
}

/// A model file whose property `size` has this override.
fn overridden(level: &str, keywords: &str) -> String {
    with(&format!(
        r#""overrides": [
    {{ "reason": "The page says so.", "level": {level:?},
      "input": {{ "properties": {{ "size": {keywords} }} }} }}
  ]"#
    ))
}

/// Like [`overridden`], for a number below 10.
fn overridden_number(level: &str, keywords: &str) -> String {
    overridden(level, keywords).replacen(
        PROMPT,
        r#"{ "type": "float", "exclusiveMaximum": 10 }"#,
        1,
    )
}

pub(super) fn overrides() -> Vec<Case> {
    vec![
        one(
            Rule::UnusedOverride,
            "what the schema says",
            overridden("error", r#"{ "maxLength": 500.0, "minLength": null }"#),
        ),
        one(
            Rule::UnusedOverride,
            "advice that the schema gives",
            overridden("advice", r#"{ "maxLength": 500 }"#),
        ),
        one(
            Rule::UnusedOverride,
            "advice that is not as strict as the schema",
            overridden("advice", r#"{ "maxLength": 501 }"#),
        ),
        one(
            Rule::UnusedOverride,
            "advice that is not as strict as an exclusive bound",
            overridden_number("advice", r#"{ "maximum": 10 }"#),
        ),
        one(
            Rule::InvalidOverride,
            "an empty reason",
            with(r#""overrides": [{ "reason": " ", "input": { "title": "A" } }]"#),
        ),
        one(
            Rule::InvalidOverride,
            "an unknown level",
            overridden("advise", r#"{ "maxLength": 400 }"#),
        ),
        one(
            Rule::InvalidOverride,
            "advice that is no limit",
            overridden(
                "advice",
                r#"{ "maxLength": null, "enum": ["a"], "validations": [] }"#,
            ),
        ),
        one(
            Rule::MissingKey,
            "of an override",
            with(r#""overrides": [{ "level": "error" }]"#),
        ),
        one(
            Rule::WrongType,
            "of overrides",
            with(r#""overrides": [5, { "reason": "a", "input": [] }]"#),
        ),
        one(
            Rule::WrongType,
            "of an input with an override",
            r#"{
  "model_id": "acme/test",
  "input": "none",
  "overrides": [{ "reason": "a", "input": { "type": "object", "properties": {} } }]
}"#,
        ),
        one(
            Rule::UnknownKey,
            "by an override",
            overridden("error", r#"{ "maxLenght": 400 }"#),
        ),
        one(
            Rule::UnknownKey,
            "of an override",
            with(r#""overrides": [{ "reason": "a", "patch": {}, "input": {} }]"#),
        ),
        one(
            Rule::MisplacedKeyword,
            "by an override",
            overridden("error", r#"{ "maximum": 400 }"#),
        ),
        one(
            Rule::MisplacedKeyword,
            "by advice",
            overridden("advice", r#"{ "maximum": 400 }"#),
        ),
        one(
            Rule::Contradiction,
            "of advice and the schema",
            property(PROMPT)
                .replacen("\"maxLength\"", "\"minLength\": 5, \"maxLength\"", 1)
                .replacen(
                    "\"input\"",
                    "\"overrides\": [{ \"reason\": \"a\", \"level\": \"advice\",
    \"input\": { \"properties\": { \"size\": { \"maxLength\": 4 } } } }],\n  \"input\"",
                    1,
                ),
        ),
        one(
            Rule::InvalidDefault,
            "since an override limits it",
            overridden("error", r#"{ "maxLength": 4 }"#),
        ),
    ]
}

pub(super) fn acknowledgements() -> Vec<Case> {
    vec![
        one(
            Rule::InvalidAcknowledgement,
            "an unknown rule",
            with(r#""acknowledged": [{ "rule": "limit-in-pros" }]"#),
        ),
        one(
            Rule::InvalidAcknowledgement,
            "the rule of an error",
            with(r#""acknowledged": [{ "rule": "invalid-default" }]"#),
        ),
        one(
            Rule::UnusedAcknowledgement,
            "acknowledgements that match no warning",
            with_property(
                r#""acknowledged": [
    { "rule": "limit-in-prose", "pointer": "/input/properties/size" },
    { "rule": "limit-in-prose", "pointer": "/input/properties/siz" },
    { "rule": "untranslated-key" }
  ]"#,
                r#"{ "type": "string", "description": "Up to 10 MB." }"#,
            ),
        ),
        one(
            Rule::UnsupportedBound,
            "a price below zero",
            with(r#""about": { "base_price_usd": -1 }"#),
        ),
        one(
            Rule::UnknownKey,
            "about the model",
            with(r#""about": { "titel": "A" }"#),
        ),
    ]
}
