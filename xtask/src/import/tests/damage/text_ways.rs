//! Variants of the plain-text page [`PAGE`], most of them damaged.

use super::{PAGE, Refused, Same, Way, lines, with};

/// The page without the text from `from` up to `to`.
fn without(from: &str, to: &str) -> Vec<u8> {
    let (start, end) = (PAGE.find(from).unwrap(), PAGE.find(to).unwrap());
    [&PAGE[..start], &PAGE[end..]].concat().into_bytes()
}

fn up_to(part: &str) -> Vec<u8> {
    PAGE.as_bytes()[..PAGE.find(part).unwrap()].to_vec()
}

fn from(part: &str) -> Vec<u8> {
    PAGE.as_bytes()[PAGE.find(part).unwrap()..].to_vec()
}

fn and(more: &str) -> Vec<u8> {
    format!("{PAGE}\n{more}\n").into_bytes()
}

pub(super) fn ways() -> Vec<Way> {
    [losses(), additions(), copies()].concat()
}

fn losses() -> Vec<Way> {
    vec![
        (
            "cut in the middle",
            PAGE.as_bytes()[..PAGE.len() / 2].to_vec(),
            Refused("no-input-schema"),
        ),
        (
            "cut before the schemas",
            up_to("Input schema"),
            Refused("no-input-schema"),
        ),
        (
            "cut before the output",
            up_to("Output schema"),
            Refused("no-output-schema"),
        ),
        ("cut in the body", up_to("the girl"), Refused("broken-body")),
        (
            "the beginning is missing",
            from("Input schema"),
            Refused("no-curl-call"),
        ),
        (
            "the call has lost its address",
            without("  --url", "  --header"),
            Refused("body-without-call"),
        ),
        (
            "the call has lost its body",
            without("  --data", "Input schema"),
            Refused("call-without-body"),
        ),
        (
            "the body has lost its quote",
            with("}'", "}"),
            Refused("broken-body"),
        ),
        (
            "a lost brace",
            with("\"prompt\": {\n", "\"prompt\":\n"),
            Refused("broken-json"),
        ),
        (
            "a lost comma",
            with("500\n    },", "500\n    }"),
            Refused("broken-json"),
        ),
        (
            "a lost quote",
            with("\"Prompt\"", "\"Prompt"),
            Refused("broken-json"),
        ),
        (
            "a lost line that opens an object",
            with("  \"properties\": {\n    \"prompt", "    \"prompt"),
            Refused("no-input-schema"),
        ),
        (
            "a lost line that closes an array",
            with("      ],\n", ""),
            Refused("broken-json"),
        ),
        (
            "half a string is folded",
            with("854x480 (16:9)\"", "854x480 …"),
            Refused("broken-json"),
        ),
        (
            "folded lines",
            with("      \"format\": \"image_uri\",\n", "      ... 1 line\n"),
            Refused("broken-json"),
        ),
        (
            "a required property of the example is lost",
            with(
                "    \"picture\": \"https://files.example/a.png?x=1&y=2\",\n",
                "",
            ),
            Refused("example-missing-property"),
        ),
        ("headings are lost", with("Output schema\n", ""), Same),
    ]
}

fn additions() -> Vec<Way> {
    let other = PAGE.replace("film/run", "film/walk");
    let other_body = PAGE.replace("girl's", "boy's");
    let call = &other_body[..other_body.find("Input schema").unwrap()];
    let schema = r#"{"type": "object", "properties": {"a": {"type": "string"}}}"#;
    let output = r#"{"output": {"type": "object", "properties": {"audio": {"type": "string"}}}}"#;
    vec![
        ("the page twice", and(PAGE), Same),
        ("another model's page", and(&other), Refused("two-models")),
        ("another body", and(call), Refused("examples-differ")),
        (
            "another input schema",
            and(schema),
            Refused("two-input-schemas"),
        ),
        (
            "another output schema",
            and(output),
            Refused("two-output-schemas"),
        ),
        (
            "a response",
            and(r#"{"request_id": "1", "status": "completed"}"#),
            Same,
        ),
        (
            "code of another language",
            and("const body = { prompt: \"a cat\" };"),
            Same,
        ),
        ("JSON that breaks off", and("{\"status\": "), Same),
        (
            "a schema that breaks off",
            and("{\"type\": \"object\", \"required\": ["),
            Refused("broken-json"),
        ),
        (
            "a call of another address",
            and("curl https://api.example/v1/requests/1/status"),
            Same,
        ),
        (
            "a doubled line",
            with(
                "\"maxLength\": 500",
                "\"maxLength\": 500,\n\"maxLength\": 500",
            ),
            Refused("broken-json"),
        ),
        (
            "an unknown key in the example",
            with(
                "    \"prompt\": \"the",
                "    \"x\": 1,\n    \"prompt\": \"the",
            ),
            Refused("example-unknown-property"),
        ),
        (
            "a comma after a schema",
            with("}\nOutput schema", "},\nOutput schema"),
            Refused("leftover-json"),
        ),
    ]
}

fn copies() -> Vec<Way> {
    let quoted = format!("{PAGE:?}");
    let numbered = PAGE.lines().enumerate();
    let numbered: String = numbered
        .map(|(index, line)| format!("{index} {line}\n"))
        .collect();
    vec![
        (
            "translated headings",
            with("Output schema", "Ausgabeschema"),
            Same,
        ),
        (
            "glued headings",
            with("}\nOutput schema\n{", "}Output schema{"),
            Same,
        ),
        (
            "schemas glued to each other",
            with("}\nOutput schema\n{", "}{"),
            Same,
        ),
        (
            "Markdown",
            with("{\n  \"output", "```json\n{\n  \"output"),
            Same,
        ),
        (
            "line numbers",
            numbered.into_bytes(),
            Refused("broken-body"),
        ),
        (
            "a quoted mail",
            lines(|line| format!("> {line}\n")),
            Refused("broken-body"),
        ),
        (
            "a patch",
            lines(|line| format!("+{line}\n")),
            Refused("broken-body"),
        ),
        (
            "typographic quotes",
            PAGE.replace('"', "”").into_bytes(),
            Refused("broken-body"),
        ),
        (
            "typographic apostrophes",
            PAGE.replace('\'', "’").into_bytes(),
            Refused("call-without-body"),
        ),
        (
            "doubled backslashes",
            PAGE.replace('\\', "\\\\").into_bytes(),
            Refused("broken-body"),
        ),
        (
            "the page as a string",
            quoted.into_bytes(),
            Refused("broken-body"),
        ),
        (
            "continued by carets",
            PAGE.replace(" \\\n", " ^\n").into_bytes(),
            Same,
        ),
        (
            "continued by carets without spaces",
            PAGE.replace(" \\\n", "^\n").into_bytes(),
            Same,
        ),
        (
            "continued by backticks",
            PAGE.replace(" \\\n", " `\n").into_bytes(),
            Same,
        ),
        ("one line", PAGE.replace(" \\\n", " ").into_bytes(), Same),
        ("--data-raw", with("--data", "--data-raw"), Same),
        ("-d", with("--data", "-d"), Same),
        (
            "a body in double quotes",
            with("'{", "\"{"),
            Refused("broken-body"),
        ),
        (
            "a trailing comma",
            with("\"uri\"\n", "\"uri\",\n"),
            Refused("broken-json"),
        ),
        (
            "a comment",
            with("\"uri\"\n", "\"uri\" // a link\n"),
            Refused("broken-json"),
        ),
    ]
}
