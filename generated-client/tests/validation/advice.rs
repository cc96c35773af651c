//! Advice: what an input should observe, although the service accepts it.

use runcomfy_client::codegen_support::ConstraintVisitor;
use runcomfy_client::models::wan_ai::wan_2_2::image_to_video::Input as ImageToVideo;
use runcomfy_client::{InputError, Model, ModelInput, Rule, Validate, Violations};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::support::Output;

/// A model that recommends short prompts.
#[derive(Clone, Copy, Debug)]
struct Recommending;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Input {
    prompt: String,
}

impl Model for Recommending {
    type Input = Input;
    type Output = Output;
    const ID: &'static str = "acme/recommending";
    const PATH: &'static str = "/v1/models/acme/recommending";
}

impl ModelInput for Input {
    type Model = Recommending;

    fn from_json(text: &str) -> Result<Self, InputError> {
        Ok(serde_json::from_str(text)?)
    }

    fn from_value(value: &Value) -> Result<Self, Violations> {
        unimplemented!("no test reads an input from {value}")
    }
}

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
    let input = |prompt: &str| Input {
        prompt: prompt.to_owned(),
    };
    assert_eq!(input("short").advice(), []);
    let long = input("longer");
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
fn a_required_property_has_a_setter() {
    let url = "https://example.com/a.png";
    let input = ImageToVideo::new("", "").prompt("rain").img_url(url);
    assert_eq!(input, ImageToVideo::new("rain", url));
}
