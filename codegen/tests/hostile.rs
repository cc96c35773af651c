//! Hostile and damaged files never cause a panic: the result is either diagnostics or valid code.

mod random;
mod texts;

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use runcomfy_codegen::{Generated, RenderedDiagnostic, SourceFile, analyze_all, format, generate};
use serde_json::{Value, json};
use syn::{Attribute, Item};

use self::texts::{IDS, NAMES, TEXTS};
use crate::refusal_cases::{model, nested};

#[test]
fn bytes_that_are_not_a_model_file_are_refused() {
    let nested_arrays = "[".repeat(100_000);
    let nested_objects = "{\"a\":".repeat(100_000);
    let nested_schemas = "{\"type\":\"object\",\"properties\":{\"a\":".repeat(25_000);
    let closed = format!("{}{}", "[".repeat(127), "]".repeat(127));
    let long = format!("[{}1]", "1,".repeat(5_000_000));
    let files: Vec<&[u8]> = vec![
        b"",
        b" ",
        b"\0",
        b"\xff\xfe{\0}\0",
        b"\xef\xbb\xbf{}",
        b"\xed\xa0\x80",
        b"{\"model_id\": \"\xf0\x9f\"}",
        b"null",
        b"1e999",
        b"\"\\ud800\"",
        b"{\"\\udc00\": 1}",
        b"{\"a\": 1}}",
        b"// comment\n{}",
        b"{'a': 1}",
        b"{a: 1}",
        b"[0x10, +1, .5, 01, NaN]",
        b"<html>",
        nested_arrays.as_bytes(),
        nested_objects.as_bytes(),
        nested_schemas.as_bytes(),
        closed.as_bytes(),
        long.as_bytes(),
    ];
    for bytes in files {
        assert!(!is_accepted("acme/test.json", bytes));
    }
}

#[test]
fn depth_is_limited() {
    assert!(is_accepted("acme/test.json", nested(16).as_bytes()));
    for depth in [17, 30, 60] {
        assert!(!is_accepted("acme/test.json", nested(depth).as_bytes()));
    }
}

#[test]
fn a_megabyte_of_errors_is_reported_quickly() {
    let keys: Vec<String> = (0..20_000).map(|key| format!("\"key_{key}\": 1")).collect();
    let text = model(&keys.join(",\n"));
    let diagnostics = crate::support::refused(&[file("acme/test.json", text.as_bytes())]);
    assert_eq!(diagnostics.len(), 20_000);
    let name = "x".repeat(400_000);
    let text = format!(
        "\"required\": [\"{name}y\"], \"properties\": {{ \"{name}\": {{ \"type\": \"string\" }} }}"
    );
    assert!(!is_accepted("acme/test.json", model(&text).as_bytes()));
}

#[test]
fn any_text_can_be_documentation() {
    for text in TEXTS {
        let long = text.repeat(100);
        for text in [*text, long.as_str()] {
            let described =
                json!({ "type": "string", "title": text, "description": text, "default": text });
            let file = json!({
                "model_id": "acme/test",
                "example": { "text": text, "list": [{ "a": text }] },
                "input": {
                    "type": "object", "title": text, "description": text,
                    "required": ["text"],
                    "properties": {
                        "text": described,
                        "list": {
                            "type": "array", "title": text,
                            "items": {
                                "type": "object", "description": text,
                                "properties": { "a": described },
                            },
                        },
                        "image": {
                            "type": "string", "format": "image_uri",
                            "validations": [{
                                "validation_rule": "width_pixels<",
                                "validation_value": 5,
                                "validation_error": text,
                            }],
                        },
                    },
                },
                "output": { "output": { "type": "object", "properties": { "a": {
                    "type": "object", "title": text, "properties": { "b": described },
                } } } },
            });
            assert!(is_accepted_value(&file), "{text:?}");
        }
    }
}

