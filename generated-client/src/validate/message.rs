//! The messages of violations.

use serde_json::Value;

use super::path::Path;
use super::violation::{Rule, Violation};

/// The maximum length of a quoted text, in Unicode scalar values.
const SHOWN: usize = 60;

impl Violation {
    /// A violation at `path`, with its message.
    pub(crate) fn at(path: &Path<'_>, rule: Rule, limit: Value, actual: Value) -> Self {
        Self::with_verb("must", path, rule, limit, actual)
    }

    /// A violation whose message says "should" instead of "must".
    pub(super) fn of_advice(path: &Path<'_>, rule: Rule, limit: Value, actual: Value) -> Self {
        Self::with_verb("should", path, rule, limit, actual)
    }

    fn with_verb(verb: &str, path: &Path<'_>, rule: Rule, limit: Value, actual: Value) -> Self {
        let message = message(verb, &path.label(), rule, &limit, &actual);
        Self {
            path: path.pointer(),
            rule,
            limit,
            actual,
            message,
        }
    }
}

fn message(verb: &str, label: &str, rule: Rule, limit: &Value, actual: &Value) -> String {
    let found = quoted(actual);
    match rule {
        Rule::Type => format!(
            "{label} {verb} be {}, but is {}",
            type_with_article(limit),
            actual_type(actual)
        ),
        Rule::Required => format!("{label} is required, but missing"),
        Rule::UnknownProperty => format!("{label} is not a property of this input"),
        Rule::Enum => enum_message(verb, label, limit, actual),
        Rule::Minimum => format!("{label} {verb} be at least {limit}, but is {found}"),
        Rule::Maximum => format!("{label} {verb} be at most {limit}, but is {found}"),
        Rule::ExclusiveMinimum => format!("{label} {verb} be above {limit}, but is {found}"),
        Rule::ExclusiveMaximum => format!("{label} {verb} be below {limit}, but is {found}"),
        Rule::MultipleOf => format!("{label} {verb} be a multiple of {limit}, but is {found}"),
        Rule::MinLength => {
            format!("{label} {verb} have at least {limit} characters, but has {found}")
        }
        Rule::MaxLength => {
            format!("{label} {verb} have at most {limit} characters, but has {found}")
        }
        Rule::MinItems => format!("{label} {verb} have at least {limit} items, but has {found}"),
        Rule::MaxItems => format!("{label} {verb} have at most {limit} items, but has {found}"),
        Rule::MinWidth => {
            format!("the width of {label} {verb} be at least {limit} px, but is {found} px")
        }
        Rule::MaxWidth => {
            format!("the width of {label} {verb} be at most {limit} px, but is {found} px")
        }
        Rule::MinHeight => {
            format!("the height of {label} {verb} be at least {limit} px, but is {found} px")
        }
        Rule::MaxHeight => {
            format!("the height of {label} {verb} be at most {limit} px, but is {found} px")
        }
        Rule::MinAspectRatio => {
            format!("width / height of {label} {verb} be at least {limit}, but is {found}")
        }
        Rule::MaxAspectRatio => {
            format!("width / height of {label} {verb} be at most {limit}, but is {found}")
        }
        Rule::NotAUrl => format!("{label} {verb} be a URL, but is {found}"),
        Rule::LooksLikeUrl => format!("{label} {verb} be prose, but is the URL {found}"),
        Rule::MaxFileSize => format!("{label} {verb} be at most {limit} bytes, but has {found}"),
    }
}

fn enum_message(verb: &str, label: &str, limit: &Value, actual: &Value) -> String {
    let allowed: Vec<&Value> = limit.as_array().into_iter().flatten().collect();
    let list = allowed
        .iter()
        .map(|value| quoted(value))
        .collect::<Vec<_>>()
        .join(", ");
    let found = quoted(actual);
    let near = actual.as_str().and_then(|found| {
        let texts = allowed.iter().filter_map(|value| value.as_str());
        nearest(found, texts)
    });
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("{label} {verb} be one of {list}, but is {found}{hint}")
}

/// The candidate most similar to `found`, if one is similar enough.
pub(crate) fn nearest<'a>(
    found: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let found = found.to_lowercase();
    candidates
        .map(|candidate| {
            let similarity = strsim::jaro_winkler(&found, &candidate.to_lowercase());
            (similarity, candidate)
        })
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate)
}

fn quoted(value: &Value) -> String {
    match value {
        Value::String(text) if text.chars().count() > SHOWN => {
            format!("`{}…`", text.chars().take(SHOWN).collect::<String>())
        }
        Value::String(text) => format!("`{text}`"),
        other => other.to_string(),
    }
}

fn type_with_article(name: &Value) -> &'static str {
    match name.as_str() {
        Some("integer") => "a 64-bit integer",
        Some("number") => "a finite number",
        Some("string") => "a string",
        Some("boolean") => "true or false",
        Some("array") => "an array",
        _ => "an object",
    }
}

fn actual_type(actual: &Value) -> String {
    match actual.as_str() {
        Some(name @ ("array" | "object")) => format!("an {name}"),
        Some(name @ ("string" | "boolean")) => format!("a {name}"),
        Some(other) => other.to_owned(),
        None => actual.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Path, Rule, Violation};

    #[test]
    fn messages_name_the_expected_and_the_actual_type() {
        for (expected, actual, message) in [
            (
                "integer",
                json!(1.5),
                "`a` must be a 64-bit integer, but is 1.5",
            ),
            (
                "number",
                json!("string"),
                "`a` must be a finite number, but is a string",
            ),
            (
                "string",
                json!("boolean"),
                "`a` must be a string, but is a boolean",
            ),
            (
                "boolean",
                json!("null"),
                "`a` must be true or false, but is null",
            ),
            (
                "array",
                json!("object"),
                "`a` must be an array, but is an object",
            ),
            (
                "object",
                json!("array"),
                "`a` must be an object, but is an array",
            ),
        ] {
            let path = Path::Name(&Path::Root, "a");
            let violation = Violation::at(&path, Rule::Type, expected.into(), actual);
            assert_eq!(violation.message, message);
        }
    }
}
