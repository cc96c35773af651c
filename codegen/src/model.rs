//! A checked model, as later stages use it. After an error, parts of it may be missing or invalid.

use crate::bounds::Bounds;
use crate::dialect::{NameOverride, ValidationRule};
use crate::json::Json;
use crate::model_id::ModelId;
use crate::span::{Located, Span};

/// A model: its id, its input and its output.
#[derive(Clone, Debug)]
pub struct Model {
    /// The id.
    pub id: ModelId,
    /// What the provider's catalogue says about the model.
    pub about: About,
    /// The reasons of overrides of the level `error`, except the overrides that a property lists among its
    /// [corrections](Property::corrections).
    pub corrections: Vec<String>,
    /// The input.
    pub input: ObjectSchema,
    /// The output of a successful job.
    pub output: ObjectSchema,
    /// The body of the documented request; it is valid under the input schema.
    pub example: Option<Located<Json>>,
    /// Rust names that replace derived ones; each is a valid identifier.
    pub names: Vec<NameOverride>,
}

/// What the provider's catalogue says about a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    /// The display name.
    pub title: Option<String>,
    /// What the model does.
    pub description: Option<String>,
    /// The categories.
    pub categories: Vec<String>,
    /// The base price in USD for each unit; finite, at least 0.
    pub base_price_usd: Option<f64>,
    /// The unit that the base price applies to.
    pub price_unit: Option<String>,
    /// The provider's remark on the price.
    pub pricing_note: Option<String>,
    /// The page of the model.
    pub page_url: Option<String>,
}

/// The documentation of a schema. A text is omitted if it is a translation key instead of prose.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Docs {
    /// `title`.
    pub title: Option<String>,
    /// `description`.
    pub description: Option<String>,
}

/// The schema of an object.
#[derive(Clone, Debug)]
pub struct ObjectSchema {
    /// Its documentation.
    pub docs: Docs,
    /// The properties in the order of the schema.
    pub properties: Vec<Property>,
    /// The required properties, as positions in `properties`, in the order of the schema keyword `required`.
    pub required: Vec<usize>,
}

/// A property of an object.
#[derive(Clone, Debug)]
pub struct Property {
    /// The name on the wire.
    pub wire_name: String,
    /// The position of the name in the file.
    pub span: Span,
    /// The documentation.
    pub docs: Docs,
    /// Whether the property is required.
    pub required: bool,
    /// The service's default, or a sample if the property is required. It is valid under `schema`.
    pub default: Option<Json>,
    /// The schema of its values.
    pub schema: PropertySchema,
    /// What overrides state about the property: limits and other corrections.
    pub corrections: Vec<Correction>,
    /// Limits that the service does not enforce.
    pub advice: Vec<Advice>,
    /// A limit that only the description states. It is not checked.
    pub unchecked: Option<UncheckedLimit>,
}

/// What an override states about a property.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// Why the schema is corrected.
    pub reason: String,
    /// Whether the override states a limit of this property or of its items.
    pub is_limit: bool,
}

/// Limits that the service does not enforce.
#[derive(Clone, Debug)]
pub struct Advice {
    /// Why they should be observed, and where they come from.
    pub reason: String,
    /// A schema with these limits and no others. It has the type of the property, with one
    /// exception: if none of the limits applies to the items of a list, the type of the items is
    /// [`ItemSchema::Boolean`], as a placeholder that has no limits.
    pub limits: PropertySchema,
}

/// A limit that only the description of a string states.
#[derive(Clone, Debug, PartialEq)]
pub struct UncheckedLimit {
    /// The limit, verbatim from the description.
    pub text: String,
    /// The schema keyword that would state the limit.
    pub keyword: &'static str,
    /// The position of the description.
    pub span: Span,
}

/// The schema of a property.
#[derive(Clone, Debug)]
pub enum PropertySchema {
    /// A single value, not a list.
    Single(ItemSchema),
    /// A list.
    List(ListSchema),
}

impl PropertySchema {
    /// The schema of the value, or of each item of the list.
    #[must_use]
    pub const fn item(&self) -> &ItemSchema {
        match self {
            Self::Single(item) => item,
            Self::List(list) => &list.item,
        }
    }
}

/// The schema of a list.
#[derive(Clone, Debug)]
pub struct ListSchema {
    /// The schema of each item.
    pub item: ItemSchema,
    /// The documentation of an item.
    pub item_docs: Docs,
    /// The format of the list, such as `image_uris`.
    pub format: Option<String>,
    /// The minimum number of items.
    pub min_items: Option<usize>,
    /// The maximum number of items.
    pub max_items: Option<usize>,
}

/// The schema of a value that is not a list.
#[derive(Clone, Debug)]
pub enum ItemSchema {
    /// `true` or `false`.
    Boolean,
    /// A signed 64-bit integer.
    Integer {
        /// Its bounds.
        bounds: Bounds<i64>,
        /// The only allowed values, without duplicates. `None` if the values are not restricted to a list.
        one_of: Option<Vec<i64>>,
    },
    /// A finite number.
    Number(Bounds<f64>),
    /// A string.
    String(StringSchema),
    /// A string that must be one of these values. There is at least one value, and no duplicates.
    StringEnum(Vec<EnumValue>),
    /// An object.
    Object(ObjectSchema),
}

/// The schema of a string.
#[derive(Clone, Debug, Default)]
pub struct StringSchema {
    /// The minimum length in Unicode scalar values.
    pub min_length: Option<usize>,
    /// The maximum length in Unicode scalar values.
    pub max_length: Option<usize>,
    /// The format, such as `image_uri`.
    pub format: Option<String>,
    /// The media file that the string refers to, if the string is the URL of a media file.
    pub media: Option<Media>,
}

impl StringSchema {
    /// Whether the length of `text` is within the limits.
    #[must_use]
    pub fn allows_length_of(&self, text: &str) -> bool {
        let length = text.chars().count();
        self.min_length.is_none_or(|min| length >= min)
            && self.max_length.is_none_or(|max| length <= max)
    }
}

/// A value of a string enum.
#[derive(Clone, Debug, PartialEq)]
pub struct EnumValue {
    /// The string on the wire.
    pub wire_name: String,
    /// The position of the string in the file.
    pub span: Span,
}

/// A media file behind a URL.
#[derive(Clone, Debug, PartialEq)]
pub struct Media {
    /// The kind of file.
    pub kind: MediaKind,
    /// The provider's rules about it.
    pub rules: Vec<MediaRule>,
}

/// The kind of a media file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaKind {
    /// An image.
    Image,
    /// A video.
    Video,
    /// Audio.
    Audio,
    /// Unknown: the schema has media rules but no format that names the kind.
    Unknown,
}

/// A rule about a media file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MediaRule {
    /// Which quantity is compared with the limit, and how.
    pub rule: ValidationRule,
    /// The limit, above zero.
    pub limit: f64,
}
