//! Tests of the whole way from model files to Rust source.

#![expect(
    clippy::unwrap_used,
    reason = "in the helpers of a test, too, a panic is a failed test"
)]

mod change;
mod common;
mod fixtures;
mod freshness;
mod hostile;
mod refusal_cases;
mod refusals;
mod scratch;
mod surface;
