//! What a comparison found, as data. `report.schema.json` is the JSON Schema of it.

use std::collections::HashMap;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value;

use super::rule::Rule;
use super::verdict::{Direction, Verdict, VersionStep};

/// What changed between two sets of schemas, and what it means to callers.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "Report of cargo xtask diff", deny_unknown_fields)]
pub(crate) struct Report {
    /// The version step that the worst change calls for; null when nothing changed.
    pub(crate) version_step: Option<VersionStep>,
    /// How many changes there are of each severity.
    pub(crate) counts: Counts,
    /// The changes, the worst first.
    pub(crate) changes: Vec<Change>,
}

/// How many changes there are of each severity.
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
    /// What kind of change it is.
    pub(crate) rule: Rule,
    /// The worse of the two verdicts.
    pub(crate) severity: Verdict,
    /// The verdict for one who sends or reads JSON.
    pub(crate) wire: Verdict,
    /// The verdict for Rust code that is compiled against the generated client.
    pub(crate) source: Verdict,
    /// The id of the model: the new one, or the old one where the model is gone.
    pub(crate) model: String,
    /// The side it is on; absent when it is of the model itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) direction: Option<Direction>,
    /// The property by its wire names, `outer.inner`, with `[]` behind a list; absent when the
    /// change is of no single property.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) property: Option<String>,
    /// The JSON pointer to what changed: into the new model file, or into the old one for what
    /// is no longer there.
    pub(crate) pointer: String,
    /// What was there; absent when nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<Value>,
    /// What is there now; absent when nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<Value>,
    /// The change in words.
    pub(crate) message: String,
    /// The new model file, or the old one where the model is gone.
    pub(crate) file: String,
    /// The line in that file, from 1: of what changed, or of the nearest around it.
    pub(crate) line: usize,
    /// The column in that line, from 1, in Unicode scalar values.
    pub(crate) column: usize,
}

impl Report {
    /// Sorts the changes, counts them and tells the version step.
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
                breaking: count(Verdict::Breaking),
                dangerous: count(Verdict::Dangerous),
                compatible: count(Verdict::Compatible),
                documentation: count(Verdict::Documentation),
            },
            changes,
        }
    }

    /// The severity of the worst change.
    pub(crate) fn worst(&self) -> Option<Verdict> {
        self.changes.first().map(|change| change.severity)
    }

    /// The models with their changes, the model with the worst change first.
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

    /// The counts as words: `3 changes in 2 models: 1 breaking, 2 compatible`.
    pub(crate) fn headline(&self) -> String {
        if self.changes.is_empty() {
            return "no change for callers".to_owned();
        }
        let parts: Vec<String> = Verdict::WORST_FIRST
            .into_iter()
            .map(|severity| (self.counts.of(severity), severity))
            .filter(|(count, _)| *count > 0)
            .map(|(count, severity)| format!("{count} {}", severity.name()))
            .collect();
        format!(
            "{} in {}: {}",
            counted(self.changes.len(), "change"),
            counted(self.by_model().len(), "model"),
            parts.join(", ")
        )
    }
}

impl Counts {
    const fn of(self, severity: Verdict) -> usize {
        match severity {
            Verdict::Breaking => self.breaking,
            Verdict::Dangerous => self.dangerous,
            Verdict::Compatible => self.compatible,
            Verdict::Documentation => self.documentation,
            Verdict::None => 0,
        }
    }
}

/// The JSON Schema of the JSON format.
pub(crate) fn schema() -> String {
    let generator = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    let schema = generator.into_root_schema_for::<Report>();
    format!("{:#}\n", schema.to_value())
}

fn counted(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