#[test]
fn values_names_and_paths_give_valid_code_or_are_refused() {
    for text in TEXTS.iter().chain(NAMES) {
        is_accepted_value(&property(
            "size",
            &json!({ "type": "string", "enum": [text] }),
        ));
        is_accepted_value(&property(
            "size",
            &json!({ "type": "string", "enum": [text, "b"], "default": text }),
        ));
        for schema in [
            json!({ "type": "string" }),
            json!({ "type": "string", "title": text, "enum": ["a"] }),
            json!({ "type": "object", "properties": { *text: { "type": "integer", "maximum": 5 } } }),
        ] {
            is_accepted_value(&property(text, &schema));
        }
        for key in ["size", "size=a", "acme/test"] {
            let mut file = property("size", &json!({ "type": "string", "enum": ["a"] }));
            file["names"] = json!({ key: text });
            is_accepted_value(&file);
        }
        let mut file = property("size", &json!({ "type": "string" }));
        file["names"] = json!({ *text: "renamed" });
        is_accepted_value(&file);
        let path = format!("acme/{text}.json");
        is_accepted(&path, model("").as_bytes());
    }
    for id in IDS.iter().chain(TEXTS).chain(NAMES) {
        let mut file = property("size", &json!({ "type": "string", "enum": ["a"] }));
        file["model_id"] = json!(id);
        is_accepted_value(&file);
    }
    let long = "x".repeat(300);
    assert!(is_accepted_value(&property(
        &long,
        &json!({ "type": "string" })
    )));
    assert!(!is_accepted_value(&property(
        &long,
        &json!({ "type": "string", "enum": ["a"] })
    )));
}

#[test]
fn enum_values_collide_if_and_only_if_their_variants_do() {
    for (one, other, expected) in [
        ("a-b", "a_b", false),
        ("turbo", "TURBO", false),
        ("480P", "480p", true),
        ("1.5", "1-5", false),
        ("1", "-1", true),
        ("", " ", false),
        ("é", "e", false),
    ] {
        let file = property("size", &json!({ "type": "string", "enum": [one, other] }));
        assert_eq!(is_accepted_value(&file), expected, "{one:?} {other:?}");
    }
}

#[test]
fn numbers_are_exact_or_refused() {
    for (number, as_integer, as_float, as_float_bound) in [
        ("1e999", false, false, false),
        ("-1e999", false, false, false),
        ("1e-999", false, true, false),
        ("0.99999999999999999999", false, true, false),
        ("9007199254740993.0", true, true, false),
        ("-0.0", true, true, true),
        ("3.14", false, true, true),
        ("0.1000000000000000055", false, true, false),
        ("-9223372036854775808", true, true, true),
        ("9223372036854775807", true, true, false),
        ("9223372036854775808", false, true, true),
        ("18446744073709551615", false, true, false),
        ("1E3", true, true, true),
        ("5.0", true, true, true),
        ("1.7976931348623157e308", false, true, true),
        ("5e-324", false, true, true),
        ("0.1", false, true, true),
        ("100e-3", false, true, true),
        ("9007199254740992", true, true, true),
        // Both numbers denote the same float, which lies halfway between them.
        ("177883097613908.62", false, true, true),
        ("177883097613908.63", false, true, true),
        // No float has this value.
        ("9007199254740993", true, true, false),
    ] {
        for (name, expected) in [("integer", as_integer), ("float", as_float)] {
            for keyword in ["minimum", "maximum", "exclusiveMinimum", "default"] {
                let expected = match (name, keyword) {
                    // The largest 64-bit integer, as an exclusive minimum, excludes every integer.
                    ("integer", "exclusiveMinimum") => expected && number != "9223372036854775807",
                    ("float", keyword) if keyword != "default" => as_float_bound,
                    _ => expected,
                };
                let schema = format!("{{ \"type\": \"{name}\", \"{keyword}\": {number} }}");
                let text = model(&format!("\"properties\": {{ \"size\": {schema} }}"));
                let is_accepted = is_accepted("acme/test.json", text.as_bytes());
                assert_eq!(is_accepted, expected, "{schema}");
            }
        }
    }
}

