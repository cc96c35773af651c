//! Tests of the client through its public API.
#![allow(clippy::unwrap_used, reason = "a failed helper is a failed test")]

mod adversary;
mod client;
mod downloads;
mod examples;
mod hostile;
mod preflight;
mod support;
mod validation;
