//! Names of modules, marker types and features.

use super::reserved;
use super::words::{camel, snake};
use crate::identifier::{identifier, without_raw_prefix};
use crate::model_id::ModelId;

/// Whether a module must not have this name.
pub(super) fn is_reserved(name: &str) -> bool {
    name == reserved::MODEL_MODULE || reserved::MODULES.contains(&name)
}

/// Derives the module path of a model: one name for each segment of the model id. The first is the module
/// of the owner, the last the module of the model.
pub(super) fn path(id: &ModelId) -> Vec<String> {
    let segments = id.segments().iter();
    segments.map(|segment| segment_module(segment)).collect()
}

fn segment_module(segment: &str) -> String {
    identifier(&snake(segment), reserved::MODULES)
}

/// Derives the name of the marker type from the name of the model's module.
pub(super) fn marker(module: &str) -> String {
    let name = camel(module);
    if let Some(digits) = name.strip_prefix('_') {
        // The marker type is a unit struct. If it were called `_4k`, a function parameter `_4k` would refer
        // to it instead of declaring a variable.
        format!("Model{digits}")
    } else if reserved::TYPES.contains(&name.as_str()) {
        format!("{name}Model")
    } else {
        name
    }
}

/// Derives the name of an owner's cargo feature from the name of the owner's module.
pub(super) fn feature(owner_module: &str) -> String {
    let name = without_raw_prefix(owner_module)
        .trim_matches('_')
        .replace('_', "-");
    if reserved::FEATURES.contains(&name.as_str()) {
        format!("{name}-models")
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::{feature, marker, segment_module};

    #[test]
    fn segments_become_modules_and_markers() {
        for (segment, module, type_name) in [
            ("happyhorse-1.0", "happyhorse_1_0", "Happyhorse1_0"),
            (
                "reference-to-video",
                "reference_to_video",
                "ReferenceToVideo",
            ),
            ("4K", "_4k", "Model4k"),
            ("720p", "_720p", "Model720p"),
            (
                "Hailuo Video 01 Live",
                "hailuo_video_01_live",
                "HailuoVideo01Live",
            ),
            ("type", "r#type", "Type"),
            ("mod", "mod_", "Mod"),
            ("aux", "aux_", "Aux"),
            ("self", "self_", "SelfModel"),
            ("input", "input", "InputModel"),
        ] {
            assert_eq!(segment_module(segment), module);
            assert_eq!(marker(module), type_name);
        }
    }

    #[test]
    fn owners_become_features() {
        assert_eq!(feature("wan_ai"), "wan-ai");
        assert_eq!(feature("client"), "client-models");
    }
}
