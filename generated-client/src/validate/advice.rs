//! Advice: recommendations that an input does not follow. They do not make the input invalid.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::path::Path;
use super::violation::{Rule, Violation};
use crate::media::MediaField;
use crate::model::looks_like_url;

/// A recommendation that an input does not follow. It never keeps the input from being sent.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Advice {
    /// JSON pointer (RFC 6901) to the field, in wire names.
    pub path: String,
    /// The rule that is not followed.
    pub rule: Rule,
    /// The parameter of the rule, as in [`Violation::limit`].
    pub limit: Value,
    /// What was found, as in [`Violation::actual`].
    pub actual: Value,
    /// The recommendation as a sentence.
    pub message: String,
    /// The reason for the recommendation, or its source.
    pub reason: String,
}

impl Advice {
    pub(crate) fn new(violation: Violation, reason: &str) -> Self {
        let Violation {
            path,
            rule,
            limit,
            actual,
            message,
        } = violation;
        Self {
            path,
            rule,
            limit,
            actual,
            message,
            reason: reason.to_owned(),
        }
    }

    /// The advice about texts that seem to be in the wrong field. In a media field, this is a text that
    /// looks like neither a URL nor a file name. In another property whose name contains `prompt`, it is a
    /// text that looks like a URL.
    pub(crate) fn misplaced_urls(input: &Value, media: &[MediaField]) -> Vec<Self> {
        let mut advice = Vec::new();
        let mut media_paths = Vec::new();
        for field in media {
            for (path, url) in field.urls(input) {
                if !looks_like_url(url) && !looks_like_file_name(url) {
                    advice.push(Self::about_text(&path, Rule::NotAUrl, url));
                }
                media_paths.push(path);
            }
        }
        for (name, value) in input.as_object().into_iter().flatten() {
            let path = Path::Name(&Path::Root, name).pointer();
            if !name.to_lowercase().contains("prompt") || media_paths.contains(&path) {
                continue;
            }
            if let Some(text) = value.as_str().filter(|text| looks_like_url(text)) {
                advice.push(Self::about_text(&path, Rule::LooksLikeUrl, text));
            }
        }
        advice
    }

    fn about_text(pointer: &str, rule: Rule, text: &str) -> Self {
        let name = pointer.trim_start_matches('/');
        let root = Path::Root;
        let violation = Violation::of_advice(
            &Path::Name(&root, name),
            rule,
            Value::Null,
            Value::from(text),
        );
        let advice = Self::new(violation, "the field and its value seem not to match");
        Self {
            path: pointer.to_owned(),
            ..advice
        }
    }
}

/// Whether a text may be a bare file name. The service accepts the file names of its own samples.
fn looks_like_file_name(text: &str) -> bool {
    text.contains('.') && !text.contains(|c: char| c.is_whitespace() || c == '/')
}

impl fmt::Display for Advice {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{}: {} [{}]: {}",
            self.path, self.message, self.rule, self.reason
        )
    }
}
