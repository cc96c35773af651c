//! What the header of a media file says.

use crate::media::{MediaKind, MediaMetadata};

/// What the header of a media file says.
///
/// Width and height are read from PNG, JPEG, GIF, WebP, BMP, TIFF, HEIF, AVIF, MP4 and `QuickTime`
/// (MOV). Other formats (WebM, AVI, JPEG XL …) are recognized, but not measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MediaFile {
    /// The size in bytes, and width and height in pixels **as displayed**: after EXIF orientation
    /// or the rotation of a video track, as a browser measures them. The width and height of an
    /// animation are those of its canvas.
    pub metadata: MediaMetadata,
    /// Width and height in pixels **as stored**, if they differ from those displayed: some
    /// libraries measure an image before rotation, or a video before its pixel aspect ratio is
    /// applied.
    pub stored: Option<(u32, u32)>,
    /// Image, video or audio; `None` if it is none of them or unknown.
    pub kind: Option<MediaKind>,
    /// The media type by the first bytes, such as `image/png` or `application/zip`. `None` if they
    /// are not recognized. The file name and the server's `Content-Type` are ignored.
    pub format: Option<&'static str>,
}

impl MediaFile {
    pub(super) fn set_size(&mut self, displayed: (u32, u32), stored: (u32, u32)) {
        self.metadata.width = Some(displayed.0);
        self.metadata.height = Some(displayed.1);
        self.stored = (stored != displayed).then_some(stored);
    }
}
