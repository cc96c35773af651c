//! The tables that generated code consists of. A table holds documentation, names and types; the
//! code that follows from them is written here, once.
//!
//! Every function except those that describe schemas is `#[inline]`, which defers code generation
//! to the crates that call it: a user of two models does not compile the code of a hundred.

mod input_fields;
mod json_schema;
mod output_fields;
mod string_enum;

pub(crate) use input_fields::{constructor, input_fields, input_role};
pub(crate) use json_schema::annotations;
#[cfg(feature = "schemars")]
pub(crate) use json_schema::json_schema;
pub(crate) use output_fields::output_fields;
pub(crate) use string_enum::string_enum;
