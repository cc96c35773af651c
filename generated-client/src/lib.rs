//! Typed, validating client for the RunComfy model API.
//!
//! From an input to a file on disk:
//!
//! ```no_run
//! # #[cfg(all(feature = "client", feature = "wan-ai"))]
//! # async fn quickstart() -> Result<(), Box<dyn std::error::Error>> {
//! use runcomfy_client::models::wan_ai::wan_2_2::image_to_video::{Input, Resolution};
//! use runcomfy_client::{Client, Downloads};
//!
//! let input = Input::new("rain on a window", "https://example.com/window.png")
//!     .resolution(Resolution::_1080P);
//! let client = Client::from_env()?; // the token in RUNCOMFY_API_TOKEN
//! let job = client.submit(&input).await?; // checked first; never sent twice
//! let finished = job.wait().await?;
//! for file in Downloads::new("out").fetch(&finished.output).await {
//!     println!("{}", file.result?.path.display());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! `cargo run -p runcomfy-client --example quickstart` is the same with a progress bar; where
//! `RUNCOMFY_API_TOKEN` is not set it speaks to a sandbox in its own process. Further examples:
//! `batch`, `resume`, `preflight`, `validate`. `cargo xtask sandbox` starts the sandbox, a local
//! server that behaves like the API, by itself.
//!
//! # Validation
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
//! # Jobs
//!
//! A submit makes a job, and the job is billed. It is repeated only where it is certain that the
//! server took nothing; where it is not, the error is [`ErrorKind::UncertainSubmit`]. A [`Job`] is
//! its request id: stored, it is taken up again by another process ([`Client::resume_stored`]). Many
//! at once, with a journal of what was sent, are a [`Batch`]. The files of an output are saved by
//! [`Downloads`].
//!
//! # Features
//!
//! | feature | brings |
//! |---|---|
//! | `client` (default) | [`Client`], [`Batch`], [`Downloads`]; on tokio, reqwest and rustls |
//! | `all-models` (default) | all models. Each owner is a feature too, such as `wan-ai` |
//! | `media` | [`Preflight`]: the rules for the files behind an input; with `client`, of URLs too |
//! | `schemars` | JSON Schemas of the inputs, by `schemars::schema_for!` |
//! | `blocking` | [`blocking`]: the client for programs without an async runtime |
//!
//! Without default features there are types and validation alone, and no network stack.

// The overview above names what every feature brings.
#![cfg_attr(
    not(all(feature = "client", feature = "media", feature = "blocking")),
    allow(rustdoc::broken_intra_doc_links)
)]
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
#[cfg(feature = "blocking")]
pub mod blocking;
#[cfg(feature = "client")]
mod builder;
#[cfg(feature = "client")]
mod call;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod clock;
#[doc(hidden)]
pub mod codegen_support;
#[cfg(feature = "client")]
pub mod download;
#[cfg(feature = "client")]
mod error;
#[cfg(feature = "client")]
mod fault;
#[cfg(feature = "client")]
mod job;
mod json;
#[cfg(feature = "schemars")]
mod json_schema;
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
mod validate;
#[cfg(feature = "client")]
mod wait;
#[cfg(feature = "client")]
mod web;

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
pub use json::{InputError, UnknownValue};
pub use media::{MediaFacts, MediaField, MediaKind, MediaRule};
pub use model::{Model, ModelInput, ModelOutput, ModelVisitor};
#[cfg(feature = "media")]
pub use preflight::Preflight;
#[cfg(feature = "client")]
pub use progress::Progress;
#[cfg(feature = "client")]
pub use retry::{Backoff, RetryPolicy};
pub use validate::{Rule, Validate, Violation, Violations};
#[cfg(feature = "client")]
pub use wait::PollPolicy;
#[cfg(feature = "client")]
pub use web::UrlError;

// Generated, and kept as it is generated: rustfmt keeps out.
#[rustfmt::skip]
pub mod models;

/// The README's code, compiled and run.
#[cfg(all(doctest, feature = "all-models", feature = "client"))]
#[doc = include_str!("../../README.md")]
struct Readme;
