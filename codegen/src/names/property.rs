//! Names of properties.
//!
//! A name is a function of the property itself wherever possible, so that adding one property
//! never renames another. Only properties that differ in nothing but their node id look at each
//! other: both then keep the id.

use super::words::{identifier, snake};
use crate::check::is_untranslated_key;
use crate::model::Property;

/// Names that fields must not have: a setter of that name would stand in the way of a method that
/// callers use.
pub(super) const RESERVED: &[&str] = &[
    "new",
    "default",
    "example",
    "from_json",
    "from_value",
    "validate",
    "check",
    "clone",
    "clone_from",
    "eq",
    "ne",
    "fmt",
    "from",
    "into",
    "try_from",
    "try_into",
    "serialize",
    "deserialize",
    "to_owned",
    "to_string",
    "borrow",
    "borrow_mut",
    "type_id",
    "extra",
    "urls",
    "to_value",
];

/// The parts of a wire name such as `149_steps`.
pub(super) struct Derived {
    /// The name without its node id, in snake case; empty when there is no name.
    base: String,
    /// The node id.
    id: Option<String>,
    /// The title spoke, because the wire name says nothing.
    pub(super) from_title: bool,
}

impl Derived {
    /// The identifier of the field.
    pub(super) fn identifier(&self) -> String {
        identifier(&self.base, RESERVED)
    }

    /// The identifier with the node id behind it, where there is one.
    pub(super) fn identifier_with_id(&self) -> String {
        match &self.id {
            Some(id) => identifier(&format!("{}_{id}", self.base), RESERVED),
            None => self.identifier(),
        }
    }

    /// Whether no name could be found.
    pub(super) fn is_empty(&self) -> bool {
        self.base.is_empty()
    }
}

/// What the property alone says of its name.
pub(super) fn derive(property: &Property) -> Derived {
    let wire = property.wire.as_str();
    let (id, rest) = split_id(wire);
    let says_nothing = id.is_some() && (rest == "value" || rest.is_empty() || is_composite(rest));
    let from_wire = snake(rest);
    if !says_nothing && !from_wire.is_empty() {
        return Derived {
            base: from_wire,
            id: id.map(str::to_owned),
            from_title: false,
        };
    }
    let title = property
        .docs
        .title
        .as_deref()
        .filter(|title| !is_untranslated_key(title));
    let from_title = title.map(|title| snake(without_parentheses(title)));
    match from_title.filter(|name| !name.is_empty()) {
        Some(base) => Derived {
            base,
            id: id.map(str::to_owned),
            from_title: true,
        },
        None => Derived {
            base: if from_wire.is_empty() {
                snake(wire)
            } else {
                from_wire
            },
            id: id.map(str::to_owned),
            from_title: false,
        },
    }
}

/// `149_steps` is node 149's `steps`.
fn split_id(wire: &str) -> (Option<&str>, &str) {
    match wire.split_once('_') {
        Some((id, rest)) if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) => {
            (Some(id), rest)
        }
        _ => (None, wire),
    }
}

/// `valuex170_value`: two nodes' fields in one, as `x` joins them.
fn is_composite(rest: &str) -> bool {
    rest.match_indices('x').any(|(at, _)| {
        let (id, second) = split_id(&rest[at + 1..]);
        at > 0 && id.is_some() && !second.is_empty()
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
