//! Ways of damaging a page that is text.

use super::{PAGE, Refused, Same, Way, with};

/// The page with every line changed.
fn lines(change: impl Fn(&str) -> String) -> Vec<u8> {
    PAGE.lines().map(change).collect::<String>().into_bytes()
}

fn utf16(unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(PAGE.encode_utf16());
    units.flat_map(unit).collect()
}

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
    [
        encodings(),
        spaces(),
        invisible_characters(),
        losses(),
        additions(),
        copies(),
    ]
    .concat()
}

fn encodings() -> Vec<Way> {
    let latin: Vec<u8> = PAGE
        .replace('—', "-")
        .chars()
        .map(|char| char as u8)
        .collect();
    let mut odd = utf16(u16::to_le_bytes);
    odd.pop();
    let lone = [&[0xff, 0xfe][..], &0xd800_u16.to_le_bytes()].concat();
    vec![
        (
            "a byte order mark",
            format!("\u{feff}{PAGE}").into_bytes(),
            Same,
        ),
        ("UTF-16, little endian", utf16(u16::to_le_bytes), Same),
        ("UTF-16, big endian", utf16(u16::to_be_bytes), Same),
        ("UTF-16, cut inside a character", odd, Refused("not-utf16")),
        ("UTF-16, half a character", lone, Refused("not-utf16")),
        (
            "UTF-16 without its mark",
            utf16(u16::to_le_bytes).split_off(2),
            Refused("not-utf8"),
        ),
        ("Latin-1", latin, Refused("not-utf8")),
        (
            "NUL bytes",
            PAGE.replace("Film", "Fi\0lm").into_bytes(),
            Refused("nul-byte"),
        ),
        ("no byte", Vec::new(), Refused("empty-page")),
        (
            "white space only",
            b" \n\xc2\xa0\n".to_vec(),
            Refused("empty-page"),
        ),
        (
            "a PDF",
            b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n".to_vec(),
            Refused("no-curl-call"),
        ),
    ]
}

fn spaces() -> Vec<Way> {
    vec![
        ("CRLF", lines(|line| format!("{line}\r\n")), Same),
        ("CR", lines(|line| format!("{line}\r")), Same),
        ("blank lines", lines(|line| format!("{line}\n\n")), Same),
        (
            "spaces at line ends",
            lines(|line| format!("{line}  \n")),
            Same,
        ),
        (
            "no indentation",
            lines(|line| format!("{}\n", line.trim_start())),
            Same,
        ),
        ("tabs", lines(|line| format!("\t\t{line}\n")), Same),
        (
            "no-break spaces as indentation",
            lines(|line| {
                let rest = line.trim_start();
                format!("{}{rest}\n", "\u{a0}".repeat(line.len() - rest.len()))
            }),
            Same,
        ),
        (
            "line breaks between all tokens",
            PAGE.replace(": ", ":\n")
                .replace("curl:\n", "curl: ")
                .replace("Authorization:\n", "Authorization: ")
                .into_bytes(),
            Same,
        ),
        (
            "hard wrapping",
            with("Text, no", "Text,\nno"),
            Refused("broken-json"),
        ),
        (
            "hard wrapping in the body",
            with("girl's cat", "girl's\ncat"),
            Refused("broken-body"),
        ),
    ]
}

fn invisible_characters() -> Vec<Way> {
    const RULE: &str = "invisible-character";
    let models = "models/studio";
    vec![
        (
            "no-break spaces everywhere",
            PAGE.replace(' ', "\u{a0}").into_bytes(),
            Refused("invisible-character"),
        ),
        (
            "a no-break space in an enum",
            with("480 (16", "480\u{a0}(16"),
            Refused(RULE),
        ),
        (
            "a narrow space in an enum",
            with("480 (16", "480\u{202f}(16"),
            Refused(RULE),
        ),
        (
            "a no-break space in the example",
            with("girl's cat", "girl's\u{a0}cat"),
            Refused(RULE),
        ),
        (
            "a no-break space in a default",
            with("oil painting", "oil\u{a0}painting"),
            Refused(RULE),
        ),
        (
            "a zero-width space in a key",
            with("\"style\"", "\"sty\u{200b}le\""),
            Refused(RULE),
        ),
        (
            "a zero-width space in an enum",
            with("854x480", "854x\u{200b}480"),
            Refused(RULE),
        ),
        (
            "a zero-width joiner in a format",
            with("image_uri", "image\u{200d}_uri"),
            Refused(RULE),
        ),
        (
            "a byte order mark in a default",
            with("oil painting", "\u{feff}oil painting"),
            Refused(RULE),
        ),
        (
            "a soft hyphen in a default",
            with("oil painting", "oil paint\u{ad}ing"),
            Refused(RULE),
        ),
        (
            "a direction mark in the example",
            with("the girl", "\u{200e}the girl"),
            Refused(RULE),
        ),
        (
            "a zero-width space before the address's path",
            with("/v1/", "/\u{200b}v1/"),
            Refused(RULE),
        ),
        (
            "a zero-width space in the scheme",
            with("https://api", "https\u{200b}://api"),
            Refused(RULE),
        ),
        (
            "a zero-width space in the host",
            with("api.example", "api.\u{200b}example"),
            Refused(RULE),
        ),
        (
            "a zero-width space in the id",
            with(models, "models/stu\u{200b}dio"),
            Refused("bad-model-id"),
        ),
        (
            "a zero-width space after the id",
            with("film/run", "film/run\u{200b}"),
            Same,
        ),
        ("an escape that is no damage", with("é", "\\u00e9"), Same),
    ]
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
            "a lost line that opens",
            with("  \"properties\": {\n    \"prompt", "    \"prompt"),
            Refused("no-input-schema"),
        ),
        (
            "a lost line that closes",
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
