//! Typed, validating client for the RunComfy model API.
//!
//! From an input to a file on disk:
//!
//! ```no_run
//! # #[cfg(all(feature = "client", feature = "wan-ai"))]
//! # async fn quickstart() -> Result<(), Box<dyn std::error::Error>> {
//! use runcomfy_client::models::wan_ai::wan_2_2::image_to_video::{Input, Resolution};
//! use runcomfy_client::Client;
//!
//! let input = Input::new("rain on a window", "https://example.com/window.png")
//!     .resolution(Resolution::_1080P);
//! let client = Client::from_env()?; // the token in RUNCOMFY_API_TOKEN
//! let job = client.submit(&input).await?; // validated first; billed from here on
//! let finished = job.wait().await?;
//! for file in client.downloads("out").fetch(&finished.output).await {
//!     println!("{}", file.result?.path.display());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! `cargo run -p runcomfy-client --example quickstart` does the same with a progress bar. If the environment
//! contains neither a token nor a base URL, it runs against a sandbox, a local server that follows the API
//! documentation. `cargo xtask sandbox` starts only the sandbox. Further examples: `batch`, `resume`, `web`,
//! `preflight`, `validate`.
//!
//! # Validation
//!
//! Each model is a module below [`models`] with an `Input` and an `Output`. Before
//! anything is sent, an input is validated against every machine-readable limit of the model's schema:
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
//! # Billing rules
//!
//! A submit creates a job, which is billed.
//!
//! 1. An input is validated before anything is sent. Only the methods whose names end in `_unchecked`
//!    skip this.
//! 2. A submit is repeated only if it certainly created no job, see [`Client::submit`]. If it may have
//!    created one, the error is [`ErrorKind::UncertainSubmit`].
//! 3. Failed polls are retried with backoff and do not end a job. The wait ends after more than ten
//!    failures in a row, or at the deadline if one is set, see [`PollPolicy`]; the job continues.
//! 4. The status "completed" does not mean success: only the result shows whether the job succeeded.
//!    Every output is returned: typed if possible, otherwise as JSON in the error ([`Error::job_json`]).
//! 5. Giving up locally does not stop a job. Every error about a known job carries its request id
//!    ([`Error::request_id`]). The model and this id are enough to resume the job in another process
//!    ([`Client::resume`]). [`Job::cancel`] returns whether the job was cancelled. If it was too late, a
//!    running job continues and is billed.
//! 6. The token is sent to the base URL only, and is in no error, log line or `Debug` output.
//!
//! A [`Batch`] runs many jobs concurrently under these rules. With a journal, a rerun submits only the
//! inputs that certainly have no job. [`ClientBuilder::spend_limit`] limits the total cost of the jobs.
//! [`Downloads`] saves the files of an output.
//!
//! # Models
//!
#![doc = include_str!("models/list.md")]
//!
//! The module of each model has an `Input` with its limits and an `Output`. [`models::all`] and
//! [`models::find`] describe the models at run time, and [`Client::submit_json`] calls a model whose
//! id is known at run time only.
//!
//! # Features
//!
//! | feature | provides |
//! |---|---|
//! | `client` (default) | [`Client`], [`Batch`], [`Downloads`], on tokio and reqwest; `https` URLs also need a `tls-…` feature |
//! | `all-models` (default) | all models; each owner is a feature too, such as `wan-ai` |
//! | `tls-ring` (default), `tls-no-provider` | TLS with ring, or with the crypto provider that the program installs |
//! | `media` | [`Preflight`]: the rules for media files, checked on local files and, with `client`, on URLs |
//! | `schemars` | JSON Schemas of the inputs, by `schemars::schema_for!` |
//! | `blocking` | [`blocking`]: a client for programs without an async runtime |
//!
//! Without the feature `client`, the crate consists of types and validation, without a network stack, and
//! compiles with Rust 1.85. `client` needs Rust 1.89.

// Shows the feature of each item on docs.rs.
#![cfg_attr(docsrs, feature(doc_cfg))]
// The crate documentation links to items of the features below. Unless all of them are enabled, some of
// the links are broken.
#![cfg_attr(
    not(all(
        feature = "all-models",
        feature = "client",
        feature = "media",
        feature = "blocking"
    )),
    allow(rustdoc::broken_intra_doc_links)
)]
// If no owner's feature is enabled, the code that supports the generated models is unused.
#![cfg_attr(
    not(feature = "any-model"),
    allow(dead_code, unused_imports, unused_macros)
)]

mod about;
// The declared `rust-version` is 1.85. Modules of the feature `client` need 1.89, so the lint is allowed.
#[cfg(feature = "client")]
#[allow(clippy::incompatible_msrv)]
mod client;
#[doc(hidden)]
pub mod codegen_support;
#[cfg(feature = "client")]
#[allow(clippy::incompatible_msrv)]
pub mod download;
#[cfg(feature = "client")]
mod egress;
mod hash;
mod json;
#[cfg(feature = "schemars")]
mod json_schema;
pub mod media;
mod model;
mod model_info;
#[cfg(feature = "media")]
pub mod preflight;
mod validate;

pub use about::About;
#[cfg(feature = "blocking")]
pub use client::blocking;
#[cfg(feature = "client")]
pub use client::{
    BASE_URL_VARIABLE, Backoff, Batch, BatchProgress, BatchResult, CancelOutcome, Client,
    ClientBuilder, Clock, DEFAULT_BASE_URL, Error, ErrorKind, Finished, Job, JobModel, JsonOutput,
    PollPolicy, Progress, RetryPolicy, State, Status, StoredJob, TOKEN_VARIABLE, TokioClock,
    Untyped, transport,
};
#[cfg(feature = "client")]
#[doc(inline)]
pub use download::{Download, DownloadError, Downloads};
#[cfg(feature = "client")]
pub use egress::UrlError;
pub use json::{InputError, UnknownValue};
#[doc(inline)]
pub use media::{MediaField, MediaKind, MediaMetadata, MediaRule};
pub use model::{Model, ModelInput, ModelOutput, ModelVisitor};
pub use model_info::{ModelInfo, Tool};
#[cfg(feature = "media")]
#[doc(inline)]
pub use preflight::Preflight;
pub use validate::{Advice, Rule, Validate, Violation, Violations};

// Generated, and exempt from rustfmt.
#[rustfmt::skip]
/// The models, generated from their schemas.
///
#[doc = include_str!("models/list.md")]
///
#[allow(
    clippy::enum_variant_names,
    clippy::needless_update,
    clippy::should_implement_trait,
    clippy::too_many_arguments,
    reason = "the names and the properties are those of the schemas"
)]
pub mod models;

/// The code of the README, compiled and run.
#[cfg(all(doctest, feature = "all-models", feature = "client"))]
#[doc = include_str!("../README.md")]
struct Readme;
