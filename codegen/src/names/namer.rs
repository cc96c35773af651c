//! Deriving names and finding collisions.

use std::collections::{HashMap, HashSet};

use super::overrides::{NameKind, Overrides};
use super::words::camel;
use super::{FieldNames, ObjectNames, TypeNames, property, reserved, variant};
use crate::diagnostics::{Diagnostic, Diagnostics, Rule};
use crate::dialect::NameOverride;
use crate::model::{EnumValue, ItemSchema, ObjectSchema, Property, PropertySchema};
use crate::span::Span;

pub(super) struct Namer<'a> {
    diagnostics: &'a mut Diagnostics,
    overrides: Overrides<'a>,
    /// The type names in use.
    types: HashSet<String>,
    /// Whether an error was reported.
    has_errors: bool,
}

impl<'a> Namer<'a> {
    pub(super) fn new(overrides: &'a [NameOverride], diagnostics: &'a mut Diagnostics) -> Self {
        Self {
            diagnostics,
            overrides: Overrides::new(overrides),
            types: reserved::TYPES
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            has_errors: false,
        }
    }

    /// Marks a type name as used, so that no other type gets it.
    pub(super) fn reserve_type(&mut self, name: &str) {
        self.types.insert(name.to_owned());
    }

    /// Reports unused overrides. Returns `true` if neither this method nor an earlier one reported an error.
    pub(super) fn finish(mut self) -> bool {
        let unused: Vec<Diagnostic> = self.overrides.unused().collect();
        for diagnostic in unused {
            self.error(diagnostic);
        }
        !self.has_errors
    }

    /// Returns the overriding name for `key`, if there is an override. A name that cannot be used is
    /// reported as an error, but still returned.
    pub(super) fn name_override(&mut self, key: &str, kind: NameKind) -> Option<String> {
        let (name, problem) = self.overrides.get(key, kind)?;
        if let Some(problem) = problem {
            self.error(problem);
        }
        Some(name)
    }

    /// Names an object and everything in it. The names of types generated for its fields begin with
    /// `prefix`.
    pub(super) fn object(
        &mut self,
        object: &ObjectSchema,
        name: String,
        prefix: &str,
        is_output: bool,
    ) -> ObjectNames {
        let names = self.fields(&object.properties);
        let fields = object.properties.iter().zip(names).map(|(property, name)| {
            let type_names = self.type_names(property, &name, prefix, is_output);
            FieldNames { name, type_names }
        });
        let fields = fields.collect();
        ObjectNames { name, fields }
    }

    fn fields(&mut self, properties: &[Property]) -> Vec<String> {
        let derived: Vec<_> = properties.iter().map(property::derive).collect();
        let overrides: Vec<_> = properties
            .iter()
            .map(|property| self.name_override(&property.wire_name, NameKind::Field))
            .collect();
        // For each derived name, the number of properties that it is derived for. Properties with an override
        // are not counted.
        let mut counts: HashMap<String, usize> = HashMap::new();
        for (derived, override_name) in derived.iter().zip(&overrides) {
            if override_name.is_none() {
                *counts.entry(derived.identifier()).or_default() += 1;
            }
        }
        let mut taken: HashMap<String, &str> = HashMap::new();
        let mut names = Vec::with_capacity(properties.len());
        for ((property, derived), override_name) in properties.iter().zip(&derived).zip(overrides) {
            let is_derived = override_name.is_none();
            let name = override_name.unwrap_or_else(|| {
                let name = derived.identifier();
                if counts[&name] > 1 {
                    derived.identifier_with_node_id()
                } else {
                    name
                }
            });
            let wire_name = &property.wire_name;
            if derived.is_empty() && is_derived {
                let message = format!("no Rust name can be made of the property {wire_name:?}");
                self.refuse(Rule::Unnameable, property, message);
            } else if let Some(other) = taken.insert(name.clone(), wire_name) {
                let message =
                    format!("the properties {other:?} and {wire_name:?} would both be `{name}`");
                self.refuse(Rule::NameCollision, property, message);
            } else if derived.is_from_title && is_derived {
                self.warn_of_title(property, &name);
            }
            names.push(name);
        }
        names
    }

