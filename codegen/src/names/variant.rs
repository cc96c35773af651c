//! Names of enum values.

use any_ascii::any_ascii;

use super::words::{camel, snake};

/// Derives the name of the variant for a value on the wire. A blank value gives `Empty`. Any other value
/// gives an empty string if no letter or digit remains after its conversion to ASCII.
pub(super) fn variant(value: &str) -> String {
    if value.trim().is_empty() {
        return "Empty".to_owned();
    }
    let text = any_ascii(value.trim());
    let (sign, rest) = match text.as_bytes() {
        [b'-', digit, ..] if digit.is_ascii_digit() => ("Minus", &text[1..]),
        [b'+', digit, ..] if digit.is_ascii_digit() => ("Plus", &text[1..]),
        _ => ("", text.as_str()),
    };
    let name = if rest.starts_with(|c: char| c.is_ascii_digit()) {
        numeric(rest)
    } else {
        camel(&snake(rest))
    };
    match (sign, name.as_str()) {
        // `Self` is a keyword; a variant `ALL` would hide the constant of that name.
        ("", "Self" | "ALL") => format!("{name}_"),
        ("", _) => name,
        (sign, name) => format!("{sign}{}", name.trim_start_matches('_')),
    }
}

/// The variant of a value that begins with a digit. Letters keep their case, so that `480P` and `480p`
/// differ; but a letter after a separator becomes upper case.
fn numeric(text: &str) -> String {
    let bytes = text.as_bytes();
    let is_digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    let mut name = String::from("_");
    // Whether a separator precedes the current byte.
    let mut gap = false;
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b':' if index > 0 && is_digit(index - 1) && is_digit(index + 1) => name.push('x'),
            byte if byte.is_ascii_alphanumeric() => {
                let letter = char::from(*byte);
                if gap && letter.is_ascii_digit() && name.ends_with(|c: char| c.is_ascii_digit()) {
                    name.push('_');
                    name.push(letter);
                } else if gap {
                    name.push(letter.to_ascii_uppercase());
                } else {
                    name.push(letter);
                }
                gap = false;
            }
            _ => gap = true,
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::variant;

    #[test]
    fn values_become_variants() {
        for (value, expected) in [
            ("16:9", "_16x9"),
            ("480x480 (1:1)", "_480x480_1x1"),
            ("720P", "_720P"),
            ("720p", "_720p"),
            ("adaptive", "Adaptive"),
            ("BALANCED", "Balanced"),
            ("mp3_high_quality", "Mp3HighQuality"),
            ("portrait_4_3", "Portrait4_3"),
            ("", "Empty"),
            ("-1", "Minus1"),
            ("1.5", "_1_5"),
            ("16 bit", "_16Bit"),
            ("self", "Self_"),
            ("all", "All"),
            ("a-l-l", "ALL_"),
            ("自动", "ZiDong"),
            ("🔥", "Fire"),
            ("--", ""),
        ] {
            assert_eq!(variant(value), expected, "{value}");
        }
    }
}
