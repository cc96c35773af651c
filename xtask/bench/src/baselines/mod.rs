//! Code for the same models by other means: by other generators, and as a person would write it.

mod oas3_gen;
mod plain;
mod quicktype;
mod typify;

pub(crate) use oas3_gen::{oas3_gen, oas3_gen_dependencies};
pub(crate) use plain::{PlainStyle, plain};
pub(crate) use quicktype::{has_quicktype, quicktype};
pub(crate) use typify::{strip_unsupported, typify, typify_with_builders};
