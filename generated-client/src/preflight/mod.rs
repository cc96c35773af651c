//! Media preflight: the provider's rules for the files of an input, checked before the request is
//! paid for.
//!
//! A rule such as "at most 2000 pixels wide" applies to the file behind a URL. The service checks the
//! file only after accepting the request. [`Preflight`] reads the **header** of every such file and
//! evaluates the rules of the schema. It sends ranged requests without the token, the first for 64 KiB.
//! A value exactly at a bound passes (see [`media`](crate::media)). If no violation is certain, but not
//! everything could be determined, the verdict is [`Verdict::Unknown`] with the reasons.
//!
//! # What is measured
//!
//! - **Rotated images and videos.** Cameras store images unrotated, with the orientation in EXIF. A video
//!   track has its rotation in its header. A browser measures such a file as displayed, many libraries
//!   measure it as stored. The documentation does not say how the provider measures it. Both sizes are
//!   checked. If only one of them satisfies the rules, the verdict is [`Verdict::Unknown`] with
//!   [`UnknownReason::Rotated`]. The same applies to a video with non-square pixels. HEIF and AVIF
//!   images are measured only as displayed.
//! - **Animations** (GIF, WebP, PNG) are measured by their canvas.
//! - **The size in bytes** is that of the complete file, as reported by the file system or the server.
//! - **Base64 `data:` URIs** are decoded and measured without network access.
//! - **The kind**: if the field does not accept the kind of the file, such as a login page instead of an
//!   image, the reason is [`UnknownReason::OtherKind`]. This is not a violation, because no rule of the
//!   provider covers it.
//!
//! # What this does not do
//!
//! Only headers are read, so a truncated file passes if its header is complete. The check does not show
//! that the provider can fetch the URL, only that this machine can. WebM, AVI and JPEG XL are recognized, but
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
    /// Creates a preflight that has no local files and requests only public `https` URLs.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a local file, which is checked instead of fetching `url`. Use this for a file that will be
    /// uploaded to `url` later.
    #[must_use]
    pub fn file(mut self, url: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        self.files.insert(url.into(), path.into());
        self
    }

    /// Checks base64 `data:` URIs and the files added with [`file`](Self::file), without network access.
    /// The verdict on any other URL is [`Verdict::Unknown`]. Reads the files on the calling thread.
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
