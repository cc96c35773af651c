//! Comparing two versions of a model as a whole.

use serde_json::Value;

use super::comparison::ModelComparison;
use super::path::SchemaPath;
use super::view::ObjectView;
use crate::diff::report::Change;
use crate::diff::rule::ChangeRule;
use crate::diff::schema_set::SourceModel;

impl ModelComparison<'_> {
    /// Every change of a model that kept its id.
    pub(super) fn same_id(mut self) -> Vec<Change> {
        let (before, after) = (module_path(self.old), module_path(self.new));
        if before != after {
            self.add_to_model(
                ChangeRule::ModuleRenamed,
                "/names",
                Some(before.into()),
                Some(after.into()),
            );
        }
        self.schemas();
        self.example();
        self.about();
        self.overrides();
        self.changes
    }

    /// Every change of a model whose id changed.
    pub(super) fn other_id(mut self) -> Vec<Change> {
        let rule = if module_path(self.old) == module_path(self.new) {
            ChangeRule::ModelIdChanged
        } else {
            ChangeRule::ModelRenamed
        };
        let id = |model: &SourceModel<'_>| Some(Value::from(model.id.as_str()));
        self.add_to_model(rule, "/model_id", id(self.old), id(self.new));
        self.schemas();
        self.example();
        self.about();
        self.overrides();
        self.changes
    }

    /// Whether both versions have the same schemas, Rust names aside.
    pub(super) fn has_same_schemas(mut self) -> bool {
        self.schemas();
        self.changes.iter().all(|change| {
            matches!(
                change.rule,
                ChangeRule::FieldRenamed | ChangeRule::TypeRenamed | ChangeRule::VariantRenamed
            )
        })
    }

    fn schemas(&mut self) {
        let (old, new) = (&self.old.valid, &self.new.valid);
        let (old_input, new_input) = (ObjectView::input(old), ObjectView::input(new));
        self.object(&SchemaPath::input(), old_input, new_input, false);
        let (old_output, new_output) = (ObjectView::output(old), ObjectView::output(new));
        self.object(&SchemaPath::output(), old_output, new_output, false);
    }
}

fn module_path(model: &SourceModel<'_>) -> String {
    model.valid.names.modules.join("::")
}
