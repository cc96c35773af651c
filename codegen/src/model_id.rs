//! Model ids.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::text::{describe_char, escape_invisible, is_invisible};

/// The id of a model: two to five segments, separated by `/`.
///
/// Each segment is a valid file name on every system, so no id can name a file outside the folder of
/// schemas. `con`, for example, is refused because Windows reserves it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelId {
    segments: Vec<String>,
}

impl ModelId {
    /// The segments between the slashes.
    #[must_use]
    pub fn segments(&self) -> &[String] {
        &self.segments
    }

    /// The path of the model's file below the folder of schemas.
    #[must_use]
    pub fn file_path(&self) -> String {
        format!("{self}.json")
    }
}

impl fmt::Display for ModelId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.segments.join("/"))
    }
}

/// A text is not a model id. The message gives at most one reason for each segment, and one for a wrong
/// number of segments, separated by `; `.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", .reasons.join("; "))]
pub struct InvalidModelId {
    reasons: Vec<String>,
}

impl InvalidModelId {
    /// A description of valid model ids, for help texts.
    pub const HELP: &str =
        "two to five segments of ASCII letters, digits, spaces and `. _ - +`, separated by `/`";
}

impl FromStr for ModelId {
    type Err = InvalidModelId;

    fn from_str(id: &str) -> Result<Self, InvalidModelId> {
        let segments: Vec<String> = id.split('/').map(str::to_owned).collect();
        let mut reasons = Vec::new();
        if !(2..=5).contains(&segments.len()) {
            let count = crate::text::count(segments.len(), "segment");
            reasons.push(format!("it has {count}, not two to five"));
        }
        reasons.extend(segments.iter().filter_map(|segment| problem(segment)));
        if reasons.is_empty() {
            Ok(Self { segments })
        } else {
            Err(InvalidModelId { reasons })
        }
    }
}

/// Whether Windows reserves the name for a device, whatever its extension.
fn is_reserved(segment: &str) -> bool {
    // Leading and trailing separators are removed first, as when the module name is derived.
    let name = segment.split('.').next().unwrap_or_default();
    let name = name.trim_matches([' ', '_', '-', '+']).to_ascii_lowercase();
    let numbered = name.strip_prefix("com").or(name.strip_prefix("lpt"));
    let is_numbered =
        numbered.is_some_and(|port| port.len() == 1 && port.as_bytes()[0].is_ascii_digit());
    is_numbered || matches!(name.as_str(), "con" | "prn" | "aux" | "nul")
}

fn problem(segment: &str) -> Option<String> {
    /// The maximum length of a segment, in bytes. Some systems refuse long file names, and the name of the
    /// generated file may be twice as long as the segment.
    const MAX_LENGTH: usize = 100;
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || " ._-+".contains(c);
    let shown = escape_invisible(segment);
    if segment.is_empty() {
        Some("a segment is empty".to_owned())
    } else if segment.len() > MAX_LENGTH {
        Some(format!("a segment has more than {MAX_LENGTH} characters"))
    } else if segment.starts_with(['.', ' ']) || segment.ends_with(['.', ' ']) {
        Some(format!(
            "the segment `{shown}` begins or ends with a dot or a space"
        ))
    } else if let Some(other) = segment.chars().find(|c| !is_allowed(*c)) {
        let other = if is_invisible(other) || other.is_whitespace() {
            describe_char(other)
        } else {
            format!("`{other}`")
        };
        Some(format!("the segment `{shown}` contains {other}"))
    } else if is_reserved(segment) {
        Some(format!(
            "the segment `{shown}` is the name of a device on Windows"
        ))
    } else if !segment.contains(|c: char| c.is_ascii_alphanumeric()) {
        Some(format!("the segment `{shown}` has no letter or digit"))
    } else {
        None
    }
}
