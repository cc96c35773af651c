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

/// The type of a field of a generated output. Reading it never fails.
pub trait Loose: Sized {
    /// Reads what can be read of `value`.
    fn loose(value: &Value) -> Fit<Self>;
    /// The field as JSON, `None` when it is absent.
    fn as_json(&self) -> Option<Value>;
}

/// Takes a property out of `extra` into a field; leaves it there too where the field could not
/// hold all of it.
pub(crate) fn take<T: Loose + Default>(extra: &mut Map<String, Value>, name: &str) -> T {
    match extra.get(name).map(T::loose) {
        None => T::default(),
        Some(Fit::Part(field)) => field,
        Some(Fit::Whole(field)) => {
            // `shift_remove` keeps the order of what remains.
            extra.shift_remove(name);
            field
        }
    }
}

/// Writes a field, unless the value that it was read from was kept.
pub(crate) fn put<T: Loose>(
    object: &mut Map<String, Value>,
    extra: &Map<String, Value>,
    name: &str,
    field: &T,
) {
    if !extra.contains_key(name)
        && let Some(value) = field.as_json()
    {
        object.insert(name.to_owned(), value);
    }
}

/// Reads an output object within an output.
pub(crate) fn loose_object<T: ModelOutput + Default>(value: &Value) -> Fit<T> {
    match T::from_value(value.clone()) {
        Ok(object) => Fit::Whole(object),
        Err(_) => Fit::Part(T::default()),
    }
}

/// Reads an output for serde.
pub(crate) fn deserialize_output<'de, T: ModelOutput, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    T::from_value(value).map_err(|_| D::Error::custom("an output must be an object"))
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
