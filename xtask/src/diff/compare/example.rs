//! Comparing examples. An example must be valid under the input schema, so a changed input may require a
//! changed example. A difference in a top-level property is not reported if the property was added, removed
//! or renamed, if its type changed (except from `integer` to `number`), or if it is in only one example and
//! became required or optional. Other differences are reported, even if a changed limit or enum requires
//! them.

use runcomfy_codegen::json::Json;

use super::comparison::ModelComparison;
use crate::diff::rule::ChangeRule;
use crate::diff::schema_set::SourceModel;
use crate::diff::severity::Direction;

impl ModelComparison<'_> {
    /// Compares the examples. The inputs must be compared first, since their changes are used here.
    pub(super) fn example(&mut self) {
        let (old, new) = (self.old.valid.model, self.new.valid.model);
        let rule = match (&old.example, &new.example) {
            (None, Some(_)) => ChangeRule::ExampleAdded,
            (Some(_), None) => ChangeRule::ExampleRemoved,
            (Some(old), Some(new)) if self.is_rewritten(old, new) => ChangeRule::ExampleChanged,
            _ => return,
        };
        let value = |model: &SourceModel<'_>| Some(model.value("/example")?.to_value());
        let (before, after) = (value(self.old), value(self.new));
        self.add_to_model(rule, "/example", before, after);
    }

    /// Whether the examples differ in a property that both inputs have, apart from the differences that are
    /// ignored; see the [module documentation](self).
    fn is_rewritten(&self, old: &Json, new: &Json) -> bool {
        let old_properties = &self.old.valid.model.input.properties;
        let new_properties = &self.new.valid.model.input.properties;
        old_properties.iter().any(|before| {
            let name = &before.wire_name;
            let mut others = new_properties.iter();
            let Some(after) = others.find(|after| after.wire_name == *name) else {
                return false;
            };
            match (old.get(name), new.get(name)) {
                (None, None) => false,
                (Some(one), Some(other)) => !one.equals(other) && !self.has_other_type(name),
                // Only one of the examples has the property. If `required` changed too, that is taken to be
                // the reason: a property that became required must be in the example.
                _ => before.required == after.required,
            }
        })
    }

    fn has_other_type(&self, wire_name: &str) -> bool {
        self.changes.iter().any(|change| {
            change.direction == Some(Direction::Input)
                && change
                    .property
                    .as_deref()
                    .map(|name| name.trim_end_matches("[]"))
                    == Some(wire_name)
                && matches!(
                    change.rule,
                    ChangeRule::TypeChanged
                        | ChangeRule::TypeNarrowed
                        | ChangeRule::BecameList
                        | ChangeRule::BecameSingle
                )
        })
    }
}
