//! The macros that expand the tables in generated code. A table contains only documentation, names, types
//! and annotations. From it, the macros define the structs, enums and trait implementations.
//!
//! Every function is `#[inline]`, except those that describe schemas. Code for an inline function is
//! generated only in the crates that call it, so unused models cost less compile time.

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
