//! Code for the same models by other means: by typify, and as a person or quicktype would write it.

mod plain;
mod quicktype;
mod typify;

pub(crate) use plain::{PlainStyle, plain};
pub(crate) use quicktype::{has_quicktype, quicktype};
pub(crate) use typify::{strip_unsupported, typify, typify_with_builders};
