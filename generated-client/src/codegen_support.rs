//! Support for generated code. Not part of the public API: it may change in any release.

#![allow(
    unused_imports,
    reason = "the enabled model features decide which of the imports are used"
)]

pub(crate) use crate::about::About;
pub(crate) use crate::json::macros::{annotations, input_fields, output_fields, string_enum};
pub(crate) use crate::media::{MediaField, MediaKind, MediaRule};
pub(crate) use crate::model::Model;

pub use crate::json::{
    Field, FieldMut, FieldRef, FromJsonLenient, Lenient, List, Object, PropertyNames, StringEnum,
    StringEnumMut, StringTable,
};
#[cfg(feature = "schemars")]
pub use crate::json_schema::{Annotated, Describe};
pub use crate::validate::{ConstraintVisitor, Items, Number, Scalars, Validate};
