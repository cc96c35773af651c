//! Models: an id, a request path, and the types of input and output.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::about::About;
use crate::json::InputError;
use crate::media::MediaField;
use crate::validate::{Advice, Validate, Violations, advice_of};

/// A model of the API.
///
/// Implemented by generated marker types, so that generic code can use `M::Input` and `M::Output`.
pub trait Model: Copy + Debug + Send + Sync + 'static {
    /// The input.
    type Input: ModelInput<Model = Self>;
    /// The output of a job that succeeded.
    type Output: ModelOutput;

    /// The model id: two to five segments, separated by `/`.
    const ID: &'static str;
    /// The path of the submit call: `/v1/models/` and the id, with percent-encoded segments.
    const PATH: &'static str;
    /// What the provider's catalogue says about the model.
    const ABOUT: About = About::NONE;
    /// The media fields of the input, with the provider's rules for the files.
    const MEDIA: &'static [MediaField] = &[];

    /// The body of the example request in the model's documentation, if there is one.
    #[must_use]
    fn example() -> Option<Self::Input> {
        None
    }
}

/// The input of a model.
pub trait ModelInput:
    Validate + Serialize + DeserializeOwned + Clone + Debug + PartialEq + Send + Sync + 'static
{
    /// The model of this input.
    type Model: Model<Input = Self>;

    /// Reads and validates an input from JSON text.
    ///
    /// Accepts the inputs that the model's schema accepts when the schema is converted to standard JSON
    /// Schema with `additionalProperties: false`. The only difference is that the type `integer` accepts only
    /// values that fit in an `i64`. If a property occurs twice, the last value applies.
    ///
    /// # Errors
    ///
    /// The text is not JSON, or the input is invalid. The error of an invalid input has all violations.
    fn from_json(text: &str) -> Result<Self, InputError>;

    /// The JSON Schema of the input. `None` without the feature `schemars`.
    #[doc(hidden)]
    fn json_schema() -> Option<Value> {
        None
    }

    /// Advice on the input: recommended limits that it does not meet, and values that seem to be in the
    /// wrong field. A submit that validates the input logs its advice. Advice never prevents a submit.
    fn advice(&self) -> Vec<Advice> {
        let limits = advice_of(self).into_iter();
        let mut advice: Vec<Advice> = limits
            .map(|(violation, reason)| Advice::new(violation, reason))
            .collect();
        if let Ok(input) = serde_json::to_value(self) {
            let media = <Self::Model as Model>::MEDIA;
            advice.extend(Advice::misplaced_urls(&input, media));
        }
        advice
    }

    /// Reads and validates an input from a JSON value, see [`from_json`](ModelInput::from_json).
    ///
    /// # Errors
    ///
    /// All violations.
    fn from_value(value: &Value) -> Result<Self, Violations>;
}

/// The output of a model, or an object within one.
///
/// Reading is lenient: properties that the schema does not describe, and values of an unexpected type,
/// are kept verbatim.
pub trait ModelOutput:
    Serialize + DeserializeOwned + Clone + Debug + PartialEq + Send + Sync + 'static
{
    /// Reads an output.
    ///
    /// # Errors
    ///
    /// The value itself, if it is not a JSON object.
    fn from_value(value: Value) -> Result<Self, Value>;

    /// The output as JSON, including properties that the schema does not describe and values of an
    /// unexpected type.
    fn to_value(&self) -> Value;

    /// The wire names of the properties that the schema describes. Generated code sets this constant.
    #[doc(hidden)]
    const PROPERTIES: &'static [&'static str] = &[];

    /// The URLs of the output, in the order of [`to_value`](ModelOutput::to_value), which may differ from
    /// the order of the response. Each item is a pair: the name of a top-level property, and a URL that the
    /// property contains.
    ///
    /// - In the media properties `image`, `images`, `video`, `videos`, `audio` and `audios`, every
    ///   non-empty string is listed, whether it looks like a URL or not.
    /// - In objects within these properties, and in other properties that the schema describes, only
    ///   strings that look like a URL are listed. These include `data:` URLs.
    /// - All other properties are ignored, because a response may echo its input.
    fn urls(&self) -> Vec<(String, String)> {
        let mut urls = Vec::new();
        match self.to_value() {
            Value::Object(members) => {
                for (name, value) in &members {
                    let is_media = MEDIA_PROPERTIES.contains(&name.as_str());
                    if is_media || Self::PROPERTIES.contains(&name.as_str()) {
                        collect_urls(name, value, is_media, &mut urls);
                    }
                }
            }
            // An output that is not an object is treated like the value of a media property.
            value => collect_urls("output", &value, true, &mut urls),
        }
        urls
    }
}

/// The documented media properties of outputs, and those seen in use.
const MEDIA_PROPERTIES: [&str; 6] = ["image", "images", "video", "videos", "audio", "audios"];

/// Collects the non-empty texts of a value. Texts within objects, and all texts if `is_media` is false,
/// are collected only if they look like a URL.
fn collect_urls(name: &str, value: &Value, is_media: bool, urls: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) if !text.is_empty() && (is_media || looks_like_url(text)) => {
            urls.push((name.to_owned(), text.clone()));
        }
        Value::Array(items) => {
            for item in items {
                collect_urls(name, item, is_media, urls);
            }
        }
        Value::Object(members) => {
            for member in members.values() {
                collect_urls(name, member, false, urls);
            }
        }
        _ => {}
    }
}

pub(crate) fn looks_like_url(text: &str) -> bool {
    let starts_with = |prefix: &str| {
        text.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    ["http://", "https://", "data:", "//"]
        .into_iter()
        .any(starts_with)
        && !text.contains(char::is_whitespace)
}

/// Visits every model that is compiled in, see [`models::visit`](crate::models::visit).
pub trait ModelVisitor {
    /// Called once for each model.
    fn visit<M: Model>(&mut self, model: M);
}
