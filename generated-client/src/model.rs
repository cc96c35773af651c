//! Models: an id, a request path, an input and an output, bound together as types.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::json::InputError;
use crate::media::MediaField;
use crate::validate::{Validate, Violations};

/// A model of the API: what it is called and what it takes and gives.
///
/// Implemented by generated marker types, so that generic code can name `M::Input` and `M::Output`.
pub trait Model: Copy + Debug + Send + Sync + 'static {
    /// What the model takes.
    type Input: ModelInput<Model = Self>;
    /// What the model gives.
    type Output: ModelOutput;

    /// The id of the model: two to five segments with `/` between.
    const ID: &'static str;
    /// The path of the submit call: `/v1/models/` and the id, each segment percent-encoded.
    const PATH: &'static str;
    /// The media fields of the input and the provider's rules for the files behind them.
    const MEDIA: &'static [MediaField] = &[];

    /// The body of the documented request, where the documentation has one.
    #[must_use]
    fn example() -> Option<Self::Input> {
        None
    }
}

/// The input of a model.
pub trait ModelInput:
    Validate + Serialize + DeserializeOwned + Clone + Debug + PartialEq + Send + Sync + 'static
{
    /// The model that takes it.
    type Model: Model<Input = Self>;

    /// Reads an input from JSON text and checks it.
    ///
    /// The verdict is that of a JSON Schema validator on the normalised schema with unknown
    /// properties refused, but for integers beyond 64 bits, which are refused. Where a member
    /// stands twice, the last one counts.
    ///
    /// # Errors
    ///
    /// The text is not JSON, or all violations of the JSON that it is.
    fn from_json(text: &str) -> Result<Self, InputError>;

    /// Reads an input from a JSON value and checks it, as
    /// [`from_json`](ModelInput::from_json) does.
    ///
    /// # Errors
    ///
    /// All violations.
    fn from_value(value: &Value) -> Result<Self, Violations>;
}

/// The output of a model, or an object within one. Reading it is tolerant: what the schema does
/// not describe is kept, and what does not fit its field is kept as it came.
pub trait ModelOutput:
    Serialize + DeserializeOwned + Clone + Debug + PartialEq + Send + Sync + 'static
{
    /// Reads an output.
    ///
    /// # Errors
    ///
    /// The value itself, when it is not a JSON object.
    fn from_value(value: Value) -> Result<Self, Value>;

    /// The output as JSON, with everything that it was read from.
    fn to_value(&self) -> Value;

    /// Every URL of the output, with the property that it stands in, in the order of the answer.
    ///
    /// A URL is a string that begins with `http://` or `https://`, wherever it stands.
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

/// Code to run for every model that is compiled in; see
/// [`models::visit`](crate::models::visit).
pub trait ModelVisitor {
    /// Called once for each model.
    fn visit<M: Model>(&mut self, model: M);
}
