//! The input of `community/fantasy-portrait/image-to-video`, a model with limited ranges of numbers: a sample
//! as JSON text, a type for serde and garde, and a check written by hand.

use garde::Validate;
pub(super) use runcomfy_client::models::community::fantasy_portrait::image_to_video::Input;
use serde::Deserialize;

/// An input that sets every property, as JSON text.
pub(super) const TEXT: &str = r#"{
  "143_image": "https://example.com/portraits/0001/woman-by-the-window.png",
  "160_video": "https://example.com/motions/0001/turning-head.mp4",
  "155_positive_prompt": "A woman turns from the window, smiles and begins to speak; soft light, shallow depth of field",
  "149_shift": 5,
  "149_steps": 8,
  "169_valuex170_value": "720x1280 (9:16)",
  "174_value": 81,
  "163_frame_rate": 16,
  "150_strength": 1.05,
  "149_seed": 96860978,
  "149_cfg": 1.5
}"#;

/// The input type as users of serde and garde would write it.
#[derive(Debug, Deserialize, Validate)]
#[allow(dead_code, reason = "some fields are only deserialized")]
#[serde(deny_unknown_fields)]
pub(super) struct Plain {
    #[serde(rename = "143_image")]
    #[garde(skip)]
    pub(super) image: String,
    #[serde(rename = "160_video")]
    #[garde(skip)]
    pub(super) video: String,
    #[serde(rename = "155_positive_prompt")]
    #[garde(skip)]
    pub(super) positive_prompt: String,
    #[serde(rename = "149_shift")]
    #[garde(range(min = 1, max = 15))]
    pub(super) shift: Option<i64>,
    #[serde(rename = "149_steps")]
    #[garde(range(min = 6, max = 20))]
    pub(super) steps: Option<i64>,
    #[serde(rename = "169_valuex170_value")]
    #[garde(skip)]
    pub(super) resolution: Option<Resolution>,
    #[serde(rename = "174_value")]
    #[garde(inner(custom(is_number_of_frames)))]
    pub(super) number_of_frames: Option<i64>,
    #[serde(rename = "163_frame_rate")]
    #[garde(range(min = 12, max = 24))]
    pub(super) frame_rate: Option<i64>,
    #[serde(rename = "150_strength")]
    #[garde(range(min = 0.3, max = 2.0))]
    pub(super) strength: Option<f64>,
    #[serde(rename = "149_seed")]
    #[garde(skip)]
    pub(super) seed: Option<i64>,
    #[serde(rename = "149_cfg")]
    #[garde(range(min = 0.6, max = 2.0))]
    pub(super) cfg: Option<f64>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) enum Resolution {
    #[serde(rename = "480x480 (1:1)")]
    _480x480,
    #[serde(rename = "720x720 (1:1)")]
    _720x720,
    #[serde(rename = "480x720 (2:3)")]
    _480x720,
    #[serde(rename = "720x480 (3:2)")]
    _720x480,
    #[serde(rename = "540x960 (9:16)")]
    _540x960,
    #[serde(rename = "576x1024 (9:16)")]
    _576x1024,
    #[serde(rename = "720x1280 (9:16)")]
    _720x1280,
    #[serde(rename = "960x540 (16:9)")]
    _960x540,
    #[serde(rename = "1024x576 (16:9)")]
    _1024x576,
    #[serde(rename = "1280x720 (16:9)")]
    _1280x720,
}

fn is_number_of_frames(value: &i64, (): &()) -> garde::Result {
    if [81, 141].contains(value) {
        Ok(())
    } else {
        Err(garde::Error::new("not 81 or 141"))
    }
}

/// Checks every limit of the schema that the types do not ensure, each with a plain `if`. This shows the
/// speed of a check that returns only whether the input is valid.
pub(super) fn by_hand(input: &Input) -> bool {
    if input.shift.is_some_and(|shift| !(1..=15).contains(&shift)) {
        return false;
    }
    if input.steps.is_some_and(|steps| !(6..=20).contains(&steps)) {
        return false;
    }
    if input
        .number_of_frames
        .is_some_and(|frames| frames != 81 && frames != 141)
    {
        return false;
    }
    if input
        .frame_rate
        .is_some_and(|rate| !(12..=24).contains(&rate))
    {
        return false;
    }
    if input
        .strength
        .is_some_and(|strength| !(0.3..=2.0).contains(&strength))
    {
        return false;
    }
    if input.cfg.is_some_and(|cfg| !(0.6..=2.0).contains(&cfg)) {
        return false;
    }
    true
}
