//! The types that describe violations.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// The rule that a [`Violation`] violates.
///
/// The rules up to [`MaxItems`](Rule::MaxItems) come from JSON Schema 2020-12 and apply to the fields
/// of an input. The next rules, up to [`MaxFileSize`](Rule::MaxFileSize), come from the provider's
/// `validations` and apply to the file behind a URL (see [`MediaField`](crate::MediaField)). The last
/// two rules are heuristics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The value has another JSON type, is a number that JSON cannot represent (NaN, infinity), or
    /// is an integer outside the range of `i64`.
    Type,
    /// A required property is missing.
    Required,
    /// The property is not in the schema.
    UnknownProperty,
    /// The value is not one of the allowed values.
    Enum,
    /// Below the minimum.
    Minimum,
    /// Above the maximum.
    Maximum,
    /// Not above the exclusive minimum.
    ExclusiveMinimum,
    /// Not below the exclusive maximum.
    ExclusiveMaximum,
    /// Not a multiple of the given number.
    MultipleOf,
    /// Fewer Unicode scalar values than allowed.
    MinLength,
    /// More Unicode scalar values than allowed.
    MaxLength,
    /// Fewer items than allowed.
    MinItems,
    /// More items than allowed.
    MaxItems,
    /// The image or video is narrower than allowed, in pixels.
    MinWidth,
    /// The image or video is wider than allowed, in pixels.
    MaxWidth,
    /// The image or video is less high than allowed, in pixels.
    MinHeight,
    /// The image or video is higher than allowed, in pixels.
    MaxHeight,
    /// Width divided by height is below the bound.
    MinAspectRatio,
    /// Width divided by height is above the bound.
    MaxAspectRatio,
    /// The file is larger than allowed, in bytes.
    MaxFileSize,
    /// A media field has a text that looks like neither a URL nor a file name. [`Advice`](crate::Advice)
    /// only.
    NotAUrl,
    /// A property whose name contains `prompt`, and that is no media field, holds a text that looks like
    /// a URL. [`Advice`](crate::Advice) only.
    LooksLikeUrl,
}

impl Rule {
    /// The stable identifier of the rule, as in JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Required => "required",
            Self::UnknownProperty => "unknown_property",
            Self::Enum => "enum",
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::ExclusiveMinimum => "exclusive_minimum",
            Self::ExclusiveMaximum => "exclusive_maximum",
            Self::MultipleOf => "multiple_of",
            Self::MinLength => "min_length",
            Self::MaxLength => "max_length",
            Self::MinItems => "min_items",
            Self::MaxItems => "max_items",
            Self::MinWidth => "min_width",
            Self::MaxWidth => "max_width",
            Self::MinHeight => "min_height",
            Self::MaxHeight => "max_height",
            Self::MinAspectRatio => "min_aspect_ratio",
            Self::MaxAspectRatio => "max_aspect_ratio",
            Self::MaxFileSize => "max_file_size",
            Self::NotAUrl => "not_a_url",
            Self::LooksLikeUrl => "looks_like_url",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.id())
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

/// One violation of the schema by an input.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Violation {
    /// JSON pointer (RFC 6901) to the field, in wire names: `/149_steps`, `/loras/0/scale`.
    pub path: String,
    /// The violated rule.
    pub rule: Rule,
    /// The parameter of the rule: the bound, the list of allowed values, or the name of the expected
    /// type. Null if the rule has none.
    pub limit: Value,
    /// The actual value, its length or number of items, or the name of its type. For an unknown property,
    /// its name. Null if the property is missing.
    pub actual: Value,
    /// The violation as a sentence.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() {
            "input"
        } else {
            &self.path
        };
        write!(out, "{path}: {} [{}]", self.message, self.rule)
    }
}

impl std::error::Error for Violation {}

/// All violations of one input, at least one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Returns `Ok` if there are no violations, and an error with all of them otherwise.
    pub(crate) fn into_result(violations: Vec<Violation>) -> Result<(), Self> {
        if violations.is_empty() {
            Ok(())
        } else {
            Err(Self(violations))
        }
    }

    /// The violations in the order they were found.
    #[must_use]
    pub fn as_slice(&self) -> &[Violation] {
        &self.0
    }

    /// Iterates over the violations.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.0.iter()
    }
}

impl IntoIterator for Violations {
    type Item = Violation;
    type IntoIter = std::vec::IntoIter<Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = std::slice::Iter<'a, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            if index > 0 {
                out.write_str("\n")?;
            }
            violation.fmt(out)?;
        }
        Ok(())
    }
}

impl std::error::Error for Violations {}
