//! The validators that the macro of the `jsonschema` crate compiles. `build.rs` writes them from two of the
//! repository's model files.

include!(concat!(env!("OUT_DIR"), "/validators.rs"));
