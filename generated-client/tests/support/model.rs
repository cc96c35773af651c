//! Hand-written models.

use runcomfy_client::codegen_support::ConstraintVisitor;
use runcomfy_client::{Model, ModelOutput, Validate};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Implements `ModelInput` for a type that implements `Deserialize`. `from_value` panics.
macro_rules! input_of {
    ($input:ty, $model:ty) => {
        impl runcomfy_client::ModelInput for $input {
            type Model = $model;

            fn from_json(text: &str) -> Result<Self, runcomfy_client::InputError> {
                Ok(serde_json::from_str(text)?)
            }

            fn from_value(value: &serde_json::Value) -> Result<Self, runcomfy_client::Violations> {
                unimplemented!("no test reads an input from {value}")
            }
        }
    };
}
pub(crate) use input_of;

/// A model whose prompt has a lower maximum length in the client than in the sandbox's schema.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextToVideo;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Input {
    pub(crate) prompt: String,
}

/// An object with any members.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Output(pub(crate) Map<String, Value>);

impl Model for TextToVideo {
    type Input = Input;
    type Output = Output;
    const ID: &'static str = "acme/Clip 1.0/text-to-video";
    const PATH: &'static str = "/v1/models/acme/Clip%201.0/text-to-video";
}

/// A second model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OtherModel;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OtherInput {}

impl Model for OtherModel {
    type Input = OtherInput;
    type Output = Output;
    const ID: &'static str = "acme/other";
    const PATH: &'static str = "/v1/models/acme/other";
}

input_of!(OtherInput, OtherModel);

impl Validate for OtherInput {
    fn check(&self, _: &mut impl ConstraintVisitor) {}
}

input_of!(Input, TextToVideo);

impl Validate for Input {
    fn check(&self, c: &mut impl ConstraintVisitor) {
        c.max_length("prompt", &self.prompt, 10);
    }
}

impl ModelOutput for Output {
    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Object(members) => Ok(Self(members)),
            other => Err(other),
        }
    }

    fn to_value(&self) -> Value {
        Value::Object(self.0.clone())
    }
}

pub(crate) fn input() -> Input {
    Input {
        prompt: "a cat".to_owned(),
    }
}

/// Distinct inputs, with the prompts `n0`, `n1` …
pub(crate) fn numbered_inputs(count: usize) -> Vec<Input> {
    let prompts = (0..count).map(|index| format!("n{index}"));
    prompts.map(|prompt| Input { prompt }).collect()
}
