//! The error fields of a response body.

use serde_json::{Map, Value};

/// The error code that the result call returns for a job that has not ended.
pub(crate) const NOT_FINISHED: i64 = 400_005;

/// The error that a response body describes. Several forms are accepted.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ErrorBody {
    /// The integer in `error_code` or else in `code`. If the body has no such integer, or if it is 0, the
    /// code is taken from the same members of the body's `error` object. Never 0.
    pub(crate) code: Option<i64>,
    /// The message.
    pub(crate) text: Option<String>,
}

/// The members that may hold the message.
const TEXT_MEMBERS: [&str; 5] = ["error_message", "message", "error", "detail", "msg"];

impl ErrorBody {
    /// Reads the error fields of a body.
    pub(crate) fn parse(body: &Map<String, Value>) -> Self {
        let inner = body.get("error").and_then(Value::as_object);
        let code = [Some(body), inner]
            .into_iter()
            .flatten()
            .find_map(|object| {
                let code = ["error_code", "code"]
                    .into_iter()
                    .find_map(|name| integer(object.get(name)?));
                // Some servers send zero for "no error".
                code.filter(|code| *code != 0)
            });
        Self {
            code,
            text: TEXT_MEMBERS
                .iter()
                .find_map(|name| text_of(body.get(*name)?)),
        }
    }

    /// Whether the body describes an error at all.
    pub(crate) fn is_error(&self) -> bool {
        *self != Self::default()
    }

    /// The HTTP status that corresponds to the error. If `http_status` is below 400 and the error code
    /// contains a status from 400 to 599, the status in the code is returned: 404 for the codes 404 and
    /// 404001. In all other cases, `http_status` is returned.
    pub(crate) fn status(&self, http_status: u16) -> u16 {
        let from_code = self.code.and_then(|code| match code {
            400..=599 => Some(code),
            400_000..=599_999 => Some(code / 1000),
            _ => None,
        });
        match from_code {
            Some(code) if http_status < 400 => u16::try_from(code).unwrap_or(http_status),
            _ => http_status,
        }
    }
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        number => number.as_i64(),
    }
}

/// Extracts the message from a value.
///
/// A string is the message. The messages of the items of an array are joined. The message of an object is
/// taken from the first of `TEXT_MEMBERS` that contains a message. If none does, it is the whole object as
/// JSON text. If the object has a [`location`], the message is prefixed with it.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
        Value::String(text) => (!text.trim().is_empty()).then(|| text.trim().to_owned()),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(text_of).collect();
            (!items.is_empty()).then(|| items.join("; "))
        }
        Value::Object(members) if members.is_empty() => None,
        Value::Object(members) => {
            let text = TEXT_MEMBERS
                .iter()
                .find_map(|name| text_of(members.get(*name)?))
                .unwrap_or_else(|| value.to_string());
            Some(match location(members) {
                Some(location) => format!("{location}: {text}"),
                None => text,
            })
        }
    }
}

/// The location of a validation error, from its `loc` member: `/prompt` for `["body", "prompt"]`.
fn location(members: &Map<String, Value>) -> Option<String> {
    let path = members.get("loc")?.as_array()?;
    let steps = path.iter().filter_map(|step| match step {
        Value::String(name) => Some(name.clone()),
        Value::Number(index) => Some(index.to_string()),
        _ => None,
    });
    let steps: Vec<String> = steps.skip_while(|step| step == "body").collect();
    (!steps.is_empty()).then(|| format!("/{}", steps.join("/")))
}

/// A server's text as one line of bounded length.
pub(crate) fn one_line(text: &str) -> String {
    const MAX_CHARS: usize = 400;
    let mut line: String = text
        .chars()
        .take(MAX_CHARS)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(MAX_CHARS).is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: Value) -> (Option<i64>, Option<String>) {
        let body = ErrorBody::parse(body.as_object().unwrap());
        (body.code, body.text)
    }

    #[test]
    fn every_form_of_an_error_is_parsed() {
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            read(json!({"error_code": 400002, "error_message": "No balance"})),
            (Some(400_002), text("No balance"))
        );
        assert_eq!(
            read(json!({"error_code": " 404001 "})),
            (Some(404_001), None)
        );
        // Zero means no error, whatever `code` is.
        assert_eq!(read(json!({"error_code": 0, "code": 429})), (None, None));
        assert_eq!(
            read(json!({"error_code": null, "code": 429})),
            (Some(429), None)
        );
        assert_eq!(read(json!({"message": "a\n"})), (None, text("a")));
        assert_eq!(read(json!({"error": "b"})), (None, text("b")));
        assert_eq!(
            read(json!({"error": {"code": "7", "message": "c"}})),
            (Some(7), text("c"))
        );
        assert_eq!(read(json!({"detail": ["d", "e"]})), (None, text("d; e")));
        assert_eq!(
            read(json!({"detail": [{"loc": ["body", "x"], "msg": "bad x"}, {"msg": "bad y"}]})),
            (None, text("/x: bad x; bad y"))
        );
        assert_eq!(
            read(json!({"detail": {"why": "f"}})),
            (None, text(r#"{"why":"f"}"#))
        );
        assert_eq!(
            read(json!({"error_code": 0, "message": "", "error": null})),
            (None, None)
        );
        assert_eq!(
            read(json!({"error_code": {}, "detail": [], "error": {}})),
            (None, None)
        );
    }

    #[test]
    fn a_code_replaces_a_status_that_is_no_error() {
        let status = |code, http| {
            ErrorBody {
                code: Some(code),
                text: None,
            }
            .status(http)
        };
        assert_eq!(status(404_001, 200), 404);
        assert_eq!(status(429, 200), 429);
        assert_eq!(status(1_003, 200), 200);
        assert_eq!(status(400_004, 503), 503);
    }

    #[test]
    fn one_line_is_one_bounded_line() {
        assert_eq!(one_line("a\nb\u{1b}[0m"), "a b [0m");
        assert_eq!(one_line(&"é".repeat(500)).chars().count(), 401);
    }
}
