//! Names of modules, marker types and features.

use super::words::{camel, identifier, snake};
use crate::model::ModelId;

/// Segments that would name a file with a meaning of its own: to Rust, or to Windows.
const RESERVED: &[&str] = &[
    "mod", "lib", "main", "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5",
    "com6", "com7", "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8",
    "lpt9",
];

/// Features of the client that an owner's feature must not share a name with.
const FEATURES: &[&str] = &[
    "default",
    "client",
    "media",
    "blocking",
    "schemars",
    "all-models",
    "any-model",
];

/// Whether a module must not be called so; `_model` is what the index calls a model's own file.
pub(super) fn is_reserved(name: &str) -> bool {
    name == "_model" || RESERVED.contains(&name)
}

/// The modules of a model, from its owner to itself.
pub(super) fn path(id: &ModelId) -> Vec<String> {
    id.segments()
        .iter()
        .map(|segment| segment_module(segment))
        .collect()
}

fn segment_module(segment: &str) -> String {
    identifier(&snake(segment), RESERVED)
}

/// The marker type of a model: its last segment.
pub(super) fn marker(module: &str) -> String {
    let name = camel(module);
    if let Some(digits) = name.strip_prefix('_') {
        // A unit struct `_4k` would stand in the way of every argument that is called `_4k`.
        format!("Model{digits}")
    } else if super::RESERVED_TYPES.contains(&name.as_str()) {
        format!("{name}Model")
    } else {
        name
    }
}

/// The cargo feature of an owner's module.
pub(super) fn feature(owner_module: &str) -> String {
    let name = owner_module
        .trim_start_matches("r#")
        .trim_matches('_')
        .replace('_', "-");
    if FEATURES.contains(&name.as_str()) {
        format!("{name}-models")
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::{feature, marker, segment_module};

    #[test]
    fn segments_become_modules() {
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
        assert_eq!(feature("wan_ai"), "wan-ai");
        assert_eq!(feature("client"), "client-models");
    }
}
