//! Request ids: what can be one, and where a response names one.

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::client::error::{Error, ErrorKind};

/// Whether a text can be a request id: 1 to 128 of `A-Z a-z 0-9 _ - .`, and neither `.` nor `..`.
///
/// The provider's ids are UUIDs, but that is not documented. The excluded texts could change the
/// path they are put into (`/`, `?`, `..`) or garble a log line.
fn is_request_id(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    (1..=128).contains(&text.len()) && text.bytes().all(is_allowed) && text != "." && text != ".."
}

/// Checks that a text [can be a request id](is_request_id).
pub(crate) fn check_request_id(text: &str) -> Result<(), Error> {
    if is_request_id(text) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Configuration,
        "not a request id: 1 to 128 characters of A-Z, a-z, 0-9, `_`, `-` and `.` are expected",
    ))
}

/// The request id that the response to a submit names, even if the response ended early after it.
///
/// `None` unless the text is the beginning of a JSON object: an id in anything else is not to be
/// trusted.
pub(crate) fn created_request_id(body: &[u8]) -> Option<String> {
    let mut found = None;
    let parsed = serde_json::Deserializer::from_slice(body).deserialize_map(FindId(&mut found));
    match parsed {
        Ok(()) => {}
        Err(error) if error.is_eof() => {}
        Err(_) => return None,
    }
    found.filter(|id| is_request_id(id))
}

/// Records the `request_id` of an object as soon as it is read.
struct FindId<'a>(&'a mut Option<String>);

impl<'de> Visitor<'de> for FindId<'_> {
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

/// Whether a response that refuses a submit names a request.
pub(crate) fn mentions_request_id(body: &[u8]) -> bool {
    match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(body)) => body.get("request_id").is_some_and(|id| !id.is_null()),
        Ok(_) => false,
        Err(_) => String::from_utf8_lossy(body).contains("request_id"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_are_checked() {
        let longest = "x".repeat(128);
        for valid in ["a", "8f3a-1.2_Z", "...", &longest] {
            assert!(is_request_id(valid), "{valid}");
        }
        let too_long = "x".repeat(129);
        for invalid in [
            "", ".", "..", "a/b", "a b", "a?b", "a%2fb", "é", "a\n", "a#", &too_long,
        ] {
            assert!(!is_request_id(invalid), "{invalid}");
        }
    }

    #[test]
    fn an_id_is_found_in_a_truncated_response_but_not_in_garbage() {
        let id = |body: &str| created_request_id(body.as_bytes());
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
}
