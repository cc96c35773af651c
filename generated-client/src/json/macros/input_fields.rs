//! The macro that defines an input from a table.

/// Defines the input of a model, or an object nested in an input: the struct, `new`, a setter for each
/// property, and reading from and writing to JSON.
///
/// The struct is `#[non_exhaustive]`, so that a new optional property is not a breaking change.
///
/// A row is `"wire name" => field: Type`, preceded by its documentation, which the field and its
/// setter share. The type of a list is written `[Item]`. The rows in `required` are also the
/// arguments of `new`, in the same order.
///
/// `pub struct Input of Model { … }` defines the input of a model. `pub struct Name { … }` defines an
/// object nested in an input.
macro_rules! input_fields {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident $(of $model:ident)? {
            required {
                $(
                    $(#[$rdoc:meta])*
                    $rwire:literal => $rfield:ident: $([$ritem:ident])? $($rtype:ident)?,
                )*
            }
            optional {
                $(
                    $(#[$odoc:meta])*
                    $owire:literal => $ofield:ident: $([$oitem:ident])? $($otype:ident)?,
                )*
            }
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$rdoc])* pub $rfield: $(Vec<$ritem>)? $($rtype)?,)*
            $($(#[$odoc])* pub $ofield: Option<$(Vec<$oitem>)? $($otype)?>,)*
        }

        $crate::json::macros::constructor! { $name [$($rfield: $([$ritem])? $($rtype)?,)*] }

        impl $name {
            $(
                $(#[$rdoc])*
                #[must_use]
                #[inline]
                pub fn $rfield(
                    mut self,
                    $rfield: $(impl IntoIterator<Item = impl Into<$ritem>>)? $(impl Into<$rtype>)?,
                ) -> Self {
                    self.$rfield =
                        $($rfield.into_iter().map(Into::<$ritem>::into).collect())?
                        $(Into::<$rtype>::into($rfield))?;
                    self
                }
            )*
            $(
                $(#[$odoc])*
                #[must_use]
                #[inline]
                pub fn $ofield(
                    mut self,
                    $ofield: $(impl IntoIterator<Item = impl Into<$oitem>>)? $(impl Into<$otype>)?,
                ) -> Self {
                    self.$ofield = Some(
                        $($ofield.into_iter().map(Into::<$oitem>::into).collect())?
                        $(Into::<$otype>::into($ofield))?
                    );
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
                $crate::json::PropertyNames::new(&[$($rwire,)* $($owire,)*], &[$($rwire,)*])
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

        // `Debug` and `PartialEq` are not derived, because a derive generates code for each field.
        impl std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let names = &[$(stringify!($rfield),)* $(stringify!($ofield),)*];
                $crate::json::debug_object(self, stringify!($name), names, out)
            }
        }

        impl std::cmp::PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::json::is_equal(self, other)
            }
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

        #[cfg(feature = "schemars")]
        $crate::json::macros::json_schema! {
            $name {
                $($rwire: $([$ritem])? $($rtype)?,)*
                $($owire: $([$oitem])? $($otype)?,)*
            }
        }

        $crate::json::macros::input_role! { $name $($model)? }
    };
}

/// Implements `ModelInput` for the input of a model, and `Field` for an object nested in an input.
macro_rules! input_role {
    ($name:ident $model:ident) => {
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

            #[cfg(feature = "schemars")]
            fn json_schema() -> Option<serde_json::Value> {
                let schema = <Self as $crate::json_schema::Describe>::describe();
                Some(serde_json::Value::Object(schema))
            }
        }
    };
    ($name:ident) => {
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
}

/// Defines `new`, whose arguments are the required properties.
macro_rules! constructor {
    ($name:ident []) => {
        impl $name {
            /// Creates a value with all properties omitted, so the service's defaults apply to them.
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
    ($name:ident [$($field:ident: $([$item:ident])? $($type:ident)?,)+]) => {
        impl $name {
            /// Creates a value from its required properties. Optional properties are omitted, so
            /// the service's defaults apply to them.
            ///
            /// The arguments, in order:
            $(#[doc = concat!("- `", stringify!($field), "`")])+
            #[must_use]
            #[inline]
            pub fn new($(
                $field: $(impl IntoIterator<Item = impl Into<$item>>)? $(impl Into<$type>)?,
            )+) -> Self {
                Self {
                    $(
                        $field: $($field.into_iter().map(Into::<$item>::into).collect())?
                            $(Into::<$type>::into($field))?,
                    )+
                    ..<Self as $crate::json::Object>::placeholder()
                }
            }
        }
    };
}

pub(crate) use {constructor, input_fields, input_role};
