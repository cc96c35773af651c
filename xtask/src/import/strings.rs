//! Strings that saving a page may have changed.

use runcomfy_codegen::json::Json;
use runcomfy_codegen::span::{Located, Span};
use runcomfy_codegen::text::{describe_char, escape_invisible, is_invisible, shorten};

use super::merge::SourceModel;
use super::page_source::PageSource;
use super::problem::{MAX_PROBLEMS, PageProblem, PageRule};

/// The keys of a schema whose values are documentation.
pub(super) const TEXTS: &[&str] = &["title", "description", "validation_error"];

/// Reports the names and values on the wire that contain an invisible character or an unusual space.
///
/// The service does not recognize a value in which a space was replaced by one that looks the same. A
/// character that belongs to the value can be written as a JSON escape, which is not reported.
pub(super) fn invisible(
    models: &[SourceModel],
    text: &str,
    source: &PageSource,
) -> Vec<PageProblem> {
    let mut problems = Vec::new();
    for_each_string(models, &mut |string, span, kind| {
        let range = span.start..span.end;
        let written = text.get(range.clone()).unwrap_or_default();
        if kind == Kind::Text || problems.len() == MAX_PROBLEMS {
            return;
        }
        if let Some(char) = unusual(written) {
            let shown = shorten(&escape_spaces(string), 60);
            let line = source.line(span.start);
            let message = format!("“{shown}” in line {line} contains {}", describe_char(char));
            let escape = format!("\\u{:04x}", u32::from(char));
            let help = format!(
                "Saving or copying the page may have put the character there, and then the service \
                 does not know the value: save the page again, or correct the value. If the \
                 character belongs there, write it as `{escape}`."
            );
            problems.push(source.problem(PageRule::InvisibleCharacter, range, message, help));
        }
    });
    problems
}

/// Reports the strings of an HTML page that contain markup which may be part of the string.
pub(super) fn markup(
    models: &[SourceModel],
    suspicious: &[(usize, String)],
    source: &PageSource,
) -> Vec<PageProblem> {
    let mut problems = Vec::new();
    for_each_string(models, &mut |_, span, _| {
        let index = suspicious.partition_point(|(offset, _)| *offset <= span.start);
        if let Some((offset, markup)) = suspicious.get(index)
            && *offset < span.end
            && problems.len() < MAX_PROBLEMS
        {
            let (line, markup) = (source.line(*offset), escape_invisible(markup));
            let message = format!("the string in line {line} contains the tag `{markup}`");
            let help = "The tag may be a part of the text. Save the page as text, \
                or write the tag as `&lt;…&gt;`.";
            let range = *offset..*offset;
            problems.push(source.problem(PageRule::MarkupInString, range, message, help));
        }
    });
    problems
}

/// The kind of a value in a schema or an example.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A model file, or an override in it.
    File,
    /// A schema, or another object with documentation.
    Schema,
    /// An object whose values are schemas, such as the value of `properties`.
    Schemas,
    /// Documentation, which is never on the wire.
    Text,
    /// Any other value.
    Value,
}

impl Kind {
    /// The kind of the value at `key` in an object of the kind `self`.
    pub(super) fn of(self, key: &str) -> Self {
        match (self, key) {
            (Self::File, "overrides") => Self::File,
            (Self::File, "input" | "about") => Self::Schema,
            (Self::File, "output") => Self::Schemas,
            (Self::Schemas, _) | (Self::Schema, "items" | "validations") => Self::Schema,
            (Self::Schema, "properties") => Self::Schemas,
            (Self::Schema, key) if TEXTS.contains(&key) => Self::Text,
            _ => Self::Value,
        }
    }
}

/// Calls `visit` for every string and every key of the schemas and the example. The arguments are its
/// content, its position and its kind. The kind of a key is always [`Kind::Value`].
fn for_each_string(models: &[SourceModel], visit: &mut dyn FnMut(&str, Span, Kind)) {
    for model in models {
        walk(&model.input, Kind::Schema, visit);
        let others = [
            (&model.output, Kind::Schemas),
            (&model.example, Kind::Value),
        ];
        for (value, kind) in others {
            if let Some(value) = value {
                walk(value, kind, visit);
            }
        }
    }
}

fn walk(value: &Located<Json>, kind: Kind, visit: &mut dyn FnMut(&str, Span, Kind)) {
    match &value.value {
        Json::String(string) => visit(string, value.span, kind),
        Json::Array(items) => items.iter().for_each(|item| walk(item, kind, visit)),
        Json::Object(members) => {
            for member in members {
                visit(&member.name, member.name.span, Kind::Value);
                walk(&member.value, kind.of(&member.name), visit);
            }
        }
        Json::Null | Json::Boolean(_) | Json::Number(_) => {}
    }
}

/// The first invisible character or unusual space of a text.
///
/// Joiners between non-ASCII characters are accepted, since scripts and emoji need them. The ideographic
/// space is accepted, since it is visible.
fn unusual(text: &str) -> Option<char> {
    let mut previous = ' ';
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        if is_unusual(char) && !is_joining(previous, char, chars.peek()) {
            return Some(char);
        }
        previous = char;
    }
    None
}

/// Whether a character is a zero-width joiner or non-joiner between non-ASCII characters.
pub(super) fn is_joining(previous: char, char: char, next: Option<&char>) -> bool {
    matches!(char, '\u{200c}' | '\u{200d}')
        && !previous.is_ascii()
        && next.is_some_and(|next| !next.is_ascii())
}

/// Whether a character is invisible, a soft hyphen, or a non-ASCII space other than the ideographic space.
pub(super) fn is_unusual(char: char) -> bool {
    let is_space = char.is_whitespace() && !char.is_ascii() && char != '\u{3000}';
    is_space || is_invisible(char) || char == '\u{ad}'
}

/// The text with unusual characters as escapes.
fn escape_spaces(text: &str) -> String {
    let chars = text.chars().map(|char| {
        if is_unusual(char) {
            char.escape_unicode().to_string()
        } else {
            char.to_string()
        }
    });
    chars.collect()
}
