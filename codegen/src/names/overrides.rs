//! The entries of `names` in a model file.

use std::collections::HashSet;

use super::words::{camel, snake};
use super::{module, reserved, variant};
use crate::diagnostics::{Diagnostic, Rule};
use crate::dialect::NameOverride;
use crate::identifier::without_raw_prefix;

/// The maximum length of a module's name, in bytes. The name is also a file name.
const MAX_MODULE_LENGTH: usize = 200;

/// The kind of item that is named. It determines the naming convention.
#[derive(Clone, Copy)]
pub(super) enum NameKind {
    /// A field.
    Field,
    /// A module.
    Module,
    /// A variant of an enum.
    Variant,
}

impl NameKind {
    /// Returns why a valid identifier cannot be a name of this kind; `None` if it can.
    fn problem(self, identifier: &str) -> Option<&'static str> {
        let name = without_raw_prefix(identifier);
        let is_snake_case = || {
            let trimmed = name.trim_matches('_');
            !trimmed.is_empty() && snake(name) == trimmed
        };
        let is_camel_case = || {
            // A derived name may end with `_`, such as `ALL_`.
            let derived_from = name.trim_end_matches('_');
            camel(&snake(name)) == name || variant::variant(derived_from) == name
        };
        match self {
            Self::Field if reserved::FIELDS.contains(&name) => {
                Some("it would hide a method of that name")
            }
            Self::Module if name.len() > MAX_MODULE_LENGTH => {
                Some("some systems refuse file names of that length")
            }
            Self::Module if module::is_reserved(name) => {
                Some("a file or module of that name has another meaning")
            }
            Self::Field | Self::Module if !is_snake_case() => {
                Some("fields and modules are written in snake_case")
            }
            Self::Variant if !is_camel_case() => Some("variants are written in UpperCamelCase"),
            _ => None,
        }
    }
}

/// The entries of `names`, and which of them are used.
pub(super) struct Overrides<'a> {
    entries: &'a [NameOverride],
    used: HashSet<&'a str>,
}

impl<'a> Overrides<'a> {
    pub(super) fn new(entries: &'a [NameOverride]) -> Self {
        Self {
            entries,
            used: HashSet::new(),
        }
    }

    /// Returns the name for a key, if there is an entry, and a diagnostic if that name cannot be used.
    pub(super) fn get(
        &mut self,
        key: &str,
        kind: NameKind,
    ) -> Option<(String, Option<Diagnostic>)> {
        let entry = self.entries.iter().find(|entry| entry.key.value == key)?;
        let is_first_use = self.used.insert(entry.key.as_str());
        let name = entry.name.value.clone();
        let problem = kind.problem(&name).filter(|_| is_first_use);
        let problem = problem.map(|reason| {
            let message = format!("`{name}` cannot be used here: {reason}");
            Diagnostic::new(Rule::InvalidName, entry.key.span, message)
        });
        Some((name, problem))
    }

    /// A diagnostic for each entry that is not used.
    pub(super) fn unused(&self) -> impl Iterator<Item = Diagnostic> {
        let unused = self.entries.iter();
        let unused = unused.filter(|entry| !self.used.contains(entry.key.as_str()));
        unused.map(|entry| {
            let message = format!("the name for {:?} is not used", entry.key.value);
            Diagnostic::new(Rule::UnusedName, entry.key.span, message).with_help(
                "remove it, or correct the key: a wire name, `wire name=value`, or the model id",
            )
        })
    }
}
