//! The validators that the `jsonschema` crate's macro compiles from the schemas of the repository.

include!(concat!(env!("OUT_DIR"), "/validators.rs"));
