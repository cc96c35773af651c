//! Reading, writing, comparing and formatting of generated structs, type-erased.

mod field;
mod input;
pub(crate) mod macros;
mod output;
mod read;
mod string_enum;
#[cfg(test)]
mod tests;
mod write;

pub use field::{Field, FieldMut, FieldRef, List, Object, PropertyNames, StringEnumMut};
pub use input::InputError;
pub use output::{FromJsonLenient, Lenient};
pub use string_enum::{StringEnum, StringTable, UnknownValue};

pub(crate) use field::{debug_object, is_equal};
pub(crate) use input::{deserialize, from_json, from_value};
pub(crate) use output::{deserialize_output, read_output, serialize_output, write_output};
pub(crate) use string_enum::{deserialize_enum, parse_enum};
pub(crate) use write::write_object;
