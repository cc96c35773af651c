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

// Without any owner of models nothing uses what their code is made of.
#![cfg_attr(
    not(feature = "any-model"),
    allow(dead_code, unused_imports, unused_macros)
)]

#[cfg(feature = "client")]
mod address;
#[cfg(feature = "client")]
mod answer;
#[cfg(feature = "client")]
mod batch;
#[cfg(feature = "client")]
mod builder;
#[cfg(feature = "client")]
mod call;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod clock;
#[cfg(feature = "schemars")]
pub mod describe;
#[cfg(feature = "client")]
pub mod download;
#[cfg(feature = "client")]
mod error;
#[cfg(feature = "client")]
mod fault;
#[cfg(feature = "client")]
mod job;
pub mod media;
mod model;
#[cfg(feature = "media")]
pub mod preflight;
#[cfg(feature = "client")]
mod progress;
#[cfg(feature = "client")]
mod reading;
#[cfg(feature = "client")]
mod retry;
#[cfg(feature = "client")]
mod submit;
#[cfg(feature = "client")]
mod token;
#[cfg(feature = "client")]
mod transport;
pub mod validate;
#[cfg(feature = "client")]
mod wait;
#[cfg(feature = "client")]
mod web;
pub mod wire;

#[cfg(feature = "client")]
pub use answer::{Finished, State, Status};
#[cfg(feature = "client")]
pub use batch::{Batch, BatchResult};
#[cfg(feature = "client")]
pub use builder::ClientBuilder;
#[cfg(feature = "client")]
pub use client::{Client, DEFAULT_BASE_URL, TOKEN_VARIABLE};
#[cfg(feature = "client")]
pub use clock::{Clock, TokioClock};
#[cfg(feature = "client")]
pub use download::{Download, DownloadError, Downloads};
#[cfg(feature = "client")]
pub use error::{Error, ErrorKind};
#[cfg(feature = "client")]
pub use job::{CancelOutcome, Job, StoredJob};
pub use media::{MediaFacts, MediaField, MediaKind, MediaRule};
pub use model::{Model, ModelInput, ModelOutput, ModelVisitor};
#[cfg(feature = "media")]
pub use preflight::Preflight;
#[cfg(feature = "client")]
pub use progress::Progress;
#[cfg(feature = "client")]
pub use retry::{Backoff, RetryPolicy};
pub use validate::{Checker, Rule, Validate, Violation, Violations};
#[cfg(feature = "client")]
pub use wait::PollPolicy;
#[cfg(feature = "client")]
pub use web::UrlError;
pub use wire::{InputError, UnknownValue};

// Generated, and kept as it is generated: rustfmt keeps out.
#[rustfmt::skip]
pub mod models;

/// What generated code imports.
pub(crate) mod generated {
    pub(crate) use crate::media::{MediaField, MediaKind, MediaRule};
    pub(crate) use crate::model::Model;
    pub(crate) use crate::validate::{Checker, Validate};
    #[cfg(feature = "schemars")]
    pub(crate) use crate::wire::macros::field_type;
    pub(crate) use crate::wire::macros::{
        annotations, argument, argument_type, describe, object, output, string_enum,
    };
}

/// The README's code, compiled and run.
#[cfg(all(doctest, feature = "all-models"))]
#[doc = include_str!("../../README.md")]
struct Readme;
