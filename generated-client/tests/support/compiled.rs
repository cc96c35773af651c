//! The models that are compiled in, as type-erased functions and data.

use std::collections::HashMap;
use std::sync::LazyLock;

use runcomfy_client::{
    InputError, MediaField, Model, ModelInput, ModelVisitor, Violations, models,
};
use serde_json::Value;

/// The functions and constants of a model.
#[derive(Clone, Debug)]
pub(crate) struct CompiledModel {
    /// The documented input.
    pub(crate) example: Option<Value>,
    pub(crate) media: &'static [MediaField],
    pub(crate) from_value: fn(&Value) -> Result<(), Violations>,
    pub(crate) from_json: fn(&str) -> Result<(), InputError>,
}

/// Every model that is compiled in, by id.
pub(crate) static MODELS: LazyLock<HashMap<&'static str, CompiledModel>> = LazyLock::new(|| {
    let mut collector = Collector::default();
    models::visit(&mut collector);
    collector.0
});

#[derive(Default)]
struct Collector(HashMap<&'static str, CompiledModel>);

impl ModelVisitor for Collector {
    fn visit<M: Model>(&mut self, _: M) {
        let example = M::example().map(|example| serde_json::to_value(example).unwrap());
        let model = CompiledModel {
            example,
            media: M::MEDIA,
            from_value: |value| M::Input::from_value(value).map(drop),
            from_json: |text| M::Input::from_json(text).map(drop),
        };
        assert!(self.0.insert(M::ID, model).is_none(), "duplicate {}", M::ID);
    }
}
