//! Turns RunComfy model schemas into Rust source.
//!
//! The pipeline is linear, with one module per stage. Each stage takes the result of the previous one:
//!
//! text → [`json`] → [`dialect`] → check → [`names`] → [`lower`](mod@lower) → emit → [`format`](mod@format)
//!
//! [`analyze`] takes one model file and runs the stages from [`json`] to [`names`]. [`generate`] takes all
//! analyzed files and runs the remaining stages. All errors are reported together, as [`diagnostics`].
//! A file with an error that prevents reading it, such as a syntax error, a duplicate key, or a missing
//! `model_id` or `input`, is not checked further.
//!
//! This crate has no access to the file system, a clock, the network or the environment: the same
//! input gives the same output, byte for byte, on every machine.

pub mod bounds;
mod check;
pub mod diagnostics;
pub mod dialect;
mod emit;
pub mod format;
mod identifier;
pub mod json;
pub mod json_schema;
pub mod lower;
mod maintained;
pub mod manifest;
pub mod model;
pub mod model_id;
pub mod names;
mod parallel;
mod pipeline;
mod source;
pub mod span;
pub mod text;

pub use diagnostics::{Diagnostic, Diagnostics, RenderedDiagnostic, Rule, Severity, Style};
pub use model_id::ModelId;
pub use pipeline::{
    Analyzed, Generated, GeneratedFile, InternalError, Refused, ValidModel, analyze, analyze_all,
    diagnose, generate,
};
pub use source::SourceFile;

/// The code of the README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
