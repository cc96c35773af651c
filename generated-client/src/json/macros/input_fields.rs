//! The table of an input.

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
/// property, and reading from and writing to JSON.
///
/// The struct is `#[non_exhaustive]`: a model that gains an optional property breaks no program.
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
        $crate::json::macros::input_fields! {
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

            $crate::json::macros::json_schema!(@method);
        }
    };
    (
        $(#[$attribute:meta])*
        pub struct $name:ident { $($table:tt)* }
    ) => {
        $crate::json::macros::input_fields! {
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
        #[non_exhaustive]
        pub struct $name {
            $($(#[$rdoc])* pub $rfield: $crate::json::macros::field_type!($rtype),)*
            $($(#[$odoc])* pub $ofield: Option<$crate::json::macros::field_type!($otype)>,)*
        }

        $crate::json::macros::constructor! { $name [$($rfield: $rtype,)*] }

        #[allow(clippy::should_implement_trait)]
        impl $name {
            $(
                $(#[$rdoc])*
                #[must_use]
                #[inline]
                pub fn $rfield(
                    mut self,
                    $rfield: $crate::json::macros::argument_type!($rtype),
                ) -> Self {
                    self.$rfield = $crate::json::macros::argument!($rfield: $rtype);
                    self
                }
            )*
            $(
                $(#[$odoc])*
                #[must_use]
                #[inline]
                pub fn $ofield(
                    mut self,
                    $ofield: $crate::json::macros::argument_type!($otype),
                ) -> Self {
                    self.$ofield = Some($crate::json::macros::argument!($ofield: $otype));
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

        $crate::json::macros::json_schema! {
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
            ///
            /// The arguments, in order:
            $(#[doc = concat!("- `", stringify!($field), "`")])+
            #[must_use]
            #[allow(clippy::too_many_arguments, clippy::needless_update)]
            #[inline]
            pub fn new($($field: $crate::json::macros::argument_type!($type),)+) -> Self {
                Self {
                    $($field: $crate::json::macros::argument!($field: $type),)+
                    ..<Self as $crate::json::Object>::placeholder()
                }
            }
        }
    };
}

pub(crate) use {argument, argument_type, constructor, field_type, input_fields};
