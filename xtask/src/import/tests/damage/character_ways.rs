//! Ways of damaging the characters of a page that is text.

use super::{PAGE, Refused, Same, Way, lines, with};

fn utf16(unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(PAGE.encode_utf16());
    units.flat_map(unit).collect()
}

pub(super) fn ways() -> Vec<Way> {
    [encodings(), spaces(), invisible_characters()].concat()
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
            "line breaks after colons",
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
