//! The `validate` example reads JSON Lines and writes one response for each line that is not blank, in order.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use super::example;
use crate::support::schemas::input_property;

/// The responses of the example to these bytes on standard input.
fn responses(input: &[u8]) -> Vec<Value> {
    let mut child = example("validate", Path::new("."))
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{}", output.status);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

const MODEL: &str = "community/fantasy-portrait/image-to-video";

fn request(steps: i64) -> Value {
    json!({ "model_id": MODEL, "input": {
        "143_image": "a.png", "160_video": "b.mp4", "155_positive_prompt": "c", "149_steps": steps,
    }})
}

/// The bounds of `149_steps` in its schema.
fn steps_bounds() -> (i64, i64) {
    let steps = input_property(MODEL, "149_steps");
    let bound = |keyword: &str| steps[keyword].as_i64().unwrap();
    (bound("minimum"), bound("maximum"))
}

#[test]
fn responses_have_the_documented_form() {
    let (_, maximum) = steps_bounds();
    let lines = format!("{}\n{}\n", request(maximum), request(99));
    let [valid, invalid] = &responses(lines.as_bytes())[..] else {
        panic!("expected two responses");
    };
    assert_eq!(valid.to_string(), r#"{"valid":true}"#);
    assert_eq!(
        invalid.to_string(),
        format!(
            concat!(
                r#"{{"valid":false,"violations":[{{"path":"/149_steps","rule":"maximum","limit":{maximum},"#,
                r#""actual":99,"message":"`149_steps` must be at most {maximum}, but is 99"}}]}}"#,
            ),
            maximum = maximum,
        )
    );
}

#[test]
fn responses_are_in_the_order_of_the_lines() {
    let (minimum, maximum) = steps_bounds();
    let steps = |index: i64| index % (maximum + 10);
    let lines: String = (0..500)
        .map(|index| format!("{}\n", request(steps(index))))
        .collect();
    let responses = responses(lines.as_bytes());
    assert_eq!(responses.len(), 500);
    for (index, response) in (0..).zip(&responses) {
        let is_valid = (minimum..=maximum).contains(&steps(index));
        assert_eq!(response["valid"], is_valid, "line {index}");
        if !is_valid {
            assert_eq!(response["violations"][0]["actual"], steps(index));
        }
    }
}

#[test]
fn an_invalid_line_is_an_error_and_further_lines_are_processed() {
    let valid = request(6).to_string();
    let mut input = Vec::new();
    for line in [
        b"garbage".as_slice(),
        b"{\"model_id\":\"",
        b"{\"model_id\":\"a/b\",\"input\":{}}",
        b"{\"model_id\":\"Community/fantasy-portrait/image-to-video\",\"input\":{}}",
        b"{\"model_id\":5,\"input\":{}}",
        b"{\"model_id\":\"a/b\"}",
        b"{\"input\":{}}",
        b"{\"model_id\":\"a/b\",\"input\":{},\"more\":1}",
        b"{\"model_id\":\"\xff\xfe\",\"input\":{}}",
        b"\xff\x00\x1b",
        b"null",
        b"{} {}",
    ] {
        input.extend_from_slice(line);
        input.extend_from_slice(b"\n");
        input.extend_from_slice(valid.as_bytes());
        input.push(b'\n');
    }
    let responses = responses(&input);
    assert_eq!(responses.len(), 24);
    for pair in responses.chunks(2) {
        assert!(pair[0]["error"].is_string(), "{}", pair[0]);
        assert_eq!(pair[0].as_object().unwrap().len(), 1);
        assert_eq!(pair[1], json!({ "valid": true }));
    }
    assert_eq!(responses[4], json!({ "error": "unknown model `a/b`" }));
}

#[test]
fn empty_lines_are_skipped_and_line_ends_may_be_crlf() {
    let valid = request(6).to_string();
    assert!(responses(b"").is_empty());
    assert!(responses(b"\n \n\t\r\n").is_empty());
    let lines = format!("\n\n{valid}\r\n \n{valid}");
    let expected = vec![json!({ "valid": true }); 2];
    assert_eq!(responses(lines.as_bytes()), expected);
}

#[test]
fn an_input_that_is_not_an_object_is_a_violation() {
    for input in [json!(null), json!([]), json!("text"), json!(5), json!(true)] {
        let line = json!({ "model_id": MODEL, "input": input }).to_string();
        let [response] = &responses(line.as_bytes())[..] else {
            panic!("expected one response");
        };
        assert_eq!(response["violations"][0]["rule"], "type");
        assert_eq!(response["violations"][0]["path"], "");
        assert_eq!(response["violations"][0]["limit"], "object");
    }
}
