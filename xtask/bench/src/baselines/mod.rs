//! The baselines: code for the same models from other generators, and plain structs in the style of
//! hand-written code or of quicktype.

mod oas3_gen;
mod plain;
mod quicktype;
mod typify;

pub(crate) use oas3_gen::{oas3_gen, oas3_gen_dependencies};
pub(crate) use plain::{PlainStyle, plain};
pub(crate) use quicktype::{has_quicktype, quicktype};
pub(crate) use typify::{strip_unsupported, typify, typify_with_builders};
