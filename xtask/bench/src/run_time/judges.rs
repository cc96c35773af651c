//! The models' judges by the `jsonschema` crate's macro, from the schemas of the repository.

include!(concat!(env!("OUT_DIR"), "/judges.rs"));
