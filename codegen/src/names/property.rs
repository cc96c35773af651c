//! Names of properties.
//!
//! The wire name `149_steps` has the node id `149`: the number before the first `_`.
//!
//! A name is derived from the property alone wherever possible, so that adding one property does not
//! rename another. Exception: if the same name is derived for several properties of one object, each of
//! these properties that has a node id gets a name that ends with the id.

use super::reserved;
use super::words::snake;
use crate::identifier::identifier;
use crate::model::Property;
use crate::text::is_untranslated_key;

/// A name derived from a property such as `149_steps`.
pub(super) struct DerivedName {
    /// The name without its node id, in snake case; empty if no name could be derived.
    base: String,
    /// The node id.
    node_id: Option<String>,
    /// Whether the name is derived from the title, because the wire name is not descriptive.
    pub(super) is_from_title: bool,
}

impl DerivedName {
    /// The identifier of the field.
    pub(super) fn identifier(&self) -> String {
        identifier(&self.base, reserved::FIELDS)
    }

    /// The identifier of the field, with the node id appended if there is one.
    pub(super) fn identifier_with_node_id(&self) -> String {
        match &self.node_id {
            Some(id) => identifier(&format!("{}_{id}", self.base), reserved::FIELDS),
            None => self.identifier(),
        }
    }

    /// Whether no name could be derived.
    pub(super) fn is_empty(&self) -> bool {
        self.base.is_empty()
    }
}

/// Derives the name of a property from the property alone.
pub(super) fn derive(property: &Property) -> DerivedName {
    let wire_name = property.wire_name.as_str();
    let (node_id, rest) = split_node_id(wire_name);
    let says_nothing =
        node_id.is_some() && (rest == "value" || rest.is_empty() || is_composite(rest));
    let from_wire_name = snake(rest);
    let derived = |base, is_from_title| DerivedName {
        base,
        node_id: node_id.map(str::to_owned),
        is_from_title,
    };
    if !says_nothing && !from_wire_name.is_empty() {
        return derived(from_wire_name, false);
    }
    let title = property.docs.title.as_deref();
    let title = title.filter(|title| !is_untranslated_key(title));
    let from_title = title.map(|title| snake(without_parentheses(title)));
    match from_title.filter(|name| !name.is_empty()) {
        Some(base) => derived(base, true),
        None if from_wire_name.is_empty() => derived(snake(wire_name), false),
        None => derived(from_wire_name, false),
    }
}

/// Splits `149_steps` into the node id `149` and the name `steps`.
fn split_node_id(wire_name: &str) -> (Option<&str>, &str) {
    match wire_name.split_once('_') {
        Some((id, rest)) if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) => {
            (Some(id), rest)
        }
        _ => (None, wire_name),
    }
}

/// Whether the part of a wire name after the node id consists of two field names joined by an `x`:
/// `valuex170_value` consists of `value` and `170_value`.
fn is_composite(rest: &str) -> bool {
    rest.match_indices('x').any(|(offset, _)| {
        let (node_id, second) = split_node_id(&rest[offset + 1..]);
        offset > 0 && node_id.is_some() && !second.is_empty()
    })
}

fn without_parentheses(title: &str) -> &str {
    let end = title.find(['(', '（']).unwrap_or(title.len());
    if title[..end].trim().is_empty() {
        title
    } else {
        &title[..end]
    }
}
