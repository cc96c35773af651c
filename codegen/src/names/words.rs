//! Words out of any text, in ASCII: what identifiers are made of.

use any_ascii::any_ascii;
use heck::ToSnakeCase;

/// Rust's keywords, strict and reserved, that may be written `r#…`.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Rust's keywords that may not be written `r#…`.
const PATH_KEYWORDS: &[&str] = &["self", "super", "crate"];

/// Whether a name is a keyword that must be written `r#…`.
pub(crate) fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// The text in snake case: ASCII letters, digits and `_`; empty when it has no words.
pub(super) fn snake(text: &str) -> String {
    any_ascii(text).to_snake_case()
}

/// A snake-case name as an identifier; `reserved` names get a `_` behind them.
pub(super) fn identifier(name: &str, reserved: &[&str]) -> String {
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{name}")
    } else if PATH_KEYWORDS.contains(&name) || reserved.contains(&name) {
        format!("{name}_")
    } else if is_keyword(name) {
        format!("r#{name}")
    } else {
        name.to_owned()
    }
}

/// A snake-case name in upper camel case. Digits on both sides keep their `_`: `a_4_3` is `A4_3`.
pub(super) fn camel(snake: &str) -> String {
    let mut camel = String::with_capacity(snake.len());
    for word in snake
        .trim_start_matches("r#")
        .split('_')
        .filter(|word| !word.is_empty())
    {
        let begins_with_digit = word.starts_with(|c: char| c.is_ascii_digit());
        if begins_with_digit && camel.ends_with(|c: char| c.is_ascii_digit()) {
            camel.push('_');
        }
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    if camel.starts_with(|c: char| c.is_ascii_digit()) {
        camel.insert(0, '_');
    }
    camel
}
