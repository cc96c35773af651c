//! The input of `happyhorse/happyhorse-1.0/reference-to-video`, a model with a long text, a long enum of
//! integers and many URLs: a sample as JSON text, a type for serde and garde, and a check written by hand.

use garde::Validate;
pub(super) use runcomfy_client::models::happyhorse::happyhorse_1_0::reference_to_video::Input;
use serde::Deserialize;

/// An input that sets every property except `image_url_4` to `image_url_9`, as JSON text.
pub(super) const TEXT: &str = r#"{
  "image_url_1": "https://example.com/references/0001/young-woman.png",
  "prompt": "Cinematic medium close-up. The young woman (character1) sits in a bright café by a window, warm morning light on her face. She glances up from her book, smiles, then returns her gaze to the page.",
  "image_url_2": "https://example.com/references/0001/book.png",
  "image_url_3": "https://example.com/references/0001/cafe.png",
  "aspect_ratio": "9:16",
  "resolution": "1080P",
  "duration": 12,
  "seed": 1234567,
  "watermark": false
}"#;

/// The input type as users of serde and garde would write it.
#[derive(Debug, Deserialize, Validate)]
#[allow(dead_code, reason = "some fields are only deserialized")]
#[serde(deny_unknown_fields)]
pub(super) struct Plain {
    #[garde(skip)]
    pub(super) image_url_1: String,
    #[garde(length(chars, max = 5000))]
    pub(super) prompt: String,
    #[garde(skip)]
    pub(super) image_url_2: Option<String>,
    #[garde(skip)]
    pub(super) image_url_3: Option<String>,
    #[garde(skip)]
    pub(super) image_url_4: Option<String>,
    #[garde(skip)]
    pub(super) image_url_5: Option<String>,
    #[garde(skip)]
    pub(super) image_url_6: Option<String>,
    #[garde(skip)]
    pub(super) image_url_7: Option<String>,
    #[garde(skip)]
    pub(super) image_url_8: Option<String>,
    #[garde(skip)]
    pub(super) image_url_9: Option<String>,
    #[garde(skip)]
    pub(super) aspect_ratio: Option<AspectRatio>,
    #[garde(skip)]
    pub(super) resolution: Option<Resolution>,
    #[garde(inner(custom(is_duration)))]
    pub(super) duration: Option<i64>,
    #[garde(range(min = 0, max = 2_147_483_647))]
    pub(super) seed: Option<i64>,
    #[garde(skip)]
    pub(super) watermark: Option<bool>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) enum AspectRatio {
    #[serde(rename = "16:9")]
    _16x9,
    #[serde(rename = "9:16")]
    _9x16,
    #[serde(rename = "1:1")]
    _1x1,
    #[serde(rename = "4:3")]
    _4x3,
    #[serde(rename = "3:4")]
    _3x4,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) enum Resolution {
    #[serde(rename = "720P")]
    _720P,
    #[serde(rename = "1080P")]
    _1080P,
}

const DURATIONS: [i64; 13] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

fn is_duration(value: &i64, (): &()) -> garde::Result {
    if DURATIONS.contains(value) {
        Ok(())
    } else {
        Err(garde::Error::new("not one of 3 to 15"))
    }
}

/// Checks every limit of the schema that the types do not ensure, each with a plain `if`. This shows the
/// speed of a check that returns only whether the input is valid.
pub(super) fn by_hand(input: &Input) -> bool {
    // A text of at most 5000 bytes has at most 5000 characters, so the characters of such a text are not
    // counted.
    if input.prompt.len() > 5000 && input.prompt.chars().count() > 5000 {
        return false;
    }
    if input
        .duration
        .is_some_and(|duration| !DURATIONS.contains(&duration))
    {
        return false;
    }
    if input
        .seed
        .is_some_and(|seed| !(0..=2_147_483_647).contains(&seed))
    {
        return false;
    }
    true
}