    fn type_names(
        &mut self,
        property: &Property,
        field: &str,
        prefix: &str,
        is_output: bool,
    ) -> TypeNames {
        match property.schema.item() {
            // Enums in outputs become strings, so a value that the schema does not list is not an error.
            ItemSchema::StringEnum(values) if !is_output => {
                let name = self.type_name(property, format!("{prefix}{}", camel(field)));
                let variants = self.variants(property, values);
                TypeNames::Enum { name, variants }
            }
            ItemSchema::Object(object) => {
                let suffix = match property.schema {
                    PropertySchema::Single(_) => "",
                    PropertySchema::List(_) => "Item",
                };
                let name = format!("{prefix}{}{suffix}", camel(field));
                let name = self.type_name(property, name);
                let prefix = name.clone();
                TypeNames::Struct(self.object(object, name, &prefix, is_output))
            }
            _ => TypeNames::BuiltIn,
        }
    }

    fn type_name(&mut self, property: &Property, name: String) -> String {
        /// The maximum length of a type name, in bytes. rustdoc writes a file named after each type,
        /// and some systems refuse long file names.
        const MAX_LENGTH: usize = 100;
        let wire_name = &property.wire_name;
        if name.len() > MAX_LENGTH {
            let length = name.len();
            let message =
                format!("the name of the type of `{wire_name}` would have {length} characters");
            self.refuse(Rule::Unnameable, property, message);
        }
        // A model whose id begins with this model's id adds a module next to the re-exported types of this
        // model. If the module had the name of a type, such as `_4k`, it would hide the type.
        let is_module_name =
            name.starts_with('_') && !name.contains(|c: char| c.is_ascii_uppercase());
        if !is_module_name && self.types.insert(name.clone()) {
            return name;
        }
        let alternative = format!("{name}Value");
        if !self.types.insert(alternative.clone()) {
            let message = format!(
                "the type of `{wire_name}` would be called `{alternative}`, which is already the name of \
                 another type"
            );
            self.refuse(Rule::NameCollision, property, message);
        }
        alternative
    }

    fn variants(&mut self, property: &Property, values: &[EnumValue]) -> Vec<String> {
        let mut taken: HashMap<String, &str> = HashMap::new();
        let mut variants = Vec::with_capacity(values.len());
        for EnumValue { wire_name, span } in values {
            let key = format!("{}={wire_name}", property.wire_name);
            let name = self
                .name_override(&key, NameKind::Variant)
                .unwrap_or_else(|| variant::variant(wire_name));
            let problem = if name.is_empty() {
                let message = format!("no Rust name can be made of the value {wire_name:?}");
                Some((Rule::Unnameable, message))
            } else {
                taken.insert(name.clone(), wire_name).map(|other| {
                    let message =
                        format!("the values {other:?} and {wire_name:?} would both be `{name}`");
                    (Rule::NameCollision, message)
                })
            };
            if let Some((rule, message)) = problem {
                self.refuse_key(rule, *span, &key, "AnotherName", message);
            }
            variants.push(name);
        }
        variants
    }

    fn warn_of_title(&mut self, property: &Property, name: &str) {
        let wire_name = &property.wire_name;
        let message = format!(
            "the wire name `{wire_name}` is not descriptive, \
             so the field is called `{name}` after its title"
        );
        let help = format!(
            "a translated or changed title would rename the field; to keep this name: {}",
            names_entry(wire_name, name)
        );
        let diagnostic = Diagnostic::new(Rule::NameFromTitle, property.span, message);
        self.diagnostics.push(diagnostic.with_help(help));
    }

    fn refuse(&mut self, rule: Rule, property: &Property, message: String) {
        self.refuse_key(
            rule,
            property.span,
            &property.wire_name,
            "another_name",
            message,
        );
    }

    /// Reports an error that another name would fix. The help shows the entry for `key` in the `names` of the
    /// model file, with the placeholder `name`.
    fn refuse_key(&mut self, rule: Rule, span: Span, key: &str, name: &str, message: String) {
        let entry = names_entry(key, name);
        let help = format!("give it a name: {entry}");
        self.error(Diagnostic::new(rule, span, message).with_help(help));
    }

    fn error(&mut self, diagnostic: Diagnostic) {
        self.has_errors = true;
        self.diagnostics.push(diagnostic);
    }
}

/// An entry of `names`, as it is written in the model file.
fn names_entry(key: &str, name: &str) -> String {
    let [key, name] = [key, name].map(serde_json::Value::from);
    format!("\"names\": {{ {key}: {name} }}")
}
