//! The macro that defines an output from a table.

/// Defines the output of a model, or an object nested in an output: the struct, lenient reading from
/// JSON, and writing to JSON. The struct has a field `extra` for properties that the schema does not
/// describe and for values of an unexpected type.
///
/// A row is `"wire name" => field: Type`, preceded by its documentation.
macro_rules! output_fields {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident {
            $($(#[$doc:meta])* $wire:literal => $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$doc])* pub $field: $type,)*
            /// Properties that the schema does not describe, and values of an unexpected type,
            /// verbatim.
            pub extra: serde_json::Map<String, serde_json::Value>,
        }

        impl $crate::ModelOutput for $name {
            const PROPERTIES: &'static [&'static str] = &[$($wire),*];

            #[inline]
            fn from_value(value: serde_json::Value) -> Result<Self, serde_json::Value> {
                let mut output = Self::default();
                let fields = &mut [$(&mut output.$field as _,)*];
                $crate::json::read_output(value, Self::PROPERTIES, fields, &mut output.extra)
                    .and(Ok(output))
            }

            #[inline]
            fn to_value(&self) -> serde_json::Value {
                $crate::json::write_output(Self::PROPERTIES, &[$(&self.$field,)*], &self.extra)
            }
        }

        impl serde::Serialize for $name {
            #[inline]
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::json::serialize_output(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::json::deserialize_output(deserializer)
            }
        }
    };
}

pub(crate) use output_fields;
