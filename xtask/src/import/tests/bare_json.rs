//! Bare JSON.

use serde_json::Value;

use super::import;
use crate::import::read_page;

fn first_problem(page: &str) -> String {
    read_page("bare.json", page.as_bytes()).unwrap_err()[0].to_string()
}

#[test]
fn a_schema_alone_has_no_model_id() {
    for page in [
        r#"{"type": "object", "properties": {}}"#,
        r#"{"output": {"type": "object", "properties": {}}}"#,
        r#"{"input": {"type": "object", "properties": {}}}"#,
        r#"{"input_schema": {"type": "object", "properties": {}}}"#,
    ] {
        let expected = "bare.json:1:1: a schema without a `model_id` [no-model-id]";
        assert_eq!(first_problem(page), expected);
    }
}

#[test]
fn each_problem_of_a_model_file_has_its_position() {
    let input = r#""input": {"type": "object", "properties": {"a": {"type": "integer"}}}"#;
    let file = |more: &str| format!("{{\"model_id\": \"a/b\",\n{input},\n{more}}}");
    for (page, expected) in [
        (
            r#"[]"#.to_owned(),
            "1:1: a response of the catalogue without a model [not-a-model]",
        ),
        (
            r#"[1]"#.to_owned(),
            "1:1: the model at index 0 is a number [not-a-model]",
        ),
        (
            r#"{"models": 1}"#.to_owned(),
            "1:2: `models` is a number, not an array [wrong-type]",
        ),
        (
            r#"{"a": 1, "b": 2}"#.to_owned(),
            "1:1: an object with the keys [a, b] is not a model [not-a-model]",
        ),
        (
            r#"{"model_id": 1, "input": {"type": "object", "properties": {}}}"#.to_owned(),
            "1:2: `model_id` is a number, not a string [wrong-type]",
        ),
        (
            r#"{"model_id": "a/../b", "input": {"type": "object", "properties": {}}}"#.to_owned(),
            "1:2: \"a/../b\" is not a model id: the segment `..` begins or ends with a dot or a space [bad-model-id]",
        ),
        (
            r#"{"model_id": "a/b"}"#.to_owned(),
            "1:1: a model without `input` [no-input-schema]",
        ),
        (
            r#"{"models": [{"model_id": "a/b"}]}"#.to_owned(),
            "1:14: a model without `input_schema` [no-input-schema]",
        ),
        (
            r#"{"models": [{"input_schema": {}}]}"#.to_owned(),
            "1:14: a model without a `model_id` [no-model-id]",
        ),
        (
            r#"{"model_id": "a/b", "input": {"type": "object"}}"#.to_owned(),
            "1:21: `input` is not an input schema [no-input-schema]",
        ),
        (
            file(r#""price": 1"#),
            "3:1: \"price\" is not a key of a model file [unknown-key]",
        ),
        (
            file(r#""output": {"type": "object"}"#),
            "3:1: `output` is not an output schema [no-output-schema]",
        ),
        (
            file(r#""about": "a video tool""#),
            "3:1: `about` is a string, not an object [wrong-type]",
        ),
        (
            file(r#""example": []"#),
            "3:1: `example` is an array, not an object [wrong-type]",
        ),
        (
            file(r#""example": {"b": 1}"#),
            "3:13: the example sends \"b\", which the input schema does not have [example-unknown-property]",
        ),
        (
            file(r#""example": {"a": 1.5}"#),
            "3:13: the example sends a number as \"a\", whose type is \"integer\" [example-type]",
        ),
        (
            file(r#""names": 1"#),
            "3:1: `names` is a number, not an object [wrong-type]",
        ),
        (
            file(r#""names": {"a": 1}"#),
            "3:11: the name of \"a\" is a number, not a string [wrong-type]",
        ),
        (
            file(r#""input": {}"#),
            "3:1: the JSON is invalid in line 3: duplicate key \"input\", first in line 2 [broken-json]",
        ),
        (
            file(""),
            "3:1: the JSON is invalid in line 3: expected a key in double quotes [broken-json]",
        ),
        (
            file(r#""example": {"a": 1}}"#),
            "3:21: text follows the JSON in line 3 [leftover-json]",
        ),
    ] {
        assert_eq!(
            first_problem(&page),
            format!("bare.json:{expected}"),
            "{page}"
        );
    }
}

#[test]
fn a_model_occurs_twice_in_one_response() {
    let entry = r#"{"model_id": "a/b", "input_schema": {"type": "object", "properties": {}}}"#;
    assert_eq!(
        first_problem(&format!("{{\"models\": [{entry},\n{entry}]}}")),
        "bare.json:2:2: duplicate model `a/b`, first in line 1 [duplicate-model]"
    );
}

/// The canonical form is that of `serde_json`'s pretty printer, except for the spelling of numbers and the
/// escapes of unusual characters.
#[test]
fn files_are_pretty_printed() {
    let page = "{\"model_id\":\"a/b\",\"input\":{\"type\":\"object\",\"properties\":{},\"required\":[],\
        \"x\":[[],{},[{\"a\":[1,2]}]],\"s\":\"\\u00e9\\u0001\\\"\\\\\\/\\t\",\"n\":null,\"b\":[true,false]}}";
    let file = import("bare.json", page.as_bytes()).unwrap().remove(0);
    let value = serde_json::from_str::<Value>(page).unwrap();
    assert_eq!(
        file,
        format!("{}\n", serde_json::to_string_pretty(&value).unwrap())
    );
}
