//! A local server that behaves like the RunComfy model API, and injects faults on request.
//!
//! Clients are tested against it, so it shares no code with them: it reads model files, converts the
//! schema dialect to JSON Schema on its own, and validates inputs with the `jsonschema` crate. The
//! files of five models are part of this package ([`SandboxBuilder::bundled_models`]); more are read
//! from folders.
//!
//! # Features
//!
//! | feature | |
//! |---|---|
//! | `validation` (default) | inputs are validated; without it every JSON value is a valid input, and `jsonschema` is not built |
//! | `cli` (default) | the program, and its arguments as [`cli::Args`] |
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
//! // The response to the next submit is a 429; the response to the second status request breaks off.
//! sandbox.plan(FaultRule::on(
//!     Endpoint::Submit,
//!     Fault::RateLimited { retry_after: Some(Duration::from_secs(2)) },
//! ));
//! sandbox.plan(FaultRule::on(Endpoint::Status, Fault::TruncatedResponse).skip(1));
//!
//! // … run the client under test with `sandbox.base_url()` and `sandbox.token()` …
//!
//! assert_eq!(sandbox.stats().accepted, 0, "no job was created");
//! sandbox.shutdown().await;
//! # Ok::<(), runcomfy_sandbox::StartError>(())
//! # }).unwrap();
//! ```
//!
//! # From a shell
//!
//! `runcomfy-sandbox --port 8787 --fault submit:429,2` prints the base URL, the token and a curl
//! command that submits an example; `--help` lists the faults. `--file-base` is for clients that fetch
//! files from certain hosts only.
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
//! | [`Endpoint::File`] | `GET`, `HEAD /files/{request_id}/{name}`: without token, with ranges of bytes |
//!
//! - **Progress.** A job advances as [`Progress`] defines: on tokio's clock (which
//!   `tokio::time::pause` and `advance` control), by polls, or by explicit calls ([`Sandbox::run`],
//!   [`Sandbox::finish`], [`Sandbox::fail`], [`Sandbox::cancel`]). Jobs start no timers, so they never
//!   cause a paused clock to advance automatically.
//! - **Outcomes.** A job ends with an [`Outcome`], set for one job or for all.
//! - **Catalogue.** The entry of a model contains the `about` of its model file, with defaults (some
//!   derived from the id) for missing values, and its input schema. As in the provider's catalogue,
//!   keys are sorted and the schema has no titles. [`SandboxBuilder::catalogue_entry`] appends an
//!   entry, which may be any JSON value.
//! - **Faults.** A [`FaultRule`] combines an [`Endpoint`], a [`Fault`] and when it fires.
//!   [`FaultRule::with_effect`] states that the request takes effect although its response is
//!   replaced: a submit whose response was lost may still be billed. [`Sandbox::unfired`] lists the
//!   rules that have not fired.
//! - **Records.** [`Sandbox::stats`] returns counters, [`Sandbox::requests`] every request with its
//!   headers, body, time and fault, and [`Sandbox::jobs`] the created jobs.
//!
//! # What this does not do
//!
//! - It does not fetch the files behind URLs, so the `validations` of a schema are not checked.
//! - It does not check `format`: a bare file name is accepted as a URI, as the provider's own samples
//!   require.
//! - It accepts bodies of at most 64 MiB.
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
