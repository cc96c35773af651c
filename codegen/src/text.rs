//! Rules about texts: which characters are invisible, how texts are shortened and shown.

/// Whether a character is invisible: control characters, zero-width characters, marks that change the
/// direction of writing, and line separators.
///
/// Such characters can control a terminal, or make a text look different from what it contains.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Whether a character is a zero-width joiner or non-joiner. Emoji and Persian text need these characters.
const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether a character counts as white space in text copied from a web page: Unicode white space,
/// zero-width spaces and byte order marks.
#[must_use]
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}')
}

/// The offset of the first character, at or after `offset`, that is not white space according to
/// [`is_space`]; the length of the text if there is none.
#[must_use]
pub fn skip_space(text: &str, offset: usize) -> usize {
    let rest = &text[offset..];
    offset + rest.len() - rest.trim_start_matches(is_space).len()
}

/// The text with every invisible character written as an escape, such as `\u{202e}`.
#[must_use]
pub fn escape_invisible(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if is_invisible(c) {
            escaped.extend(c.escape_default());
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Describes an invisible character or an unusual space by its code point and its name, such as
/// `U+00A0 (no-break space)`. Less common characters get a general name, such as `invisible character`.
#[must_use]
pub fn describe_char(c: char) -> String {
    let name = match c {
        '\u{a0}' => "no-break space",
        '\u{ad}' => "soft hyphen",
        '\u{200b}' => "zero-width space",
        '\u{200c}' => "zero-width non-joiner",
        '\u{200d}' => "zero-width joiner",
        '\u{200e}' => "left-to-right mark",
        '\u{200f}' => "right-to-left mark",
        '\u{202f}' => "narrow no-break space",
        '\u{2060}' => "word joiner",
        '\u{feff}' => "byte order mark",
        _ if c.is_control() => "control character",
        _ if c.is_whitespace() => "unusual space",
        _ => "invisible character",
    };
    format!("U+{:04X} ({name})", u32::from(c))
}

/// The text with every invisible character replaced by a visible one of the same length in bytes,
/// so that all offsets stay valid. ASCII white space stays.
pub(crate) fn neutralize(text: &str) -> String {
    let visible = text.chars().map(|c| match c.len_utf8() {
        _ if c.is_ascii_whitespace() || !is_invisible(c) => c,
        1 => '?',
        2 => '\u{b7}',
        _ => char::REPLACEMENT_CHARACTER,
    });
    visible.collect()
}

/// The text on one line. Runs of white space and control characters become one space, and are removed
/// at both ends. Other invisible characters are removed, except joiners.
pub(crate) fn one_line(text: &str) -> String {
    let spaced = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let visible = spaced.filter(|c| c.is_whitespace() || is_joiner(*c) || !is_invisible(*c));
    let visible: String = visible.collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text cut to at most `max` Unicode scalar values; an ellipsis marks a cut.
#[must_use]
pub fn shorten(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A number and a noun, in the plural where needed: `1 change`, `2 changes`.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// Puts each word in backticks and joins the words with commas.
pub(crate) fn quoted_list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words = words.into_iter().map(|word| format!("`{word}`"));
    words.collect::<Vec<_>>().join(", ")
}

/// Whether a text is a translation key, such as `modelApiDoc_navInputSchema`, and not prose.
pub(crate) fn is_untranslated_key(text: &str) -> bool {
    let is_word = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_camel = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.contains(|c: char| c.is_ascii_uppercase());
    is_word && is_camel && text.contains('_')
}

#[cfg(test)]
mod tests {
    use super::{escape_invisible, neutralize, one_line, shorten};

    #[test]
    fn invisible_characters_are_escaped_masked_or_removed() {
        let text = "a\u{1b}b\n\u{9b}\u{202e}c\u{feff}";
        assert_eq!(
            escape_invisible(text),
            "a\\u{1b}b\\n\\u{9b}\\u{202e}c\\u{feff}"
        );
        let masked = neutralize(text);
        assert_eq!(masked, "a?b\n\u{b7}\u{fffd}c\u{fffd}");
        assert_eq!(masked.len(), text.len());
        assert_eq!(one_line(text), "a b c");
        // An emoji of several people contains joiners.
        assert_eq!(one_line("👨\u{200d}👩 "), "👨\u{200d}👩");
    }

    #[test]
    fn texts_are_shortened_by_scalar_values() {
        assert_eq!(shorten("añb", 3), "añb");
        assert_eq!(shorten("añb", 2), "añ…");
        assert_eq!(shorten("", 0), "");
    }
}
