//! Media preflight: the provider's rules for the files of an input, checked before the request is
//! paid for.
//!
//! A rule such as "at most 2000 pixels wide" applies to the file behind a URL, and the service
//! checks it only after it accepted the request. [`Preflight`] reads the **header** of every such
//! file (a few kilobytes, by ranged requests without the token) and evaluates the rules of the
//! schema. A value exactly at a bound passes (see [`media`](crate::media)). Anything that could not be
//! determined is reported as [`Verdict::Unknown`] with its reasons.
//!
//! # What is measured
//!
//! - **Rotated images and videos.** Cameras store images unrotated and note the orientation in EXIF;
//!   video tracks do so in their header. A browser measures such a file as displayed, many libraries
//!   as stored, and which of them the provider does is not documented. If both measurements lead to
//!   the same verdict, that is the verdict; otherwise it is [`UnknownReason::Rotated`].
//! - **Animations** (GIF, WebP, PNG) are measured by their canvas.
//! - **The size** is that of the whole file: from the file system, or as the server states it.
//! - **Base64 `data:` URIs** are measured decoded, without network.
//! - **The kind**: a file of another kind than the field accepts, such as a login page instead of an
//!   image, is [`UnknownReason::OtherKind`]. It is not a violation: no rule covers it.
//!
//! # What this does not do
//!
//! It does not decode: a file that is truncated after its header passes. It does not show that the
//! provider can fetch the URL, only that this machine can. WebM, AVI and JPEG XL are recognized, but
//! their width and height are not read. In PNG, EXIF after the pixels is ignored.

mod data_uri;
mod error;
mod exif;
mod media_file;
mod mp4;
mod probe;
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
use data_uri::probe_data_uri;

pub use data_uri::{DataUriError, data_uri};
pub use error::ProbeError;
pub use media_file::MediaFile;
pub use probe::{probe_bytes, probe_file};
pub use report::{MediaFinding, PreflightReport, UnknownReason, Verdict, evaluate};

/// Checks the media files of an input.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use runcomfy_client::preflight::{Verdict, evaluate, probe_bytes};
/// use runcomfy_client::{MediaField, MediaKind, MediaRule};
///
/// let field = MediaField::new(&["image"], MediaKind::Image, &[MediaRule::MaxWidth(2000.0)]);
/// let image = b"GIF89a\xd0\x07\x20\x03\0\0\0"; // 2000 pixels wide
/// assert!(matches!(evaluate(&field, "/image", &probe_bytes(image)), Verdict::Passed));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Preflight {
    files: HashMap<String, PathBuf>,
    #[cfg(feature = "client")]
    allow_private: bool,
    #[cfg(feature = "client")]
    http: OnceLock<crate::egress::EgressClient>,
}

/// One media URL of an input.
struct MediaUrl {
    field: MediaField,
    pointer: String,
    url: String,
}

impl Preflight {
    /// A preflight that requests public `https` URLs.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a local file instead of fetching the URL, for a file that is yet to be uploaded there.
    #[must_use]
    pub fn file(mut self, url: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        self.files.insert(url.into(), path.into());
        self
    }

    /// Checks the files added with [`file`](Self::file) and base64 `data:` URIs, without network. The
    /// verdict on any other URL is [`Verdict::Unknown`]. Reads the files on the calling thread.
    ///
    /// # Errors
    ///
    /// The input cannot be written as JSON: it contains NaN or infinity.
    pub fn check_files<I: ModelInput>(
        &self,
        input: &I,
    ) -> Result<PreflightReport, serde_json::Error> {
        let mut read = HashMap::new();
        let findings = media_urls(input)?.into_iter().map(|media_url| {
            let file = read
                .entry(media_url.url.clone())
                .or_insert_with(|| self.local(&media_url.url).map_err(Arc::new));
            finding(media_url, file)
        });
        Ok(PreflightReport::new(findings.collect()))
    }

    fn local(&self, url: &str) -> Result<MediaFile, ProbeError> {
        if let Some(file) = probe_data_uri(url) {
            return Ok(file);
        }
        let path = self.files.get(url).ok_or(ProbeError::NotFetched)?;
        Ok(probe_file(path)?)
    }
}

fn media_urls<I: ModelInput>(input: &I) -> Result<Vec<MediaUrl>, serde_json::Error> {
    let value: Value = serde_json::to_value(input)?;
    let fields = <I::Model as Model>::MEDIA.iter();
    let urls = fields.flat_map(|field| {
        field
            .urls(&value)
            .into_iter()
            .map(|(pointer, url)| MediaUrl {
                field: *field,
                pointer,
                url: url.to_owned(),
            })
    });
    Ok(urls.collect())
}

fn finding(media_url: MediaUrl, file: &Result<MediaFile, Arc<ProbeError>>) -> MediaFinding {
    let verdict = match file {
        Ok(file) => evaluate(&media_url.field, &media_url.pointer, file),
        Err(error) => Verdict::Unknown(vec![UnknownReason::NotRead(Arc::clone(error))]),
    };
    MediaFinding {
        pointer: media_url.pointer,
        url: media_url.url,
        kind: media_url.field.kind,
        file: file.as_ref().ok().copied(),
        verdict,
    }
}
