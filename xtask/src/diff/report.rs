//! The result of a comparison, as data. `report.schema.json` is its JSON Schema.

use std::collections::HashMap;

use runcomfy_codegen::text::count;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value;

use super::excerpt::{excerpt, excerpts};
use super::replay::InputReport;
use super::rule::ChangeRule;
use super::severity::{Direction, Severity, VersionStep};

/// What changed between two sets of schemas, and what it means to callers.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "Report of cargo xtask diff", deny_unknown_fields)]
pub(crate) struct ChangeReport {
    /// The version step that the worst change requires; null if nothing changed.
    pub(crate) version_step: Option<VersionStep>,
    /// The number of changes of each severity.
    pub(crate) counts: Counts,
    /// The changes, the worst first.
    pub(crate) changes: Vec<Change>,
    /// What the changes mean to past inputs; absent if none were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) inputs: Option<InputReport>,
}

/// The number of changes of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct Counts {
    /// What worked before may fail.
    pub(crate) breaking: usize,
    /// What worked before may mean or cost something else.
    pub(crate) dangerous: usize,
    /// What worked before works as before.
    pub(crate) compatible: usize,
    /// Only texts change.
    pub(crate) documentation: usize,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct Change {
    /// The kind of change.
    pub(crate) rule: ChangeRule,
    /// The worse of `wire` and `source`.
    pub(crate) severity: Severity,
    /// The severity for programs that send or read JSON.
    pub(crate) wire: Severity,
    /// The severity for Rust code that is compiled against the generated client.
    pub(crate) source: Severity,
    /// The model id: the new one, or the old one if the model was removed.
    pub(crate) model: String,
    /// The side of the model; absent for a change of the model itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) direction: Option<Direction>,
    /// The wire names on the path to the property, such as `outer.list[].inner`. Absent if the change
    /// does not concern a single property.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) property: Option<String>,
    /// The JSON pointer to the changed value: in the new model file, or in the old one if the value was
    /// removed.
    pub(crate) pointer: String,
    /// The old value; absent if there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<Value>,
    /// The new value; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<Value>,
    /// The change as a sentence fragment.
    pub(crate) message: String,
    /// The new model file, or the old one if the model was removed.
    pub(crate) file: String,
    /// The line in `file`, from 1, of the changed value or, if it does not exist there, of the nearest
    /// enclosing value.
    pub(crate) line: usize,
    /// The column in that line, from 1, in Unicode scalar values.
    pub(crate) column: usize,
}

impl ChangeReport {
    /// A report with these changes.
    pub(crate) fn new(mut changes: Vec<Change>) -> Self {
        changes.sort_by(|one, other| {
            let key = |change: &Change| {
                (
                    std::cmp::Reverse(change.severity),
                    change.model.clone(),
                    change.direction,
                    change.pointer.clone(),
                    change.rule,
                )
            };
            key(one).cmp(&key(other))
        });
        let count = |severity| {
            changes
                .iter()
                .filter(|change| change.severity == severity)
                .count()
        };
        let worst = changes.first().map(|change| change.severity);
        Self {
            version_step: worst.and_then(VersionStep::of),
            counts: Counts {
                breaking: count(Severity::Breaking),
                dangerous: count(Severity::Dangerous),
                compatible: count(Severity::Compatible),
                documentation: count(Severity::Documentation),
            },
            changes,
            inputs: None,
        }
    }

    /// The severity of the worst change.
    pub(crate) fn worst(&self) -> Option<Severity> {
        self.changes.first().map(|change| change.severity)
    }

    /// The changes by model; the model with the worst change comes first.
    pub(crate) fn by_model(&self) -> Vec<(&str, Vec<&Change>)> {
        let mut models: Vec<(&str, Vec<&Change>)> = Vec::new();
        let mut positions = HashMap::new();
        for change in &self.changes {
            let position = *positions.entry(&change.model).or_insert_with(|| {
                models.push((&change.model, Vec::new()));
                models.len() - 1
            });
            models[position].1.push(change);
        }
        models
    }

    /// The counts as text: `3 changes in 2 models: 1 breaking, 2 compatible`.
    pub(crate) fn headline(&self) -> String {
        if self.changes.is_empty() {
            return "no change for callers".to_owned();
        }
        let parts: Vec<String> = Severity::WORST_FIRST
            .into_iter()
            .map(|severity| (self.counts.of(severity), severity))
            .filter(|(count, _)| *count > 0)
            .map(|(count, severity)| format!("{count} {}", severity.name()))
            .collect();
        format!(
            "{} in {}: {}",
            count(self.changes.len(), "change"),
            count(self.by_model().len(), "model"),
            parts.join(", ")
        )
    }
}

impl Counts {
    const fn of(self, severity: Severity) -> usize {
        match severity {
            Severity::Breaking => self.breaking,
            Severity::Dangerous => self.dangerous,
            Severity::Compatible => self.compatible,
            Severity::Documentation => self.documentation,
            Severity::None => 0,
        }
    }
}

impl Change {
    /// The change with a message from its rule and its values.
    pub(crate) fn with_message(mut self) -> Self {
        let phrase = self.rule.phrase();
        self.message = match (&self.before, &self.after) {
            (Some(before), Some(after)) => {
                let [before, after] = excerpts(before, after);
                format!("{phrase}: {before} → {after}")
            }
            (Some(only), None) | (None, Some(only)) => format!("{phrase}: {}", excerpt(only)),
            (None, None) => phrase.to_owned(),
        };
        self
    }
}

/// The JSON Schema of the JSON format.
pub(crate) fn schema() -> String {
    let generator = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    let schema = generator.into_root_schema_for::<ChangeReport>();
    format!("{:#}\n", schema.to_value())
}
