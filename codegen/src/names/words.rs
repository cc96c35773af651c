//! Converts any text to ASCII words in snake case or upper camel case, for use in identifiers.

use any_ascii::any_ascii;
use heck::ToSnakeCase;

use crate::identifier::without_raw_prefix;

/// The text in snake case: ASCII letters, digits and `_`; empty if it has no words.
pub(super) fn snake(text: &str) -> String {
    any_ascii(text).to_snake_case()
}

/// A snake-case name in upper camel case. A `_` between two digits stays: `a_4_3` is `A4_3`.
pub(super) fn camel(snake: &str) -> String {
    let mut camel = String::with_capacity(snake.len());
    let words = without_raw_prefix(snake).split('_');
    for word in words.filter(|word| !word.is_empty()) {
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
