//! Media rules: the provider's rules for the media files whose URLs an input contains. They come from
//! the schema keyword `validations`.
//!
//! For a value exactly at the bound, a rule contradicts its own message: `width_pixels<` with the bound
//! 2000 excludes 2000, but its message is "must not exceed 2000". Such a value is accepted here, because
//! refusing a file that the service accepts would be worse.

use serde_json::Value;

use crate::validate::{Number, Path, Rule, Violation, Violations};

/// The metadata of a media file. A field that is unknown is `None` and violates no rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MediaMetadata {
    /// Width in pixels.
    pub width: Option<u32>,
    /// Height in pixels.
    pub height: Option<u32>,
    /// Size in bytes.
    pub bytes: Option<u64>,
}

impl MediaMetadata {
    /// The metadata of an image: width and height in pixels, size in bytes.
    #[must_use]
    pub const fn new(width: u32, height: u32, bytes: u64) -> Self {
        Self {
            width: Some(width),
            height: Some(height),
            bytes: Some(bytes),
        }
    }
}

/// The kind of file that a media field accepts, from the `format` of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MediaKind {
    /// `image_uri`, `image_uris`.
    Image,
    /// `video_uri`, `video_uris`.
    Video,
    /// `audio_uri`, `audio_uris`.
    Audio,
    /// The schema has rules, but no format that states the kind.
    Unknown,
}

/// A rule for a media file. A value exactly at the bound is accepted.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum MediaRule {
    /// `width_pixels>`: the least width, in pixels.
    MinWidth(f64),
    /// `width_pixels<`: the greatest width, in pixels.
    MaxWidth(f64),
    /// `height_pixels>`: the least height, in pixels.
    MinHeight(f64),
    /// `height_pixels<`: the greatest height, in pixels.
    MaxHeight(f64),
    /// `width/height>`: the least aspect ratio (width divided by height).
    MinAspectRatio(f64),
    /// `width/height<`: the greatest aspect ratio (width divided by height).
    MaxAspectRatio(f64),
    /// `file_size_mb<`: the greatest size, in megabytes of 1,000,000 bytes.
    ///
    /// Whether the provider's megabyte has 1,000,000 or 1,048,576 bytes is not documented. The smaller
    /// unit is used. With the larger one, a file could pass this check and then be refused by the
    /// service, after the request was paid for.
    MaxMegabytes(f64),
}

impl MediaRule {
    /// The [`Rule`] that violations of this rule report.
    #[must_use]
    pub const fn rule(self) -> Rule {
        match self {
            Self::MinWidth(_) => Rule::MinWidth,
            Self::MaxWidth(_) => Rule::MaxWidth,
            Self::MinHeight(_) => Rule::MinHeight,
            Self::MaxHeight(_) => Rule::MaxHeight,
            Self::MinAspectRatio(_) => Rule::MinAspectRatio,
            Self::MaxAspectRatio(_) => Rule::MaxAspectRatio,
            Self::MaxMegabytes(_) => Rule::MaxFileSize,
        }
    }

    /// The bound and the actual value, if the metadata violates the rule.
    fn violation_by(self, metadata: &MediaMetadata) -> Option<(f64, f64)> {
        let width = metadata.width.map(f64::from);
        let height = metadata.height.map(f64::from);
        let ratio = width.zip(height).map(|(width, height)| width / height);
        // Sizes above 2^53 bytes are rounded, and exceed every bound anyway.
        let bytes = metadata.bytes.map(|bytes| bytes as f64);
        let at_least = |limit, found: Option<f64>| {
            found
                .filter(|found| *found < limit)
                .map(|found| (limit, found))
        };
        let at_most = |limit, found: Option<f64>| {
            found
                .filter(|found| *found > limit)
                .map(|found| (limit, found))
        };
        match self {
            Self::MinWidth(limit) => at_least(limit, width),
            Self::MaxWidth(limit) => at_most(limit, width),
            Self::MinHeight(limit) => at_least(limit, height),
            Self::MaxHeight(limit) => at_most(limit, height),
            Self::MinAspectRatio(limit) => at_least(limit, ratio),
            Self::MaxAspectRatio(limit) => at_most(limit, ratio),
            Self::MaxMegabytes(limit) => at_most((limit * 1e6).round(), bytes),
        }
    }
}

/// A field of an input that takes the URL of a media file, or a list of them.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct MediaField {
    /// The path from the input to the field, as wire names. `*` means every item of a list.
    pub path: &'static [&'static str],
    /// The kind of file.
    pub kind: MediaKind,
    /// The provider's rules; empty if the schema only has a format.
    pub rules: &'static [MediaRule],
}

impl MediaField {
    /// Creates a media field. Generated code calls this.
    #[must_use]
    pub const fn new(
        path: &'static [&'static str],
        kind: MediaKind,
        rules: &'static [MediaRule],
    ) -> Self {
        Self { path, kind, rules }
    }

    /// Checks the metadata of one file. `pointer` is the JSON pointer to the file's URL in the input. It
    /// becomes the path of each violation.
    ///
    /// # Errors
    ///
    /// All violations. A value exactly at a bound is accepted; a value that is `None` violates nothing.
    pub fn check(&self, pointer: &str, metadata: &MediaMetadata) -> Result<(), Violations> {
        let violations = self.rules.iter().filter_map(|rule| {
            let (limit, found) = rule.violation_by(metadata)?;
            let mut tokens = pointer.rsplit('/').map(unescaped);
            let last = tokens.next().unwrap_or_default();
            let parent = tokens.next().unwrap_or_default();
            let list = Path::Name(&Path::Root, &parent);
            let place = match last.parse() {
                Ok(index) if self.path.last() == Some(&"*") => Path::Index(&list, index),
                _ => Path::Name(&Path::Root, &last),
            };
            let mut violation =
                Violation::at(&place, rule.rule(), limit.to_json(), found.to_json());
            violation.path = pointer.to_owned();
            Some(violation)
        });
        Violations::into_result(violations.collect())
    }

    /// The URLs of this field in an input, each with its JSON pointer.
    #[must_use]
    pub fn urls<'a>(&self, input: &'a Value) -> Vec<(String, &'a str)> {
        let mut places = vec![(String::new(), input)];
        for step in self.path {
            places = places
                .into_iter()
                .flat_map(|(pointer, value)| children(&pointer, value, step))
                .collect();
        }
        places
            .into_iter()
            .filter_map(|(pointer, value)| Some((pointer, value.as_str()?)))
            .collect()
    }
}

/// The property name of a JSON pointer token.
fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

fn children<'a>(pointer: &str, value: &'a Value, step: &str) -> Vec<(String, &'a Value)> {
    match value {
        Value::Array(items) if step == "*" => items
            .iter()
            .enumerate()
            .map(|(index, item)| (format!("{pointer}/{index}"), item))
            .collect(),
        Value::Object(members) => members
            .get(step)
            .map(|member| {
                let place = Path::Name(&Path::Root, step).pointer();
                (format!("{pointer}{place}"), member)
            })
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}
