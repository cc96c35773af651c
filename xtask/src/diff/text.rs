//! Texts out of schemas, made fit to be shown: on one line, short, without anything that a terminal
//! or a reader's eye would take for something else.

use serde_json::Value;

/// How much of a value is shown, in Unicode scalar values.
const SHOWN: usize = 60;

/// A value as a change shows it. Of a schema only its type is shown.
pub(super) fn excerpt(value: &Value) -> String {
    let text = match value {
        Value::Object(members) => match members.get("type") {
            Some(Value::String(name)) => name.clone(),
            _ => value.to_string(),
        },
        Value::Number(number) => match number.as_f64() {
            // 5.0 is 5.
            Some(float) if float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
            _ => number.to_string(),
        },
        other => other.to_string(),
    };
    let text = plain(&text);
    if text.chars().count() <= SHOWN {
        return text;
    }
    text.chars().take(SHOWN).chain(['…']).collect()
}

/// A text without control characters and without those that turn the direction of writing.
pub(super) fn plain(text: &str) -> String {
    let is_unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    text.chars()
        .map(|c| {
            if is_unseen(c) {
                c.escape_unicode().to_string()
            } else {
                c.to_string()
            }
        })
        .collect()
}
