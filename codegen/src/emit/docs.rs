//! Documentation of generated code: what the schema says, in words that cannot break out of their
//! comment, and every limit, the limits of a field on one line.

use crate::dialect::RuleName;
use crate::json::Json;
use crate::lower::Field;
use crate::model::{Bounds, Docs, Item, Media, MediaKind, Property, Shape, Text};
use crate::normalize::number;

/// How wide a line of prose may be, in Unicode scalar values: a hundred columns, less indentation
/// and slashes.
const WIDTH: usize = 92;

/// How much of a default or a sample is shown, in Unicode scalar values.
const SHOWN: usize = 60;

/// The documentation of a field, a line each.
pub(super) fn field(field: &Field<'_>, is_output: bool) -> Vec<String> {
    let property = field.property;
    let mut lines = prose(&property.docs);
    if lines.is_empty() {
        lines.push(format!("The property {}.", code(&property.wire)));
    }
    let facts = facts(field, is_output);
    if !facts.is_empty() {
        lines.push(String::new());
        lines.push(facts.join(" "));
    }
    if let Some(media) = media(property) {
        lines.push(String::new());
        lines.push(media);
    }
    lines
}

/// Title and description as wrapped prose.
pub(super) fn prose(docs: &Docs) -> Vec<String> {
    let sentence = |text: &Option<String>| {
        let text = escape(text.as_deref().unwrap_or_default());
        if text.is_empty() || text.ends_with(['.', '!', '?', ':', '。', '！', '？']) {
            text
        } else {
            format!("{text}.")
        }
    };
    wrap(&format!(
        "{} {}",
        sentence(&docs.title),
        sentence(&docs.description)
    ))
}

/// What is to be known of a field beside its prose, a sentence each.
fn facts(field: &Field<'_>, is_output: bool) -> Vec<String> {
    let property = field.property;
    let mut facts = Vec::new();
    if field.name.trim_start_matches("r#") != property.wire {
        facts.push(format!("Wire name {}.", code(&property.wire)));
    }
    let limits = limits(&property.shape, is_output);
    if !limits.is_empty() {
        facts.push(limits.join(" "));
    }
    if let Some(default) = &property.default {
        let word = if property.required {
            "Sample"
        } else {
            "Default"
        };
        facts.push(format!("{word} {}.", code(&shown(default))));
    }
    facts
}

fn limits(shape: &Shape, is_output: bool) -> Vec<String> {
    match shape {
        Shape::One(item) => item_limits(item, is_output),
        Shape::List(list) => {
            let mut limits = Vec::new();
            limits.extend(count("At least", list.min_items, "item"));
            limits.extend(count("At most", list.max_items, "item"));
            let mut of_item = prose(&list.item_docs);
            of_item.extend(item_limits(&list.item, is_output));
            if !of_item.is_empty() {
                limits.push(format!("Each item: {}", of_item.join(" ")));
            }
            limits
        }
    }
}

fn item_limits(item: &Item, is_output: bool) -> Vec<String> {
    match item {
        Item::Integer { bounds, one_of } => {
            let mut limits = bound_limits(bounds, |bound| bound.to_string());
            if let Some(values) = one_of {
                let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
                limits.push(format!("One of {}.", values.join(", ")));
            }
            limits
        }
        Item::Number(bounds) => bound_limits(bounds, |bound| number(bound).to_string()),
        Item::Text(text) => text_limits(text),
        Item::Choice(choices) if is_output => {
            let values: Vec<String> = choices.iter().map(|choice| code(&choice.wire)).collect();
            vec![format!("Documented values: {}.", values.join(", "))]
        }
        Item::Boolean | Item::Choice(_) | Item::Object(_) => Vec::new(),
    }
}

fn bound_limits<T: Copy>(bounds: &Bounds<T>, show: impl Fn(T) -> String) -> Vec<String> {
    let words = [
        ("At least", bounds.minimum),
        ("At most", bounds.maximum),
        ("Above", bounds.exclusive_minimum),
        ("Below", bounds.exclusive_maximum),
        ("A multiple of", bounds.multiple_of),
    ];
    let limits = words.into_iter().filter_map(|(word, bound)| {
        let bound = show(bound?);
        Some(format!("{word} {bound}."))
    });
    limits.collect()
}

