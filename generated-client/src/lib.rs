//! Work in progress.

pub mod media;
mod model;
pub mod validate;
pub mod wire;

pub use media::{MediaFacts, MediaField, MediaKind, MediaRule};
pub use model::{Model, ModelInput, ModelOutput, ModelVisitor};
pub use validate::{Checker, Rule, Validate, Violation, Violations};
pub use wire::{InputError, UnknownValue};

#[allow(unused_imports)]
pub(crate) mod generated {
    //! What generated code imports.
    pub(crate) use crate::media::{MediaField, MediaKind, MediaRule};
    pub(crate) use crate::model::Model;
    pub(crate) use crate::validate::{Checker, Validate};
    pub(crate) use crate::wire::macros::{argument, argument_type, object, output, string_enum};
}

// Generated, and kept as it is generated: rustfmt keeps out.
#[rustfmt::skip]
pub mod models;
