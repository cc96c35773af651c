//! The file format: `schemas/<model_id>.json` as Rust types.
//!
//! These types declare every allowed key. Any other key is an error. Rules that involve several keys
//! are checked by a later stage.

mod file_schema;
mod overrides;
mod read;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::Value;

use crate::diagnostics::Rule;
use crate::json::{Json, Number};
use crate::span::{Located, Span};

pub use file_schema::model_schema;
pub use overrides::patched;
pub(crate) use read::read;

/// The file, in the folder of schemas, that holds the [JSON Schema](model_schema) of model files.
pub const MODEL_SCHEMA_FILE: &str = "model.schema.json";

/// The keys of a model file.
pub const MODEL_KEYS: &[&str] = &[
    "model_id",
    "about",
    "example",
    "input",
    "output",
    "names",
    "overrides",
    "acknowledged",
];

/// A model of the RunComfy API: its id and the schemas of its documentation page.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ModelFile {
    /// The id of the model: two to five segments separated by `/`, as in the curl call of its page.
    /// The page's web address is not the id.
    pub model_id: Located<String>,
    /// What the provider's catalogue says about the model.
    pub about: Option<About>,
    /// The body of the documented request.
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    pub example: Option<Located<Json>>,
    /// The input schema, as the page prints it.
    // The text above describes the key in the file. The field holds the schema after the overrides of the
    // level `error` have been applied.
    pub input: Located<Schema>,
    /// The output schema, as the page prints it. Without it the output has the four documented
    /// media fields.
    pub output: Option<Output>,
    /// Rust names that replace the derived ones. The key is `wire name` for a property,
    /// `wire name=value` for an enum value, and the model id for the module of the model.
    #[schemars(with = "Option<BTreeMap<String, String>>")]
    pub names: Vec<NameOverride>,
    /// Corrections of the input schema, and limits that the page states in prose only.
    #[schemars(with = "Option<Vec<Override>>")]
    pub overrides: Vec<Override>,
    /// Warnings that a maintainer has seen: they are not printed any more.
    #[schemars(with = "Option<Vec<Acknowledged>>")]
    pub acknowledged: Vec<Acknowledged>,
}

/// What the provider's catalogue says about a model.
#[derive(Clone, Debug, Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct About {
    /// The display name.
    pub title: Option<Located<String>>,
    /// What the model does.
    pub description: Option<Located<String>>,
    /// The categories, such as `image-to-video`.
    pub categories: Option<Located<Vec<Located<String>>>>,
    /// The base price in USD for each unit of `price_unit`, at least 0. It is neither a quote nor a
    /// minimum.
    pub base_price_usd: Option<Located<Number>>,
    /// What the base price is for, such as `second` or `output`.
    pub price_unit: Option<Located<String>>,
    /// The provider's remark on the price.
    pub pricing_note: Option<Located<String>>,
    /// The page of the model.
    pub page_url: Option<Located<String>>,
}

/// A change of the input schema by a maintainer. `cargo xtask import` and `cargo xtask pull` keep it.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Override {
    /// Why the schema is changed, and where the change comes from.
    pub reason: Located<String>,
    /// What happens to an input that breaks the limits of this override. `error` by default.
    #[schemars(with = "Option<Level>")]
    pub level: Level,
    /// A JSON merge patch (RFC 7386) on the input schema. A patch that changes nothing is an error. At
    /// the level `advice`, a patch may only limit numbers, string lengths and item counts.
    #[schemars(with = "BTreeMap<String, Value>")]
    pub input: Located<Json>,
    /// The position of the override.
    #[schemars(skip)]
    pub span: Span,
    /// At the level `advice`, the input schema after applying the overrides of the level `error` and then
    /// this override. `None` at the level `error`, or if the patch changes nothing.
    #[schemars(skip)]
    pub advised: Option<Located<Schema>>,
}

/// What happens to an input that breaks the limits of an override.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Level {
    /// The input is refused, because the patch is part of the schema.
    #[default]
    Error,
    /// The input is accepted, with advice.
    Advice,
}

/// A warning that a maintainer has seen.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Acknowledged {
    /// The rule of the warning.
    #[schemars(schema_with = "file_schema::warnings")]
    pub rule: Located<Rule>,
    /// The JSON pointer to the place of the warning, or to a value around it. By default, all
    /// warnings of the rule in this file are acknowledged.
    pub pointer: Option<Located<String>>,
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
    /// The renamed item: `wire name` for a property, `wire name=value` for an enum value, or the
    /// model id for the module of the model.
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
    /// A signed 64-bit integer.
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
    /// The type of the value. Required.
    // `None` only after an error has been reported.
    #[schemars(required, with = "TypeName")]
    pub r#type: Option<Located<TypeName>>,
    /// A short name, in any language.
    pub title: Option<Located<String>>,
    /// A description, in any language.
    pub description: Option<Located<String>>,
    /// For an optional property, the value that the service uses if the property is absent; for a
    /// required property, a sample value.
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
    /// The kind of string, such as `image_uri`.
    pub format: Option<Located<String>>,
    /// Rules about the media file behind a URL.
    pub validations: Option<Located<Vec<Located<Validation>>>>,
    /// The names of the required properties.
    pub required: Option<Located<Vec<Located<String>>>>,
    /// The properties of an object.
    #[schemars(with = "Option<BTreeMap<String, Schema>>")]
    pub properties: Option<Located<Vec<Property>>>,
    /// Must be `false`, which is also the default: only properties that the schema names are allowed.
    #[schemars(default, schema_with = "file_schema::only_false")]
    pub additional_properties: Option<Located<bool>>,
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
    /// The maximum aspect ratio: the width divided by the height.
    #[schemars(rename = "width/height<")]
    MaxAspectRatio,
    /// The minimum aspect ratio: the width divided by the height.
    #[schemars(rename = "width/height>")]
    MinAspectRatio,
    /// The maximum size in megabytes.
    #[schemars(rename = "file_size_mb<")]
    MaxMegabytes,
}
