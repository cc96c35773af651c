//! The macro that defines an enum from a table.

/// Defines an enum of strings: `Variant = "wire name"`.
///
/// The enum is `#[non_exhaustive]`, so that a new value is not a breaking change.
macro_rules! string_enum {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident { $($variant:ident = $wire:literal,)+ }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[non_exhaustive]
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
                <Self as $crate::json::StringEnum>::TABLE.names[self as usize]
            }
        }

        impl $crate::json::StringEnum for $name {
            const TABLE: $crate::json::StringTable<Self> = $crate::json::StringTable {
                values: Self::ALL,
                names: &[$($wire,)+],
            };
        }

        // The derives of `Eq` and `Hash` take longer to build.
        impl std::cmp::Eq for $name {}

        impl std::hash::Hash for $name {
            #[inline]
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                state.write_isize(*self as isize);
            }
        }

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

        #[cfg(feature = "schemars")]
        $crate::json::macros::json_schema!($name);
    };
}

pub(crate) use string_enum;
