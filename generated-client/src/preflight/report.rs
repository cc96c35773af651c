//! The verdict on the files behind an input, and what it could not be reached for.

use std::fmt;
use std::io;
use std::sync::Arc;

use crate::media::{MediaFacts, MediaField, MediaKind, MediaRule};
use crate::validate::Violations;

use super::file::MediaFile;

/// Why the header of a file could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The local file that was given for the URL.
    #[error("the local file cannot be read: {0}")]
    File(#[from] io::Error),
    /// No local file was given for the URL, and the network was not asked.
    #[error("no local file was given for the URL, and it was not fetched")]
    NotFetched,
    /// The URL is not one that is followed, or led to one that is not.
    #[cfg(feature = "client")]
    #[error("{0}")]
    Url(#[from] crate::web::UrlError),
    /// The server answered with another status than success. The provider will hardly fare better.
    #[cfg(feature = "client")]
    #[error("the server answered with status {0}")]
    Status(u16),
    /// The server sent something else than it was asked for: another range, a changed length, or
    /// the content compressed.
    #[cfg(feature = "client")]
    #[error("the server did not send the bytes that were asked for")]
    Answer,
    /// The request failed on its way.
    #[cfg(feature = "client")]
    #[error("the request failed: {0}")]
    Network(reqwest::Error),
}

/// What keeps a verdict from being reached.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Doubt {
    /// The file could not be read.
    #[error("{0}")]
    NotRead(Arc<ReadError>),
    /// The first bytes are not those of a known format.
    #[error("the format of the file is not recognised")]
    NotRecognised,
    /// The file is plainly something else than the field takes. Not a violation: the provider's
    /// rules do not speak of it, and may take more than the schema says.
    #[error("{} is expected, but the file is {found}", words(*.expected))]
    OtherKind {
        /// What the field takes.
        expected: MediaKind,
        /// The media type that the file was recognised as.
        found: &'static str,
    },
    /// A rule is about width and height, and they could not be read from the header.
    #[error("the width and height of the file ({format}) could not be read")]
    NoDimensions {
        /// The media type that the file was recognised as.
        format: &'static str,
    },
    /// A rule is about the size in bytes, and the server does not tell it.
    #[error("the server does not tell the size of the file")]
    NoSize,
    /// The rules hold for the file as shown or as stored, but not both, and it is not documented
    /// which of them the provider measures.
    #[error("the rules depend on whether the file is measured as shown or as stored")]
    Turned {
        /// What is broken in the reading that breaks a rule.
        violations: Violations,
    },
}

/// What became of one file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Verdict {
    /// All rules hold. Exactly at a bound holds.
    Passed,
    /// Rules are broken, whatever else may be unknown.
    Broken(Violations),
    /// No rule is known to be broken, but not all is known: at least one doubt.
    Unknown(Vec<Doubt>),
}

/// One media URL of an input.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// JSON pointer (RFC 6901) to the URL in the input, in wire names.
    pub pointer: String,
    /// The URL.
    pub url: String,
    /// The kind of file that the field takes, where the schema says so.
    pub kind: MediaKind,
    /// What the header said, where it could be read.
    pub file: Option<MediaFile>,
    /// The verdict.
    pub verdict: Verdict,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.verdict {
            Verdict::Passed => write!(out, "{}: passed", self.pointer),
            Verdict::Broken(violations) => violations.fmt(out),
            Verdict::Unknown(doubts) => {
                for (index, doubt) in doubts.iter().enumerate() {
                    let end = if index > 0 { "\n" } else { "" };
                    write!(out, "{end}{}: not known: {doubt}", self.pointer)?;
                }
                Ok(())
            }
        }
    }
}

/// What became of all media URLs of an input, in the order of its media fields.
#[derive(Clone, Debug, Default)]
#[must_use = "a report is only of use to who reads it"]
pub struct Report(Vec<Finding>);

impl Report {
    pub(super) fn new(findings: Vec<Finding>) -> Self {
        Self(findings)
    }

    /// Every media URL that the input holds.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.0
    }

    /// Whether every file is known to keep all rules. An input without media passes.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.0
            .iter()
            .all(|finding| matches!(finding.verdict, Verdict::Passed))
    }

    /// The files of which not all is known.
    pub fn unknown(&self) -> impl Iterator<Item = &Finding> {
        self.0
            .iter()
            .filter(|finding| matches!(finding.verdict, Verdict::Unknown(_)))
    }

    /// Takes what is not known for good, and refuses only what is known to be bad.
    ///
    /// # Errors
    ///
    /// The violations of all files.
    pub fn violations(&self) -> Result<(), Violations> {
        let broken = self.0.iter().filter_map(|finding| match &finding.verdict {
            Verdict::Broken(violations) => Some(violations.iter().cloned()),
            _ => None,
        });
        Violations::into_result(broken.flatten().collect())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.0.iter().enumerate() {
            let end = if index > 0 { "\n" } else { "" };
            write!(out, "{end}{finding}")?;
        }
        Ok(())
    }
}

/// Judges one file by the rules of a field. `pointer` says where its URL stands.
#[must_use]
pub fn judge(field: &MediaField, pointer: &str, file: &MediaFile) -> Verdict {
    let shown = field.check(pointer, &file.facts);
    let stored = file.stored.map_or_else(
        || shown.clone(),
        |(width, height)| {
            let facts = MediaFacts {
                width: Some(width),
                height: Some(height),
                ..file.facts
            };
            field.check(pointer, &facts)
        },
    );
    let mut doubts = Vec::new();
    match (shown, stored) {
        (Err(shown), Err(stored)) => return Verdict::Broken(certain(shown, &stored)),
        (Err(violations), Ok(())) | (Ok(()), Err(violations)) => {
            doubts.push(Doubt::Turned { violations });
        }
        (Ok(()), Ok(())) => {}
    }
    doubts.extend(doubt_of_kind(field, file));
    let asks_size = field
        .rules
        .iter()
        .any(|rule| matches!(rule, MediaRule::MaxMegabytes(_)));
    let asks_pixels = field
        .rules
        .iter()
        .any(|rule| !matches!(rule, MediaRule::MaxMegabytes(_)));
    if asks_size && file.facts.bytes.is_none() {
        doubts.push(Doubt::NoSize);
    }
    if asks_pixels && (file.facts.width.is_none() || file.facts.height.is_none()) {
        doubts.extend(file.format.map(|format| Doubt::NoDimensions { format }));
    }
    if doubts.is_empty() {
        Verdict::Passed
    } else {
        Verdict::Unknown(doubts)
    }
}

/// What both readings break. Where they break different rules, either is as good as the other.
fn certain(shown: Violations, stored: &Violations) -> Violations {
    let both = |rule| stored.iter().any(|violation| violation.rule == rule);
    let certain = shown
        .iter()
        .filter(|violation| both(violation.rule))
        .cloned();
    Violations::into_result(certain.collect())
        .err()
        .unwrap_or(shown)
}

fn doubt_of_kind(field: &MediaField, file: &MediaFile) -> Option<Doubt> {
    match (file.format, field.kind) {
        (None, _) => Some(Doubt::NotRecognised),
        (Some(_), MediaKind::Unknown) => None,
        (Some(_), expected) if file.kind == Some(expected) => None,
        (Some(found), expected) => Some(Doubt::OtherKind { expected, found }),
    }
}

fn words(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "an image",
        MediaKind::Video => "a video",
        MediaKind::Audio => "audio",
        MediaKind::Unknown => "a media file",
    }
}
