//! Titles, descriptions, formats and media rules.

use std::cmp::Ordering;

use runcomfy_codegen::dialect::{Schema, Validation, ValidationRule};
use runcomfy_codegen::model::{Docs, ItemSchema, StringSchema};
use runcomfy_codegen::span::Located;

use super::comparison::ModelComparison;
use super::path::{ChangeSite, SchemaPath};
use super::view::Pair;
use crate::diff::rule::ChangeRule;
use crate::diff::values::Effect;

impl ModelComparison<'_> {
    /// Compares titles and descriptions.
    pub(super) fn docs(&mut self, path: &SchemaPath, old: &Docs, new: &Docs, with_title: bool) {
        if with_title && !same_text(old.title.as_deref(), new.title.as_deref()) {
            self.add_keyword(ChangeRule::TitleChanged, path, "title");
        }
        if !same_text(old.description.as_deref(), new.description.as_deref()) {
            self.add_keyword(ChangeRule::DescriptionChanged, path, "description");
        }
    }

    pub(super) fn format(&mut self, path: &SchemaPath, old: Option<&str>, new: Option<&str>) {
        let rule = match (old, new) {
            (None, Some(_)) => ChangeRule::FormatAdded,
            (Some(_), None) => ChangeRule::FormatRemoved,
            (Some(old), Some(new)) if old != new => ChangeRule::FormatChanged,
            _ => return,
        };
        self.add_keyword(rule, path, "format");
    }

    /// Compares the `validations` of two strings or two lists. `schemas` are their schemas as read from the
    /// model files. Rules are matched by their `validation_rule`.
    ///
    /// `items` are the checked schemas of the string or, for a list, of its items. The checked schema of an
    /// item includes the media rules of its list. Moving a rule between a list and its items therefore has
    /// no effect on what is accepted.
    pub(super) fn media(
        &mut self,
        path: &SchemaPath,
        items: Pair<&ItemSchema>,
        schemas: Pair<Option<&Schema>>,
    ) {
        let (old, new) = (rules(schemas.old), rules(schemas.new));
        // A new rule shrinks the set of accepted files unless the old rules imply it. A removed rule grows
        // that set unless the new rules imply it.
        let shrinks = |after: &Validation| Effect {
            shrinks: !is_implied(after, items.old),
            grows: false,
        };
        let grows = |before: &Validation| Effect {
            shrinks: false,
            grows: !is_implied(before, items.new),
        };
        for (index, before) in old.iter().enumerate() {
            let steps = format!("validations/{index}");
            let found = new.iter().position(|after| name(after) == name(before));
            let Some(position) = found else {
                let site = ChangeSite::Old(&steps);
                self.add_effect(ChangeRule::MediaRuleRemoved, grows(before), path, site);
                continue;
            };
            let after = &new[position];
            let value = |rule: &Validation| rule.validation_value.as_f64();
            let message = |rule: &Validation| -> Option<String> {
                Some(rule.validation_error.as_ref()?.value.clone())
            };
            let (rule, member, effect) = match value(before).partial_cmp(&value(after)) {
                Some(Ordering::Equal) | None => {
                    if same_text(message(before).as_deref(), message(after).as_deref()) {
                        continue;
                    }
                    let rule = ChangeRule::MediaMessageChanged;
                    (rule, "validation_error", Effect::NONE)
                }
                Some(order) if (order.is_lt()) == is_minimum(name(before)) => {
                    let rule = ChangeRule::MediaRuleTightened;
                    (rule, "validation_value", shrinks(after))
                }
                Some(_) => {
                    let rule = ChangeRule::MediaRuleLoosened;
                    (rule, "validation_value", grows(before))
                }
            };
            let old_steps = format!("{steps}/{member}");
            let new_steps = format!("validations/{position}/{member}");
            self.add_effect(rule, effect, path, ChangeSite::Both(&old_steps, &new_steps));
        }
        for (index, after) in new.iter().enumerate() {
            if !old.iter().any(|before| name(before) == name(after)) {
                let steps = format!("validations/{index}");
                let site = ChangeSite::New(&steps);
                self.add_effect(ChangeRule::MediaRuleAdded, shrinks(after), path, site);
            }
        }
    }
}

fn rules(schema: Option<&Schema>) -> &[Located<Validation>] {
    schema
        .and_then(|schema| schema.validations.as_ref())
        .map_or(&[], |rules| &rules.value)
}

/// Whether the media rules of `item` refuse every file that `rule` refuses.
fn is_implied(rule: &Validation, item: &ItemSchema) -> bool {
    let (ItemSchema::String(StringSchema { media, .. }), Some(limit)) =
        (item, rule.validation_value.as_f64())
    else {
        return false;
    };
    let rules = media.iter().flat_map(|media| &media.rules);
    let mut rules = rules.filter(|known| known.rule == name(rule));
    rules.any(|known| match is_minimum(known.rule) {
        true => known.limit >= limit,
        false => known.limit <= limit,
    })
}

fn name(rule: &Validation) -> ValidationRule {
    rule.validation_rule.value
}

/// Whether the rule states a minimum.
const fn is_minimum(rule: ValidationRule) -> bool {
    match rule {
        ValidationRule::MinWidth | ValidationRule::MinHeight | ValidationRule::MinAspectRatio => {
            true
        }
        ValidationRule::MaxWidth
        | ValidationRule::MaxHeight
        | ValidationRule::MaxAspectRatio
        | ValidationRule::MaxMegabytes => false,
    }
}

/// Whether two texts are the same. An empty text is the same as no text.
pub(super) fn same_text(one: Option<&str>, other: Option<&str>) -> bool {
    one.unwrap_or_default() == other.unwrap_or_default()
}
