//! The models that are part of this package. They are copies of model files in `schemas/`, because a
//! published package has no access to that folder. A test compares the copies with the originals.

/// The model files, verbatim.
pub(crate) const BUNDLED: [&str; 5] = [
    include_str!("../../models/bytedance/seedance-v1.5-pro/image-to-video.json"),
    include_str!("../../models/community/fantasy-portrait/image-to-video.json"),
    include_str!("../../models/community/wan-2-1/fusionx/image-to-video.json"),
    include_str!("../../models/happyhorse/happyhorse-1.0/reference-to-video.json"),
    include_str!("../../models/wan-ai/wan-2-2/image-to-video.json"),
];
