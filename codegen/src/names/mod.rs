//! Rust names for everything that a model names.
//!
//! Names are derived; what still meets afterwards is refused with a pointer to `names` in the
//! schema file, which overrides them.

mod module;
mod property;
mod variant;
mod words;

pub(crate) use words::is_keyword;

use std::collections::{HashMap, HashSet};

use crate::finding::{Finding, Findings};
use crate::model::{Choice, Item, Model, Object, Override, Property, Shape};

/// Type names with a meaning in generated files.
const RESERVED_TYPES: &[&str] = &[
    "Input",
    "Output",
    "Model",
    "ConstraintVisitor",
    "Validate",
    "MediaField",
    "MediaKind",
    "MediaRule",
    "String",
    "Vec",
    "Option",
    "Some",
    "None",
    "Ok",
    "Err",
    "Result",
    "Self",
    "Box",
    "Default",
    "Clone",
    "Debug",
    "PartialEq",
    "Map",
    "Value",
    "Into",
    "From",
    "Iterator",
    "IntoIterator",
];

/// The Rust names of a model.
#[derive(Clone, Debug)]
pub struct ModelNames {
    /// The modules from the owner to the model.
    pub modules: Vec<String>,
    /// The marker type.
    pub marker: String,
    /// The owner's cargo feature.
    pub feature: String,
    /// The input.
    pub input: ObjectNames,
    /// The output.
    pub output: ObjectNames,
}

/// The Rust names of an object.
#[derive(Clone, Debug)]
pub struct ObjectNames {
    /// The struct.
    pub name: String,
    /// Its fields, in the order of the properties.
    pub fields: Vec<FieldNames>,
}

/// The Rust names of a field.
#[derive(Clone, Debug)]
pub struct FieldNames {
    /// The field.
    pub name: String,
    /// The type that the field alone uses, where it needs one.
    pub of: TypeNames,
}

/// The type that a field alone uses.
#[derive(Clone, Debug)]
pub enum TypeNames {
    /// None: a type of Rust's own.
    BuiltIn,
    /// An enum.
    Enum {
        /// Its name.
        name: String,
        /// Its variants, in the order of the values.
        variants: Vec<String>,
    },
    /// A struct.
    Struct(ObjectNames),
}

/// Names everything in a model. `None` when names meet; then there is an error among the findings.
pub fn name(model: &Model, findings: &mut Findings) -> Option<ModelNames> {
    let mut modules = module::path(&model.id);
    let mut namer = Namer {
        findings,
        used: HashSet::new(),
        types: HashSet::new(),
        refused: false,
        overrides: &model.names,
    };
    if let (Some(name), Some(last)) = (
        namer.overridden(&model.id.to_string(), Kind::Module),
        modules.last_mut(),
    ) {
        *last = name;
    }
    let marker = module::marker(modules.last()?);
    namer.types.insert(marker.clone());
    namer
        .types
        .extend(RESERVED_TYPES.iter().map(|name| (*name).to_owned()));
    let input = namer.object(&model.input, "Input".to_owned(), "", false);
    let output = namer.object(&model.output, "Output".to_owned(), "Output", true);
    namer.refuse_unused();
    (!namer.refused).then(|| ModelNames {
        feature: module::feature(&modules[0]),
        marker,
        modules,
        input,
        output,
    })
}

/// How a name must look, or the compiler warns.
#[derive(Clone, Copy)]
enum Kind {
    /// A field.
    Snake,
    /// A module.
    Module,
    /// A variant.
    Camel,
}

impl Kind {
    fn fault(self, name: &str) -> Option<&'static str> {
        let bare = name.trim_start_matches("r#");
        let fits = match self {
            Self::Snake | Self::Module => {
                let trimmed = bare.trim_matches('_');
                !trimmed.is_empty() && words::snake(bare) == trimmed
            }
            Self::Camel => {
                words::camel(&words::snake(bare)) == bare || variant::variant(bare) == bare
            }
        };
        if matches!(self, Self::Snake) && property::RESERVED.contains(&bare) {
            return Some("a method of that name is in its way");
        }
        if matches!(self, Self::Module) && module::is_reserved(bare) {
            return Some("a file of that name has a meaning of its own");
        }
        match (fits, self) {
            (true, _) => None,
            (false, Self::Snake | Self::Module) => {
                Some("a field or module is written in snake_case")
            }
            (false, Self::Camel) => Some("a variant is written in UpperCamelCase"),
        }
    }
}

struct Namer<'a> {
    findings: &'a mut Findings,
    overrides: &'a [Override],
    /// The overrides that named something.
    used: HashSet<&'a str>,
    /// The type names taken so far.
    types: HashSet<String>,
    /// Whether anything could not be named.
    refused: bool,
}

impl<'a> Namer<'a> {
    /// The name that replaces the derived one, if there is one; refused where it does not look
    /// like a name of its kind or would stand in the way of another.
    fn overridden(&mut self, key: &str, kind: Kind) -> Option<String> {
        let found = self.overrides.iter().find(|name| name.key.value == key)?;
        self.used.insert(found.key.as_str());
        let name = found.name.as_str();
        if let Some(reason) = kind.fault(name) {
            let message = format!("`{name}` cannot be used here: {reason}");
            self.push(Finding::new(
                "invalid-name",
                found.key.span.clone(),
                message,
            ));
        }
        Some(name.to_owned())
    }

    fn object(
        &mut self,
        object: &'a Object,
        name: String,
        prefix: &str,
        is_output: bool,
    ) -> ObjectNames {
        let names = self.fields(&object.properties);
        let fields = object.properties.iter().zip(names).map(|(property, name)| {
            let of = self.types_of(property, &name, prefix, is_output);
            FieldNames { name, of }
        });
        let fields = fields.collect();
        ObjectNames { name, fields }
    }

