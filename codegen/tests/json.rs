//! The JSON parser, compared with `serde_json`.

use proptest::prelude::*;
use runcomfy_codegen::json::{DuplicateKey, Json, ParseErrorKind, parse, parse_embedded};
use serde_json::Value;

/// Texts that follow or narrowly break the rules of the JSON grammar.
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
fn it_accepts_what_serde_json_accepts() {
    for text in TEXTS {
        assert_agrees(text);
    }
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for depth in [1, 126, 127, 128, 129, 100_000] {
        assert_agrees(&nested(depth));
    }
}

proptest! {
    #[test]
    fn it_accepts_what_serde_json_accepts_in_random_texts(
        text in "[\\[\\]{}:,\"\\\\ \n0-9eE+.truefalsn\u{e9}\u{a0}-]{0,30}"
    ) {
        assert_agrees(&text);
    }

    #[test]
    fn it_accepts_what_serde_json_accepts_in_damaged_texts(
        start in 0_usize..60, end in 0_usize..60, insert in "[\\[\\]{}:,\"\\\\0-9eE+.-]{0,3}"
    ) {
        let text = r#"{"a": [1.5e3, -0, "\u0041\n\ud83d\ude00", {"b": null}], "c": true}"#;
        let (start, end) = (start.min(text.len()), end.clamp(start, text.len().max(start)));
        let end = end.min(text.len());
        assert_agrees(&format!("{}{insert}{}", &text[..start], &text[end..]));
    }
}

/// Asserts that the parser accepts the text if and only if `serde_json` does, and that both read the same
/// value.
fn assert_agrees(text: &str) {
    let parsed = parse(text).map(|parsed| parsed.value.to_value());
    assert_eq!(
        parsed.ok(),
        serde_json::from_str::<Value>(text).ok(),
        "{text}"
    );
}

#[test]
fn every_value_has_its_span() {
    let text = r#" {"a": [1.50, "\u0041"], "b": null} "#;
    let root = parse(text).unwrap().value;
    let shown = |span: runcomfy_codegen::span::Span| &text[span.start..span.end];
    assert_eq!(shown(root.span), text.trim());
    let member = root.member("a").unwrap();
    assert_eq!(shown(member.name.span), "\"a\"");
    assert_eq!(shown(member.value.span), r#"[1.50, "\u0041"]"#);
    let Json::Array(items) = &member.value.value else {
        panic!("{member:?}");
    };
    let spans: Vec<&str> = items.iter().map(|item| shown(item.span)).collect();
    assert_eq!(spans, ["1.50", r#""\u0041""#]);
    assert_eq!(items[1].as_str(), Some("A"));
}

#[test]
fn parsing_stops_at_the_end_of_an_embedded_value() {
    let text = "before {\"a\": [1, 2]} behind";
    let value = parse_embedded(text, 7).unwrap();
    assert_eq!(&text[value.span.end..], " behind");
    assert_eq!(value.members()[0].name.span.start, 8);
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
        let Json::Number(number) = parse(spelling).unwrap().value.value else {
            panic!("{spelling} is a number");
        };
        assert_eq!(number.as_str(), spelling);
    }
}

#[test]
fn numbers_are_not_rounded() {
    let number = |text: &str| match parse(text).unwrap().value.value {
        Json::Number(number) => number,
        other => panic!("{text} is {other:?}"),
    };
    for (text, integer) in [
        ("5.0", Some(5)),
        ("-5e2", Some(-500)),
        ("1200E-2", Some(12)),
        ("-0.0", Some(0)),
        ("0e99", Some(0)),
        ("9007199254740993.0", Some(9_007_199_254_740_993)),
        ("9223372036854775807.0", Some(i64::MAX)),
        ("-9223372036854775808e0", Some(i64::MIN)),
        ("9223372036854775808.0", None),
        ("9007199254740992.5", None),
        ("0.99999999999999999999", None),
        ("1e-400", None),
        ("1e19", None),
        ("1e99999999999999999999", None),
    ] {
        assert_eq!(number(text).as_i64(), integer, "{text}");
    }
    assert!(number("5.0").equals(&number("50e-1")));
    assert!(number("0.0").equals(&number("-0")));
    assert!(number("9007199254740993.0").equals(&number("9007199254740993")));
    assert!(!number("9007199254740992.5").equals(&number("9007199254740992")));
    assert!(!number("5").equals(&number("-5")));
}

#[test]
fn a_duplicate_key_is_found_at_any_depth_and_in_any_spelling() {
    let text = r#"{"a": [{"b": 1, "c": 2, "\u0062": 3}], "a": 4}"#;
    let duplicates = parse(text).unwrap().duplicates;
    let names: Vec<&str> = duplicates.iter().map(|found| found.name.as_str()).collect();
    assert_eq!(names, ["b", "a"]);
    assert_eq!(duplicates[0].first.start, 8);

    let error = parse_embedded(text, 0).unwrap_err();
    assert_eq!(error.offset, text.find(r#""\u0062""#).unwrap());
    let ParseErrorKind::DuplicateKey(DuplicateKey { name, first }) = error.kind else {
        panic!("{error:?}");
    };
    assert_eq!((name.as_str(), first.start), ("b", 8));
}

#[test]
fn a_text_that_is_cut_off_has_an_unexpected_end() {
    let text = r#"{"a": [1.5e3, true, "x\u0041", {"b": null}]}"#;
    for end in 1..text.len() {
        let error = parse_embedded(&text[..end], 0).unwrap_err();
        let expected = (end, ParseErrorKind::UnexpectedEnd);
        assert_eq!((error.offset, error.kind), expected, "{}", &text[..end]);
    }
}

#[test]
fn an_embedded_value_may_be_indented_with_other_spaces() {
    let text = "{\u{a0}\u{a0}\"a\":\u{202f}\"\u{a0}\"\u{200b}\u{feff}}";
    let value = parse_embedded(text, 0).unwrap();
    assert_eq!(value.get("a").and_then(|a| a.as_str()), Some("\u{a0}"));
    assert!(parse(text).is_err());
}

proptest! {
    /// Tries integers from 2^50 up to 2^53, divided by a power of two from 1 to 128. Some of these floats
    /// have two shortest decimal forms.
    #[test]
    fn every_form_of_a_float_stands_for_it(significand in 1_u64 << 50..1 << 53, halvings in 0..8) {
        let float = significand as f64 / 2_f64.powi(halvings);
        for text in [format!("{float}"), format!("{float:e}"), Value::from(float).to_string()] {
            let Json::Number(number) = parse(&text).unwrap().value.value else {
                panic!("{text} is a number");
            };
            prop_assert_eq!(number.as_exact_f64(), Some(float), "{}", text);
        }
    }
}
