//! JSON Schemas of inputs, with the feature `schemars`.

/// Implements `Describe` and `schemars::JsonSchema` for an input, an object nested in an input, or an
/// enum.
#[cfg(feature = "schemars")]
macro_rules! json_schema {
    ($name:ident { $($wire:literal: $([$item:ident])? $($type:ident)?,)* }) => {
        impl $crate::json_schema::Describe for $name {
            fn describe() -> serde_json::Map<String, serde_json::Value> {
                $crate::json_schema::object::<Self>(vec![
                    $((
                        $wire,
                        <$(Vec<$item>)? $($type)? as $crate::json_schema::Describe>::describe(),
                    ),)*
                ])
            }
        }

        $crate::json::macros::json_schema!(@schemars $name);
    };
    ($name:ident) => {
        impl $crate::json_schema::Describe for $name {
            fn describe() -> serde_json::Map<String, serde_json::Value> {
                $crate::json_schema::string_enum::<Self>()
            }
        }

        $crate::json::macros::json_schema!(@schemars $name);
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

/// Implements `Annotated` for a struct. The arguments are the name of the struct and its annotations (title,
/// description, default, format), then the wire name and the annotations of each property.
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

pub(crate) use annotations;
#[cfg(feature = "schemars")]
pub(crate) use json_schema;
