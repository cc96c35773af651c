//! Writing generated structs as JSON objects.

use serde::ser::{Error, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::field::{FieldRef, List, Object};

impl Serialize for FieldRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => serializer.serialize_none(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            // JSON has no NaN or infinity; serde_json would write `null`.
            Self::Number(value) if !value.is_finite() => {
                Err(S::Error::custom(format!("{value} is not a JSON number")))
            }
            Self::Number(value) => serializer.serialize_f64(*value),
            Self::String(value) => serializer.serialize_str(value),
            Self::List(list) => write_list(*list, serializer),
            Self::Object(object) => write_object(*object, serializer),
        }
    }
}

/// Writes an object. Absent properties are omitted.
pub(crate) fn write_object<S: Serializer>(
    object: &dyn Object,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    let mut result = Ok(());
    object.fields(&mut |fields| {
        for (name, field) in object.property_names().all.iter().zip(fields) {
            let field = field.as_field_ref();
            if result.is_ok() && !matches!(field, FieldRef::Absent) {
                result = map.serialize_entry(name, &field);
            }
        }
    });
    result?;
    map.end()
}

fn write_list<S: Serializer>(list: &dyn List, serializer: S) -> Result<S::Ok, S::Error> {
    let mut sequence = serializer.serialize_seq(Some(list.item_count()))?;
    for index in 0..list.item_count() {
        sequence.serialize_element(&list.item(index))?;
    }
    sequence.end()
}
