//! Tests of the whole pipeline, from model files to Rust source.

#![expect(
    clippy::unwrap_used,
    reason = "in the helpers of a test, too, a panic is a failed test"
)]

mod any_tree;
mod change;
mod differential;
mod file_schema;
mod fixtures;
mod freshness;
mod hostile;
mod json;
mod pulled;
mod random;
mod refusal_cases;
mod refusals;
mod scratch;
mod shared;
mod support;
mod surface;
