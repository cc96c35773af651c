//! A local server that behaves, and by plan misbehaves, like the RunComfy model API.
//!
//! It is the judge a client is tested against, so it shares no code with one: it reads the raw
//! `schemas/` folder, brings the dialect to plain JSON Schema by itself and checks what is
//! submitted with the `jsonschema` crate.
//!
//! # In a test
//!
//! ```
//! use std::time::Duration;
//! use runcomfy_sandbox::{Call, Fault, Progress, Rule, Sandbox};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let sandbox = Sandbox::builder()
//!     .schemas(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas"))
//!     .progress(Progress::Polls { queued: 1, running: 1 })
//!     .start()
//!     .await?;
//!
//! // The next submit is answered 429; the second status call is cut off half way.
//! sandbox.plan(Rule::on(
//!     Call::Submit,
//!     Fault::RateLimited { retry_after: Some(Duration::from_secs(2)) },
//! ));
//! sandbox.plan(Rule::on(Call::Status, Fault::HalfAnswer).after(1));
//!
//! // … drive the client under test against `sandbox.base_url()` with `sandbox.token()` …
//!
//! assert_eq!(sandbox.stats().accepted, 0, "nothing was billed");
//! sandbox.shutdown().await;
//! # Ok::<(), runcomfy_sandbox::StartError>(())
//! # }).unwrap();
//! ```
//!
//! # From a shell
//!
//! `cargo run -p runcomfy-sandbox -- --port 8787 --fault submit:429,2`, which prints the base URL,
//! the token and a curl line that works.
//!
//! # What it does
//!
//! | call | request |
//! |---|---|
//! | [`Call::Submit`] | `POST /v1/models/{model_id}` |
//! | [`Call::Status`] | `GET /v1/requests/{request_id}/status` |
//! | [`Call::Result`] | `GET /v1/requests/{request_id}/result` (`?include_cost=true`) |
//! | [`Call::Cancel`] | `POST /v1/requests/{request_id}/cancel` |
//! | [`Call::Catalogue`] | `GET /v1/models`, `GET /v1/models/{model_id}` |
//! | [`Call::File`] | `GET`, `HEAD /files/{request_id}/{name}`: no token needed, one byte range understood |
//!
//! - **Time.** A job waits, runs and ends by [`Progress`]: on tokio's clock (so that
//!   `tokio::time::pause` and `advance` drive it), counted in polls, or by hand
//!   ([`Sandbox::run`], [`Sandbox::finish`], [`Sandbox::fail`], [`Sandbox::cancel`]).
//!   The states of a job start no timer: a paused clock has nothing to jump to.
//! - **How a job ends** is an [`Outcome`], planned per job or for all.
//! - **Faults** are [`Rule`]s: which [`Call`], which [`Fault`], when. A rule also says whether the
//!   request took effect before the answer was spoilt ([`Rule::accepted`]), because a submit whose
//!   answer was lost may well be billed. [`Sandbox::unfired`] lists rules that never came to act,
//!   so a test can tell that it tested something.
//! - **Evidence.** [`Sandbox::stats`] counts, [`Sandbox::calls`] has every request with its
//!   headers, body, instant and fate, and [`Sandbox::jobs`] has what was accepted.
//!
//! # What it does not do
//!
//! - Media behind a URL is not fetched, so the dialect's `validations` are not judged.
//! - `format` is an annotation: a bare file name passes for a URI, as the provider's own samples do.
//! - No TLS and no HTTP/2. It listens on 127.0.0.1 only.

mod apply;
mod builder;
mod catalogue;
pub mod cli;
mod error;
mod fault;
mod files;
mod inject;
mod job;
mod models;
mod normalize;
mod output;
mod record;
mod routes;
mod rule;
mod sandbox;
mod server;
mod shared;

pub use builder::{Builder, StartError};
pub use fault::Fault;
pub use job::{JobView, Outcome, Phase, Progress, Timings, UnknownRequest};
pub use models::ModelError;
pub use record::{Call, CallRecord, Stats};
pub use rule::{FaultPlan, Rule, When};
pub use sandbox::Sandbox;
