//! Tests of the sandbox on the wire, through plain TCP sockets.

#![expect(clippy::unwrap_used, reason = "a failed helper is a failed test")]

mod bundled;
mod catalogue;
mod catalogue_faults;
mod endpoints;
mod files;
mod http;
mod json_faults;
mod outcomes;
mod progress;
mod requests;
mod response_faults;
