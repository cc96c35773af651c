//! Titles, descriptions, formats and media rules.

use std::cmp::Ordering;

use runcomfy_codegen::dialect::{Schema, Validation, ValidationRule};
use runcomfy_codegen::model::Docs;
use runcomfy_codegen::span::Located;

use super::comparison::ModelComparison;
use super::path::{ChangeSite, SchemaPath};
use crate::diff::rule::ChangeRule;
use crate::diff::same::same_text;

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

    /// Compares media rules, matched by what they compare.
    pub(super) fn media(&mut self, path: &SchemaPath, old: Option<&Schema>, new: Option<&Schema>) {
        let (old, new) = (rules(old), rules(new));
        for (index, before) in old.iter().enumerate() {
            let steps = format!("validations/{index}");
            let found = new.iter().position(|after| name(after) == name(before));
            let Some(position) = found else {
                self.add(ChangeRule::MediaRuleRemoved, path, ChangeSite::Old(&steps));
                continue;
            };
            let after = &new[position];
            let value = |rule: &Validation| rule.validation_value.as_f64();
            let message = |rule: &Validation| -> Option<String> {
                Some(rule.validation_error.as_ref()?.value.clone())
            };
            let (rule, member) = match value(before).partial_cmp(&value(after)) {
                Some(Ordering::Equal) | None => {
                    if same_text(message(before).as_deref(), message(after).as_deref()) {
                        continue;
                    }
                    (ChangeRule::MediaMessageChanged, "validation_error")
                }
                Some(order) if (order.is_lt()) == is_minimum(name(before)) => {
                    (ChangeRule::MediaRuleTightened, "validation_value")
                }
                Some(_) => (ChangeRule::MediaRuleLoosened, "validation_value"),
            };
            let old_steps = format!("{steps}/{member}");
            let new_steps = format!("validations/{position}/{member}");
            self.add(rule, path, ChangeSite::Both(&old_steps, &new_steps));
        }
        for (index, after) in new.iter().enumerate() {
            if !old.iter().any(|before| name(before) == name(after)) {
                let steps = format!("validations/{index}");
                self.add(ChangeRule::MediaRuleAdded, path, ChangeSite::New(&steps));
            }
        }
    }
}

fn rules(schema: Option<&Schema>) -> &[Located<Validation>] {
    schema
        .and_then(|schema| schema.validations.as_ref())
        .map_or(&[], |rules| &rules.value)
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
