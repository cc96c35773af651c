//! The tables that generated code consists of. A table holds documentation, names and types; the
//! code that follows from them is written here, once.
//!
//! Every function except those that describe schemas is `#[inline]`, which defers code generation
//! to the crates that call it: a user of two models does not compile the code of a hundred.

/// The Rust type of a field. Tables write a list as `[Item]`.
macro_rules! field_type {
    ([$item:ident]) => { Vec<$item> };
    ($type:ident) => { $type };
}

/// The type of a setter's argument.
macro_rules! argument_type {
    ([$item:ident]) => { impl IntoIterator<Item = impl Into<$item>> };
    ($type:ident) => { impl Into<$type> };
}

/// The field value made from a setter's argument.
macro_rules! argument {
    ($name:ident: [$item:ident]) => {
        $name.into_iter().map(Into::into).collect()
    };
    ($name:ident: $type:ident) => {
        $name.into()
    };
}

/// Defines the input of a model, or an object within one: the struct, `new`, a setter for each
/// optional property, and reading from and writing to JSON.
///
/// A row is `"wire name" => field: Type`, preceded by its documentation, which the field and its
/// setter share. The required properties come first, in the order of the arguments of `new`.
///
/// `pub struct Input of Model { … }` is the input of a model; `pub struct Name { … }` is an object
/// within one.
macro_rules! input_fields {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident of $model:ident { $($table:tt)* }
    ) => {
        $crate::codegen_support::input_fields! {
            @object $(#[$attribute])* $name { $($table)* }
        }

        impl $crate::ModelInput for $name {
            type Model = $model;

            #[inline]
            fn from_json(text: &str) -> Result<Self, $crate::InputError> {
                $crate::json::from_json(text)
            }

            #[inline]
            fn from_value(value: &serde_json::Value) -> Result<Self, $crate::Violations> {
                $crate::json::from_value(value)
            }
        }
    };
    (
        $(#[$attribute:meta])*
        pub struct $name:ident { $($table:tt)* }
    ) => {
        $crate::codegen_support::input_fields! {
            @object $(#[$attribute])* $name { $($table)* }
        }

        impl $crate::json::Field for $name {
            #[inline]
            fn placeholder() -> Self {
                $crate::json::Object::placeholder()
            }

            #[inline]
            fn as_field_mut(&mut self) -> $crate::json::FieldMut<'_> {
                $crate::json::FieldMut::Object(self)
            }

            #[inline]
            fn as_field_ref(&self) -> $crate::json::FieldRef<'_> {
                $crate::json::FieldRef::Object(self)
            }
        }
    };
    (
        @object $(#[$attribute:meta])* $name:ident {
            required { $($(#[$rdoc:meta])* $rwire:literal => $rfield:ident: $rtype:tt,)* }
            optional { $($(#[$odoc:meta])* $owire:literal => $ofield:ident: $otype:tt,)* }
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $($(#[$rdoc])* pub $rfield: $crate::codegen_support::field_type!($rtype),)*
            $($(#[$odoc])* pub $ofield: Option<$crate::codegen_support::field_type!($otype)>,)*
        }

        $crate::codegen_support::constructor! { $name [$($rfield: $rtype,)*] }

        #[allow(clippy::should_implement_trait)]
        impl $name {
            $(
                $(#[$odoc])*
                #[must_use]
                #[inline]
                pub fn $ofield(
                    mut self,
                    $ofield: $crate::codegen_support::argument_type!($otype),
                ) -> Self {
                    self.$ofield = Some($crate::codegen_support::argument!($ofield: $otype));
                    self
                }
            )*
        }

        impl $crate::json::Object for $name {
            #[inline]
            fn placeholder() -> Self {
                Self {
                    $($rfield: $crate::json::Field::placeholder(),)*
                    $($ofield: None,)*
                }
            }

            #[inline]
            fn property_names(&self) -> $crate::json::PropertyNames {
                $crate::json::PropertyNames {
                    all: &[$($rwire,)* $($owire,)*],
                    required: <[&str]>::len(&[$($rwire,)*]),
                }
            }

            #[inline]
            fn fields(&self, visit: &mut dyn std::ops::FnMut(&[&dyn $crate::json::Field])) {
                visit(&[$(&self.$rfield,)* $(&self.$ofield,)*]);
            }

            #[inline]
            fn fields_mut(
                &mut self,
                visit: &mut dyn std::ops::FnMut(&mut [&mut dyn $crate::json::Field]),
            ) {
                visit(&mut [$(&mut self.$rfield,)* $(&mut self.$ofield,)*]);
            }
        }

        $crate::codegen_support::json_schema! {
            $name { $($rwire: $rtype,)* $($owire: $otype,)* }
        }

        impl serde::Serialize for $name {
            #[inline]
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::json::write_object(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::json::deserialize(deserializer)
            }
        }
    };
}

/// `new`, from the required properties.
macro_rules! constructor {
    ($name:ident []) => {
        impl $name {
            /// Creates an input without any property: the service's defaults apply.
            #[must_use]
            #[inline]
            pub fn new() -> Self {
                <Self as $crate::json::Object>::placeholder()
            }
        }

        impl Default for $name {
            #[inline]
            fn default() -> Self {
                Self::new()
            }
        }
    };
    ($name:ident [$($field:ident: $type:tt,)+]) => {
        impl $name {
            /// Creates an input from its required properties. Optional properties are omitted, so
            /// the service's defaults apply to them.
            #[must_use]
            #[allow(clippy::too_many_arguments, clippy::needless_update)]
            #[inline]
            pub fn new($($field: $crate::codegen_support::argument_type!($type),)+) -> Self {
                Self {
                    $($field: $crate::codegen_support::argument!($field: $type),)+
                    ..<Self as $crate::json::Object>::placeholder()
                }
            }
        }
    };
}

/// Defines an enum of strings: `Variant = "wire name"`.
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
                <Self as $crate::json::StringEnum>::TABLE[self as usize].1
            }
        }

        $crate::codegen_support::json_schema!($name);

        impl $crate::json::StringEnum for $name {
            const TABLE: &'static [(Self, &'static str)] = &[$((Self::$variant, $wire),)+];
        }

        // The derive would generate a function.
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
                $crate::json::parse_enum(text)
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
                $crate::json::deserialize_enum(deserializer)
            }
        }
    };
}

/// The JSON Schema of an input, an object within one, or an enum.
#[cfg(feature = "schemars")]
macro_rules! json_schema {
    ($name:ident { $($wire:literal: $type:tt,)* }) => {
        impl $crate::json_schema::Describe for $name {
            fn describe() -> serde_json::Map<String, serde_json::Value> {
                $crate::json_schema::object::<Self>(vec![
                    $((
                        $wire,
                        <$crate::codegen_support::field_type!($type)
                            as $crate::json_schema::Describe>::describe(),
                    ),)*
                ])
            }
        }

        $crate::codegen_support::json_schema!(@schemars $name);
    };
    ($name:ident) => {
        impl $crate::json_schema::Describe for $name {
            fn describe() -> serde_json::Map<String, serde_json::Value> {
                $crate::json_schema::string_enum::<Self>()
            }
        }

        $crate::codegen_support::json_schema!(@schemars $name);
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
                <Self as $crate::json_schema::Describe>::describe().into()
            }
        }
    };
}

/// Without the feature `schemars`, inputs have no JSON Schema.
#[cfg(not(feature = "schemars"))]
macro_rules! json_schema {
    ($($anything:tt)*) => {};
}

/// The annotations of a schema (title, description, default, format): of an object, then of its
/// properties by wire name.
#[cfg(feature = "schemars")]
macro_rules! annotations {
    ($name:ident { $($own:tt)* } $($wire:literal { $($of:tt)* })*) => {
        #[allow(clippy::approx_constant, reason = "the numbers are the schema's own")]
        impl $crate::json_schema::Annotated for $name {
            fn annotation() -> serde_json::Value {
                serde_json::json!({ $($own)* })
            }

            fn annotations() -> Vec<(&'static str, serde_json::Value)> {
                vec![$(($wire, serde_json::json!({ $($of)* })),)*]
            }
        }
    };
}

/// Without the feature `schemars`, annotations are not compiled in.
#[cfg(not(feature = "schemars"))]
macro_rules! annotations {
    ($($anything:tt)*) => {};
}

/// Defines the output of a model, or an object within one: the struct, with a field `extra` for
/// undescribed properties, and lenient reading.
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
            #[inline]
            fn from_value(value: serde_json::Value) -> Result<Self, serde_json::Value> {
                let mut output = Self::default();
                output.extra =
                    $crate::json::read_output(value, &mut [$(($wire, &mut output.$field),)*])?;
                Ok(output)
            }

            #[inline]
            fn to_value(&self) -> serde_json::Value {
                $crate::json::write_output(&self.extra, &[$(($wire, &self.$field),)*])
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
                $crate::json::deserialize_output(deserializer)
            }
        }
    };
}

pub(crate) use {
    annotations, argument, argument_type, constructor, field_type, input_fields, json_schema,
    output_fields, string_enum,
};
