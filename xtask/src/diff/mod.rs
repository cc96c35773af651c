//! `cargo xtask diff`: what a change of the schemas means to callers.
//!
//! [`compare()`] is pure: two sets of checked models in, a [`Report`](report::Report) out. Each change has a rule
//! with a stable id; what it means on the wire and in Rust source is a table by rule and direction,
//! in [`rule`]. The worst change tells the version step.
//!
//! The new schemas must pass the generator's checks: where they do not, its findings are shown and
//! nothing is compared (exit code 1). An old file that today's generator refuses stops nothing: its
//! model is reported as not comparable, which is `dangerous`, since nobody can say more.

mod compare;
mod fault;
mod format;
mod git;
mod report;
mod rule;
mod source;
#[cfg(test)]
mod tests;
mod text;
mod verdict;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use runcomfy_codegen::{SourceFile, generate};

pub(crate) use fault::DiffFault;

use crate::fault::Fault;
use crate::{Outcome, tree, workspace};
use compare::compare;
use format::Format;
use git::Repository;
use source::Side;
use verdict::Verdict;

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
    /// How the report is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Exits with 1 if a change is at least as bad as this.
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<Verdict>,
    /// Prints the JSON Schema of the JSON format and does nothing else.
    #[arg(long)]
    schema: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Fault> {
    if arguments.schema {
        write(&report::schema())?;
        return Ok(Outcome::Done);
    }
    let (old, new, new_sources) = sides(arguments)?;
    if !new.refused.is_empty() || new.has_meeting_modules() {
        // The generator words its own refusal, with places.
        if let Err(refused) = generate(&new_sources)? {
            for report in &refused.reports {
                eprintln!("{}", report.one_line());
            }
            eprintln!("the new schemas are refused; nothing was compared");
            return Ok(Outcome::Findings);
        }
    }
    let report = compare(&old, &new);
    write(&arguments.format.render(&report))?;
    let fails = arguments
        .fail_on
        .is_some_and(|limit| report.worst().is_some_and(|worst| worst >= limit));
    Ok(if fails {
        Outcome::Findings
    } else {
        Outcome::Done
    })
}

/// Writes to standard output. Who stops reading has read enough.
fn write(text: &str) -> Result<(), Fault> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Fault::io(
            "could not write to",
            Path::new("standard output"),
        )(error)),
        _ => Ok(()),
    }
}

/// Both sides, and the files of the new one.
fn sides(arguments: &Arguments) -> Result<(Side, Side, Vec<SourceFile>), Fault> {
    if let (Some(old), Some(new)) = (&arguments.old, &arguments.new) {
        let new_sources = tree::model_files(new)?;
        let read = |folder: &Path, sources: &[SourceFile]| {
            let shown = folder.to_string_lossy().replace('\\', "/");
            Side::read(&shown, sources)
        };
        let old = read(old, &tree::model_files(old)?);
        return Ok((old, read(new, &new_sources), new_sources));
    }
    let schemas = arguments
        .schemas
        .clone()
        .unwrap_or_else(|| workspace().join("schemas"));
    let new_sources = tree::model_files(&schemas)?;
    let repository = Repository::around(&schemas)?;
    let folder = repository.folder()?;
    let old = Side::read(&folder, &repository.model_files(&arguments.base)?);
    Ok((old, Side::read(&folder, &new_sources), new_sources))
}

/// The last commit of the repository around `schemas`; `None` where there is no repository, no
/// commit, or no git.
pub(crate) fn last_commit(schemas: &Path) -> Option<String> {
    Repository::with(schemas).commit("HEAD").ok()
}

/// The model files below `schemas` as they were at a commit; none where the folder was not there.
///
/// # Errors
///
/// git fails.
pub(crate) fn at_commit(schemas: &Path, commit: &str) -> Result<Vec<SourceFile>, Fault> {
    Repository::with(schemas).model_files_at(commit)
}

/// What the change from `old` to `new` means to callers, in a few lines for other commands to
/// print: the headline, and every change that is breaking or dangerous.
pub(crate) fn summary(old: &[SourceFile], new: &[SourceFile]) -> String {
    let report = compare(&Side::read("schemas", old), &Side::read("schemas", new));
    format::summary(&report)
}
