//! `cargo xtask codegen`: regenerates the client's models. With `--check`, only shows what is stale.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use runcomfy_codegen::text::count;
use runcomfy_codegen::{
    Analyzed, Generated, SourceFile, analyze_all, dialect, format, generate, manifest,
};

use crate::diagnostics::{Format, show_in};
use crate::error::Error;
use crate::files::{self, display_path, read_text};
use crate::git::{Repository, STAGING};
use crate::outcome::Outcome;
use crate::write::{Change, WriteLock, change, interrupted};
use crate::{diff, watch};

/// Regenerates the client's models from the schemas.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder of model files.
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,
    /// The folder of the client.
    #[arg(long, value_name = "DIR")]
    client: Option<PathBuf>,
    /// Writes nothing; shows what is stale and exits with 1 if anything is.
    #[arg(long)]
    check: bool,
    /// Regenerates whenever model files change, until interrupted.
    #[arg(long, conflicts_with = "check")]
    watch: bool,
    /// The format of diagnostics.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Error> {
    let schemas = files::schemas_folder(arguments.schemas.as_deref());
    let client = arguments.client.clone();
    let client = client.unwrap_or_else(|| files::workspace().join("generated-client"));
    if !schemas.is_dir() {
        return Err(Error::NoSchemas { path: schemas });
    }
    if !client.is_dir() {
        return Err(Error::NoClient { path: client });
    }
    if arguments.watch {
        let work = || regenerate(arguments, &schemas, &client);
        return watch::run(&schemas, arguments.format, work);
    }
    regenerate(arguments, &schemas, &client)
}

fn regenerate(arguments: &Arguments, schemas: &Path, client: &Path) -> Result<Outcome, Error> {
    let folders = [schemas, client];
    // Locked before anything is read, so that no other run can change files between reading and writing.
    let lock = if arguments.check {
        None
    } else {
        Some(WriteLock::acquire(&folders)?)
    };
    let sources = files::model_files(schemas)?;
    let analyzed = analyze_all(&sources);
    let mut generated = match generate(&analyzed)? {
        Ok(generated) => generated,
        Err(refused) => {
            let errors = show_in(schemas, refused.diagnostics, arguments.format);
            eprintln!("{}; nothing was written", count(errors, "error"));
            return Ok(Outcome::Failed);
        }
    };
    show_in(
        schemas,
        std::mem::take(&mut generated.warnings),
        arguments.format,
    );
    let models = generated.files.len();
    let changes = changes(client, expected_files(schemas, client, generated)?)?;
    let Some(lock) = lock else {
        return Ok(check(&changes, &interrupted(&folders), arguments.format));
    };
    lock.apply(&changes)?;
    for change in &changes {
        let path = display_path(change.path());
        arguments
            .format
            .report(format_args!("{} {path}\n", change.verb()));
    }
    let summary = if changes.is_empty() {
        "nothing to do".to_owned()
    } else {
        count(changes.len(), "change")
    };
    let (models, sources_count) = (count(models, "file"), count(sources.len(), "model"));
    arguments
        .format
        .report(format_args!("{models} from {sources_count}, {summary}\n"));
    if let Some(summary) = since_last_commit(schemas, &sources, &analyzed) {
        arguments
            .format
            .report(format_args!("since the last commit: {summary}"));
    }
    Ok(Outcome::Done)
}

/// Summarizes what the changes to the model files since the last commit mean to callers. `None` if there are
/// no changes, or if the commit cannot be read, for example because git is not installed.
fn since_last_commit(
    schemas: &Path,
    sources: &[SourceFile],
    analyzed: &[Analyzed<'_>],
) -> Option<String> {
    let committed = Repository::new(schemas).model_files("HEAD").ok()?;
    (committed != sources).then(|| diff::summary(&analyze_all(&committed), analyzed))
}

/// A file that is kept up to date.
struct ExpectedFile {
    path: PathBuf,
    text: String,
    /// Whether `text` has the `@generated` header. An existing file is then overwritten only if it has the
    /// header too.
    is_generated: bool,
}

/// Every file that is kept up to date, with its expected content.
fn expected_files(
    schemas: &Path,
    client: &Path,
    generated: Generated,
) -> Result<Vec<ExpectedFile>, Error> {
    let mut files = vec![ExpectedFile {
        path: schemas.join(dialect::MODEL_SCHEMA_FILE),
        text: dialect::model_schema(),
        is_generated: false,
    }];
    let path = client.join("Cargo.toml");
    if let Some(old) = read_text(&path)? {
        let text = manifest::with_features(&old.replace("\r\n", "\n"), &generated.features)
            .map_err(|source| Error::Manifest {
                path: path.clone(),
                source,
            })?;
        files.push(ExpectedFile {
            path,
            text,
            is_generated: false,
        });
    }
    let models = generated.files.into_iter();
    files.extend(models.map(|model| ExpectedFile {
        path: client.join(model.path),
        text: model.text,
        is_generated: true,
    }));
    Ok(files)
}

/// The changes that bring the files on disk up to date, including the removal of orphans.
///
/// # Errors
///
/// A file to be generated exists without the `@generated` header, or a file cannot be read.
fn changes(client: &Path, expected: Vec<ExpectedFile>) -> Result<Vec<Change>, Error> {
    let paths: HashSet<PathBuf> = expected.iter().map(|file| file.path.clone()).collect();
    let mut changes = Vec::new();
    for file in expected {
        let needed = change(file.path, file.text)?;
        if let Some(Change::Update { path, old, .. }) = &needed
            && file.is_generated
            && !format::is_generated(old)
        {
            return Err(Error::HandWritten { path: path.clone() });
        }
        changes.extend(needed);
    }
    changes.extend(orphans(&client.join("src/models"), &paths)?);
    Ok(changes)
}

/// Removals of the generated Rust files below `models` that are not in `expected`.
fn orphans(models: &Path, expected: &HashSet<PathBuf>) -> Result<Vec<Change>, Error> {
    if !models.is_dir() {
        return Ok(Vec::new());
    }
    let mut orphans = Vec::new();
    for path in files::files_below(models, "rs")? {
        if expected.contains(&path) {
            continue;
        }
        if let Some(old) = read_text(&path)?.filter(|text| format::is_generated(text)) {
            orphans.push(Change::Remove { path, old });
        }
    }
    Ok(orphans)
}

fn check(changes: &[Change], interrupted: &[&Path], format: Format) -> Outcome {
    for folder in interrupted {
        let staging = display_path(&folder.join(STAGING));
        eprintln!(
            "a run is writing, or was interrupted: {staging} exists; run `cargo xtask codegen`"
        );
    }
    if changes.is_empty() && interrupted.is_empty() {
        format.report("everything generated is fresh\n");
        return Outcome::Done;
    }
    for change in changes {
        format.report(change.unified_diff("now", "fresh"));
    }
    if !changes.is_empty() {
        let files = count(changes.len(), "file");
        eprintln!("{files} stale; run `cargo xtask codegen`");
    }
    Outcome::Failed
}
