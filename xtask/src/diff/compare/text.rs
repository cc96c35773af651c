//! What a schema says for readers, its format, and the rules of the media files behind URLs.

use runcomfy_codegen::dialect::{RuleName, Schema, Validation};
use runcomfy_codegen::json::Located;
use runcomfy_codegen::model::Docs;

use super::Walker;
use super::place::{At, Where};
use super::same::same_text;
use crate::diff::rule::Rule;

impl Walker<'_> {
    /// Title and description; the title only if it is nothing but a text.
    pub(super) fn docs(&mut self, at: &At, old: &Docs, new: &Docs, with_title: bool) {
        if with_title && !same_text(old.title.as_deref(), new.title.as_deref()) {
            self.note_keyword(Rule::TitleChanged, at, "title");
        }
        if !same_text(old.description.as_deref(), new.description.as_deref()) {
            self.note_keyword(Rule::DescriptionChanged, at, "description");
        }
    }

    pub(super) fn format(&mut self, at: &At, old: Option<&str>, new: Option<&str>) {
        let rule = match (old, new) {
            (None, Some(_)) => Rule::FormatAdded,
            (Some(_), None) => Rule::FormatRemoved,
            (Some(old), Some(new)) if old != new => Rule::FormatChanged,
            _ => return,
        };
        self.note_keyword(rule, at, "format");
    }

    /// The media rules of one schema, matched by what they compare.
    pub(super) fn media(&mut self, at: &At, old: Option<&Schema>, new: Option<&Schema>) {
        let (old, new) = (rules(old), rules(new));
        for (index, before) in old.iter().enumerate() {
            let place = format!("validations/{index}");
            let found = new.iter().position(|after| name(after) == name(before));
            let Some(position) = found else {
                self.note(Rule::MediaRuleRemoved, at, Where::Old(&place));
                continue;
            };
            let after = &new[position];
            let value = |rule: &Validation| rule.validation_value.as_f64();
            let message = |rule: &Validation| -> Option<String> {
                Some(rule.validation_error.as_ref()?.value.clone())
            };
            let (rule, member) = match value(before).partial_cmp(&value(after)) {
                Some(std::cmp::Ordering::Equal) | None => {
                    if same_text(message(before).as_deref(), message(after).as_deref()) {
                        continue;
                    }
                    (Rule::MediaMessageChanged, "validation_error")
                }
                Some(order) if (order.is_lt()) == is_least(name(before)) => {
                    (Rule::MediaRuleTightened, "validation_value")
                }
                Some(_) => (Rule::MediaRuleLoosened, "validation_value"),
            };
            let places = [
                format!("{place}/{member}"),
                format!("validations/{position}/{member}"),
            ];
            self.note(rule, at, Where::Both(&places[0], &places[1]));
        }
        for (index, after) in new.iter().enumerate() {
            if !old.iter().any(|before| name(before) == name(after)) {
                let place = format!("validations/{index}");
                self.note(Rule::MediaRuleAdded, at, Where::New(&place));
            }
        }
    }
}

fn rules(schema: Option<&Schema>) -> &[Located<Validation>] {
    schema
        .and_then(|schema| schema.validations.as_ref())
        .map_or(&[], |rules| &rules.value)
}

fn name(rule: &Validation) -> RuleName {
    rule.validation_rule.value
}

/// Whether the rule says what a file must have at least.
const fn is_least(rule: RuleName) -> bool {
    match rule {
        RuleName::MinWidth | RuleName::MinHeight | RuleName::MinAspectRatio => true,
        RuleName::MaxWidth
        | RuleName::MaxHeight
        | RuleName::MaxAspectRatio
        | RuleName::MaxMegabytes => false,
    }
}
