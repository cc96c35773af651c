//! Documentation of generated fields: the title and description; a line with the wire name, all limits and
//! the default; the media rules; and paragraphs on unchecked limits, corrections and advice.

use super::markdown;
use crate::bounds::{BoundKind, Bounds};
use crate::dialect::ValidationRule;
use crate::identifier::without_raw_prefix;
use crate::json::Json;
use crate::json_schema::number;
use crate::lower::Field;
use crate::model::{Docs, ItemSchema, Media, MediaKind, Property, PropertySchema, StringSchema};
use crate::text::{one_line, shorten};

pub(super) use super::markdown::code;

/// The length to which a default or a sample is shortened, in Unicode scalar values.
const MAX_DEFAULT: usize = 60;

/// The documentation of a field, line by line.
pub(super) fn field(field: &Field<'_>, is_output: bool) -> Vec<String> {
    let property = field.property;
    let mut lines = prose(&property.docs);
    if lines.is_empty() {
        lines.push(untitled(property, is_output));
    }
    let facts = facts(field, is_output);
    if !facts.is_empty() {
        lines.push(String::new());
        lines.push(facts.join(" "));
    }
    if let Some(media) = media(property) {
        lines.push(String::new());
        lines.push(media);
    }
    for paragraph in maintained(property) {
        lines.push(String::new());
        lines.extend(paragraph);
    }
    lines
}

/// The sentence for a property without title and description.
fn untitled(property: &Property, is_output: bool) -> String {
    let name = property.wire_name.as_str();
    match name {
        "image" | "video" | "audio" if is_output => format!("URL of the {name}."),
        "images" | "videos" | "audios" if is_output => format!("URLs of the {name}."),
        _ => format!("The property {}.", code(name)),
    }
}

/// Returns one paragraph for the limit that is stated only in prose, if there is one, and one
/// paragraph for each correction and each piece of advice by the maintainer.
fn maintained(property: &Property) -> Vec<Vec<String>> {
    let unchecked = property.unchecked.iter().map(|unchecked| {
        let limit = markdown::escape(&unchecked.text);
        markdown::wrap(&format!(
            "The limit “{limit}” is stated in prose only; it is not checked."
        ))
    });
    let corrections = property.corrections.iter().map(|correction| {
        let prefix = if correction.is_limit {
            "Limit stated by the maintainer"
        } else {
            "Corrected by the maintainer"
        };
        stated(prefix, &correction.reason)
    });
    let advice = property.advice.iter().map(|advice| {
        let limits = limits(&advice.limits, false).join(" ");
        stated(&format!("Advice, not enforced: {limits}"), &advice.reason)
    });
    unchecked.chain(corrections).chain(advice).collect()
}

/// A statement of the maintainer with its reason, as wrapped prose.
pub(super) fn stated(prefix: &str, reason: &str) -> Vec<String> {
    let separator = if prefix.ends_with('.') { "" } else { ":" };
    let reason = sentence(reason);
    markdown::wrap(&format!("{prefix}{separator} {reason}"))
}

/// Title and description as wrapped prose.
pub(super) fn prose(docs: &Docs) -> Vec<String> {
    let text = |text: &Option<String>| sentence(text.as_deref().unwrap_or_default());
    let (title, description) = (text(&docs.title), text(&docs.description));
    markdown::wrap(&format!("{title} {description}"))
}

/// A text as escaped prose that ends like a sentence.
pub(super) fn sentence(text: &str) -> String {
    let text = markdown::escape(text);
    let unquoted = text.trim_end_matches(['”', '»', '"', '`']);
    if text.is_empty() || unquoted.ends_with(['.', '!', '?', ':', '。', '！', '？']) {
        text
    } else {
        format!("{text}.")
    }
}

/// Sentences that state the wire name of a field (if it differs from the Rust name), each limit, and the
/// default or sample.
fn facts(field: &Field<'_>, is_output: bool) -> Vec<String> {
    let property = field.property;
    let mut facts = Vec::new();
    if without_raw_prefix(field.name) != property.wire_name {
        facts.push(format!("Wire name {}.", code(&property.wire_name)));
    }
    facts.extend(limits(&property.schema, is_output));
    if let Some(default) = &property.default {
        let noun = if property.required {
            "Sample"
        } else {
            "Default"
        };
        facts.push(format!("{noun} {}.", code(&default_text(default))));
    }
    facts
}

