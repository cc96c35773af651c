//! `cargo xtask diff`: what a change of the schemas means to callers.
//!
//! [`compare()`] is a pure function from two sets of models to a [`ChangeReport`](report::ChangeReport).
//! Each change has a rule with a stable id. The table in [`rule`] states the impact of each rule on the
//! wire and in Rust source, for inputs and for outputs. The worst change determines the version step.
//!
//! A comparison with a git revision reads the files that differ. It also reads each unchanged file whose
//! model could have the same Rust module as a changed model, since two models with the same module are an
//! error. With `--inputs`, it reads all model files.
//!
//! The new schemas must be valid: otherwise their errors are shown and nothing is compared (exit code
//! 1). An old file that today's generator refuses is no error: its model is reported as not comparable,
//! which is `dangerous`, since its changes are unknown.

mod compare;
mod excerpt;
mod format;
mod replay;
mod report;
mod rule;
mod schema_set;
mod severity;
mod sides;
#[cfg(test)]
mod tests;
mod values;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use runcomfy_codegen::{Analyzed, RenderedDiagnostic, analyze_all, diagnose};

use crate::error::Error;
use crate::outcome::Outcome;
use compare::compare;
use format::Format;
pub(crate) use replay::inputs::InputsError;
use replay::inputs::PastInput;
use replay::replay;
use schema_set::SchemaSet;
use severity::Severity;
use sides::sides;

/// Reports what a schema change means to callers.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder of old schemas; without the two folders, a git revision is compared with the
    /// working tree.
    #[arg(requires = "new", conflicts_with_all = ["base", "schemas"])]
    old: Option<PathBuf>,
    /// The folder of new schemas.
    new: Option<PathBuf>,
    /// The git revision to compare the working tree with.
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    base: String,
    /// The folder of model files in the working tree.
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,
    /// The format of the report.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Exits with 1 if a change is at least as severe as this.
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<Severity>,
    /// A file of past inputs, as JSON Lines of `{"model_id": …, "input": …}` or the journal of a batch:
    /// reports how many of them the change affects.
    #[arg(long, value_name = "FILE")]
    inputs: Vec<PathBuf>,
    /// The URL of the full report, linked from a markdown report that is cut.
    #[arg(long, value_name = "URL", value_parser = full_report)]
    full_report: Option<String>,
    /// Prints the JSON Schema of the JSON format and does nothing else.
    #[arg(long)]
    schema: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Error> {
    if arguments.schema {
        print(&report::schema())?;
        return Ok(Outcome::Done);
    }
    let inputs = past_inputs(&arguments.inputs)?;
    let [old, new] = sides(arguments)?;
    let (old_files, new_files) = (analyze_all(&old.files), analyze_all(&new.files));
    let diagnostics = diagnose(&new_files);
    if diagnostics.iter().any(RenderedDiagnostic::is_error) {
        for diagnostic in diagnostics {
            eprintln!("{}", diagnostic.in_folder(&new.folder).one_line());
        }
        eprintln!("the new schemas are refused; nothing was compared");
        return Ok(Outcome::Failed);
    }
    let old = SchemaSet::new(&old.folder, &old_files);
    let new = SchemaSet::new(&new.folder, &new_files);
    let mut report = compare(&old, &new);
    if !arguments.inputs.is_empty() {
        report.inputs = Some(replay(&old, &new, &inputs));
    }
    let full_report = arguments.full_report.as_deref();
    print(&arguments.format.render(&report, full_report))?;
    let fails = arguments
        .fail_on
        .is_some_and(|limit| report.worst().is_some_and(|worst| worst >= limit));
    Ok(if fails {
        Outcome::Failed
    } else {
        Outcome::Done
    })
}

/// Parses a web address and requires that it is valid between angle brackets in markdown.
fn full_report(url: &str) -> Result<String, &'static str> {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    let is_plain = url
        .chars()
        .all(|c| c.is_ascii_graphic() && !"<>`".contains(c));
    if is_web && is_plain && url.len() <= 2_000 {
        Ok(url.to_owned())
    } else {
        Err("expected a URL with the scheme `http` or `https`, of at most 2,000 characters")
    }
}

/// Reads the past inputs in all files.
fn past_inputs(paths: &[PathBuf]) -> Result<Vec<PastInput>, Error> {
    let mut inputs = Vec::new();
    for path in paths {
        let text = fs::read(path).map_err(Error::io("could not read", path))?;
        inputs.extend(replay::inputs::past_inputs(path, &text)?);
    }
    Ok(inputs)
}

/// Writes to standard output. A reader that closed the pipe is no error.
fn print(text: &str) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::io(
            "could not write to",
            Path::new("standard output"),
        )(error)),
        _ => Ok(()),
    }
}

/// Summarizes the change from `old` to `new` for the output of other commands: the headline and the first
/// breaking or dangerous changes, one per line.
pub(crate) fn summary(old: &[Analyzed<'_>], new: &[Analyzed<'_>]) -> String {
    let (old, new) = (
        SchemaSet::new("schemas", old),
        SchemaSet::new("schemas", new),
    );
    format::summary(&compare(&old, &new))
}
