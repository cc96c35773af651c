//! What the API answers, read tolerantly.

use std::borrow::Cow;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::address::is_request_id;

/// Where a job is. The words of the status call and of the result call together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// `in_queue`: it can still be cancelled.
    Queued,
    /// `in_progress`: it runs, is billed, and cannot be cancelled any more.
    Running,
    /// `completed`, of the status call only: it is over. Whether it succeeded is told by
    /// [`Job::result`](crate::Job::result) alone.
    Completed,
    /// `succeeded` (also `success`), of the result call: there is an output.
    Succeeded,
    /// `failed`: there is none.
    Failed,
    /// `cancelled` (also `canceled`).
    Cancelled,
    /// A word that this version has not heard of: neither success nor failure.
    Unknown(String),
}

impl State {
    pub(crate) fn read(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "in_queue" => Self::Queued,
            "in_progress" => Self::Running,
            "completed" => Self::Completed,
            "succeeded" | "success" => Self::Succeeded,
            "failed" => Self::Failed,
            "cancelled" | "canceled" => Self::Cancelled,
            _ => Self::Unknown(word.to_owned()),
        }
    }

    /// Whether nothing about the job will change any more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        match self {
            Self::Completed | Self::Succeeded | Self::Failed | Self::Cancelled => true,
            Self::Queued | Self::Running | Self::Unknown(_) => false,
        }
    }

    /// The word for the state, as the API documents it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Queued => "in_queue",
            Self::Running => "in_progress",
            Self::Completed => "completed",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Unknown(word) => word,
        }
    }
}

/// What the status call answered.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Status {
    /// Where the job is.
    pub state: State,
    /// How many jobs are before it, while it is in the queue and the server says so.
    pub queue_position: Option<u64>,
    /// The whole answer.
    pub json: Value,
}

/// A finished job.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Finished<O> {
    /// The output, typed. Fields that the schema does not know are kept in it.
    pub output: O,
    /// When the job was made, as the server writes it (RFC 3339 where documented).
    pub created_at: Option<String>,
    /// When it ended, as the server writes it.
    pub finished_at: Option<String>,
    /// What it cost, in USD. Only where it was
    /// [asked for](crate::ClientBuilder::include_cost), and the server tells.
    pub cost: Option<f64>,
    /// The whole answer of the result call.
    pub json: Value,
}

/// The error part of an answer.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ErrorBody {
    pub(crate) code: Option<i64>,
    pub(crate) text: Option<String>,
}

const TEXTS: [&str; 5] = ["error_message", "message", "error", "detail", "msg"];

impl ErrorBody {
    /// Reads whatever an answer says about an error.
    pub(crate) fn read(body: &Map<String, Value>) -> Self {
        let inner = body.get("error").and_then(Value::as_object);
        let code = body
            .get("error_code")
            .or_else(|| body.get("code"))
            .or_else(|| inner?.get("error_code").or_else(|| inner?.get("code")))
            .and_then(whole)
            // Zero is how some say that there is no error.
            .filter(|code| *code != 0);
        Self {
            code,
            text: TEXTS.iter().find_map(|name| words(body.get(*name)?)),
        }
    }

    /// Whether it says anything.
    pub(crate) fn is_error(&self) -> bool {
        *self != Self::default()
    }

    /// The HTTP status that the error stands for: of a code such as 404001 its first three
    /// digits, whatever the status was that it came with.
    pub(crate) fn status(&self, http_status: u16) -> u16 {
        let of_code = self.code.and_then(|code| match code {
            400..=599 => Some(code),
            400_000..=599_999 => Some(code / 1000),
            _ => None,
        });
        match of_code {
            // An HTTP status that is an error itself was chosen by the same server; the code only
            // speaks where there is none.
            Some(code) if http_status < 400 => u16::try_from(code).unwrap_or(http_status),
            _ => http_status,
        }
    }
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        number => number.as_i64(),
    }
}

