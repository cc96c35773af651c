//! Model files that break a rule, for every rule.

mod maintained;
mod values;

use runcomfy_codegen::{Rule, SourceFile};

/// Files, and the rule that they break.
pub(crate) struct Case {
    /// The rule.
    pub(crate) rule: Rule,
    /// The name of the case, which distinguishes it from the other cases of its rule.
    pub(crate) name: &'static str,
    /// The files.
    pub(crate) files: Vec<SourceFile>,
}

/// All cases.
pub(crate) fn cases() -> Vec<Case> {
    [
        texts(),
        keys(),
        values::values(),
        values::names(),
        warnings(),
        maintained::overrides(),
        maintained::acknowledgements(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A model file whose input has these members besides its type.
pub(crate) fn model(input: &str) -> String {
    let comma = if input.is_empty() { "" } else { "," };
    format!(
        r#"{{
  "model_id": "acme/test",
  "input": {{
    "type": "object"{comma}
    {input}
  }}
}}
"#
    )
}

/// A model file with one property, `size`.
fn property(schema: &str) -> String {
    model(&format!(
        "\"properties\": {{\n      \"size\": {schema}\n    }}"
    ))
}

/// A model file with one entry in `names`, and one property, `size`, whose only value is `a`.
fn named(key: &str, name: &str) -> String {
    let file = property(r#"{ "type": "string", "enum": ["a"] }"#);
    let names = format!("\"names\": {{ {key:?}: {name:?} }},\n  \"input\"");
    file.replacen("\"input\"", &names, 1)
}

/// A model file with this many nested objects, the input included.
pub(crate) fn nested(depth: usize) -> String {
    let open = r#""properties": { "a": { "type": "object", "#.repeat(depth - 1);
    let close = " } }".repeat(depth - 1);
    model(&format!("{open}\"title\": \"The innermost\"{close}"))
}

fn file(path: &str, text: impl AsRef<[u8]>) -> SourceFile {
    SourceFile {
        path: path.to_owned(),
        bytes: text.as_ref().to_vec(),
    }
}

fn one(rule: Rule, name: &'static str, text: impl AsRef<[u8]>) -> Case {
    Case {
        rule,
        name,
        files: vec![file("acme/test.json", text)],
    }
}

fn bytes(rule: Rule, name: &'static str, bytes: &[u8]) -> Case {
    one(rule, name, bytes)
}

/// Files that are too large, not UTF-8 or not JSON, and JSON with a duplicate key.
fn texts() -> Vec<Case> {
    vec![
        one(Rule::NotJson, "an empty file", r##""##),
        one(
            Rule::NotJson,
            "cut off",
            r##"{ "model_id": "acme/test",
"##,
        ),
        one(
            Rule::NotJson,
            "a trailing comma",
            r##"{ "model_id": "acme/test", }"##,
        ),
        one(
            Rule::NotJson,
            "a comment",
            r##"{ // the id
 "model_id": "acme/test" }"##,
        ),
        one(Rule::NotJson, "single quotes", r##"{ 'model_id': 1 }"##),
        one(Rule::NotJson, "not a number", r##"{ "model_id": NaN }"##),
        one(
            Rule::NotJson,
            "two documents",
            r##"{}
{}"##,
        ),
        one(
            Rule::NotJson,
            "a byte order mark",
            format!("\u{feff}{}", property("{}")),
        ),
        one(
            Rule::NotJson,
            "a lone surrogate",
            property(r##"{ "type": "string", "title": "\ud800" }"##),
        ),
        one(
            Rule::DuplicateKey,
            "twice",
            r##"{ "model_id": "a/b",
  "model_id": "a/c", "input": { "type": "object", "\u0074ype": "object" } }"##,
        ),
        bytes(Rule::NotUtf8, "Latin-1", b"{ \"model_id\": \"caf\xe9\" }"),
        bytes(
            Rule::FileTooLarge,
            "four bytes too many",
            &b"{  }\n".repeat(209_716),
        ),
    ]
}

/// Unknown, missing and misplaced keys, wrong and unsupported types, and unsupported combinations.
fn keys() -> Vec<Case> {
    vec![
        one(
            Rule::UnknownKey,
            "of the file",
            r##"{ "model_id": "acme/test", "inputs": {}, "input": { "type": "object" } }"##,
        ),
        one(
            Rule::UnknownKey,
            "misspelt",
            property(r##"{ "type": "string", "maxLenght": 5 }"##),
        ),
        one(
            Rule::UnknownKey,
            "of JSON Schema",
            property(r##"{ "type": "string", "$ref": "#/x" }"##),
        ),
        one(
            Rule::UnknownKey,
            "beside the output",
            r##"{ "model_id": "acme/test", "input": { "type": "object" },
  "output": { "output": { "type": "object" }, "type": "object" } }"##,
        ),
        one(
            Rule::UnknownKey,
            "of a media rule",
            property(
                r##"{ "type": "string", "validations": [
        { "validation_rule": "width_pixels<", "validation_value": 1, "rule_value": 2 }] }"##,
            ),
        ),
        one(Rule::MissingKey, "of the file", r##"{ "example": {} }"##),
        one(
            Rule::MissingKey,
            "of a media rule",
            property(
                r##"{ "type": "string", "validations": [{ "validation_rule": "width_pixels<" }] }"##,
            ),
        ),
        one(Rule::WrongType, "a list", r##"[]"##),
        one(
            Rule::WrongType,
            "keys of the file",
            r##"{ "model_id": 5, "input": [], "output": null, "names": [] }"##,
        ),
        one(
            Rule::WrongType,
            "keywords",
            property(
                r##"{ "type": null, "title": 1, "minimum": "1", "enum": "a",
        "properties": [], "required": ["a", 1], "items": true }"##,
            ),
        ),
        one(
            Rule::WrongType,
            "a name",
            r##"{ "model_id": "acme/test", "input": { "type": "object" }, "names": { "a": 1 } }"##,
        ),
        one(Rule::MissingType, "empty", property(r##"{}"##)),
        one(
            Rule::UnsupportedType,
            "misspelt",
            property(r##"{ "type": "strng" }"##),
        ),
        one(
            Rule::UnsupportedType,
            "of JSON Schema",
            property(r##"{ "type": "null" }"##),
        ),
        one(
            Rule::UnsupportedType,
            "several",
            property(r##"{ "type": ["string", "null"] }"##),
        ),
        one(
            Rule::UnsupportedType,
            "a list of lists",
            property(r##"{ "type": "array", "items": { "type": "array" } }"##),
        ),
        one(
            Rule::UnsupportedType,
            "an input that is a list",
            r##"{ "model_id": "acme/test", "input": { "type": "array" } }"##,
        ),
        one(
            Rule::OutputNotWrapped,
            "without the wrapper",
            r##"{ "model_id": "acme/test", "input": { "type": "object" },
  "output": { "type": "object" } }"##,
        ),
        one(
            Rule::MisplacedKeyword,
            "a length of a number",
            property(r##"{ "type": "integer", "maxLength": 5 }"##),
        ),
        one(
            Rule::MisplacedKeyword,
            "an enum of numbers",
            property(r##"{ "type": "number", "enum": [1.5] }"##),
        ),
        one(
            Rule::MisplacedKeyword,
            "items of a string",
            property(r##"{ "type": "string", "items": { "type": "string" } }"##),
        ),
        one(
            Rule::MisplacedKeyword,
            "a default of items",
            property(r##"{ "type": "array", "items": { "type": "string", "default": "a" } }"##),
        ),
        one(
            Rule::MisplacedKeyword,
            "a default of the input",
            model(r##""default": {}"##),
        ),
        one(
            Rule::MisplacedKeyword,
            "a format of a list of integers",
            property(
                r##"{ "type": "array", "format": "image_uris", "items": { "type": "integer" } }"##,
            ),
        ),
        one(
            Rule::OpenObject,
            "any property",
            model(r##""additionalProperties": true"##),
        ),
        one(
            Rule::OpenObject,
            "properties of one schema",
            property(r##"{ "type": "object", "additionalProperties": { "type": "string" } }"##),
        ),
        one(
            Rule::UnsupportedCombination,
            "limits beside an enum",
            property(r##"{ "type": "string", "enum": ["a"], "maxLength": 5, "format": "uri" }"##),
        ),
    ]
}

/// Warnings.
fn warnings() -> Vec<Case> {
    vec![
        one(
            Rule::LimitInProse,
            "characters",
            property(r##"{ "type": "string", "description": "At most 500 characters." }"##),
        ),
        one(
            Rule::LimitInProse,
            "megabytes",
            property(r##"{ "type": "string", "description": "A picture (≤10MB)." }"##),
        ),
        one(
            Rule::NullDefault,
            "null",
            property(r##"{ "type": "integer", "default": null }"##),
        ),
        one(
            Rule::UntranslatedKey,
            "one",
            property(r##"{ "type": "string", "title": "modelApiDoc_title" }"##),
        ),
        one(
            Rule::UntranslatedKey,
            "three",
            property(
                r##"{ "type": "object", "title": "modelApiDoc_title", "description": "modelApiDoc_text",
        "properties": { "a": { "type": "string", "title": "modelApiDoc_a" } } }"##,
            ),
        ),
        one(
            Rule::NameFromTitle,
            "a node id and nothing else",
            model(
                r##""properties": { "174_value": { "type": "integer", "title": "Number of Frames" } }"##,
            ),
        ),
        Case {
            rule: Rule::MisplacedFile,
            name: "elsewhere",
            files: vec![file("acme/other.json", model(""))],
        },
    ]
}
