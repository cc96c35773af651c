//! For every rule model files that break it.

mod values;

use runcomfy_codegen::SourceFile;

/// Files, and the rule that they break.
pub(crate) struct Case {
    /// The rule.
    pub(crate) rule: &'static str,
    /// What is special about the case.
    pub(crate) name: &'static str,
    /// The files.
    pub(crate) files: Vec<SourceFile>,
}

/// All cases.
pub(crate) fn cases() -> Vec<Case> {
    [
        of_the_text(),
        of_the_keys(),
        values::of_the_values(),
        values::of_the_names(),
        warned_of(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A model file with these members of its input beside the type.
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

/// A model file with one property, `size`, of one value, `a`, and a name that replaces a derived one.
fn named(key: &str, name: &str) -> String {
    let file = property(r#"{ "type": "string", "enum": ["a"] }"#);
    let names = format!("\"names\": {{ {key:?}: {name:?} }},\n  \"input\"");
    file.replacen("\"input\"", &names, 1)
}

/// A model file with objects within each other, the input among them.
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

fn one(rule: &'static str, name: &'static str, text: impl AsRef<[u8]>) -> Case {
    Case {
        rule,
        name,
        files: vec![file("acme/test.json", text)],
    }
}

fn bytes(rule: &'static str, name: &'static str, bytes: &[u8]) -> Case {
    one(rule, name, bytes)
}

/// What is no JSON text that counts.
fn of_the_text() -> Vec<Case> {
    vec![
        one("not-json", "nothing", r##""##),
        one(
            "not-json",
            "the end is missing",
            r##"{ "model_id": "acme/test",
"##,
        ),
        one(
            "not-json",
            "a trailing comma",
            r##"{ "model_id": "acme/test", }"##,
        ),
        one(
            "not-json",
            "a comment",
            r##"{ // the id
 "model_id": "acme/test" }"##,
        ),
        one("not-json", "single quotes", r##"{ 'model_id': 1 }"##),
        one("not-json", "no number", r##"{ "model_id": NaN }"##),
        one(
            "not-json",
            "two documents",
            r##"{}
{}"##,
        ),
        one(
            "not-json",
            "a byte order mark",
            format!("\u{feff}{}", property("{}")),
        ),
        one(
            "not-json",
            "half a surrogate pair",
            property(r##"{ "type": "string", "title": "\ud800" }"##),
        ),
        one(
            "duplicate-key",
            "twice",
            r##"{ "model_id": "a/b",
  "model_id": "a/c", "input": { "type": "object", "\u0074ype": "object" } }"##,
        ),
        bytes("not-utf-8", "Latin-1", b"{ \"model_id\": \"caf\xe9\" }"),
        bytes(
            "file-too-large",
            "a megabyte and a byte",
            &b"{  }\n".repeat(209_716),
        ),
    ]
}

/// Keys and types that are not those of the dialect.
fn of_the_keys() -> Vec<Case> {
    vec![
        one(
            "unknown-key",
            "of the file",
            r##"{ "model_id": "acme/test", "inputs": {}, "input": { "type": "object" } }"##,
        ),
        one(
            "unknown-key",
            "misspelt",
            property(r##"{ "type": "string", "maxLenght": 5 }"##),
        ),
        one(
            "unknown-key",
            "of JSON Schema",
            property(r##"{ "type": "string", "$ref": "#/x" }"##),
        ),
        one(
            "unknown-key",
            "beside the output",
            r##"{ "model_id": "acme/test", "input": { "type": "object" },
  "output": { "output": { "type": "object" }, "type": "object" } }"##,
        ),
        one(
            "unknown-key",
            "of a media rule",
            property(
                r##"{ "type": "string", "validations": [
        { "validation_rule": "width_pixels<", "validation_value": 1, "rule_value": 2 }] }"##,
            ),
        ),
        one("missing-key", "of the file", r##"{ "example": {} }"##),
        one(
            "missing-key",
            "of a media rule",
            property(
                r##"{ "type": "string", "validations": [{ "validation_rule": "width_pixels<" }] }"##,
            ),
        ),
        one("wrong-type", "a list", r##"[]"##),
        one(
            "wrong-type",
            "keys of the file",
            r##"{ "model_id": 5, "input": [], "output": null, "names": [] }"##,
        ),
        one(
            "wrong-type",
            "keywords",
            property(
                r##"{ "type": null, "title": 1, "minimum": "1", "enum": "a",
        "properties": [], "required": ["a", 1], "items": true }"##,
            ),
        ),
        one(
            "wrong-type",
            "a name",
            r##"{ "model_id": "acme/test", "input": { "type": "object" }, "names": { "a": 1 } }"##,
        ),
        one("missing-type", "nothing at all", property(r##"{}"##)),
        one(
            "unsupported-type",
            "misspelt",
            property(r##"{ "type": "strng" }"##),
        ),
        one(
            "unsupported-type",
            "of JSON Schema",
            property(r##"{ "type": "null" }"##),
        ),
        one(
            "unsupported-type",
            "several",
            property(r##"{ "type": ["string", "null"] }"##),
        ),
        one(
            "unsupported-type",
            "a list of lists",
            property(r##"{ "type": "array", "items": { "type": "array" } }"##),
        ),
        one(
            "unsupported-type",
            "an input that is no object",
            r##"{ "model_id": "acme/test", "input": { "type": "array" } }"##,
        ),
        one(
            "output-not-wrapped",
            "bare",
            r##"{ "model_id": "acme/test", "input": { "type": "object" },
  "output": { "type": "object" } }"##,
        ),
        one(
            "misplaced-keyword",
            "a length of a number",
            property(r##"{ "type": "integer", "maxLength": 5 }"##),
        ),
        one(
            "misplaced-keyword",
            "an enum of numbers",
            property(r##"{ "type": "number", "enum": [1.5] }"##),
        ),
        one(
            "misplaced-keyword",
            "items of a string",
            property(r##"{ "type": "string", "items": { "type": "string" } }"##),
        ),
        one(
            "misplaced-keyword",
            "a default of items",
            property(r##"{ "type": "array", "items": { "type": "string", "default": "a" } }"##),
        ),
        one(
            "misplaced-keyword",
            "a default of the whole",
            model(r##""default": {}"##),
        ),
        one(
            "misplaced-keyword",
            "a format of no URLs",
            property(
                r##"{ "type": "array", "format": "image_uris", "items": { "type": "integer" } }"##,
            ),
        ),
        one(
            "unsupported-combination",
            "limits beside an enum",
            property(r##"{ "type": "string", "enum": ["a"], "maxLength": 5, "format": "uri" }"##),
        ),
    ]
}

/// What is legal but suspicious.
fn warned_of() -> Vec<Case> {
    vec![
        one(
            "limit-in-prose",
            "characters",
            property(r##"{ "type": "string", "description": "At most 500 characters." }"##),
        ),
        one(
            "limit-in-prose",
            "megabytes",
            property(r##"{ "type": "string", "description": "A picture (≤10MB)." }"##),
        ),
        one(
            "untranslated-key",
            "one",
            property(r##"{ "type": "string", "title": "modelApiDoc_title" }"##),
        ),
        one(
            "untranslated-key",
            "three",
            property(
                r##"{ "type": "object", "title": "modelApiDoc_title", "description": "modelApiDoc_text",
        "properties": { "a": { "type": "string", "title": "modelApiDoc_a" } } }"##,
            ),
        ),
        one(
            "name-from-title",
            "a node id and nothing else",
            model(
                r##""properties": { "174_value": { "type": "integer", "title": "Number of Frames" } }"##,
            ),
        ),
        Case {
            rule: "misplaced-file",
            name: "elsewhere",
            files: vec![file("acme/other.json", model(""))],
        },
    ]
}
