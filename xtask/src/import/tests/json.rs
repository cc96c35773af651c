//! The JSON reader beside `serde_json`.

use serde_json::Value;

use crate::import::json::{Json, Reason, read};

/// Texts around every rule of the grammar.
const TEXTS: &[&str] = &[
    "null",
    "true",
    "false",
    "nul",
    "truex",
    "0",
    "-0",
    "01",
    "1.",
    ".5",
    "1.0",
    "1e5",
    "1E+5",
    "1e",
    "-",
    "+1",
    "4294967295",
    "0.0625",
    "NaN",
    "\"\"",
    "\"a\\u00e9\\/\\b\\f\\n\\r\\t\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"",
    "\"\\ude00\"",
    "\"\\ud83dx\"",
    "\"\\ud83d\\u0041\"",
    "\"\\x\"",
    "\"\\u12g4\"",
    "\"\\u12",
    "\"a\nb\"",
    "\"\u{7f}\u{2028}é\"",
    "\"open",
    "[]",
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1,[2,{}]]",
    "[1",
    "{}",
    "{\"a\":1}",
    "{\"a\":1,}",
    "{\"a\" 1}",
    "{a:1}",
    "{'a':1}",
    "{\"a\":1 \"b\":2}",
    "{\"a\":{\"b\":[null,true,-1.5e-7]}}",
    "{\"a\"",
    "{\"a\":",
    "{",
    "]",
    "}",
    "",
    "// no\n1",
    "{\"a\":1}}",
    "[1]]",
    "\t\r\n {} \n",
];

#[test]
fn it_takes_what_serde_json_takes() {
    for text in TEXTS {
        let ours = read(text, 0)
            .ok()
            .filter(|(_, end)| text[*end..].trim().is_empty());
        let reference = serde_json::from_str::<Value>(text).ok();
        let ours = ours.map(|(json, _)| to_serde(&json));
        assert_eq!(ours, reference, "{text}");
    }
}

fn to_serde(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(spelling) => serde_json::from_str(spelling).unwrap(),
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => items.iter().map(to_serde).collect(),
        Json::Object(members) => {
            let members = members.iter().map(|m| (m.key.clone(), to_serde(&m.value)));
            Value::Object(members.collect())
        }
    }
}

#[test]
fn it_stops_at_the_end_of_the_value() {
    let text = "before {\"a\": [1, 2]} behind";
    let (json, end) = read(text, 7).unwrap();
    assert_eq!(&text[end..], " behind");
    assert_eq!(json.members()[0].at, 8);
}

#[test]
fn numbers_keep_their_spelling() {
    for spelling in [
        "1",
        "1.0",
        "1.50",
        "-0",
        "1E+05",
        "123456789012345678901234567890",
    ] {
        assert_eq!(
            read(spelling, 0).unwrap().0,
            Json::Number(spelling.to_owned())
        );
    }
}

#[test]
fn a_duplicate_key_is_refused_at_any_depth_and_in_any_spelling() {
    let text = r#"{"a": [{"b": 1, "c": 2, "\u0062": 3}]}"#;
    let error = read(text, 0).unwrap_err();
    assert_eq!(error.at, text.find(r#""\u0062""#).unwrap());
    assert_eq!(error.reason, Reason::DuplicateKey("b".to_owned(), 8));
}

#[test]
fn the_end_of_the_text_is_a_cut_off() {
    let text = r#"{"a": [1.5e3, true, "x\u0041", {"b": null}]}"#;
    for end in 1..text.len() {
        let error = read(&text[..end], 0).unwrap_err();
        assert_eq!(
            (error.at, error.reason),
            (end, Reason::CutOff),
            "{}",
            &text[..end]
        );
    }
}

#[test]
fn a_copied_page_may_indent_with_other_spaces() {
    let json = read("{\u{a0}\u{a0}\"a\":\u{202f}\"\u{a0}\"\u{200b}\u{feff}}", 0)
        .unwrap()
        .0;
    assert_eq!(json.get("a").and_then(Json::as_str), Some("\u{a0}"));
}

#[test]
fn depth_is_limited() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&nested(128), 0).is_ok());
    assert_eq!(read(&nested(129), 0).unwrap_err().reason, Reason::TooDeep);
}
