//! Objects and their properties.

use runcomfy_codegen::dialect::Schema;
use runcomfy_codegen::model::{Object, Property};
use runcomfy_codegen::names::{FieldNames, ObjectNames, TypeNames};
use serde_json::Value;

use super::Walker;
use super::place::{At, Where};
use super::same::same_json;
use super::shape::{Context, Pair};
use crate::diff::rule::Rule;
use crate::diff::source::SourceModel;
use crate::diff::verdict::Direction;

/// An object with its names, and as the dialect has it.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    object: &'a Object,
    names: &'a ObjectNames,
    /// `None` for the documented output, which no file has.
    schema: Option<&'a Schema>,
}

/// A property with its names, and as the dialect has it.
#[derive(Clone, Copy)]
struct Field<'a> {
    property: &'a Property,
    names: &'a FieldNames,
    schema: Option<&'a Schema>,
}

impl<'a> View<'a> {
    pub(super) const fn new(
        object: &'a Object,
        names: &'a ObjectNames,
        schema: Option<&'a Schema>,
    ) -> Self {
        Self {
            object,
            names,
            schema,
        }
    }

    pub(super) fn input(model: &'a SourceModel) -> Self {
        Self::new(
            &model.model.input,
            &model.names.input,
            Some(&model.dialect.input.value),
        )
    }

    pub(super) fn output(model: &'a SourceModel) -> Self {
        let schema = model.dialect.output.as_ref();
        Self::new(
            &model.model.output,
            &model.names.output,
            schema.map(|output| &output.output.value),
        )
    }

    fn fields(self) -> Vec<Field<'a>> {
        let declared: &[_] = self
            .schema
            .and_then(|schema| schema.properties.as_ref())
            .map_or(&[], |properties| &properties.value);
        let fields = self.object.properties.iter().zip(&self.names.fields);
        fields
            .map(|(property, names)| Field {
                property,
                names,
                schema: declared
                    .iter()
                    .find(|declared| declared.name.value == property.wire)
                    .map(|declared| &declared.schema.value),
            })
            .collect()
    }

    /// The required properties, in the order of `required`.
    fn required(self) -> impl Iterator<Item = &'a str> {
        self.object
            .required
            .iter()
            .map(|index| self.object.properties[*index].wire.as_str())
    }
}

impl<'a> Field<'a> {
    fn wire(&self) -> &'a str {
        &self.property.wire
    }

    fn context(&self) -> Context<'a> {
        Context {
            schema: self.schema,
            types: &self.names.of,
        }
    }

    /// Whether the schema says more than its type.
    fn is_telling(&self) -> bool {
        let Some(schema) = self.schema else {
            return false;
        };
        let says = |text: Option<&str>| text.is_some_and(|text| !text.is_empty());
        says(self.property.docs.title.as_deref())
            || says(self.property.docs.description.as_deref())
            || schema.default.is_some()
            || schema.r#enum.is_some()
            || schema.format.is_some()
            || schema.validations.is_some()
            || schema.properties.is_some()
            || [
                &schema.minimum,
                &schema.maximum,
                &schema.exclusive_minimum,
                &schema.exclusive_maximum,
                &schema.multiple_of,
                &schema.min_length,
                &schema.max_length,
                &schema.min_items,
                &schema.max_items,
            ]
            .iter()
            .any(|limit| limit.is_some())
    }

    fn type_name(&self) -> Option<&'a str> {
        match &self.names.of {
            TypeNames::BuiltIn => None,
            TypeNames::Enum { name, .. } => Some(name),
            TypeNames::Struct(names) => Some(&names.name),
        }
    }
}

