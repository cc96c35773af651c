//! The `validate` example answers JSON Lines: one answer a line, in order, whatever the line holds.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// `target/<profile>/examples/validate`, which `cargo test` builds beside this test.
fn example() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    let name = format!("validate{}", std::env::consts::EXE_SUFFIX);
    profile.join("examples").join(name)
}

/// What the example answers to these bytes on standard input.
fn answers(input: &[u8]) -> Vec<Value> {
    let mut child = Command::new(example())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", example().display()));
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

const PORTRAIT: &str = "community/fantasy-portrait/image-to-video";

fn portrait(steps: Value) -> Value {
    json!({ "model_id": PORTRAIT, "input": {
        "143_image": "a.png", "160_video": "b.mp4", "155_positive_prompt": "c", "149_steps": steps,
    }})
}

/// The bounds of `149_steps` as its schema has them.
fn steps_limits() -> (i64, i64) {
    let path = format!(
        "{}/../../schemas/{PORTRAIT}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let steps = &file["input"]["properties"]["149_steps"];
    let bound = |keyword: &str| steps[keyword].as_i64().unwrap();
    (bound("minimum"), bound("maximum"))
}

#[test]
fn the_documented_answers_come_to_the_letter() {
    let (_, limit) = steps_limits();
    let lines = format!("{}\n{}\n", portrait(json!(limit)), portrait(json!(99)));
    let [good, bad] = &answers(lines.as_bytes())[..] else {
        panic!("two lines have two answers");
    };
    assert_eq!(good.to_string(), r#"{"valid":true}"#);
    assert_eq!(
        bad.to_string(),
        format!(
            concat!(
                r#"{{"valid":false,"violations":[{{"path":"/149_steps","rule":"maximum","limit":{limit},"#,
                r#""actual":99,"message":"`149_steps` must be at most {limit}, but is 99"}}]}}"#,
            ),
            limit = limit,
        )
    );
}

#[test]
fn answers_keep_the_order_of_the_lines() {
    let (least, greatest) = steps_limits();
    let steps = |index: i64| index % (greatest + 10);
    let lines: String = (0..500)
        .map(|index| format!("{}\n", portrait(json!(steps(index)))))
        .collect();
    let answers = answers(lines.as_bytes());
    assert_eq!(answers.len(), 500);
    for (index, answer) in (0..).zip(&answers) {
        let is_good = (least..=greatest).contains(&steps(index));
        assert_eq!(answer["valid"], is_good, "line {index}");
        if !is_good {
            assert_eq!(answer["violations"][0]["actual"], steps(index));
        }
    }
}

#[test]
fn what_is_no_request_is_an_error_and_the_next_line_is_answered() {
    let good = portrait(json!(6)).to_string();
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
        input.extend_from_slice(good.as_bytes());
        input.push(b'\n');
    }
    let answers = answers(&input);
    assert_eq!(answers.len(), 24);
    for pair in answers.chunks(2) {
        assert!(pair[0]["error"].is_string(), "{}", pair[0]);
        assert_eq!(pair[0].as_object().unwrap().len(), 1);
        assert_eq!(pair[1], json!({ "valid": true }));
    }
    assert_eq!(answers[4], json!({ "error": "unknown model `a/b`" }));
}

#[test]
fn empty_lines_have_no_answer_and_line_ends_do_not_matter() {
    let good = portrait(json!(6)).to_string();
    assert!(answers(b"").is_empty());
    assert!(answers(b"\n \n\t\r\n").is_empty());
    let lines = format!("\n\n{good}\r\n \n{good}");
    assert_eq!(answers(lines.as_bytes()), vec![json!({ "valid": true }); 2]);
}

#[test]
fn an_input_of_any_json_type_is_judged() {
    for input in [json!(null), json!([]), json!("text"), json!(5), json!(true)] {
        let line = json!({ "model_id": PORTRAIT, "input": input }).to_string();
        let [answer] = &answers(line.as_bytes())[..] else {
            panic!("one line has one answer");
        };
        assert_eq!(answer["violations"][0]["rule"], "type");
        assert_eq!(answer["violations"][0]["path"], "");
        assert_eq!(answer["violations"][0]["limit"], "object");
    }
}
