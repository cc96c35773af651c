//! The tables that generated code is made of. They hold names and types; what follows from them
//! is written here, once.
//!
//! Every function but those that describe schemas is `#[inline]`: the compiler then leaves it to
//! those who call it to make machine code of it, and a user of two models does not wait for the code
//! of a hundred.

/// What a caller may hand over for a field.
macro_rules! argument_type {
    ([$item:ident]) => { impl IntoIterator<Item = impl Into<$item>> };
    ($type:ident) => { impl Into<$type> };
}

/// The field made of what a caller handed over.
macro_rules! argument {
    ($name:ident: [$item:ident]) => {
        $name.into_iter().map(Into::into).collect()
    };
    ($name:ident: $type:ident) => {
        $name.into()
    };
}

/// Ties a struct to the wire: `"wire name" => field: type`, the required properties first. Writes
/// `new`, one setter for each optional property, and how the struct is read and written as JSON.
///
/// `Input of Model { … }` is the input of a model; `Struct { … }` an object within one.
macro_rules! object {
    ($name:ident of $model:ident { $($table:tt)* }) => {
        $crate::generated::object!(@new $name { $($table)* });

        impl $crate::ModelInput for $name {
            type Model = $model;

            #[inline]
            fn from_json(text: &str) -> Result<Self, $crate::InputError> {
                $crate::wire::from_json(text)
            }

            #[inline]
            fn from_value(value: &serde_json::Value) -> Result<Self, $crate::Violations> {
                $crate::wire::from_value(value)
            }
        }
    };
    (@new $name:ident { required {} optional { $($optional:tt)* } }) => {
        impl $name {
            /// All properties left to the service's own defaults.
            #[must_use]
            #[inline]
            pub fn new() -> Self {
                <Self as $crate::wire::Object>::blank()
            }
        }

        impl Default for $name {
            #[inline]
            fn default() -> Self {
                Self::new()
            }
        }

        $crate::generated::object!(@wire $name [] [$($optional)*]);
    };
    (@new $name:ident {
        required { $($wire:literal => $field:ident: $type:tt,)+ }
        optional { $($optional:tt)* }
    }) => {
        impl $name {
            /// The required properties; all others are left to the service's own defaults.
            #[must_use]
            #[allow(clippy::too_many_arguments, clippy::needless_update)]
            #[inline]
            pub fn new($($field: $crate::generated::argument_type!($type),)+) -> Self {
                Self {
                    $($field: $crate::generated::argument!($field: $type),)+
                    ..<Self as $crate::wire::Object>::blank()
                }
            }
        }

        $crate::generated::object!(@wire $name [$($wire => $field: $type,)+] [$($optional)*]);
    };
    (@wire $name:ident
        [$($rwire:literal => $rfield:ident: $rtype:tt,)*]
        [$($owire:literal => $ofield:ident: $otype:tt,)*]
    ) => {
        #[allow(clippy::should_implement_trait)]
        impl $name {
            $(
                /// Sets the field of this name.
                #[must_use]
                #[inline]
                pub fn $ofield(mut self, $ofield: $crate::generated::argument_type!($otype)) -> Self {
                    self.$ofield = Some($crate::generated::argument!($ofield: $otype));
                    self
                }
            )*
        }

        impl $crate::wire::Object for $name {
            #[inline]
            fn blank() -> Self {
                Self {
                    $($rfield: $crate::wire::Field::blank(),)*
                    $($ofield: None,)*
                }
            }

            #[inline]
            fn names(&self) -> $crate::wire::Names {
                $crate::wire::Names {
                    all: &[$($rwire,)* $($owire,)*],
                    required: <[&str]>::len(&[$($rwire,)*]),
                }
            }

            #[inline]
            fn fields(&self, then: &mut dyn std::ops::FnMut(&[&dyn $crate::wire::Field])) {
                then(&[$(&self.$rfield,)* $(&self.$ofield,)*]);
            }

            #[inline]
            fn fields_mut(&mut self, then: &mut dyn std::ops::FnMut(&mut [&mut dyn $crate::wire::Field])) {
                then(&mut [$(&mut self.$rfield,)* $(&mut self.$ofield,)*]);
            }
        }

        $crate::generated::describe! {
            $name { $($rwire: $rtype,)* $($owire: $otype,)* }
        }

        impl serde::Serialize for $name {
            #[inline]
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::wire::write_object(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::deserialize(deserializer)
            }
        }
    };
    ($name:ident { $($table:tt)* }) => {
        $crate::generated::object!(@new $name { $($table)* });

        impl $crate::wire::Field for $name {
            #[inline]
            fn blank() -> Self {
                $crate::wire::Object::blank()
            }

            #[inline]
            fn slot(&mut self) -> $crate::wire::Slot<'_> {
                $crate::wire::Slot::Object(self)
            }

            #[inline]
            fn view(&self) -> $crate::wire::View<'_> {
                $crate::wire::View::Object(self)
            }
        }
    };
}