impl Walker<'_> {
    /// `is_renamed`: the Rust name of the object's own type is new already.
    pub(super) fn object(&mut self, at: &At, old: View<'_>, new: View<'_>, is_renamed: bool) {
        // Of any other object the property around it tells.
        if at.is_root() {
            self.docs(at, &old.object.docs, &new.object.docs, true);
        }
        let (olds, news) = (old.fields(), new.fields());
        let missing = |field: &&Field<'_>, others: &[Field<'_>]| {
            !others.iter().any(|other| other.wire() == field.wire())
        };
        let mut removed: Vec<&Field<'_>> =
            olds.iter().filter(|field| missing(field, &news)).collect();
        let mut added: Vec<&Field<'_>> =
            news.iter().filter(|field| missing(field, &olds)).collect();
        let mut renamed = None;
        if let ([old], [new]) = (removed.as_slice(), added.as_slice())
            && self.is_rename(at, **old, **new)
        {
            renamed = Some((**old, **new));
            removed.clear();
            added.clear();
        }
        for field in &olds {
            if let Some(other) = news.iter().find(|other| other.wire() == field.wire()) {
                self.property(at, *field, *other, is_renamed);
            }
        }
        if let Some((old, new)) = renamed {
            self.renamed_property(at, old, new);
        }
        for field in removed {
            let rule = if field.property.required {
                Rule::RequiredPropertyRemoved
            } else {
                Rule::OptionalPropertyRemoved
            };
            self.note(
                rule,
                &at.property(field.wire(), field.wire()),
                Where::Old(""),
            );
        }
        for field in added {
            let rule = if field.property.required {
                Rule::RequiredPropertyAdded
            } else {
                Rule::OptionalPropertyAdded
            };
            self.note(
                rule,
                &at.property(field.wire(), field.wire()),
                Where::New(""),
            );
        }
        let renamed = renamed.map(|(old, new)| (old.wire(), new.wire()));
        self.required_order(at, old, new, renamed);
    }

    /// The order of `required` is that of the arguments of `new`.
    fn required_order(
        &mut self,
        at: &At,
        old: View<'_>,
        new: View<'_>,
        renamed: Option<(&str, &str)>,
    ) {
        if at.direction == Direction::Output {
            return;
        }
        let now = |wire| match renamed {
            Some((old, new)) if old == wire => new,
            _ => wire,
        };
        let before: Vec<&str> = old.required().map(now).collect();
        let after: Vec<&str> = new.required().collect();
        let kept = before.iter().filter(|wire| after.contains(wire));
        let stays = after.iter().filter(|wire| before.contains(wire));
        if !kept.eq(stays) {
            self.note_keyword(Rule::RequiredReordered, at, "required");
        }
    }

    /// Whether two properties are the same but for their name; see the module's documentation.
    fn is_rename(&self, at: &At, old: Field<'_>, new: Field<'_>) -> bool {
        if !(old.is_telling() || old.names.name == new.names.name) {
            return false;
        }
        let mut probe = Walker::new(self.old, self.new);
        probe.content(&at.property(old.wire(), new.wire()), old, new, true, true);
        probe.changes.is_empty()
    }

    fn renamed_property(&mut self, at: &At, old: Field<'_>, new: Field<'_>) {
        let rule = if old.names.name == new.names.name {
            Rule::PropertyWireNameChanged
        } else {
            Rule::PropertyRenamed
        };
        self.note_values(
            rule,
            &at.property(old.wire(), new.wire()),
            Where::Both("", ""),
            Some(old.wire().into()),
            Some(new.wire().into()),
        );
    }

    fn property(&mut self, at: &At, old: Field<'_>, new: Field<'_>, is_renamed: bool) {
        let at = at.property(old.wire(), new.wire());
        let rust = |name: &str| Some(Value::from(name.trim_start_matches("r#")));
        let is_field_renamed = old.names.name != new.names.name;
        let mut is_type_renamed = false;
        if is_field_renamed {
            self.note_values(
                Rule::FieldRenamed,
                &at,
                Where::Both("", ""),
                rust(&old.names.name),
                rust(&new.names.name),
            );
        } else if let (Some(before), Some(after)) = (old.type_name(), new.type_name()) {
            is_type_renamed = before != after;
            let is_same_kind = std::mem::discriminant(&old.names.of)
                == std::mem::discriminant(&new.names.of)
                && std::mem::discriminant(&old.property.shape)
                    == std::mem::discriminant(&new.property.shape);
            if is_type_renamed && is_same_kind && !is_renamed {
                let (before, after) = (rust(before), rust(after));
                self.note_values(Rule::TypeRenamed, &at, Where::Both("", ""), before, after);
            }
        }
        // A title that gave the field its name is that change, not another.
        let is_title_heard = is_field_renamed && !self.is_overridden(old.wire());
        self.content(
            &at,
            old,
            new,
            is_renamed || is_field_renamed || is_type_renamed,
            !is_title_heard,
        );
    }

    /// Whether `names` names the property, in either file.
    fn is_overridden(&self, wire: &str) -> bool {
        let names = self.old.model.names.iter().chain(&self.new.model.names);
        names.into_iter().any(|name| name.key.value == wire)
    }

    /// Everything about a property but its names.
    fn content(
        &mut self,
        at: &At,
        old: Field<'_>,
        new: Field<'_>,
        is_renamed: bool,
        with_title: bool,
    ) {
        match (old.property.required, new.property.required) {
            (false, true) => {
                self.note_values(Rule::BecameRequired, at, Where::Both("", ""), None, None)
            }
            (true, false) => {
                self.note_values(Rule::BecameOptional, at, Where::Both("", ""), None, None)
            }
            _ => {}
        }
        let shapes = Pair {
            old: &old.property.shape,
            new: &new.property.shape,
        };
        let contexts = Pair {
            old: old.context(),
            new: new.context(),
        };
        // Another type has another default by necessity.
        if self.shape(at, shapes, contexts, is_renamed) {
            self.default(at, old.property, new.property);
        }
        self.docs(at, &old.property.docs, &new.property.docs, with_title);
    }

    fn default(&mut self, at: &At, old: &Property, new: &Property) {
        let is_sample = old.required || new.required;
        let rule = match (&old.default, &new.default, is_sample) {
            (None, Some(_), true) => Rule::SampleAdded,
            (Some(_), None, true) => Rule::SampleRemoved,
            (None, Some(_), false) => Rule::DefaultAdded,
            (Some(_), None, false) => Rule::DefaultRemoved,
            (Some(old), Some(new), is_sample) if !same_json(old, new) => {
                if is_sample {
                    Rule::SampleChanged
                } else {
                    Rule::DefaultChanged
                }
            }
            _ => return,
        };
        self.note_keyword(rule, at, "default");
    }
}
