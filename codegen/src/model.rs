//! A model that has passed every check: plain types in which a contradiction cannot be written.

use crate::json::{Json, Located, Span};

/// A model: its id and what it takes and gives.
#[derive(Clone, Debug)]
pub struct Model {
    /// Its id.
    pub id: ModelId,
    /// What it takes.
    pub input: Object,
    /// What it gives on success.
    pub output: Object,
    /// The body of the documented request; it fits the input.
    pub example: Option<Located<Json>>,
    /// Rust names that replace derived ones.
    pub names: Vec<Override>,
}

/// The id of a model: two to five segments, each fit to be a file name on every system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ModelId {
    pub(crate) segments: Vec<String>,
}

impl ModelId {
    /// The segments between the slashes.
    #[must_use]
    pub fn segments(&self) -> &[String] {
        &self.segments
    }
}

impl std::fmt::Display for ModelId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.segments.join("/"))
    }
}

/// A Rust name that replaces a derived one.
#[derive(Clone, Debug)]
pub struct Override {
    /// What is named: `wire name`, `wire name=value`, or the model id.
    pub key: Located<String>,
    /// The Rust name, a valid identifier.
    pub name: String,
}

/// What the schema says for readers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Docs {
    /// `title`.
    pub title: Option<String>,
    /// `description`.
    pub description: Option<String>,
}

/// An object and its properties.
#[derive(Clone, Debug)]
pub struct Object {
    /// What the schema says for readers.
    pub docs: Docs,
    /// The properties in the order of the schema.
    pub properties: Vec<Property>,
    /// The required properties, as positions in `properties`, in the order of `required`.
    pub required: Vec<usize>,
}

/// A property of an object.
#[derive(Clone, Debug)]
pub struct Property {
    /// Its name on the wire.
    pub wire: String,
    /// Where its name stands.
    pub span: Span,
    /// What the schema says for readers.
    pub docs: Docs,
    /// Whether it must be there.
    pub required: bool,
    /// The service's default, or a sample if the property is required. It keeps every limit.
    pub default: Option<Json>,
    /// What it holds.
    pub shape: Shape,
}

/// What a property holds.
#[derive(Clone, Debug)]
pub enum Shape {
    /// One value.
    One(Item),
    /// A list.
    List(List),
}

/// A list.
#[derive(Clone, Debug)]
pub struct List {
    /// What each item is.
    pub item: Item,
    /// What the schema says of an item.
    pub item_docs: Docs,
    /// What the items stand for, where the list says it.
    pub format: Option<String>,
    /// The least number of items.
    pub min_items: Option<usize>,
    /// The greatest number of items.
    pub max_items: Option<usize>,
}

/// A value that is not a list.
#[derive(Clone, Debug)]
pub enum Item {
    /// `true` or `false`.
    Boolean,
    /// An integer of at most 64 bits.
    Integer {
        /// Its bounds.
        bounds: Bounds<i64>,
        /// The allowed values, without repeats; `None` where all are.
        one_of: Option<Vec<i64>>,
    },
    /// A finite number.
    Number(Bounds<f64>),
    /// A string.
    Text(Text),
    /// One of a list of strings, without repeats, at least one.
    Choice(Vec<Choice>),
    /// An object.
    Object(Object),
}

/// The bounds of a number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bounds<T> {
    /// At least.
    pub minimum: Option<T>,
    /// At most.
    pub maximum: Option<T>,
    /// Above.
    pub exclusive_minimum: Option<T>,
    /// Below.
    pub exclusive_maximum: Option<T>,
    /// A whole number of steps; above zero.
    pub multiple_of: Option<T>,
}

/// A string and its limits.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// The least number of Unicode scalar values.
    pub min_length: Option<usize>,
    /// The greatest number of Unicode scalar values.
    pub max_length: Option<usize>,
    /// What it stands for.
    pub format: Option<String>,
    /// What is known of the media file it is the URL of.
    pub media: Option<Media>,
}

/// A value of a string enum.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The string on the wire.
    pub wire: String,
    /// Where it stands.
    pub span: Span,
}

/// A media file behind a URL.
#[derive(Clone, Debug, PartialEq)]
pub struct Media {
    /// What it is.
    pub kind: MediaKind,
    /// The provider's rules about it.
    pub rules: Vec<MediaRule>,
}

/// What a URL is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A video.
    Video,
    /// A sound.
    Audio,
    /// There are rules, but no format that says.
    Unknown,
}

/// A rule about a media file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MediaRule {
    /// What is compared, and how.
    pub rule: crate::dialect::RuleName,
    /// The bound; above zero.
    pub limit: f64,
}
