//! Objects and their properties.

use std::mem::discriminant;

use runcomfy_codegen::model::Property;
use serde_json::Value;

use super::comparison::ModelComparison;
use super::path::{ChangeSite, SchemaPath};
use super::view::{FieldView, ObjectView, Pair};
use crate::diff::rule::ChangeRule;
use crate::diff::severity::Direction;
use crate::diff::values::{Effect, is_uninhabited, is_uninhabited_property};

impl ModelComparison<'_> {
    /// Compares two objects. If `is_renamed` is true, renamed types in the object are not reported, since an
    /// enclosing rename already covers them.
    pub(super) fn object(
        &mut self,
        path: &SchemaPath,
        old: ObjectView<'_>,
        new: ObjectView<'_>,
        is_renamed: bool,
    ) {
        // For a nested object, `content` or `list` compares the documentation.
        if path.is_root() {
            self.docs(path, &old.object.docs, &new.object.docs, true);
        }
        let is_inhabited = |object: ObjectView<'_>| !is_uninhabited(object.object);
        let path = &path.clone().reached(Pair { old, new }.map(is_inhabited));
        let (old_fields, new_fields) = (old.fields(), new.fields());
        let is_missing = |field: &&FieldView<'_>, others: &[FieldView<'_>]| {
            let mut others = others.iter();
            !others.any(|other| other.wire_name() == field.wire_name())
        };
        let removed = old_fields.iter();
        let removed = removed.filter(|field| is_missing(field, &new_fields));
        let mut removed: Vec<&FieldView<'_>> = removed.collect();
        let added = new_fields.iter();
        let added = added.filter(|field| is_missing(field, &old_fields));
        let mut added: Vec<&FieldView<'_>> = added.collect();
        let mut renamed = None;
        if let ([old], [new]) = (removed.as_slice(), added.as_slice())
            && self.is_rename(path, **old, **new)
        {
            renamed = Some((**old, **new));
            removed.clear();
            added.clear();
        }
        for field in &old_fields {
            let mut others = new_fields.iter();
            if let Some(other) = others.find(|other| other.wire_name() == field.wire_name()) {
                self.property(path, *field, *other, is_renamed);
            }
        }
        if let Some((old, new)) = renamed {
            self.renamed_property(path, old, new);
        }
        for field in removed {
            let rule = if field.property.required {
                ChangeRule::RequiredPropertyRemoved
            } else {
                ChangeRule::OptionalPropertyRemoved
            };
            let effect = one_sided(path.direction, field).reversed();
            let path = path.property(field.wire_name(), field.wire_name());
            self.add_effect(rule, effect, &path, ChangeSite::Old(""));
        }
        for field in added {
            let rule = if field.property.required {
                ChangeRule::RequiredPropertyAdded
            } else {
                ChangeRule::OptionalPropertyAdded
            };
            let effect = one_sided(path.direction, field);
            let path = path.property(field.wire_name(), field.wire_name());
            self.add_effect(rule, effect, &path, ChangeSite::New(""));
        }
        let renamed = renamed.map(|(old, new)| (old.wire_name(), new.wire_name()));
        self.required_order(path, old, new, renamed);
    }

    /// Compares the order of `required` in an input, which is also the order of the arguments of the
    /// generated constructor. The order in an output is ignored.
    fn required_order(
        &mut self,
        path: &SchemaPath,
        old: ObjectView<'_>,
        new: ObjectView<'_>,
        renamed: Option<(&str, &str)>,
    ) {
        if path.direction == Direction::Output {
            return;
        }
        let new_name = |name| match renamed {
            Some((old, new)) if old == name => new,
            _ => name,
        };
        let before: Vec<&str> = old.required().map(new_name).collect();
        let after: Vec<&str> = new.required().collect();
        let common_before = before.iter().filter(|name| after.contains(name));
        let common_after = after.iter().filter(|name| before.contains(name));
        if !common_before.eq(common_after) {
            self.add_keyword(ChangeRule::RequiredReordered, path, "required");
        }
    }

    /// Whether a removed and an added property are reported as a rename; see [Renames](super#renames).
    fn is_rename(&self, path: &SchemaPath, old: FieldView<'_>, new: FieldView<'_>) -> bool {
        if !(old.is_distinctive() || old.names.name == new.names.name) {
            return false;
        }
        let mut comparison = ModelComparison::new(self.old, self.new);
        let path = path.property(old.wire_name(), new.wire_name());
        comparison.content(&path, old, new, true, true);
        comparison.changes.is_empty()
    }

    fn renamed_property(&mut self, path: &SchemaPath, old: FieldView<'_>, new: FieldView<'_>) {
        let rule = if old.names.name == new.names.name {
            ChangeRule::PropertyWireNameChanged
        } else {
            ChangeRule::PropertyRenamed
        };
        let path = path.property(old.wire_name(), new.wire_name());
        let effect = if is_uninhabited_property(&new.property.schema) {
            Effect::NONE
        } else {
            Effect::BOTH
        };
        let (before, after) = (old.wire_name().into(), new.wire_name().into());
        self.add_values(
            rule,
            effect,
            &path,
            ChangeSite::Both("", ""),
            Some(before),
            Some(after),
        );
    }

    fn property(
        &mut self,
        path: &SchemaPath,
        old: FieldView<'_>,
        new: FieldView<'_>,
        is_renamed: bool,
    ) {
        let path = path.property(old.wire_name(), new.wire_name());
        let rust_name = |name: &str| Some(Value::from(name.trim_start_matches("r#")));
        let is_field_renamed = old.names.name != new.names.name;
        let mut is_type_renamed = false;
        if is_field_renamed {
            let (before, after) = (rust_name(&old.names.name), rust_name(&new.names.name));
            self.add_values(
                ChangeRule::FieldRenamed,
                Effect::NONE,
                &path,
                ChangeSite::Both("", ""),
                before,
                after,
            );
        } else if let (Some(before), Some(after)) =
            (old.names.type_names.name(), new.names.type_names.name())
        {
            is_type_renamed = before != after;
            let is_same_kind = discriminant(&old.names.type_names)
                == discriminant(&new.names.type_names)
                && discriminant(&old.property.schema) == discriminant(&new.property.schema);
            if is_type_renamed && is_same_kind && !is_renamed {
                let (before, after) = (rust_name(before), rust_name(after));
                let site = ChangeSite::Both("", "");
                let effect = Effect::NONE;
                self.add_values(ChangeRule::TypeRenamed, effect, &path, site, before, after);
            }
        }
        // If the field was renamed because its title changed, only the rename is reported.
        let is_title_reported = is_field_renamed && !self.is_overridden(old.wire_name());
        self.content(
            &path,
            old,
            new,
            is_renamed || is_field_renamed || is_type_renamed,
            !is_title_reported,
        );
    }

    /// Whether the `names` of either model file has an entry for this wire name.
    fn is_overridden(&self, wire_name: &str) -> bool {
        let (old, new) = (self.old.valid.model, self.new.valid.model);
        let mut names = old.names.iter().chain(&new.names);
        names.any(|name| name.key.value == wire_name)
    }

    /// Compares everything about two properties except their names.
    fn content(
        &mut self,
        path: &SchemaPath,
        old: FieldView<'_>,
        new: FieldView<'_>,
        is_renamed: bool,
        with_title: bool,
    ) {
        match (old.property.required, new.property.required) {
            (false, true) => self.add_values(
                ChangeRule::BecameRequired,
                Effect::SHRINKS,
                path,
                ChangeSite::Both("", ""),
                None,
                None,
            ),
            (true, false) => self.add_values(
                ChangeRule::BecameOptional,
                Effect::GROWS,
                path,
                ChangeSite::Both("", ""),
                None,
                None,
            ),
            _ => {}
        }
        let schemas = Pair {
            old: &old.property.schema,
            new: &new.property.schema,
        };
        let types = Pair {
            old: old.type_view(),
            new: new.type_view(),
        };
        // Defaults of unrelated types are not compared.
        if self.property_schema(path, schemas, types, is_renamed) {
            self.default(path, old.property, new.property);
        }
        self.docs(path, &old.property.docs, &new.property.docs, with_title);
    }

    fn default(&mut self, path: &SchemaPath, old: &Property, new: &Property) {
        let is_sample = old.required || new.required;
        let rule = match (&old.default, &new.default, is_sample) {
            (None, Some(_), true) => ChangeRule::SampleAdded,
            (Some(_), None, true) => ChangeRule::SampleRemoved,
            (None, Some(_), false) => ChangeRule::DefaultAdded,
            (Some(_), None, false) => ChangeRule::DefaultRemoved,
            (Some(old), Some(new), is_sample) if !old.equals(new) => {
                if is_sample {
                    ChangeRule::SampleChanged
                } else {
                    ChangeRule::DefaultChanged
                }
            }
            _ => return,
        };
        self.add_keyword(rule, path, "default");
    }
}

/// The effect of adding a property. The service refuses unknown properties in an input. Readers of an
/// output ignore unknown properties.
fn one_sided(direction: Direction, field: &FieldView<'_>) -> Effect {
    let is_input = direction == Direction::Input;
    Effect {
        // Objects without the property are no longer accepted.
        shrinks: field.property.required,
        // Objects with the property are now accepted.
        grows: is_input && !is_uninhabited_property(&field.property.schema),
    }
}
