//! The file format: `schemas/<model_id>.json` as Rust types.
//!
//! Every key is known here, and an unknown one is refused. What the keys mean together is checked by
//! a later stage.

mod file_schema;
mod read;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::Value;

use crate::json::{Json, Number};
use crate::span::Located;

pub use file_schema::model_schema;
pub(crate) use read::read;

/// The file, in the folder of schemas, that holds the [JSON Schema](model_schema) of model files.
pub const MODEL_SCHEMA_FILE: &str = "model.schema.json";

/// The keys of a model file.
pub const MODEL_KEYS: &[&str] = &["model_id", "example", "input", "output", "names"];

/// A model of the RunComfy API: its id and the schemas of its documentation page.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ModelFile {
    /// The id of the model: two to five segments separated by `/`, as in the curl call of its page.
    /// The page's web address is not the id.
    pub model_id: Located<String>,
    /// The body of the documented request.
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    pub example: Option<Located<Json>>,
    /// The input schema, as the page prints it.
    pub input: Located<Schema>,
    /// The output schema, as the page prints it. Without it the output has the four documented
    /// media fields.
    pub output: Option<Output>,
    /// Rust names that replace the derived ones: `wire name` for a property,
    /// `wire name=value` for an enum value, the model id for its module.
    #[schemars(with = "Option<BTreeMap<String, String>>")]
    pub names: Vec<NameOverride>,
}

/// The output schema in the wrapper that the pages print.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Output {
    /// The schema of the output of a successful job.
    pub output: Located<Schema>,
}

/// An override of a derived Rust name.
#[derive(Clone, Debug)]
pub struct NameOverride {
    /// What is named: `wire name`, `wire name=value`, or the model id.
    pub key: Located<String>,
    /// The Rust name.
    pub name: Located<String>,
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum TypeName {
    /// `true` or `false`.
    Boolean,
    /// An integer of at most 64 bits.
    Integer,
    /// The provider's name for `number`.
    Float,
    /// A number.
    Number,
    /// A string.
    String,
    /// A list.
    Array,
    /// An object.
    Object,
}

/// A schema of the dialect.
#[derive(Clone, Debug, Default, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Schema {
    /// The type of the value. Always given.
    #[schemars(required, with = "TypeName")]
    pub r#type: Option<Located<TypeName>>,
    /// A short name, in any language.
    pub title: Option<Located<String>>,
    /// A description, in any language.
    pub description: Option<Located<String>>,
    /// On an optional property the value that the service uses when it is absent, on a required one
    /// a sample.
    #[schemars(with = "Option<Value>")]
    pub default: Option<Located<Json>>,
    /// The allowed values, all strings or all integers.
    #[schemars(with = "Option<Vec<Value>>")]
    pub r#enum: Option<Located<Vec<Located<Json>>>>,
    /// The minimum.
    pub minimum: Option<Located<Number>>,
    /// The maximum.
    pub maximum: Option<Located<Number>>,
    /// The number must be greater than this.
    pub exclusive_minimum: Option<Located<Number>>,
    /// The number must be less than this.
    pub exclusive_maximum: Option<Located<Number>>,
    /// The number must be a multiple of this.
    pub multiple_of: Option<Located<Number>>,
    /// The minimum length in Unicode scalar values.
    pub min_length: Option<Located<Number>>,
    /// The maximum length in Unicode scalar values.
    pub max_length: Option<Located<Number>>,
    /// The minimum number of items.
    pub min_items: Option<Located<Number>>,
    /// The maximum number of items.
    pub max_items: Option<Located<Number>>,
    /// What the string is, such as `image_uri`.
    pub format: Option<Located<String>>,
    /// Rules about the media file behind a URL.
    pub validations: Option<Located<Vec<Located<Validation>>>>,
    /// The names of the required properties.
    pub required: Option<Located<Vec<Located<String>>>>,
    /// The properties of an object.
    #[schemars(with = "Option<BTreeMap<String, Schema>>")]
    pub properties: Option<Located<Vec<Property>>>,
    /// The schema of each item; without it each item is a string.
    pub items: Option<Box<Located<Schema>>>,
}

/// A property of an object.
#[derive(Clone, Debug)]
pub struct Property {
    /// Its wire name.
    pub name: Located<String>,
    /// Its schema.
    pub schema: Located<Schema>,
}

/// A rule about the media file behind a URL.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Validation {
    /// What is compared, and how.
    pub validation_rule: Located<ValidationRule>,
    /// The bound. A file exactly at the bound is accepted.
    pub validation_value: Located<Number>,
    /// The provider's message.
    pub validation_error: Option<Located<String>>,
}

/// What a media rule compares, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema)]
pub enum ValidationRule {
    /// The maximum width in pixels.
    #[schemars(rename = "width_pixels<")]
    MaxWidth,
    /// The minimum width in pixels.
    #[schemars(rename = "width_pixels>")]
    MinWidth,
    /// The maximum height in pixels.
    #[schemars(rename = "height_pixels<")]
    MaxHeight,
    /// The minimum height in pixels.
    #[schemars(rename = "height_pixels>")]
    MinHeight,
    /// The maximum width divided by height.
    #[schemars(rename = "width/height<")]
    MaxAspectRatio,
    /// The minimum width divided by height.
    #[schemars(rename = "width/height>")]
    MinAspectRatio,
    /// The maximum size in megabytes.
    #[schemars(rename = "file_size_mb<")]
    MaxMegabytes,
}
