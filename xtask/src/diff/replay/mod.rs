//! What a schema change means to inputs of the past: how many would be refused now, by which rule, and
//! how many leave out a property whose default changed. The report contains counts and pointers, but
//! never values.

pub(super) mod check;
pub(super) mod inputs;

use std::collections::BTreeMap;

use runcomfy_codegen::json::{Json, escape_step};
use runcomfy_codegen::model::{ItemSchema, ObjectSchema};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::schema_set::SchemaSet;
use check::refusals;
use inputs::PastInput;

/// What the change means to past inputs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct InputReport {
    /// The number of inputs.
    pub(crate) total: usize,
    /// How many of them were valid under the old schemas and are refused by the new ones.
    pub(crate) refused: usize,
    /// How many of them the old schemas refuse already.
    pub(crate) refused_before: usize,
    /// How many of them are for models that the old schemas do not have, or whose old file is refused.
    pub(crate) unknown_model: usize,
    /// The models whose inputs the change affects, sorted by `refused` in descending order.
    pub(crate) models: Vec<ModelInputs>,
}

/// What the change means to past inputs of one model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct ModelInputs {
    /// The model id.
    pub(crate) model: String,
    /// The number of its inputs.
    pub(crate) total: usize,
    /// How many of them are newly refused.
    pub(crate) refused: usize,
    /// The rules that refuse them, the most frequent first. An input can break several.
    pub(crate) rules: Vec<RefusedInputs>,
    /// The properties whose default changed and that some inputs leave out.
    pub(crate) defaults: Vec<LeftOut>,
}

/// The inputs that one rule refuses.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct RefusedInputs {
    /// The id of the rule, as in the client's violations; `model` if the new schemas have no model with
    /// this id.
    pub(crate) rule: String,
    /// The JSON pointer to the value, with `*` for the index of an item.
    pub(crate) pointer: String,
    /// The number of inputs.
    pub(crate) inputs: usize,
}

/// The inputs that leave out a property.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct LeftOut {
    /// The JSON pointer to the property, with `*` for the index of an item.
    pub(crate) pointer: String,
    /// The number of inputs.
    pub(crate) inputs: usize,
}

/// Counts of one model.
#[derive(Default)]
struct Counts {
    total: usize,
    refused: usize,
    rules: BTreeMap<(&'static str, String), usize>,
    defaults: BTreeMap<String, usize>,
}

/// What the change from `old` to `new` means to these inputs.
pub(crate) fn replay(
    old: &SchemaSet<'_>,
    new: &SchemaSet<'_>,
    inputs: &[PastInput],
) -> InputReport {
    let mut report = InputReport {
        total: inputs.len(),
        ..InputReport::default()
    };
    let schema = |set: &SchemaSet<'_>| -> BTreeMap<String, ObjectSchema> {
        let models = set.models.iter();
        let models = models.map(|model| (model.id.clone(), model.valid.model.input.clone()));
        models.collect()
    };
    let (old, new) = (schema(old), schema(new));
    let mut models: BTreeMap<&str, Counts> = BTreeMap::new();
    for PastInput { model_id, input } in inputs {
        let Some(before) = old.get(model_id) else {
            report.unknown_model += 1;
            continue;
        };
        let counts = models.entry(model_id).or_default();
        counts.total += 1;
        if !refusals(before, input).is_empty() {
            report.refused_before += 1;
            continue;
        }
        let Some(after) = new.get(model_id) else {
            counts.refused += 1;
            *counts.rules.entry(("model", String::new())).or_default() += 1;
            continue;
        };
        let refusals = refusals(after, input);
        counts.refused += usize::from(!refusals.is_empty());
        for refusal in refusals {
            *counts
                .rules
                .entry((refusal.rule, refusal.pointer))
                .or_default() += 1;
        }
        let mut left_out = Vec::new();
        changed_defaults(before, after, input, "", &mut left_out);
        left_out.sort();
        left_out.dedup();
        for pointer in left_out {
            *counts.defaults.entry(pointer).or_default() += 1;
        }
    }
    let models = models.into_iter();
    let models = models.filter(|(_, counts)| counts.refused > 0 || !counts.defaults.is_empty());
    report.models = models.map(|(model, counts)| counts.report(model)).collect();
    report
        .models
        .sort_by_key(|model| std::cmp::Reverse(model.refused));
    report.refused = report.models.iter().map(|model| model.refused).sum();
    report
}

impl Counts {
    fn report(self, model: &str) -> ModelInputs {
        let mut rules: Vec<RefusedInputs> = self
            .rules
            .into_iter()
            .map(|((rule, pointer), inputs)| RefusedInputs {
                rule: rule.to_owned(),
                pointer,
                inputs,
            })
            .collect();
        rules.sort_by_key(|rule| std::cmp::Reverse(rule.inputs));
        let defaults = self.defaults.into_iter();
        let defaults = defaults.map(|(pointer, inputs)| LeftOut { pointer, inputs });
        let mut defaults: Vec<LeftOut> = defaults.collect();
        defaults.sort_by_key(|left_out| std::cmp::Reverse(left_out.inputs));
        ModelInputs {
            model: model.to_owned(),
            total: self.total,
            refused: self.refused,
            rules,
            defaults,
        }
    }
}

/// Adds to `left_out` the pointers to properties that the input leaves out, whose default changed, and that
/// are optional in both versions.
fn changed_defaults(
    old: &ObjectSchema,
    new: &ObjectSchema,
    input: &Value,
    pointer: &str,
    left_out: &mut Vec<String>,
) {
    for before in &old.properties {
        let mut others = new.properties.iter();
        let Some(after) = others.find(|after| after.wire_name == before.wire_name) else {
            continue;
        };
        let pointer = format!("{pointer}/{}", escape_step(&before.wire_name));
        match input.get(&before.wire_name) {
            // The default of a required property is a sample, which the service never uses.
            None if before.required || after.required => {}
            None => {
                if !is_same_default(before.default.as_ref(), after.default.as_ref()) {
                    left_out.push(pointer);
                }
            }
            Some(value) => {
                let (ItemSchema::Object(old), ItemSchema::Object(new)) =
                    (before.schema.item(), after.schema.item())
                else {
                    continue;
                };
                match value {
                    Value::Array(items) => {
                        let pointer = format!("{pointer}/*");
                        for item in items {
                            changed_defaults(old, new, item, &pointer, left_out);
                        }
                    }
                    value => changed_defaults(old, new, value, &pointer, left_out),
                }
            }
        }
    }
}

fn is_same_default(old: Option<&Json>, new: Option<&Json>) -> bool {
    match (old, new) {
        (None, None) => true,
        (Some(old), Some(new)) => old.equals(new),
        _ => false,
    }
}
