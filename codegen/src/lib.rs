//! Turns RunComfy model schemas into Rust source.
//!
//! One straight way, a module a stage, each stage a function from one plain type to the next:
//!
//! text → [`json`] → [`dialect`] → [`check`] → [`names`] → [`lower`] → [`emit`] → [`format`](mod@format)
//!
//! Nothing here touches the file system, a clock, the network or the environment: the same bytes
//! in give the same bytes out, on every machine.

pub mod check;
pub mod dialect;
pub mod emit;
mod finding;
pub mod format;
mod generate;
pub mod json;
pub mod lower;
pub mod manifest;
pub mod model;
pub mod names;
pub mod normalize;
mod parallel;
mod report;

pub use finding::{Finding, Findings, Severity};
pub use generate::{Fault, Generated, GeneratedFile, Refused, SourceFile, generate};
pub use report::{Report, Style};