/// The text of a string, of each item of an array, or of an object's field that has one.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
        Value::String(text) => (!text.trim().is_empty()).then(|| text.trim().to_owned()),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(words).collect();
            (!items.is_empty()).then(|| items.join("; "))
        }
        Value::Object(fields) if fields.is_empty() => None,
        Value::Object(fields) => Some(
            TEXTS
                .iter()
                .find_map(|name| words(fields.get(*name)?))
                .unwrap_or_else(|| value.to_string()),
        ),
    }
}

/// The text of a server on one line of bounded length, for a message.
pub(crate) fn one_line(text: &str) -> String {
    const MOST: usize = 400;
    let mut line: String = text
        .chars()
        .take(MOST)
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect();
    if text.chars().nth(MOST).is_some() {
        line.push('…');
    }
    line
}

/// The body as text. What is not UTF-8 is shown as such.
pub(crate) fn text(body: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(body)
}

/// The request id that a submit's answer names, also where the answer broke off behind it.
///
/// `None` where the text is not the beginning of a JSON object: an id in something else is not one
/// to trust.
pub(crate) fn request_id(body: &[u8]) -> Option<String> {
    let mut found = None;
    let read = serde_json::Deserializer::from_slice(body).deserialize_map(Seek(&mut found));
    match read {
        Ok(()) => {}
        Err(error) if error.is_eof() => {}
        Err(_) => return None,
    }
    found.filter(|id| is_request_id(id))
}

/// Notes the `request_id` of an object as soon as it is read.
struct Seek<'a>(&'a mut Option<String>);

impl<'de> Visitor<'de> for Seek<'_> {
    type Value = ();

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            if name == "request_id" {
                *self.0 = match members.next_value::<Value>()? {
                    Value::String(id) => Some(id),
                    Value::Number(id) => Some(id.to_string()),
                    _ => None,
                };
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// Whether an answer that turns a submit away names a request all the same.
pub(crate) fn names_a_request(body: &[u8]) -> bool {
    match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(body)) => body.get("request_id").is_some_and(|id| !id.is_null()),
        Ok(_) => false,
        Err(_) => text(body).contains("request_id"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: Value) -> (Option<i64>, Option<String>) {
        let body = ErrorBody::read(body.as_object().unwrap());
        (body.code, body.text)
    }

    #[test]
    fn every_shape_of_an_error_is_read() {
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            read(json!({"error_code": 400002, "error_message": "No balance"})),
            (Some(400_002), text("No balance"))
        );
        assert_eq!(
            read(json!({"error_code": " 404001 "})),
            (Some(404_001), None)
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
            (None, text("bad x; bad y"))
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
    fn a_code_stands_for_a_status_where_http_says_that_all_is_well() {
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
    fn words_of_states_vary() {
        for (word, state) in [
            ("success", State::Succeeded),
            ("canceled", State::Cancelled),
            ("COMPLETED", State::Completed),
            ("on_hold", State::Unknown("on_hold".to_owned())),
        ] {
            assert_eq!(State::read(word), state);
        }
    }

    #[test]
    fn a_request_id_is_found_in_a_broken_answer_but_not_in_garbage() {
        let id = |body: &str| request_id(body.as_bytes());
        assert_eq!(
            id(r#"{"request_id":"r-1","status_url":"x"}"#).as_deref(),
            Some("r-1")
        );
        assert_eq!(
            id(r#"{"a":{"request_id":"no"},"request_id":"r-1","st"#).as_deref(),
            Some("r-1")
        );
        assert_eq!(id(r#"{"request_id":17}"#).as_deref(), Some("17"));
        for none in [
            r#"{"request_id":"r-"#,
            r#"{"request_id":"8f3a", "status": <html>"#,
            r#"{"request_id":"../x"}"#,
            r#"{"request_id":null}"#,
            r#"{"a":{"request_id":"no"}}"#,
            r#"["request_id"]"#,
            "",
        ] {
            assert_eq!(id(none), None, "{none}");
        }
    }

    #[test]
    fn one_line_is_one_bounded_line() {
        assert_eq!(one_line("a\nb\u{1b}[0m"), "a b [0m");
        assert_eq!(one_line(&"é".repeat(500)).chars().count(), 401);
    }
}
