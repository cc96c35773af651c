//! The commands as their users see them: files, messages, exit codes.

#![expect(
    clippy::unwrap_used,
    reason = "in the helpers of a test, too, a panic is a failed test"
)]

mod codegen;
mod codegen_folders;
mod diff;
mod diff_reports;
mod import;
mod programs;
mod pull;
mod shared;
mod source;
mod support;
