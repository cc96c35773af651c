//! Typed, validating client for the RunComfy model API.
//!
//! Each model is a module below [`models`] with an `Input` and an `Output`. An input knows every
//! limit that the model's documentation page states, and is checked before anything is sent:
//!
//! ```
//! # #[cfg(feature = "wan-ai")] {
//! use runcomfy_client::Validate;
//! use runcomfy_client::models::wan_ai::wan_2_2::image_to_video::{Input, Resolution};
//!
//! let input = Input::new("rain on a window", "https://example.com/window.png")
//!     .resolution(Resolution::_1080P)
//!     .duration(6);
//! let violations = input.validate().unwrap_err();
//! assert_eq!(violations.as_slice()[0].path, "/duration");
//! # }
//! ```
//!
//! # Features
//!
//! Each owner of models is a feature, such as `wan-ai`; `all-models`, on by default, is all of
//! them. Without default features there are types and validation alone, and no network stack.

pub mod media;
mod model;
pub mod validate;
pub mod wire;

pub use media::{MediaFacts, MediaField, MediaKind, MediaRule};
pub use model::{Model, ModelInput, ModelOutput, ModelVisitor};
pub use validate::{Checker, Rule, Validate, Violation, Violations};
pub use wire::{InputError, UnknownValue};

// Generated, and kept as it is generated: rustfmt keeps out.
#[rustfmt::skip]
pub mod models;

/// What generated code imports; without any owner's feature nothing does.
#[cfg_attr(not(feature = "all-models"), allow(unused_imports, unused_macros))]
pub(crate) mod generated {
    pub(crate) use crate::media::{MediaField, MediaKind, MediaRule};
    pub(crate) use crate::model::Model;
    pub(crate) use crate::validate::{Checker, Validate};
    pub(crate) use crate::wire::macros::{argument, argument_type, object, output, string_enum};
}

/// The README's code, compiled and run.
#[cfg(all(doctest, feature = "all-models"))]
#[doc = include_str!("../../README.md")]
struct Readme;
