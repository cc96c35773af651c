//! The properties of a media file that are read from its header.

use crate::media::{MediaKind, MediaMetadata};

/// The properties of a media file that are read from its header.
///
/// Width and height are read from PNG, JPEG, GIF, WebP, BMP, TIFF, HEIF, AVIF, MP4 and `QuickTime`
/// (MOV). Other formats (WebM, AVI, JPEG XL …) are recognized, but not measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MediaFile {
    /// The size in bytes, and the width and height in pixels **as displayed**. As in a browser, the
    /// EXIF orientation of an image and the rotation of a video track are applied. The width and height
    /// of an animation are those of its canvas.
    pub metadata: MediaMetadata,
    /// The width and height in pixels **as stored**. `None` if they are the same as displayed, or if they
    /// are unknown, as for every HEIF and AVIF image. Some libraries measure an image or a video without
    /// its rotation, or a video without its pixel aspect ratio.
    pub stored: Option<(u32, u32)>,
    /// Image, video or audio. `None` if the file is none of these, or its format is not recognized.
    pub kind: Option<MediaKind>,
    /// The media type by the first bytes, such as `image/png` or `application/zip`. `None` if they
    /// are not recognized. An MP4 or `QuickTime` file that has audio tracks and no video track is
    /// `audio/mp4`. The file name and the server's `Content-Type` are ignored.
    pub format: Option<&'static str>,
}

impl MediaFile {
    pub(super) fn set_size(&mut self, displayed: (u32, u32), stored: (u32, u32)) {
        self.metadata.width = Some(displayed.0);
        self.metadata.height = Some(displayed.1);
        self.stored = (stored != displayed).then_some(stored);
    }
}