fn limits(schema: &PropertySchema, is_output: bool) -> Vec<String> {
    match schema {
        PropertySchema::Single(item) => item_limits(item, is_output),
        PropertySchema::List(list) => {
            let mut limits = counts(list.min_items, list.max_items, "item");
            let mut of_item = prose(&list.item_docs);
            of_item.extend(item_limits(&list.item, is_output));
            if !of_item.is_empty() {
                limits.push(format!("Each item: {}", of_item.join(" ")));
            }
            limits
        }
    }
}

fn item_limits(item: &ItemSchema, is_output: bool) -> Vec<String> {
    match item {
        ItemSchema::Integer { bounds, one_of } => {
            let mut limits = bound_limits(bounds, |bound| bound.to_string());
            if let Some(values) = one_of {
                let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
                limits.push(format!("One of {}.", values.join(", ")));
            }
            limits
        }
        ItemSchema::Number(bounds) => bound_limits(bounds, |bound| number(bound).to_string()),
        ItemSchema::String(StringSchema {
            min_length,
            max_length,
            ..
        }) => counts(*min_length, *max_length, "character"),
        ItemSchema::StringEnum(values) if is_output => {
            let values: Vec<String> = values.iter().map(|value| code(&value.wire_name)).collect();
            vec![format!("Documented values: {}.", values.join(", "))]
        }
        ItemSchema::Boolean | ItemSchema::StringEnum(_) | ItemSchema::Object(_) => Vec::new(),
    }
}

fn bound_limits<T: Copy>(bounds: &Bounds<T>, show: impl Fn(T) -> String) -> Vec<String> {
    let limits = bounds.iter().map(|(kind, bound)| {
        let relation = match kind {
            BoundKind::Minimum => "At least",
            BoundKind::Maximum => "At most",
            BoundKind::ExclusiveMinimum => "Above",
            BoundKind::ExclusiveMaximum => "Below",
            BoundKind::MultipleOf => "A multiple of",
        };
        format!("{relation} {}.", show(bound))
    });
    limits.collect()
}

fn counts(min: Option<usize>, max: Option<usize>, noun: &str) -> Vec<String> {
    let limits = [("At least", min), ("At most", max)].into_iter();
    let limits = limits.filter_map(|(relation, limit)| {
        let count = crate::text::count(limit?, noun);
        Some(format!("{relation} {count}."))
    });
    limits.collect()
}

/// The rules about the media file behind a URL.
fn media(property: &Property) -> Option<String> {
    let ItemSchema::String(StringSchema {
        media: Some(Media { kind, rules }),
        ..
    }) = property.schema.item()
    else {
        return None;
    };
    let url = match kind {
        MediaKind::Image => "URL of an image",
        MediaKind::Video => "URL of a video",
        MediaKind::Audio => "URL of an audio file",
        MediaKind::Unknown => "URL of a file",
    };
    if rules.is_empty() {
        return Some(format!("{url}."));
    }
    let rules = rules.iter().map(|rule| {
        let limit = number(rule.limit);
        match rule.rule {
            ValidationRule::MinWidth => format!("width at least {limit} px"),
            ValidationRule::MaxWidth => format!("width at most {limit} px"),
            ValidationRule::MinHeight => format!("height at least {limit} px"),
            ValidationRule::MaxHeight => format!("height at most {limit} px"),
            ValidationRule::MinAspectRatio => format!("width / height at least {limit}"),
            ValidationRule::MaxAspectRatio => format!("width / height at most {limit}"),
            ValidationRule::MaxMegabytes => format!("at most {limit} MB"),
        }
    });
    Some(format!("{url}: {}.", rules.collect::<Vec<_>>().join(", ")))
}

fn default_text(json: &Json) -> String {
    let text = match json {
        Json::String(text) if !text.is_empty() => one_line(text),
        Json::Number(number) => number.as_str().to_owned(),
        other => other.to_value().to_string(),
    };
    shorten(&text, MAX_DEFAULT)
}