fn text_limits(text: &Text) -> Vec<String> {
    let mut limits = Vec::new();
    limits.extend(count("At least", text.min_length, "character"));
    limits.extend(count("At most", text.max_length, "character"));
    limits
}

fn count(word: &str, limit: Option<usize>, what: &str) -> Option<String> {
    let limit = limit?;
    let plural = if limit == 1 { "" } else { "s" };
    Some(format!("{word} {limit} {what}{plural}."))
}

/// What is asked of the media file behind a URL.
fn media(property: &Property) -> Option<String> {
    let item = match &property.shape {
        Shape::One(item) => item,
        Shape::List(list) => &list.item,
    };
    let Item::Text(Text {
        media: Some(Media { kind, rules }),
        ..
    }) = item
    else {
        return None;
    };
    let what = match kind {
        MediaKind::Image => "URL of an image",
        MediaKind::Video => "URL of a video",
        MediaKind::Audio => "URL of a sound",
        MediaKind::Unknown => "URL of a file",
    };
    if rules.is_empty() {
        return Some(format!("{what}."));
    }
    let rules: Vec<String> = rules
        .iter()
        .map(|rule| {
            let limit = number(rule.limit);
            match rule.rule {
                RuleName::MinWidth => format!("width at least {limit} px"),
                RuleName::MaxWidth => format!("width at most {limit} px"),
                RuleName::MinHeight => format!("height at least {limit} px"),
                RuleName::MaxHeight => format!("height at most {limit} px"),
                RuleName::MinAspectRatio => format!("width / height at least {limit}"),
                RuleName::MaxAspectRatio => format!("width / height at most {limit}"),
                RuleName::MaxMegabytes => format!("at most {limit} MB"),
            }
        })
        .collect();
    Some(format!("{what}: {}.", rules.join(", ")))
}

fn shown(json: &Json) -> String {
    let text = match json {
        Json::String(text) if !text.is_empty() => plain(text),
        Json::Number(number) => number.as_str().to_owned(),
        other => other.to_value().to_string(),
    };
    if text.chars().count() <= SHOWN {
        return text;
    }
    text.chars().take(SHOWN).chain(['…']).collect()
}

/// A code span that holds any text.
pub(super) fn code(text: &str) -> String {
    let text = plain(text);
    if text.is_empty() {
        // Two backticks with nothing between would begin a code span, not be one.
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

/// The text on one line, without anything invisible that could mislead a reader or a compiler.
fn plain(text: &str) -> String {
    let is_misleading = |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{200b}');
    let visible = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let visible: String = visible.filter(|c| !is_misleading(*c)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Prose in which nothing is markup but plain code spans.
fn escape(text: &str) -> String {
    let text = plain(text);
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
    for (at, letter) in word.char_indices() {
        let rest = &word[at + letter.len_utf8()..];
        let is_span = letter == '`' && has_spans;
        *in_code ^= is_span;
        if !*in_code && !is_span {
            // Within a word `_` stands for itself.
            let is_emphasis =
                letter == '_' && !(is_letter(before) && is_letter(rest.chars().next()));
            if is_emphasis || "\\[]<>*`&~|$#".contains(letter) {
                escaped.push('\\');
            }
        }
        escaped.push(letter);
        // A URL in the middle of a word would be a bare link.
        if !*in_code && letter == ':' && rest.starts_with("//") {
            escaped.push('\\');
        }
        before = Some(letter);
    }
}

/// Breaks prose into lines, none of which begins like a list, a heading or a rule. A code span is
/// not broken: what its lines begin with could not be escaped.
fn wrap(text: &str) -> Vec<String> {
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
            _ => lines.push(guarded(word)),
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

fn guarded(word: &str) -> String {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_digit());
    if word.starts_with(['-', '+', '=', '_', '~']) {
        format!("\\{word}")
    } else if digits.len() < word.len() && digits.starts_with(['.', ')']) {
        let number = &word[..word.len() - digits.len()];
        format!("{number}\\{digits}")
    } else {
        word.to_owned()
    }
}
