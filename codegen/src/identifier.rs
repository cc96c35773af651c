//! Rust identifiers.

/// Rust's keywords, strict and reserved, that are identifiers when written `r#…`.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Rust's lowercase keywords that cannot be written `r#…`.
const PATH_KEYWORDS: &[&str] = &["self", "super", "crate"];

/// Whether a name is a keyword that must be written `r#…`.
fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// Whether a text is an ASCII identifier. A keyword must have the prefix `r#`, any other name must not.
pub(crate) fn is_identifier(text: &str) -> bool {
    // `syn` alone would also accept `gen`, which is a keyword since edition 2024, and `r#seed`, which is
    // the same identifier as `seed`.
    let is_raw_if_keyword = text
        .strip_prefix("r#")
        .map_or_else(|| !is_keyword(text), is_keyword);
    is_raw_if_keyword && text.is_ascii() && syn::parse_str::<syn::Ident>(text).is_ok()
}

/// Turns a snake-case name into an identifier. A name in `reserved` gets a trailing `_`.
pub(crate) fn identifier(name: &str, reserved: &[&str]) -> String {
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

/// The identifier without a leading `r#`.
pub(crate) fn without_raw_prefix(identifier: &str) -> &str {
    identifier.trim_start_matches("r#")
}
