//! Each problem of a page is reported with what was found and where.

use crate::import::read_page;

/// A page without a problem. The curl calls are in lines 2 to 6 and 7 to 11, the schemas begin in lines
/// 13 and 22.
const PAGE: &str = r#"A model
curl -X POST \
  --url https://api.example/v1/models/a/b \
  --data '{
"n": 1
}'The same once more
curl -X POST \
  --url https://api.example/v1/models/a/b \
  --data '{
"n": 1
}'
Schemas
{
"type": "object",
"required": ["n"],
"properties": {
"n": {
"type": "integer"
}
}
}Output
{"output": {"type": "object", "properties": {}}}
"#;

/// [`PAGE`] with some lines replaced. An edit is a line number, from 1, and the new text of the line.
fn with(edits: &[(usize, &str)]) -> String {
    let mut lines = PAGE.lines().collect::<Vec<_>>();
    for &(line, text) in edits {
        lines[line - 1] = text;
    }
    lines.join("\n")
}

/// All problems of the page, one per line. The name of the page, which is the prefix `page:`, is left out.
fn problems(page: &str) -> String {
    let problems = match read_page("page", page.as_bytes()) {
        Ok(pages) => panic!("no problem: {pages:?}"),
        Err(problems) => problems,
    };
    let lines = problems.iter().map(|problem| {
        assert!(!problem.help.is_empty());
        assert!(problem.span.end <= page.len().max(1));
        problem.to_string().replacen("page:", "", 1)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_page_itself_has_no_problem() {
    assert!(read_page("page", PAGE.as_bytes()).is_ok());
}

#[test]
fn only_a_command_named_curl_begins_a_call() {
    let id = PAGE.split("/v1/models/").nth(1).unwrap();
    let id = &id[..id.find(['\'', '"', ' ', '\n', '\\']).unwrap()];
    for page in [
        PAGE.replace(id, "community/curly-hair/curl"),
        PAGE.replace("curl ", "/usr/bin/curl "),
        PAGE.replace("curl ", "curl.exe "),
        PAGE.replace("curl ", "curl --user-agent curl/8.0 -o /tmp/curl "),
    ] {
        let pages = read_page("page", page.as_bytes());
        assert_eq!(pages.map(|pages| pages.len()).ok(), Some(1), "{page}");
    }
}

#[track_caller]
fn check(edits: &[(usize, &str)], expected: &[&str]) {
    assert_eq!(problems(&with(edits)), expected.join("\n"));
}

#[test]
fn two_models() {
    check(
        &[(3, r"  --url https://api.example/v1/models/a/c \")],
        &["8:39: two models on one page: `a/c` in line 3 and `a/b` in line 8 [two-models]"],
    );
}

#[test]
fn invalid_model_ids() {
    for (id, reason) in [
        (
            "{model_id}",
            "it has 1 segment, not two to five; the segment `{model_id}` contains `{`",
        ),
        ("a/b/c/d/e/f", "it has 6 segments, not two to five"),
        ("a//b", "a segment is empty"),
        ("a/b/", "a segment is empty"),
        ("a%2Fb/c", "a segment contains an encoded `/`"),
        ("a/%FF", "its percent-encoding is not UTF-8"),
        ("a/%zz", "the segment `%zz` contains `%`"),
        (
            "a/b%00",
            r"the segment `b\u{0}` contains U+0000 (control character)",
        ),
        (
            "a/..",
            "the segment `..` begins or ends with a dot or a space",
        ),
        (
            "a/%20b",
            "the segment ` b` begins or ends with a dot or a space",
        ),
        (
            "a/con",
            "the segment `con` is the name of a device on Windows",
        ),
        (
            "a/-Aux.v2",
            "the segment `-Aux.v2` is the name of a device on Windows",
        ),
        (
            "lpt1/b",
            "the segment `lpt1` is the name of a device on Windows",
        ),
        ("a/c:b", "the segment `c:b` contains `:`"),
        // Other characters that no model id may contain.
        ("a/b@c", "the segment `b@c` contains `@`"),
        ("a/模型", "the segment `模型` contains `模`"),
    ] {
        let url = format!(r"  --url https://api.example/v1/models/{id} \");
        let expected = |line: usize| {
            format!(
                "{line}:39: the curl call in line {line} names {id:?}, which is not a model id: \
                 {reason} [bad-model-id]"
            )
        };
        check(&[(3, &url), (8, &url)], &[&expected(3), &expected(8)]);
    }
}

#[test]
fn bodies() {
    check(
        &[(5, r#""n": 2"#)],
        &["9:3: the curl calls in lines 4 and 9 send different bodies [examples-differ]"],
    );
    check(
        &[(5, r#""n": "#)],
        &[
            "6:1: the request body that begins in line 4 is invalid in line 6: expected a value \
           [broken-body]",
        ],
    );
    check(
        &[(6, "}")],
        &[
            "7:1: the request body that begins in line 4 is invalid in line 7: \
           expected the closing `'` after it [broken-body]",
        ],
    );
    check(
        &[(4, r#" -d "{"#)],
        &[
            "4:6: the request body that begins in line 4 is invalid in line 4: \
           it is in double quotes, which a shell interprets [broken-body]",
        ],
    );
}

#[test]
fn calls_and_bodies_come_in_pairs() {
    let no_call = "4:3: the request body in line 4 has no curl call with an address \
                  [body-without-call]";
    check(&[(3, r"\")], &[no_call]);
    // An address in prose is not taken as the address of the body.
    check(
        &[(2, "See https://api.example/v1/models/other/one"), (3, "")],
        &[no_call],
    );
    check(
        &[(4, "")],
        &[r#"3:39: the call of "a/b" in line 3 sends no body [call-without-body]"#],
    );
    let none = (2..=11).map(|line| (line, "")).collect::<Vec<_>>();
    check(
        &none,
        &[
            "1:1: no curl call that submits a job, so there is no model id and no example; \
           found 2 JSON objects in 22 lines [no-curl-call]",
        ],
    );
}

#[test]
fn an_example_must_match_its_schema() {
    check(
        &[(5, r#""n": "1""#), (10, r#""n": "1""#)],
        &[r#"5:1: the example sends a string as "n", whose type is "integer" [example-type]"#],
    );
    check(
        &[(5, r#""m": 1"#), (10, r#""m": 1"#)],
        &[
            r#"4:3: the example does not send "n", which is required [example-missing-property]"#,
            r#"5:1: the example sends "m", which the input schema does not have [example-unknown-property]"#,
        ],
    );
}

#[test]
fn lost_brackets_of_a_schema() {
    check(
        &[(13, "")],
        &[
            r#"22:49: no input schema, which is `{"type": "object", "properties": {…}}`; the page ends in line 22; found an object with the keys [n] in line 16, an object with the keys [output] in line 22 [no-input-schema]"#,
        ],
    );
    check(
        &[(17, "")],
        &[
            r#"5:1: the example sends "n", which the input schema does not have [example-unknown-property]"#,
            r#"18:1: the schema of the property "type" is a string, not an object [property-not-an-object]"#,
            "21:1: a `}` is left over in line 21, after the input schema that begins in line 13 [leftover-json]",
        ],
    );
    check(
        &[(20, "")],
        &[
            "21:2: the JSON that begins in line 13 is invalid in line 21: expected `,` or `}` [broken-json]",
            r#"22:49: no input schema, which is `{"type": "object", "properties": {…}}`; the page ends in line 22; found an object with the keys [output] in line 22 [no-input-schema]"#,
        ],
    );
    check(
        &[(22, r#"{"output": {"type": "object", "properties": {}}},"#)],
        &[
            "22:49: a `,` is left over in line 22, after the output schema that begins in line 22 [leftover-json]",
        ],
    );
}

#[test]
fn an_output_schema_without_its_wrapper_is_no_input_schema() {
    check(
        &[(
            22,
            "\"output\":\n{\"type\": \"object\", \"properties\": {}}\n}",
        )],
        &[
            "23:1: what looks like the input schema in line 23 is inside invalid JSON [embedded-schema]",
            r#"24:2: no output schema, which is `{"output": {"type": "object", "properties": {…}}}`; the page ends in line 24; found an object with the keys [type, required, properties] in line 13, an object with the keys [type, properties] in line 23 [no-output-schema]"#,
        ],
    );
}

#[test]
fn schemas_that_differ() {
    check(
        &[(21, r#"}{"type": "object", "properties": {}}"#)],
        &["21:2: two input schemas that differ, in lines 13 and 21 [two-input-schemas]"],
    );
    check(
        &[(
            21,
            r#"}{"output": {"type": "object", "properties": {"x": {}}}}"#,
        )],
        &["22:1: two output schemas that differ, in lines 21 and 22 [two-output-schemas]"],
    );
    check(
        &[(21, r#"}{"required": [1 2]}"#)],
        &[
            "21:18: the JSON that begins in line 21 is invalid in line 21: expected `,` or `]` [broken-json]",
        ],
    );
    check(
        &[(18, "\"type\": \"integer\",\n\"type\": \"integer\"")],
        &[
            r#"19:1: the JSON that begins in line 13 is invalid in line 19: duplicate key "type", first in line 18 [broken-json]"#,
            r#"23:49: no input schema, which is `{"type": "object", "properties": {…}}`; the page ends in line 23; found an object with the keys [output] in line 23 [no-input-schema]"#,
        ],
    );
}

#[test]
fn an_output_schema_that_is_missing_or_cut_off() {
    let missing = |position: &str, line: usize| {
        format!(
            r#"{position}: no output schema, which is `{{"output": {{"type": "object", "properties": {{…}}}}}}`; the page ends in line {line}; found an object with the keys [type, required, properties] in line 13 [no-output-schema]"#
        )
    };
    check(&[(22, "")], &[&missing("22:1", 22)]);
    check(
        &[(22, r#"{"output": {"type": "object", "properties": {}}"#)],
        &[
            &missing("22:48", 22),
            "22:48: the JSON that begins in line 22 is invalid in line 22: the text ends inside a value [broken-json]",
        ],
    );
}

#[test]
fn pages_that_are_not_text() {
    let all = |page: &[u8]| {
        let problems = read_page("page", page).unwrap_err();
        let lines = problems.iter().map(ToString::to_string);
        lines.collect::<Vec<_>>().join("\n")
    };
    for empty in ["", " \n\t", "\u{feff}"] {
        let len = empty.len();
        assert_eq!(
            all(empty.as_bytes()),
            format!(
                "page:1:1: the page is empty: {len} bytes, all of them white space [empty-page]"
            )
        );
    }
    assert_eq!(
        all(b"a\nb\0c"),
        "page:2:2: byte 3 of the page is NUL, which is not text [nul-byte]"
    );
    assert_eq!(
        all(b"a\nb\xffc"),
        "page:2:2: byte 3 of the page is not UTF-8 [not-utf8]"
    );
    assert_eq!(
        all(b"a\nb\xe2\x82"),
        "page:2:2: the page ends inside a character [not-utf8]"
    );
}

/// The position of a problem refers to the HTML source, although offsets in the extracted text differ
/// where the HTML contains character references.
#[test]
fn positions_in_html() {
    let page = with(&[(17, r#""é": 1, "m": {"#)]);
    let page = page
        .replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('\n', "<br>\r\n");
    let html = format!("<html>\r\n<body>\r\n<pre>\r\n{page}</pre></body></html>");
    let problems = read_page("page", html.as_bytes()).unwrap_err();
    let problem = problems
        .iter()
        .find(|problem| problem.rule.id() == "property-not-an-object")
        .unwrap();
    let position = problem.position;
    assert_eq!((position.line, position.column), (20, 1));
    assert!(html[problem.span.start..].starts_with("&quot;é&quot;: 1"));

    let page = "<p>Caf&eacute;&nbsp;&lt;x&gt; {&quot;properties&quot;: {&quot;é&quot; 1}}</p>";
    let problems = read_page("page", page.as_bytes()).unwrap_err();
    let broken = problems
        .iter()
        .find(|problem| problem.rule.id() == "broken-json")
        .unwrap();
    assert!(
        page[broken.span.start..].starts_with("1}}"),
        "{}",
        &page[broken.span.start..]
    );
}

/// A problem shows its line or, if the line would fill the screen, only the part around the problem.
#[test]
fn a_problem_is_a_diagnostic() {
    use miette::Diagnostic;

    let problem = |page: &str| read_page("page", page.as_bytes()).unwrap_err().remove(0);
    let short = problem("nothing");
    assert_eq!(short.code().unwrap().to_string(), "import::no-curl-call");
    assert_eq!(short.help().unwrap().to_string(), short.help);
    assert_eq!(short.labels().unwrap().count(), 1);
    assert!(short.source_code().is_some());
    let long = problem(&with(&[(5, &format!("{}!", " ".repeat(100_000)))]));
    assert_eq!(long.position.column, 100_001);
    let shown = runcomfy_codegen::diagnostics::render(&long, runcomfy_codegen::Style::Plain);
    assert!(
        shown.contains("[page:5:100001]") && shown.len() < 2000,
        "{shown}"
    );
}
