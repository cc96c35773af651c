//! x
use crate::generated::{Checker, Model, Validate, object, output, string_enum};

/// The model.
#[derive(Clone, Copy, Debug)]
pub struct ImageToVideo;

impl Model for ImageToVideo {
    type Input = Input;
    type Output = Output;
    const ID: &'static str = "a";
    const PATH: &'static str = "/v1/models/a";
}

/// Input of [`ImageToVideo`].
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Prompt.
    pub prompt: String,
    /// Steps.
    pub steps: Option<i64>,
    /// Cfg.
    pub cfg: Option<f64>,
    /// R.
    pub resolution: Option<Resolution>,
    /// I.
    pub images: Option<Vec<String>>,
    /// L.
    pub loras: Option<Vec<LorasItem>>,
}

object! {
    Input of ImageToVideo {
        required {
            "prompt" => prompt: String,
        }
        optional {
            "149_steps" => steps: i64,
            "cfg" => cfg: f64,
            "res" => resolution: Resolution,
            "images" => images: [String],
            "loras" => loras: [LorasItem],
        }
    }
}

impl Validate for Input {
    fn check(&self, on: &mut impl Checker) {
        on.max_length("prompt", &self.prompt, 500);
        on.minimum("149_steps", &self.steps, 6);
        on.maximum("149_steps", &self.steps, 20);
        on.one_of("149_steps", &self.steps, &[7, 8]);
        on.finite("cfg", &self.cfg);
        on.minimum("cfg", &self.cfg, 0.3);
        on.max_items("images", &self.images, 3);
        on.max_length("images", &self.images, 3);
        on.object::<LorasItem>("loras", &self.loras);
    }
}

/// Item.
#[derive(Clone, Debug, PartialEq)]
pub struct LorasItem {
    /// p
    pub path: String,
    /// s
    pub scale: Option<f64>,
}

object! {
    LorasItem {
        required {
            "path" => path: String,
        }
        optional {
            "scale" => scale: f64,
        }
    }
}

impl Validate for LorasItem {
    fn check(&self, on: &mut impl Checker) {
        on.max_length("path", &self.path, 5);
    }
}

string_enum! {
    /// Resolution.
    pub enum Resolution {
        _480P = "480P",
        _1080P = "1080P",
    }
}

/// Output of [`ImageToVideo`].
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Output {
    /// v
    pub video: Option<String>,
    /// v
    pub videos: Vec<String>,
    /// Other.
    pub extra: serde_json::Map<String, serde_json::Value>,
}

output! {
    Output {
        "video" => video,
        "videos" => videos,
    }
}
