//! The report on the media files of an input.

use std::fmt;
use std::sync::Arc;

use crate::media::{MediaField, MediaKind, MediaMetadata, MediaRule};
use crate::validate::Violations;

use super::error::ProbeError;
use super::media_file::MediaFile;

/// Why a verdict is unknown.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnknownReason {
    /// The file could not be read.
    #[error("{0}")]
    NotRead(Arc<ProbeError>),
    /// The first bytes match no known format.
    #[error("the format of the file is not recognized")]
    NotRecognized,
    /// The file is of another kind than the field accepts. Not a violation: no rule of the provider
    /// covers it.
    #[error("{} is expected, but the file is {found}", with_article(*.expected))]
    OtherKind {
        /// The kind that the field accepts.
        expected: MediaKind,
        /// The recognized media type.
        found: &'static str,
    },
    /// A rule needs width and height, which could not be read from the header.
    #[error("the width and height of the file ({format}) could not be read")]
    NoDimensions {
        /// The recognized media type.
        format: &'static str,
    },
    /// A rule needs the size in bytes, which the server does not state.
    #[error("the server does not state the size of the file")]
    NoSize,
    /// Only one of the two sizes of the file, as displayed or as stored, satisfies the rules. Which of
    /// them the provider checks is not documented. The sizes differ if the file is displayed rotated, or
    /// if the pixels of a video are not square.
    #[error("the result depends on whether the file is measured as displayed or as stored")]
    Rotated {
        /// The violations found with the size that does not satisfy the rules.
        violations: Violations,
    },
}

/// The verdict on one file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Verdict {
    /// All rules are satisfied, and the file is of the kind that the field accepts. A value exactly at a
    /// bound satisfies its rule.
    Passed,
    /// At least one rule is violated. Other rules may not have been checked.
    Violated(Violations),
    /// No violation is certain, but not everything could be determined, or the file is of another kind
    /// than the field accepts. The list of reasons is not empty.
    Unknown(Vec<UnknownReason>),
}

/// The result for one media URL of an input.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MediaFinding {
    /// JSON pointer (RFC 6901) to the URL in the input, in wire names.
    pub pointer: String,
    /// The URL.
    pub url: String,
    /// The kind of file that the field accepts.
    pub kind: MediaKind,
    /// The header of the file, if it could be read.
    pub file: Option<MediaFile>,
    /// The verdict.
    pub verdict: Verdict,
}

impl fmt::Display for MediaFinding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.verdict {
            Verdict::Passed => write!(out, "{}: passed", self.pointer),
            Verdict::Violated(violations) => violations.fmt(out),
            Verdict::Unknown(reasons) => {
                for (index, reason) in reasons.iter().enumerate() {
                    let end = if index > 0 { "\n" } else { "" };
                    write!(out, "{end}{}: unknown: {reason}", self.pointer)?;
                }
                Ok(())
            }
        }
    }
}

/// The results for all media URLs of an input, in the order of its media fields.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct PreflightReport(Vec<MediaFinding>);

impl PreflightReport {
    pub(super) fn new(findings: Vec<MediaFinding>) -> Self {
        Self(findings)
    }

    /// One finding for each media URL of the input.
    #[must_use]
    pub fn findings(&self) -> &[MediaFinding] {
        &self.0
    }

    /// Whether the verdict on every file is [`Verdict::Passed`]. An input without media passes.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.0
            .iter()
            .all(|finding| matches!(finding.verdict, Verdict::Passed))
    }

    /// The findings with an unknown verdict.
    pub fn unknown(&self) -> impl Iterator<Item = &MediaFinding> {
        self.0
            .iter()
            .filter(|finding| matches!(finding.verdict, Verdict::Unknown(_)))
    }

    /// Returns an error if any file violates a rule. Files with an unknown verdict are not errors.
    ///
    /// # Errors
    ///
    /// The violations of all files, if there are any.
    pub fn violations(&self) -> Result<(), Violations> {
        let violated = self.0.iter().filter_map(|finding| match &finding.verdict {
            Verdict::Violated(violations) => Some(violations.iter().cloned()),
            _ => None,
        });
        Violations::into_result(violated.flatten().collect())
    }
}

impl fmt::Display for PreflightReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.0.iter().enumerate() {
            let end = if index > 0 { "\n" } else { "" };
            write!(out, "{end}{finding}")?;
        }
        Ok(())
    }
}

/// Evaluates the rules of a field for one file. `pointer` is the JSON pointer to its URL.
#[must_use]
pub fn evaluate(field: &MediaField, pointer: &str, file: &MediaFile) -> Verdict {
    let displayed = field.check(pointer, &file.metadata);
    let stored = file.stored.map_or_else(
        || displayed.clone(),
        |(width, height)| {
            let metadata = MediaMetadata {
                width: Some(width),
                height: Some(height),
                ..file.metadata
            };
            field.check(pointer, &metadata)
        },
    );
    let mut reasons = Vec::new();
    match (displayed, stored) {
        (Err(displayed), Err(stored)) => {
            return Verdict::Violated(common_violations(displayed, &stored));
        }
        (Err(violations), Ok(())) | (Ok(()), Err(violations)) => {
            reasons.push(UnknownReason::Rotated { violations });
        }
        (Ok(()), Ok(())) => {}
    }
    reasons.extend(kind_mismatch(field, file));
    let needs_size = field
        .rules
        .iter()
        .any(|rule| matches!(rule, MediaRule::MaxMegabytes(_)));
    let needs_dimensions = field
        .rules
        .iter()
        .any(|rule| !matches!(rule, MediaRule::MaxMegabytes(_)));
    if needs_size && file.metadata.bytes.is_none() {
        reasons.push(UnknownReason::NoSize);
    }
    if needs_dimensions && (file.metadata.width.is_none() || file.metadata.height.is_none()) {
        reasons.extend(
            file.format
                .map(|format| UnknownReason::NoDimensions { format }),
        );
    }
    if reasons.is_empty() {
        Verdict::Passed
    } else {
        Verdict::Unknown(reasons)
    }
}

/// Of the violations found with the displayed size, returns those whose rule the stored size violates too.
/// If there are none, returns all violations found with the displayed size.
fn common_violations(displayed: Violations, stored: &Violations) -> Violations {
    let both = |rule| stored.iter().any(|violation| violation.rule == rule);
    let common = displayed
        .iter()
        .filter(|violation| both(violation.rule))
        .cloned();
    Violations::into_result(common.collect())
        .err()
        .unwrap_or(displayed)
}

fn kind_mismatch(field: &MediaField, file: &MediaFile) -> Option<UnknownReason> {
    match (file.format, field.kind) {
        (None, _) => Some(UnknownReason::NotRecognized),
        (Some(_), MediaKind::Unknown) => None,
        (Some(_), expected) if file.kind == Some(expected) => None,
        (Some(found), expected) => Some(UnknownReason::OtherKind { expected, found }),
    }
}

fn with_article(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "an image",
        MediaKind::Video => "a video",
        MediaKind::Audio => "audio",
        MediaKind::Unknown => "a media file",
    }
}
