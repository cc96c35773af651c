//! The token: what is sent of it, and that nothing else shows it.

use std::fmt;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::error::{Error, ErrorKind};

/// What stands in a text where the token stood.
const REDACTED: &str = "[redacted]";

/// The token, ready to be sent.
#[derive(Clone)]
pub(crate) struct Token {
    secret: SecretString,
    header: HeaderValue,
}

impl Token {
    /// Takes a token. Space around it is dropped: files and shells add line ends.
    pub(crate) fn new(token: &SecretString) -> Result<Self, Error> {
        let token = token.expose_secret().trim();
        if token.is_empty() {
            return Err(Error::new(ErrorKind::Configuration, "the token is empty"));
        }
        // Not the source error: nothing that has seen the token goes into a text.
        let mut header = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| {
            Error::new(
                ErrorKind::Configuration,
                "the token holds a character no header can hold",
            )
        })?;
        header.set_sensitive(true);
        Ok(Self {
            secret: SecretString::from(token),
            header,
        })
    }

    /// The value of `Authorization`, marked as secret.
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// The text without the token, wherever and however it stands there.
    pub(crate) fn redact(&self, text: &str) -> String {
        let secret = self.secret.expose_secret();
        let mut text = text.replace(secret, REDACTED);
        let json = serde_json::to_string(secret).unwrap_or_default();
        let json = json
            .get(1..json.len().saturating_sub(1))
            .unwrap_or_default();
        // A JSON text escapes quotes and backslashes and may escape a slash; a URL has its own way.
        for written in [
            json.replace('/', "\\/"),
            json.to_owned(),
            percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC)
                .to_string(),
            url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        ] {
            if written != secret && !written.is_empty() {
                text = text.replace(&written, REDACTED);
            }
        }
        text
    }

    /// The body of an answer without the token, also where it was cut in the middle of it, or
    /// JSON has another way to write it.
    pub(crate) fn redact_body(&self, body: &str) -> String {
        if let Ok(json) = serde_json::from_str::<Value>(body) {
            let redacted = self.redact_json(&json);
            if redacted != json {
                return redacted.to_string();
            }
        }
        let mut text = self.redact(body);
        let secret = self.secret.expose_secret();
        // Few characters of it tell nothing, and stand at the end of many a text by chance.
        let cut = (4..secret.len()).rev().find(|length| {
            secret
                .get(..*length)
                .is_some_and(|start| text.ends_with(start))
        });
        if let Some(length) = cut {
            text.truncate(text.len() - length);
            text.push_str(REDACTED);
        }
        text
    }

    /// The JSON without the token, in names and texts.
    pub(crate) fn redact_json(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.redact(text)),
            Value::Array(items) => items.iter().map(|item| self.redact_json(item)).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(name, member)| (self.redact(name), self.redact_json(member)))
                .collect(),
            plain => plain.clone(),
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_is_taken_out_however_it_is_written() {
        let token = Token::new(&SecretString::from(" rc/se+cret\"1 \n")).unwrap();
        for text in [
            "Bearer rc/se+cret\"1!",
            r#"{"a":"rc\/se+cret\"1"}"#,
            r#"{"a":"rc/se+cret\"1"}"#,
            "?t=rc%2Fse%2Bcret%221",
        ] {
            let redacted = token.redact(text);
            assert!(!redacted.contains("cret"), "{redacted}");
            assert!(redacted.contains(REDACTED));
        }
        let json = json!({"rc/se+cret\"1": ["x", {"y": "rc/se+cret\"1"}], "n": 1});
        assert_eq!(
            token.redact_json(&json),
            json!({REDACTED: ["x", {"y": REDACTED}], "n": 1})
        );
        assert_eq!(format!("{token:?}"), REDACTED);
    }

    #[test]
    fn a_token_that_was_cut_or_escaped_is_taken_out_of_a_body() {
        let token = Token::new(&SecretString::from("rc-secret-1")).unwrap();
        assert_eq!(
            token.redact_body("{\"echo\":\"rc-secr"),
            "{\"echo\":\"[redacted]"
        );
        assert_eq!(
            token.redact_body("{\"echo\":\"rc-\\u0073ecret-1\"}"),
            "{\"echo\":\"[redacted]\"}"
        );
        assert_eq!(token.redact_body("{\"a\": 1}"), "{\"a\": 1}");
    }

    #[test]
    fn a_token_that_cannot_be_sent_is_refused_without_being_shown() {
        for bad in ["", "  ", "sec\nret", "sec\u{0}ret"] {
            let error = Token::new(&SecretString::from(bad)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(!format!("{error:?}").contains("ret\""), "{error:?}");
        }
    }
}
