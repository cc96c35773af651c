//! The token, and its redaction from everything that a caller can see.

use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::base_url::SEGMENT;
use crate::client::error::{Error, ErrorKind};

/// The text that replaces the token.
const REDACTED: &str = "[redacted]";

/// The API token.
#[derive(Clone)]
pub(crate) struct Token {
    secret: SecretString,
    /// The token as JSON and URLs may contain it, where that differs from `secret`.
    escaped: Vec<SecretString>,
    header: HeaderValue,
}

impl Token {
    /// Checks a token. Surrounding whitespace is removed, because files and shells add line ends.
    pub(crate) fn new(token: &SecretString) -> Result<Self, Error> {
        let token = token.expose_secret().trim();
        if token.is_empty() {
            return Err(Error::new(ErrorKind::Configuration, "the token is empty"));
        }
        let first_word = token.split_whitespace().next().unwrap_or_default();
        if first_word.eq_ignore_ascii_case("bearer") && first_word != token {
            return Err(Error::new(
                ErrorKind::Configuration,
                "the token begins with `Bearer`: pass only what follows",
            ));
        }
        // The source error is discarded, because it might quote the token.
        let mut header = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| {
            Error::new(
                ErrorKind::Configuration,
                "the token contains a character that is not allowed in an HTTP header",
            )
        })?;
        header.set_sensitive(true);
        Ok(Self {
            secret: SecretString::from(token),
            escaped: escaped(token),
            header,
        })
    }

    /// The value of the `Authorization` header, marked as sensitive.
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// Replaces every occurrence of the token, plain or in the usual escapes of JSON and URLs. For JSON
    /// escapes such as `\u0073`, see [`redact_body`](Self::redact_body).
    pub(crate) fn redact(&self, text: &str) -> String {
        let text = text.replace(self.secret.expose_secret(), REDACTED);
        let replace =
            |text: String, escaped: &SecretString| text.replace(escaped.expose_secret(), REDACTED);
        self.escaped.iter().fold(text, replace)
    }

    /// Redacts a response body, including a token that is cut off at the end or written with JSON
    /// escapes.
    pub(crate) fn redact_body(&self, body: &str) -> String {
        if let Ok(json) = serde_json::from_str::<Value>(body) {
            let redacted = self.redact_json(&json);
            if redacted != json {
                return redacted.to_string();
            }
        }
        let mut text = self.redact(body);
        let secret = self.secret.expose_secret();
        // A prefix of up to three characters is kept: it reveals little and often matches by chance.
        let prefix = (4..secret.len()).rev().find(|length| {
            secret
                .get(..*length)
                .is_some_and(|start| text.ends_with(start))
        });
        if let Some(length) = prefix {
            text.truncate(text.len() - length);
            text.push_str(REDACTED);
        }
        text
    }

    /// Redacts all names and strings of a JSON value.
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

/// The escaped forms of the token that differ from it. In JSON, quotes and backslashes are escaped, and
/// slashes may be. In a URL, the token is percent-encoded, in upper or lower case.
fn escaped(secret: &str) -> Vec<SecretString> {
    let json = serde_json::to_string(secret).unwrap_or_default();
    let json = json
        .get(1..json.len().saturating_sub(1))
        .unwrap_or_default();
    let forms = [
        json.replace('/', "\\/"),
        json.to_owned(),
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        utf8_percent_encode(secret, SEGMENT).to_string(),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
    ];
    forms
        .into_iter()
        .flat_map(|form| [lower_case_escapes(&form), form])
        .filter(|form| form != secret && !form.is_empty())
        .map(SecretString::from)
        .collect()
}

/// Writes the hexadecimal digits of percent-encoded characters in lower case.
fn lower_case_escapes(text: &str) -> String {
    let mut digits_left = 0_u8;
    text.chars()
        .map(|c| match c {
            '%' => {
                digits_left = 2;
                c
            }
            _ if digits_left > 0 => {
                digits_left -= 1;
                c.to_ascii_lowercase()
            }
            _ => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_spelling_of_the_token_is_redacted() {
        let token = Token::new(&SecretString::from(" rc/se+cret\"1 \n")).unwrap();
        for text in [
            "Bearer rc/se+cret\"1!",
            r#"{"a":"rc\/se+cret\"1"}"#,
            r#"{"a":"rc/se+cret\"1"}"#,
            "?t=rc%2Fse%2Bcret%221",
            "?t=rc%2fse%2bcret%221",
        ] {
            let redacted = token.redact(text);
            assert!(!redacted.contains("cret"), "{redacted}");
            assert!(redacted.contains(REDACTED));
        }
        let token_with_tilde = Token::new(&SecretString::from("rc/~secret")).unwrap();
        assert_eq!(token_with_tilde.redact("?t=rc%2F~secret"), "?t=[redacted]");
        let json = json!({"rc/se+cret\"1": ["x", {"y": "rc/se+cret\"1"}], "n": 1});
        assert_eq!(
            token.redact_json(&json),
            json!({REDACTED: ["x", {"y": REDACTED}], "n": 1})
        );
        assert_eq!(format!("{token:?}"), REDACTED);
    }

    #[test]
    fn a_truncated_or_escaped_token_is_redacted() {
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
    fn an_invalid_token_is_refused_without_being_shown() {
        for invalid in [
            "",
            "  ",
            "sec\nret",
            "sec\u{0}ret",
            "Bearer secret",
            "bearer\tret",
        ] {
            let error = Token::new(&SecretString::from(invalid)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(!format!("{error:?}").contains("ret\""), "{error:?}");
        }
    }
}
