//! Media preflight: the provider's rules for the files behind an input, checked before the request
//! is paid for.
//!
//! A rule such as "at most 2000 pixels wide" is about the file behind a URL, and the service judges
//! it after the request was taken. [`Preflight`] reads the **header** of every such file (a few
//! kilobytes, by ranged requests that carry no token) and judges it by the rules that the schema
//! prints. Exactly at a bound passes (see [`media`](crate::media)). What could not be found out is
//! reported as [`Verdict::Unknown`] with its reasons, and never passes in silence.
//!
//! # What is measured
//!
//! - **Turned pictures and videos.** A telephone stores a picture lying and says in EXIF that it
//!   stands; a video track does so in its header. A browser measures such a file as shown, many
//!   libraries as stored, and which of them the provider does is not documented. Both readings are
//!   judged: where they agree, that is the verdict; where not, it is [`Doubt::Turned`].
//! - **Animations** (GIF, WebP, PNG) are measured by their canvas.
//! - **The size** is that of the whole file: from the file system, or what the server tells.
//! - **The kind**: a file that is plainly of another kind than the field takes, such as a login page
//!   in place of a picture, is [`Doubt::OtherKind`]. It is no violation: no rule speaks of it.
//!
//! # What this does not do
//!
//! It does not decode: a file that breaks off after its header passes. It does not vouch that the
//! provider can fetch the URL, only that this machine can. WebM, AVI and JPEG XL are recognised,
//! but their width and height are not read. In PNG, EXIF after the pixels is not looked for.

mod exif;
mod file;
mod movie;
mod report;
#[cfg(feature = "client")]
mod sparse;
#[cfg(feature = "client")]
mod url;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
#[cfg(feature = "client")]
use std::sync::OnceLock;

use serde_json::Value;

use crate::media::MediaField;
use crate::model::{Model, ModelInput};

pub use file::{MediaFile, facts_of_bytes, facts_of_file};
pub use report::{Doubt, Finding, ReadError, Report, Verdict, judge};

/// Checks the files behind an input.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use runcomfy_client::preflight::{Verdict, facts_of_bytes, judge};
/// use runcomfy_client::{MediaField, MediaKind, MediaRule};
///
/// let field = MediaField::new(&["image"], MediaKind::Image, &[MediaRule::MaxWidth(2000.0)]);
/// let picture = b"GIF89a\xd0\x07\x20\x03\0\0\0"; // 2000 pixels wide
/// assert!(matches!(judge(&field, "/image", &facts_of_bytes(picture)), Verdict::Passed));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Preflight {
    files: HashMap<String, PathBuf>,
    #[cfg(feature = "client")]
    private: bool,
    #[cfg(feature = "client")]
    http: OnceLock<reqwest::Client>,
}

/// One media URL of an input, still to be judged.
struct Place {
    field: MediaField,
    pointer: String,
    url: String,
}

impl Preflight {
    /// A preflight that reads public `https` URLs.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a local file for the one behind a URL: the file that is about to be uploaded there.
    /// The URL is then not fetched.
    #[must_use]
    pub fn file(mut self, url: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        self.files.insert(url.into(), path.into());
        self
    }

    /// Judges the files that were given with [`file`](Self::file), without network. Any other URL
    /// is unknown. Reads files on the calling thread.
    ///
    /// # Errors
    ///
    /// The input cannot be written as JSON: it holds NaN or an infinity.
    pub fn check_files<I: ModelInput>(&self, input: &I) -> Result<Report, serde_json::Error> {
        let mut read = HashMap::new();
        let findings = places(input)?.into_iter().map(|place| {
            let file = read
                .entry(place.url.clone())
                .or_insert_with(|| self.local(&place.url).map_err(Arc::new));
            finding(place, file)
        });
        Ok(Report::new(findings.collect()))
    }

    fn local(&self, url: &str) -> Result<MediaFile, ReadError> {
        let path = self.files.get(url).ok_or(ReadError::NotFetched)?;
        Ok(facts_of_file(path)?)
    }
}

fn places<I: ModelInput>(input: &I) -> Result<Vec<Place>, serde_json::Error> {
    let value: Value = serde_json::to_value(input)?;
    let fields = <I::Model as Model>::MEDIA.iter();
    let places = fields.flat_map(|field| {
        field.urls(&value).into_iter().map(|(pointer, url)| Place {
            field: *field,
            pointer,
            url: url.to_owned(),
        })
    });
    Ok(places.collect())
}

fn finding(place: Place, file: &Result<MediaFile, Arc<ReadError>>) -> Finding {
    let verdict = match file {
        Ok(file) => judge(&place.field, &place.pointer, file),
        Err(error) => Verdict::Unknown(vec![Doubt::NotRead(Arc::clone(error))]),
    };
    Finding {
        pointer: place.pointer,
        url: place.url,
        kind: place.field.kind,
        file: file.as_ref().ok().copied(),
        verdict,
    }
}
