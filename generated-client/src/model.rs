//! Models: an id, a request path, and the types of input and output.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::json::InputError;
use crate::media::MediaField;
use crate::validate::{Validate, Violations};

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
    /// The media fields of the input, with the provider's rules for the files.
    const MEDIA: &'static [MediaField] = &[];

    /// The body of the documented request, if the documentation has one.
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
    /// The result equals that of a JSON Schema validator on the normalized schema with
    /// `additionalProperties: false`, except that integers beyond 64 bits are refused. If a property
    /// occurs twice, the last one counts.
    ///
    /// # Errors
    ///
    /// The text is not JSON, or the input has violations: all of them.
    fn from_json(text: &str) -> Result<Self, InputError>;

    /// Reads and validates an input from a JSON value, see [`from_json`](ModelInput::from_json).
    ///
    /// # Errors
    ///
    /// All violations.
    fn from_value(value: &Value) -> Result<Self, Violations>;
}

/// The output of a model, or an object within one.
///
/// Reading is lenient: undescribed properties, and values of an unexpected type, are kept verbatim.
pub trait ModelOutput:
    Serialize + DeserializeOwned + Clone + Debug + PartialEq + Send + Sync + 'static
{
    /// Reads an output.
    ///
    /// # Errors
    ///
    /// The value itself, if it is not a JSON object.
    fn from_value(value: Value) -> Result<Self, Value>;

    /// The output as JSON, including everything that it was read from.
    fn to_value(&self) -> Value;

    /// Every URL of the output with the name of its property, in the order of the response.
    ///
    /// A URL is a string that begins with `http://` or `https://`, at any depth.
    fn urls(&self) -> Vec<(String, String)> {
        let mut urls = Vec::new();
        collect_urls("", &self.to_value(), &mut urls);
        urls
    }
}

fn collect_urls(name: &str, value: &Value, urls: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) if text.starts_with("https://") || text.starts_with("http://") => {
            urls.push((name.to_owned(), text.clone()));
        }
        Value::Array(items) => {
            for item in items {
                collect_urls(name, item, urls);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                collect_urls(name, member, urls);
            }
        }
        _ => {}
    }
}

/// Visits every model that is compiled in, see [`models::visit`](crate::models::visit).
pub trait ModelVisitor {
    /// Called once for each model.
    fn visit<M: Model>(&mut self, model: M);
}