/// An enum of strings: `Variant = "wire name"`.
macro_rules! string_enum {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident { $($variant:ident = $wire:literal,)+ }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Hash)]
        #[allow(clippy::enum_variant_names)]
        pub enum $name {
            $(
                #[doc = concat!("Sent as ```` ", $wire, " ````.")]
                $variant,
            )+
        }

        impl $name {
            /// Every value, in the order of the schema.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The value as it is sent.
            #[must_use]
            #[inline]
            pub const fn as_str(self) -> &'static str {
                <Self as $crate::wire::StringEnum>::TABLE[self as usize].1
            }
        }

        $crate::generated::describe!($name);

        impl $crate::wire::StringEnum for $name {
            const TABLE: &'static [(Self, &'static str)] = &[$((Self::$variant, $wire),)+];
        }

        // Deriving it would write a function.
        impl std::cmp::Eq for $name {}

        impl std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownValue;

            #[inline]
            fn from_str(text: &str) -> Result<Self, $crate::UnknownValue> {
                $crate::wire::parse_enum(text)
            }
        }

        impl serde::Serialize for $name {
            #[inline]
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::deserialize_enum(deserializer)
            }
        }
    };
}

/// The JSON Schema of an input, an object within one, or an enum.
#[cfg(feature = "schemars")]
macro_rules! describe {
    ($name:ident { $($wire:literal: $type:tt,)* }) => {
        impl $crate::describe::Describe for $name {
            fn describe() -> serde_json::Map<String, serde_json::Value> {
                $crate::describe::object::<Self>(vec![
                    $(($wire, <$crate::generated::field_type!($type) as $crate::describe::Describe>::describe()),)*
                ])
            }
        }

        $crate::generated::describe!(@schemars $name);
    };
    ($name:ident) => {
        impl $crate::describe::Describe for $name {
            fn describe() -> serde_json::Map<String, serde_json::Value> {
                $crate::describe::string_enum::<Self>()
            }
        }

        $crate::generated::describe!(@schemars $name);
    };
    (@schemars $name:ident) => {
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                <Self as $crate::describe::Describe>::describe().into()
            }
        }
    };
}

/// Without the feature there are no schemas to describe.
#[cfg(not(feature = "schemars"))]
macro_rules! describe {
    ($($anything:tt)*) => {};
}

/// What a schema says for readers: of an object, then of its properties by wire name.
#[cfg(feature = "schemars")]
macro_rules! annotations {
    ($name:ident { $($own:tt)* } $($wire:literal { $($of:tt)* })*) => {
        #[allow(clippy::approx_constant, reason = "the numbers are the schema's own")]
        impl $crate::describe::Annotated for $name {
            fn annotation() -> serde_json::Value {
                serde_json::json!({ $($own)* })
            }

            fn annotations() -> Vec<(&'static str, serde_json::Value)> {
                vec![$(($wire, serde_json::json!({ $($of)* })),)*]
            }
        }
    };
}

/// Without the feature nobody reads them.
#[cfg(not(feature = "schemars"))]
macro_rules! annotations {
    ($($anything:tt)*) => {};
}

/// The type that a table's type stands for.
#[cfg(feature = "schemars")]
macro_rules! field_type {
    ([$item:ident]) => { Vec<$item> };
    ($type:ident) => { $type };
}

/// Ties an output struct to the wire: `"wire name" => field`. The struct has a field `extra` for
/// what the schema does not describe.
macro_rules! output {
    ($name:ident { $($wire:literal => $field:ident,)* }) => {
        impl $crate::ModelOutput for $name {
            #[inline]
            fn from_value(value: serde_json::Value) -> Result<Self, serde_json::Value> {
                let mut output = Self::default();
                output.extra = $crate::wire::read_output(value, &mut [$(($wire, &mut output.$field),)*])?;
                Ok(output)
            }

            #[inline]
            fn to_value(&self) -> serde_json::Value {
                $crate::wire::write_output(&self.extra, &[$(($wire, &self.$field),)*])
            }
        }

        impl serde::Serialize for $name {
            #[inline]
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::ModelOutput::to_value(self).serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::deserialize_output(deserializer)
            }
        }
    };
}

#[cfg(feature = "schemars")]
pub(crate) use field_type;
pub(crate) use {annotations, argument, argument_type, describe, object, output, string_enum};
