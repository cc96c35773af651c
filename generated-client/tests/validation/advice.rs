//! Advice: recommended limits that an input does not meet, and values that seem to be in the wrong field.
//! Advice never makes an input invalid.

use runcomfy_client::codegen_support::ConstraintVisitor;
use runcomfy_client::models::wan_ai::wan_2_2::image_to_video::Input as ImageToVideo;
use runcomfy_client::{MediaField, MediaKind, Model, ModelInput, Rule, Validate};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::support::{Output, input_of};

/// A model that recommends short prompts, and takes files.
#[derive(Clone, Copy, Debug)]
struct Recommending;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Input {
    prompt: String,
    prompt_image: String,
    clips: Vec<String>,
}

impl Input {
    fn new(prompt: &str) -> Self {
        Self {
            prompt: prompt.to_owned(),
            prompt_image: "https://example.com/a.png".to_owned(),
            clips: Vec::new(),
        }
    }
}

impl Model for Recommending {
    type Input = Input;
    type Output = Output;
    const ID: &'static str = "acme/recommending";
    const PATH: &'static str = "/v1/models/acme/recommending";
    const MEDIA: &'static [MediaField] = &[
        MediaField::new(&["prompt_image"], MediaKind::Image, &[]),
        MediaField::new(&["clips", "*"], MediaKind::Video, &[]),
    ];
}

input_of!(Input, Recommending);

impl Validate for Input {
    fn check(&self, c: &mut impl ConstraintVisitor) {
        c.max_length("prompt", &self.prompt, 20);
    }

    fn check_advice(&self, c: &mut impl ConstraintVisitor) {
        c.reason("short prompts give better results");
        c.max_length("prompt", &self.prompt, 5);
    }
}

#[test]
fn a_recommendation_never_refuses() {
    assert_eq!(Input::new("short").advice(), []);
    let long = Input::new("longer");
    long.validate().unwrap();
    let advice = long.advice();
    assert_eq!(advice.len(), 1);
    assert_eq!(
        (advice[0].path.as_str(), advice[0].rule),
        ("/prompt", Rule::MaxLength)
    );
    assert_eq!(
        (&advice[0].limit, &advice[0].actual),
        (&json!(5), &json!(6))
    );
    assert_eq!(advice[0].reason, "short prompts give better results");
    assert!(
        advice[0]
            .to_string()
            .ends_with("short prompts give better results")
    );
}

#[test]
fn swapped_arguments_are_noticed() {
    let url = "https://example.com/a.png";
    assert_eq!(ImageToVideo::new("rain", url).advice(), []);
    let swapped = ImageToVideo::new(url, "rain on a window");
    swapped.validate().unwrap();
    let advice: Vec<(String, Rule)> = swapped
        .advice()
        .into_iter()
        .map(|advice| (advice.path, advice.rule))
        .collect();
    assert_eq!(
        advice,
        [
            ("/img_url".to_owned(), Rule::NotAUrl),
            ("/prompt".to_owned(), Rule::LooksLikeUrl)
        ]
    );
}

#[test]
fn every_file_is_a_url_or_a_file_name() {
    let mut input = Input::new("a cat");
    input.clips = [
        "https://example.com/a.mp4",
        "sample.mp4",
        "a/sample.mp4",
        "a cat.",
        "sample",
    ]
    .map(str::to_owned)
    .to_vec();
    let advice = input.advice();
    let paths: Vec<&str> = advice.iter().map(|advice| advice.path.as_str()).collect();
    assert_eq!(paths, ["/clips/2", "/clips/3", "/clips/4"]);
    assert!(advice.iter().all(|advice| advice.rule == Rule::NotAUrl));
}

#[test]
fn a_required_property_has_a_setter() {
    let url = "https://example.com/a.png";
    let input = ImageToVideo::new("", "").prompt("rain").img_url(url);
    assert_eq!(input, ImageToVideo::new("rain", url));
}