fn file(path: &str, bytes: &[u8]) -> SourceFile {
    SourceFile {
        path: path.to_owned(),
        bytes: bytes.to_vec(),
    }
}

fn property(name: &str, schema: &Value) -> Value {
    json!({ "model_id": "acme/test", "input": { "type": "object", "properties": { name: schema } } })
}

fn is_accepted_value(json: &Value) -> bool {
    is_accepted("acme/test.json", json.to_string().as_bytes())
}

/// Whether a file is accepted. If so, its code must be valid; if not, there must be an error.
fn is_accepted(path: &str, bytes: &[u8]) -> bool {
    match generate(&analyze_all(&[file(path, bytes)])).unwrap() {
        Ok(generated) => {
            assert_valid(&generated);
            true
        }
        Err(refused) => {
            let diagnostics = &refused.diagnostics;
            assert!(diagnostics.iter().any(RenderedDiagnostic::is_error));
            for diagnostic in diagnostics.iter().take(100) {
                assert_eq!(diagnostic.one_line().lines().count(), 1);
            }
            false
        }
    }
}

/// Asserts that every generated file has a valid path and no hidden characters. The list of models must
/// be a table. Every other file must be Rust with only the expected kinds of items and attributes.
fn assert_valid(generated: &Generated) {
    let mut paths = HashSet::new();
    for file in &generated.files {
        let path = file.path.strip_prefix("src/models/").unwrap();
        for part in path.split('/') {
            let name = part.strip_suffix(".rs").unwrap_or(part);
            let name = if name == "list.md" { "list" } else { name };
            let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(!name.is_empty() && name.chars().all(is_plain), "{path}");
        }
        assert!(paths.insert(file.path.to_lowercase()), "{path} twice");
        assert!(format::is_generated(&file.text), "{path}");
        let is_hidden = |c: char| {
            c != '\n'
                && (c.is_control()
                    || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        };
        assert!(!file.text.contains(is_hidden), "{path}");
        if path == "list.md" {
            // After a comment and a blank line, each line is a table row of four cells: two header
            // lines, then one line per model.
            for line in file.text.lines().skip(2) {
                let bars = line.matches('|').count() - line.matches("\\|").count();
                assert_eq!(bars, 5, "{line}");
            }
            continue;
        }
        let parsed = syn::parse_file(&file.text);
        let parsed = parsed.unwrap_or_else(|error| panic!("{error}:\n{}", file.text));
        assert_known(&parsed.attrs);
        for item in &parsed.items {
            assert_known(attributes(item));
        }
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Use(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Fn(item) => {
            assert_eq!(item.sig.ident, "visit");
            &item.attrs
        }
        Item::Macro(item) => {
            let known = [
                "annotations",
                "input_fields",
                "output_fields",
                "string_enum",
            ];
            assert!(known.iter().any(|name| item.mac.path.is_ident(name)));
            assert_only_docs(item.mac.tokens.clone());
            &item.attrs
        }
        _ => panic!("an unexpected item"),
    }
}

/// Asserts that every attribute in a call of a macro is documentation.
fn assert_only_docs(tokens: TokenStream) {
    let mut after_hash = false;
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            if after_hash {
                let first = group.stream().into_iter().next();
                assert_eq!(first.unwrap().to_string(), "doc");
            } else {
                assert_only_docs(group.stream());
            }
        }
        after_hash = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#');
    }
}

fn assert_known(attributes: &[Attribute]) {
    let known = ["allow", "cfg", "derive", "doc", "non_exhaustive", "path"];
    for attribute in attributes {
        let is_known = known.iter().any(|name| attribute.path().is_ident(name));
        assert!(is_known, "an unexpected attribute");
    }
}
