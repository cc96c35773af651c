//! The documented request. It has to fit the input, so what follows from a change of the input is
//! that change and not another.

use runcomfy_codegen::json::{Json, Located};

use super::Walker;
use super::same::same_json;
use crate::diff::rule::Rule;
use crate::diff::source::SourceModel;
use crate::diff::verdict::Direction;

impl Walker<'_> {
    /// The example, after the input was compared.
    pub(super) fn example(&mut self) {
        let rule = match (&self.old.model.example, &self.new.model.example) {
            (None, Some(_)) => Rule::ExampleAdded,
            (Some(_), None) => Rule::ExampleRemoved,
            (Some(old), Some(new)) if self.is_rewritten(old, new) => Rule::ExampleChanged,
            _ => return,
        };
        let value = |model: &SourceModel| Some(model.value("/example")?.to_value());
        let (before, after) = (value(self.old), value(self.new));
        self.note_model(rule, "/example", before, after);
    }

    /// Whether the examples differ in more than the change of the input makes necessary.
    fn is_rewritten(&self, old: &Json, new: &Json) -> bool {
        let olds = &self.old.model.input.properties;
        let news = &self.new.model.input.properties;
        olds.iter().any(|before| {
            let Some(after) = news.iter().find(|after| after.wire == before.wire) else {
                return false;
            };
            match (member(old, &before.wire), member(new, &after.wire)) {
                (None, None) => false,
                (Some(one), Some(other)) => {
                    !same_json(one, other) && !self.has_another_type(&before.wire)
                }
                // What became required has to be there.
                _ => before.required == after.required,
            }
        })
    }

    fn has_another_type(&self, wire: &str) -> bool {
        self.changes.iter().any(|change| {
            change.direction == Some(Direction::Input)
                && change
                    .property
                    .as_deref()
                    .map(|name| name.trim_end_matches("[]"))
                    == Some(wire)
                && matches!(
                    change.rule,
                    Rule::TypeChanged | Rule::TypeNarrowed | Rule::BecameList | Rule::BecameSingle
                )
        })
    }
}

fn member<'j>(example: &'j Json, wire: &str) -> Option<&'j Located<Json>> {
    let Json::Object(members) = example else {
        return None;
    };
    let member = members.iter().find(|member| member.name.value == wire)?;
    Some(&member.value)
}
