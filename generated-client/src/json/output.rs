//! Reading outputs leniently: typed where possible, verbatim where not.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize as _, Serializer};
use serde_json::{Map, Value};

use crate::model::ModelOutput;

/// How much of a JSON value a field holds.
pub enum Lenient<T> {
    /// All of it.
    Exact(T),
    /// Part of it, or nothing. The complete value is kept in the `extra` of the output.
    Partial(T),
}

/// The type of a field of a generated output, or of the items of a list field. Reading it never fails.
pub trait FromJsonLenient: Sized {
    /// Reads as much of `value` as fits.
    fn from_json_lenient(value: &Value) -> Lenient<Self>;
    /// The field as JSON, `None` when it is absent or an empty list.
    fn to_json(&self) -> Option<Value>;
}

/// A field of a generated output, type-erased.
pub(crate) trait OutputField {
    /// Reads as much of `value` as fits. Returns true if the complete value fits.
    fn read(&mut self, value: &Value) -> bool;
    /// The field as JSON, `None` when it is absent or an empty list.
    fn write(&self) -> Option<Value>;
}

impl<T: FromJsonLenient> OutputField for T {
    fn read(&mut self, value: &Value) -> bool {
        let (field, is_exact) = match T::from_json_lenient(value) {
            Lenient::Exact(field) => (field, true),
            Lenient::Partial(field) => (field, false),
        };
        *self = field;
        is_exact
    }

    fn write(&self) -> Option<Value> {
        self.to_json()
    }
}

/// Reads the properties in `names` into the `fields` at the same positions. Undescribed properties, and
/// values that do not fit their field completely, go to `extra`.
///
/// # Errors
///
/// The value itself, when it is not an object.
pub(crate) fn read_output(
    value: Value,
    names: &[&str],
    fields: &mut [&mut dyn OutputField],
    extra: &mut Map<String, Value>,
) -> Result<(), Value> {
    let Value::Object(members) = value else {
        return Err(value);
    };
    *extra = members;
    for (name, field) in names.iter().zip(fields) {
        if extra.get(*name).is_some_and(|value| field.read(value)) {
            // `shift_remove` keeps the order of the rest.
            extra.shift_remove(*name);
        }
    }
    Ok(())
}

/// Writes the `fields` under the `names` at the same positions, then `extra`. A value in `extra` replaces
/// the field with the same name.
pub(crate) fn write_output(
    names: &[&str],
    fields: &[&dyn OutputField],
    extra: &Map<String, Value>,
) -> Value {
    let mut object = Map::new();
    for (name, field) in names.iter().zip(fields) {
        if extra.contains_key(*name) {
            continue;
        }
        if let Some(value) = field.write() {
            object.insert((*name).to_owned(), value);
        }
    }
    object.extend(extra.clone());
    Value::Object(object)
}

/// Writes an output for serde.
pub(crate) fn serialize_output<T: ModelOutput, S: Serializer>(
    output: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    output.to_value().serialize(serializer)
}

/// Reads an output for serde.
pub(crate) fn deserialize_output<'de, T: ModelOutput, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    T::from_value(value).map_err(|_| D::Error::custom("an output must be an object"))
}

/// An object within an output.
impl<T: ModelOutput + Default> FromJsonLenient for T {
    fn from_json_lenient(value: &Value) -> Lenient<Self> {
        match T::from_value(value.clone()) {
            Ok(object) => Lenient::Exact(object),
            Err(_) => Lenient::Partial(T::default()),
        }
    }

    fn to_json(&self) -> Option<Value> {
        Some(self.to_value())
    }
}

impl<T: FromJsonLenient> FromJsonLenient for Option<T> {
    /// The provider documents that a single value may arrive as an array, and an array as a single
    /// value.
    fn from_json_lenient(value: &Value) -> Lenient<Self> {
        let value = match value {
            Value::Null => return Lenient::Exact(None),
            Value::Array(items) => match items.as_slice() {
                [] => return Lenient::Exact(None),
                [only] => only,
                [first, ..] => {
                    return match T::from_json_lenient(first) {
                        Lenient::Exact(first) => Lenient::Partial(Some(first)),
                        Lenient::Partial(_) => Lenient::Partial(None),
                    };
                }
            },
            value => value,
        };
        match T::from_json_lenient(value) {
            Lenient::Exact(field) => Lenient::Exact(Some(field)),
            Lenient::Partial(_) => Lenient::Partial(None),
        }
    }

    fn to_json(&self) -> Option<Value> {
        self.as_ref().and_then(FromJsonLenient::to_json)
    }
}

impl<T: FromJsonLenient> FromJsonLenient for Vec<T> {
    fn from_json_lenient(value: &Value) -> Lenient<Self> {
        let items = match value {
            Value::Null => return Lenient::Exact(Self::new()),
            Value::Array(items) => items.as_slice(),
            single => std::slice::from_ref(single),
        };
        let fields: Self = items
            .iter()
            .filter_map(|item| match T::from_json_lenient(item) {
                Lenient::Exact(field) => Some(field),
                Lenient::Partial(_) => None,
            })
            .collect();
        if fields.len() == items.len() {
            Lenient::Exact(fields)
        } else {
            Lenient::Partial(fields)
        }
    }

    fn to_json(&self) -> Option<Value> {
        let items: Vec<Value> = self.iter().filter_map(FromJsonLenient::to_json).collect();
        (!items.is_empty()).then_some(Value::Array(items))
    }
}

/// Implements [`FromJsonLenient`] for a scalar type. `$read` extracts the scalar from a [`Value`]. It
/// returns `None` if the value does not fit.
macro_rules! lenient_scalar {
    ($type:ty, $read:expr) => {
        impl FromJsonLenient for $type {
            fn from_json_lenient(value: &Value) -> Lenient<Self> {
                let read: fn(&Value) -> Option<$type> = $read;
                read(value).map_or(Lenient::Partial(Self::default()), Lenient::Exact)
            }

            fn to_json(&self) -> Option<Value> {
                Some(self.clone().into())
            }
        }
    };
}

lenient_scalar!(String, |value| value.as_str().map(str::to_owned));
lenient_scalar!(i64, Value::as_i64);
lenient_scalar!(f64, |value| {
    /// 2^53. Every integer with a smaller absolute value is exactly representable as `f64`.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let is_exact = |float: &f64| value.is_f64() || float.abs() < EXACT;
    value.as_f64().filter(is_exact)
});
lenient_scalar!(bool, Value::as_bool);
