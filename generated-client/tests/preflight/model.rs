//! A model with media fields of every kind.

use runcomfy_client::codegen_support::ConstraintVisitor;
use runcomfy_client::{
    InputError, MediaField, MediaKind, MediaRule, Model, ModelInput, Validate, Violations,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::support::Output;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Media;

impl Model for Media {
    type Input = Input;
    type Output = Output;
    const ID: &'static str = "a/media";
    const PATH: &'static str = "/v1/models/a/media";
    const MEDIA: &'static [MediaField] = &[
        MediaField::new(
            &["image"],
            MediaKind::Image,
            &[
                MediaRule::MinWidth(48.0),
                MediaRule::MaxHeight(32.0),
                MediaRule::MaxAspectRatio(1.5),
                MediaRule::MaxMegabytes(0.01),
            ],
        ),
        MediaField::new(
            &["shots", "*", "video"],
            MediaKind::Video,
            &[MediaRule::MaxWidth(48.0)],
        ),
        MediaField::new(&["audio"], MediaKind::Audio, &[]),
        MediaField::new(
            &["any"],
            MediaKind::Unknown,
            &[MediaRule::MaxMegabytes(0.001)],
        ),
    ];
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Input {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) image: Option<String>,
    #[serde(default)]
    pub(crate) shots: Vec<Shot>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) audio: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) any: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Shot {
    pub(crate) video: String,
}

impl Validate for Input {
    fn check(&self, _: &mut impl ConstraintVisitor) {}
}

impl ModelInput for Input {
    type Model = Media;

    fn from_json(text: &str) -> Result<Self, InputError> {
        Ok(serde_json::from_str(text)?)
    }

    fn from_value(value: &Value) -> Result<Self, Violations> {
        unimplemented!("no test reads an input from {value}")
    }
}
