//! Reading answers: everything that can be typed is, and nothing that was paid for is lost.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde_json::{Map, Value};

use crate::model::ModelOutput;

/// How well a JSON value fits a field.
pub enum Fit<T> {
    /// The field says all that the value says.
    Whole(T),
    /// The field says part of it, or nothing; the value is kept beside it.
    Part(T),
}

/// The type of a field of a generated output, or of an item in one. Reading it never fails.
pub trait Loose: Sized {
    /// Reads what can be read of `value`.
    fn loose(value: &Value) -> Fit<Self>;
    /// The field as JSON, `None` when it is absent.
    fn as_json(&self) -> Option<Value>;
}

/// A field of a generated output, whatever its type.
pub(crate) trait OutputField {
    /// Reads what can be read of `value`; whether that is all of it.
    fn read(&mut self, value: &Value) -> bool;
    /// The field as JSON, `None` when it is absent.
    fn write(&self) -> Option<Value>;
}

impl<T: Loose> OutputField for T {
    fn read(&mut self, value: &Value) -> bool {
        let (field, is_whole) = match T::loose(value) {
            Fit::Whole(field) => (field, true),
            Fit::Part(field) => (field, false),
        };
        *self = field;
        is_whole
    }

    fn write(&self) -> Option<Value> {
        self.as_json()
    }
}

/// Reads an output's properties into its fields and returns the others, and those whose field could
/// not hold all of them.
///
/// # Errors
///
/// The value itself, when it is not an object.
pub(crate) fn read_output(
    value: Value,
    fields: &mut [(&str, &mut dyn OutputField)],
) -> Result<Map<String, Value>, Value> {
    let Value::Object(mut extra) = value else {
        return Err(value);
    };
    for (name, field) in fields {
        if extra.get(*name).is_some_and(|value| field.read(value)) {
            // `shift_remove` keeps the order of what remains.
            extra.shift_remove(*name);
        }
    }
    Ok(extra)
}

/// Writes an output: its fields, but for those whose value was kept, and what was kept.
pub(crate) fn write_output(
    extra: &Map<String, Value>,
    fields: &[(&str, &dyn OutputField)],
) -> Value {
    let mut object = Map::new();
    for (name, field) in fields {
        if !extra.contains_key(*name)
            && let Some(value) = field.write()
        {
            object.insert((*name).to_owned(), value);
        }
    }
    object.extend(extra.clone());
    Value::Object(object)
}

/// Reads an output for serde.
pub(crate) fn deserialize_output<'de, T: ModelOutput, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    T::from_value(value).map_err(|_| D::Error::custom("an output must be an object"))
}

/// An object within an output.
impl<T: ModelOutput + Default> Loose for T {
    fn loose(value: &Value) -> Fit<Self> {
        match T::from_value(value.clone()) {
            Ok(object) => Fit::Whole(object),
            Err(_) => Fit::Part(T::default()),
        }
    }

    fn as_json(&self) -> Option<Value> {
        Some(self.to_value())
    }
}

impl<T: Loose> Loose for Option<T> {
    /// The provider says that a single value may come as an array of one, and the reverse.
    fn loose(value: &Value) -> Fit<Self> {
        let value = match value {
            Value::Null => return Fit::Whole(None),
            Value::Array(items) => match items.as_slice() {
                [] => return Fit::Whole(None),
                [only] => only,
                [first, ..] => {
                    return match T::loose(first) {
                        Fit::Whole(first) => Fit::Part(Some(first)),
                        Fit::Part(_) => Fit::Part(None),
                    };
                }
            },
            value => value,
        };
        match T::loose(value) {
            Fit::Whole(field) => Fit::Whole(Some(field)),
            Fit::Part(_) => Fit::Part(None),
        }
    }

    fn as_json(&self) -> Option<Value> {
        self.as_ref().and_then(Loose::as_json)
    }
}

impl<T: Loose> Loose for Vec<T> {
    fn loose(value: &Value) -> Fit<Self> {
        let items = match value {
            Value::Null => return Fit::Whole(Self::new()),
            Value::Array(items) => items.as_slice(),
            single => std::slice::from_ref(single),
        };
        let fields: Self = items
            .iter()
            .filter_map(|item| match T::loose(item) {
                Fit::Whole(field) => Some(field),
                Fit::Part(_) => None,
            })
            .collect();
        if fields.len() == items.len() {
            Fit::Whole(fields)
        } else {
            Fit::Part(fields)
        }
    }

    fn as_json(&self) -> Option<Value> {
        let items: Vec<Value> = self.iter().filter_map(Loose::as_json).collect();
        (!items.is_empty()).then_some(Value::Array(items))
    }
}

/// Reads a scalar by the named accessor of [`Value`].
macro_rules! loose_scalar {
    ($type:ty, $read:expr) => {
        impl Loose for $type {
            fn loose(value: &Value) -> Fit<Self> {
                let read: fn(&Value) -> Option<$type> = $read;
                read(value).map_or(Fit::Part(Self::default()), Fit::Whole)
            }

            fn as_json(&self) -> Option<Value> {
                Some(self.clone().into())
            }
        }
    };
}

loose_scalar!(String, |value| value.as_str().map(str::to_owned));
loose_scalar!(i64, Value::as_i64);
loose_scalar!(f64, |value| {
    /// The greatest magnitude below which every integer has its own `f64`.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let is_exact = |float: &f64| value.is_f64() || float.abs() < EXACT;
    value.as_f64().filter(is_exact)
});
loose_scalar!(bool, Value::as_bool);
