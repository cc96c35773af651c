//! Request ids: which texts are valid ids, and where to find the id in a response.

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::token::Token;
use crate::client::error::{Error, ErrorKind};

/// Checks that a text can be a request id. Only the empty text, `.` and `..` are invalid: they cannot be
/// a segment of a URL path. All other texts are valid, because ids are percent-encoded in URLs.
///
/// The provider's ids are UUIDs, but this is not documented and therefore not required.
pub(crate) fn check_request_id(text: &str) -> Result<(), Error> {
    if is_request_id(text) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Configuration,
        format!("{text:?} cannot be a request id"),
    ))
}

fn is_request_id(text: &str) -> bool {
    !matches!(text, "" | "." | "..")
}

/// The top-level `request_id` of a response body, even if the body is cut off after the id.
///
/// `None` unless the body begins with a JSON object, complete or cut off: an id in anything else cannot be
/// trusted. Text after the object is ignored. If the id contains the token, the token is redacted.
pub(crate) fn created_request_id(body: &[u8], token: &Token) -> Option<String> {
    let mut found = FoundId::None;
    let parsed = serde_json::Deserializer::from_slice(body).deserialize_map(FindId(&mut found));
    let is_truncated = match parsed {
        Ok(()) => false,
        Err(error) if error.is_eof() => true,
        Err(_) => return None,
    };
    let id = match found {
        FoundId::None => return None,
        FoundId::Text(id) | FoundId::Number(id) => id,
        // Without a delimiter after the number, digits may be missing.
        FoundId::LastNumber(id) if is_truncated && body.ends_with(id.as_bytes()) => return None,
        FoundId::LastNumber(id) => id,
    };
    is_request_id(&id).then(|| token.redact(&id))
}

/// The `request_id` in the part of an object that was read.
enum FoundId {
    None,
    Text(String),
    Number(String),
    /// A number after which no other member was read. If the body is cut off, digits may be missing.
    LastNumber(String),
}

/// Records the `request_id` of an object as soon as it is read.
struct FindId<'a>(&'a mut FoundId);

impl<'de> Visitor<'de> for FindId<'_> {
    type Value = ();

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            if let FoundId::LastNumber(id) = self.0 {
                *self.0 = FoundId::Number(std::mem::take(id));
            }
            if name == "request_id" {
                *self.0 = FoundId::None;
                *self.0 = match members.next_value::<Value>()? {
                    Value::String(id) => FoundId::Text(id),
                    // A number beyond 64 bits is parsed as a float and loses digits, so floats are ignored.
                    Value::Number(id) if !id.is_f64() => FoundId::LastNumber(id.to_string()),
                    _ => FoundId::None,
                };
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// The first id in a `request_id` or `requestId` member, at any depth.
pub(crate) fn nested_request_id(value: &Value, token: &Token) -> Option<String> {
    match value {
        Value::Array(items) => items.iter().find_map(|item| nested_request_id(item, token)),
        Value::Object(members) => members.iter().find_map(|(name, value)| {
            let id = match value {
                Value::String(id) if is_request_id(id) => Some(token.redact(id)),
                Value::Number(id) if !id.is_f64() => Some(id.to_string()),
                _ => None,
            };
            let is_id = matches!(name.as_str(), "request_id" | "requestId");
            id.filter(|_| is_id)
                .or_else(|| nested_request_id(value, token))
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;
    use serde_json::json;

    use super::*;

    fn token() -> Token {
        Token::new(&SecretString::from("rc-secret")).unwrap()
    }

    #[test]
    fn request_ids_are_checked() {
        let long = "x".repeat(1000);
        for valid in [
            "a",
            "8f3a-1.2_Z",
            "...",
            "req:abc",
            "a+b",
            "abc==",
            "a/b",
            "é",
            " ",
            &long,
        ] {
            assert!(check_request_id(valid).is_ok(), "{valid}");
        }
        for invalid in ["", ".", ".."] {
            assert!(check_request_id(invalid).is_err(), "{invalid}");
        }
    }

    #[test]
    fn an_id_is_found_in_a_truncated_response_but_not_in_garbage() {
        let token = token();
        let id = |body: &str| created_request_id(body.as_bytes(), &token);
        for (body, expected) in [
            (r#"{"request_id":"r-1","status_url":"x"}"#, "r-1"),
            (r#"{"a":{"request_id":"no"},"request_id":"r-1","st"#, "r-1"),
            (r#"{"request_id":17}"#, "17"),
            (r#"{"request_id":17,"#, "17"),
            (r#"{"request_id":17,"a"#, "17"),
            (r#"{"request_id":"../x"}"#, "../x"),
            (r#"{"request_id":"rc-secret-1"}"#, "[redacted]-1"),
        ] {
            assert_eq!(id(body).as_deref(), Some(expected), "{body}");
        }
        for none in [
            r#"{"request_id":"r-"#,
            r#"{"request_id":17"#,
            r#"{"request_id":"8f3a", "status": <html>"#,
            r#"{"request_id":null}"#,
            r#"{"request_id":12345678901234567890123}"#,
            r#"{"request_id":""}"#,
            r#"{"a":{"request_id":"no"}}"#,
            r#"["request_id"]"#,
            "",
        ] {
            assert_eq!(id(none), None, "{none}");
        }
    }

    #[test]
    fn a_nested_id_is_found() {
        let token = token();
        let id = |json: Value| nested_request_id(&json, &token);
        assert_eq!(
            id(json!({"data": [{"request_id": "j"}]})).as_deref(),
            Some("j")
        );
        assert_eq!(id(json!({"requestId": 7})).as_deref(), Some("7"));
        assert_eq!(id(json!({"id": "j", "request_id": null})), None);
    }
}
