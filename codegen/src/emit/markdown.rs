//! Converts texts of a schema to Markdown. Line breaks are removed from a text first, so it
//! cannot end the doc comment that contains it.

use crate::text::one_line;

/// The maximum length of a line of prose, in Unicode scalar values: 100 columns, less one level of
/// indentation and `/// `. With more indentation, a line may exceed 100 columns. A long word or code span
/// may exceed the maximum.
const WIDTH: usize = 92;

/// A code span that shows the text, whatever it contains.
pub(super) fn code(text: &str) -> String {
    let text = one_line(text);
    if text.is_empty() {
        // Two adjacent backticks would open a code span.
        return "` `".to_owned();
    }
    if !text.contains('`') {
        return format!("`{text}`");
    }
    let mut fence = "``".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    format!("{fence} {text} {fence}")
}

/// Escapes prose so that only its code spans and bare URLs are markup.
pub(super) fn escape(text: &str) -> String {
    let text = one_line(text);
    let has_spans = text.matches('`').count().is_multiple_of(2) && !text.contains("``");
    let mut escaped = String::with_capacity(text.len());
    let mut in_code = false;
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            escaped.push(' ');
        }
        if !in_code && (word.starts_with("http://") || word.starts_with("https://")) {
            let end = word
                .find(['`', '<', '>', ')', ']', '"', '\'', ',', ';'])
                .unwrap_or(word.len());
            let end = word[..end].trim_end_matches(['.', ':', '!', '?']).len();
            escaped.push_str(&format!("<{}>", &word[..end]));
            escape_word(&word[end..], has_spans, &mut in_code, &mut escaped);
        } else {
            escape_word(word, has_spans, &mut in_code, &mut escaped);
        }
    }
    escaped
}

fn escape_word(word: &str, has_spans: bool, in_code: &mut bool, escaped: &mut String) {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut before = None;
    for (offset, letter) in word.char_indices() {
        let rest = &word[offset + letter.len_utf8()..];
        let is_span = letter == '`' && has_spans;
        *in_code ^= is_span;
        if !*in_code && !is_span {
            // Inside a word `_` is no markup.
            let is_emphasis =
                letter == '_' && !(is_letter(before) && is_letter(rest.chars().next()));
            if is_emphasis || "\\[]<>*`&~|$#".contains(letter) {
                escaped.push('\\');
            }
        }
        escaped.push(letter);
        // Without this backslash, a URL inside a word would be a bare link.
        if !*in_code && letter == ':' && rest.starts_with("//") {
            escaped.push('\\');
        }
        before = Some(letter);
    }
}

/// Breaks escaped prose into lines, none of which begins a list, a heading or a rule. A code span is
/// never broken, since a character at the start of its second line could not be escaped.
pub(super) fn wrap(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut in_code = false;
    for word in text.split_whitespace() {
        let is_continued = in_code;
        in_code = ends_in_code(word, in_code);
        match lines.last_mut() {
            Some(line)
                if is_continued || line.chars().count() + 1 + word.chars().count() <= WIDTH =>
            {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(escape_line_start(word)),
        }
    }
    lines
}

/// Whether a code span is open after this word of escaped prose.
fn ends_in_code(word: &str, mut in_code: bool) -> bool {
    let mut is_escaped = false;
    for letter in word.chars() {
        in_code ^= letter == '`' && !is_escaped;
        is_escaped = letter == '\\' && !in_code && !is_escaped;
    }
    in_code
}

/// Escapes a word that would begin a list, a heading or a rule at the start of a line.
fn escape_line_start(word: &str) -> String {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit());
    if word.starts_with(['-', '+', '=', '_', '~']) {
        format!("\\{word}")
    } else if rest.len() < word.len() && rest.starts_with(['.', ')']) {
        let number = &word[..word.len() - rest.len()];
        format!("{number}\\{rest}")
    } else {
        word.to_owned()
    }
}
