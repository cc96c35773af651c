//! Media rules, checked on files before a request is paid for.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[cfg(feature = "client")]
#[path = "../file_server/mod.rs"]
mod file_server;
mod files;
mod model;
#[cfg(feature = "client")]
mod urls;