    fn fields(&mut self, properties: &'a [Property]) -> Vec<String> {
        let derived: Vec<_> = properties.iter().map(property::derive).collect();
        let overridden: Vec<_> = properties
            .iter()
            .map(|property| self.overridden(&property.wire, Kind::Snake))
            .collect();
        let mut meets: HashMap<String, usize> = HashMap::new();
        for (derived, overridden) in derived.iter().zip(&overridden) {
            if overridden.is_none() {
                *meets.entry(derived.identifier()).or_default() += 1;
            }
        }
        let mut taken: HashMap<String, &str> = HashMap::new();
        let mut names = Vec::with_capacity(properties.len());
        for ((property, derived), overridden) in properties.iter().zip(&derived).zip(overridden) {
            let is_overridden = overridden.is_some();
            let name = overridden.unwrap_or_else(|| {
                let name = derived.identifier();
                if meets[&name] > 1 {
                    derived.identifier_with_id()
                } else {
                    name
                }
            });
            if derived.is_empty() && !is_overridden {
                self.unnameable(property);
            } else if let Some(other) = taken.insert(name.clone(), &property.wire) {
                self.meet(property, &name, other);
            } else if derived.from_title && !is_overridden {
                self.warn_of_title(property, &name);
            }
            names.push(name);
        }
        names
    }

    fn types_of(
        &mut self,
        property: &'a Property,
        field: &str,
        prefix: &str,
        is_output: bool,
    ) -> TypeNames {
        let (item, is_list) = match &property.shape {
            Shape::One(item) => (item, false),
            Shape::List(list) => (&list.item, true),
        };
        match item {
            // An output's enum is read as a string, so that a new value is no surprise.
            Item::Choice(choices) if !is_output => {
                let name = self.type_name(property, format!("{prefix}{}", words::camel(field)));
                let variants = self.variants(property, choices);
                TypeNames::Enum { name, variants }
            }
            Item::Object(object) => {
                let suffix = if is_list { "Item" } else { "" };
                let name = format!("{prefix}{}{suffix}", words::camel(field));
                let name = self.type_name(property, name);
                let within = name.clone();
                TypeNames::Struct(self.object(object, name, &within, is_output))
            }
            _ => TypeNames::BuiltIn,
        }
    }

    fn type_name(&mut self, property: &Property, name: String) -> String {
        /// rustdoc writes a file for each type, and some systems refuse longer names of files.
        const LONGEST: usize = 100;
        if name.len() > LONGEST {
            let message = format!(
                "the type of `{}` would have a name of {} characters",
                property.wire,
                name.len()
            );
            self.refuse("unnameable", property, message);
        }
        if self.types.insert(name.clone()) {
            return name;
        }
        let other = format!("{name}Value");
        if !self.types.insert(other.clone()) {
            self.refuse(
                "name-collision",
                property,
                format!(
                    "the type of `{}` would be called `{other}`, as another is",
                    property.wire
                ),
            );
        }
        other
    }

    fn variants(&mut self, property: &'a Property, choices: &'a [Choice]) -> Vec<String> {
        let mut taken: HashMap<String, &str> = HashMap::new();
        let mut variants = Vec::with_capacity(choices.len());
        for choice in choices {
            let key = format!("{}={}", property.wire, choice.wire);
            let overridden = self.overridden(&key, Kind::Camel);
            let name = overridden.unwrap_or_else(|| variant::variant(&choice.wire));
            let help = format!("give it a name: \"names\": {{ {key:?}: \"AnotherName\" }}");
            if name.is_empty() {
                let message = format!(
                    "the value {:?} has nothing in it to make a Rust name of",
                    choice.wire
                );
                self.push(Finding::new("unnameable", choice.span.clone(), message).help(help));
            } else if let Some(other) = taken.insert(name.clone(), &choice.wire) {
                let message = format!(
                    "the values {other:?} and {:?} would both be called `{name}`",
                    choice.wire
                );
                self.push(Finding::new("name-collision", choice.span.clone(), message).help(help));
            }
            variants.push(name);
        }
        variants
    }

    fn meet(&mut self, property: &Property, name: &str, other: &str) {
        let message = format!(
            "the properties {other:?} and {:?} would both be called `{name}`",
            property.wire
        );
        self.refuse("name-collision", property, message);
    }

    fn unnameable(&mut self, property: &Property) {
        let message = format!(
            "the property {:?} has nothing in it to make a Rust name of",
            property.wire
        );
        self.refuse("unnameable", property, message);
    }

    fn refuse(&mut self, rule: &'static str, property: &Property, message: String) {
        let help = format!(
            "give it a name: \"names\": {{ {:?}: \"another_name\" }}",
            property.wire
        );
        self.push(Finding::new(rule, property.span.clone(), message).help(help));
    }

    fn warn_of_title(&mut self, property: &Property, name: &str) {
        let message = format!(
            "`{}` says nothing, so the field is called `{name}` after its title",
            property.wire
        );
        let help = format!(
            "a translated or changed title would rename it; to keep it: \"names\": {{ {:?}: {name:?} }}",
            property.wire
        );
        self.findings
            .push(Finding::warning("name-from-title", property.span.clone(), message).help(help));
    }

    fn refuse_unused(&mut self) {
        for name in self.overrides {
            if !self.used.contains(name.key.as_str()) {
                let message = format!("the name for {:?} is used by nothing", name.key.value);
                self.push(
                    Finding::new("unused-name", name.key.span.clone(), message).help(
                        "remove it, or correct the key: a wire name, `wire name=value`, or the model id",
                    ),
                );
            }
        }
    }

    fn push(&mut self, finding: Finding) {
        self.refused = true;
        self.findings.push(finding);
    }
}
