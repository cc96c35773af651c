//! A local server that behaves like the RunComfy model API, and injects faults on request.
//!
//! Clients are tested against the server, so it shares no code with them. It has a separate parser for
//! model files and a separate conversion of the provider's schema dialect to JSON Schema, and it validates
//! inputs with the `jsonschema` crate. The model files of five models are part of this package
//! ([`SandboxBuilder::bundled_models`]). Others can be read from folders ([`SandboxBuilder::schemas`]).
//!
//! # Features
//!
//! | feature | |
//! |---|---|
//! | `validation` (default) | inputs are validated; without it every JSON value is a valid input, and `jsonschema` is not built |
//! | `cli` (default) | the command `runcomfy-sandbox`, and the module with its arguments ([`cli::Args`]) |
//!
//! # In a test
//!
//! ```
//! use std::time::Duration;
//! use runcomfy_sandbox::{Endpoint, Fault, FaultRule, Progress, Sandbox};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let sandbox = Sandbox::builder()
//!     .bundled_models()
//!     .progress(Progress::Polls { queued: 1, running: 1 })
//!     .start()
//!     .await?;
//!
//! // The next submit receives a 429. The response to the second status request is truncated.
//! sandbox.plan(FaultRule::on(
//!     Endpoint::Submit,
//!     Fault::RateLimited { retry_after: Some(Duration::from_secs(2)) },
//! ));
//! sandbox.plan(FaultRule::on(Endpoint::Status, Fault::TruncatedResponse).skip(1));
//!
//! // … run the client under test with `sandbox.base_url()` and `sandbox.token()` …
//!
//! assert!(sandbox.stats().accepted <= 1, "at most one job was created");
//! sandbox.shutdown().await;
//! # Ok::<(), runcomfy_sandbox::StartError>(())
//! # }).unwrap();
//! ```
//!
//! # From a shell
//!
//! `runcomfy-sandbox --port 8787 --fault submit:429,2` prints the base URL, the token and a curl
//! command that submits an example. `--help` lists the faults. `--file-base` sets what the URLs of output
//! files begin with, for clients that download only from certain hosts.
//!
//! # Endpoints
//!
//! | endpoint | request |
//! |---|---|
//! | [`Endpoint::Submit`] | `POST /v1/models/{model_id}` |
//! | [`Endpoint::Status`] | `GET /v1/requests/{request_id}/status` |
//! | [`Endpoint::Result`] | `GET /v1/requests/{request_id}/result` (`?include_cost=true`) |
//! | [`Endpoint::Cancel`] | `POST /v1/requests/{request_id}/cancel` |
//! | [`Endpoint::Catalogue`] | `GET /v1/models`, `GET /v1/models/categories`, `GET /v1/models/{model_id}` |
//! | [`Endpoint::File`] | `GET`, `HEAD /files/{request_id}/{name}` (no token required, supports `Range`) |
//!
//! - **Progress.** A job advances as [`Progress`] defines: on tokio's clock (which
//!   `tokio::time::pause` and `advance` control), by polls, or by explicit calls ([`Sandbox::run`],
//!   [`Sandbox::finish`], [`Sandbox::fail`], [`Sandbox::cancel`]). Jobs start no timers, so they never
//!   cause a paused clock to advance automatically.
//! - **Outcomes.** A job ends with an [`Outcome`], set for one job or for all.
//! - **Catalogue.** The entry of a model contains its input schema and the metadata from the `about`
//!   member of its model file. Missing metadata is replaced by defaults, some derived from the id. As in
//!   the provider's catalogue, keys are sorted and the schema has no titles.
//!   [`SandboxBuilder::catalogue_entry`] appends an entry, which may be any JSON value.
//! - **Faults.** A [`FaultRule`] injects a [`Fault`] into requests to an [`Endpoint`], selected by
//!   [`When`]. With [`FaultRule::with_effect`], a request takes effect even if its response is replaced.
//!   This simulates a submit that is billed although its response is lost. [`Sandbox::unfired`] returns
//!   the rules that have not fired.
//! - **Records.** [`Sandbox::stats`] returns counters, [`Sandbox::requests`] the latest requests with
//!   their headers, bodies, times and faults, and [`Sandbox::jobs`] the created jobs.
//!
//! # What this does not do
//!
//! - It does not fetch the files that an input refers to by URL, so the rules for media files (the
//!   `validations` of a schema) are not checked.
//! - It does not check the keyword `format`. For example, a file name without a scheme is accepted as a
//!   URI, because the provider's own samples contain such values.
//! - It does not accept request bodies larger than 64 MiB.
//! - It has no TLS and no HTTP/2, and listens on 127.0.0.1 only.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod api;
#[cfg(feature = "cli")]
pub mod cli;
mod endpoint;
mod faults;
mod sandbox;
mod server;
mod state;

pub use endpoint::Endpoint;
pub use faults::{Fault, FaultPlan, FaultRule, When};
pub use sandbox::{Sandbox, SandboxBuilder, StartError};
pub use state::{
    JobView, ModelError, Outcome, Phase, Progress, RecordedRequest, Stats, Timings, UnknownRequest,
};
