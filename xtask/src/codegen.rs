//! `cargo xtask codegen`: regenerates, or with `--check` says what is stale.

use std::borrow::Cow;
use std::collections::HashSet;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use runcomfy_codegen::{Generated, Report, SourceFile, dialect, format, generate, manifest};
use similar::TextDiff;

use crate::fault::Fault;
use crate::findings::{Format, show};
use crate::stamp::{self, Run, Stamp};
use crate::write::{Change, apply, change};
use crate::{Outcome, diff, tree, workspace};

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
    /// Regenerates as model files change, until interrupted.
    #[arg(long, conflicts_with = "check")]
    watch: bool,
    /// How findings are shown.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Fault> {
    let schemas = arguments
        .schemas
        .clone()
        .unwrap_or_else(|| workspace().join("schemas"));
    if arguments.watch {
        return crate::watch::run(&schemas, || once(arguments, &schemas));
    }
    once(arguments, &schemas)
}

fn once(arguments: &Arguments, schemas: &Path) -> Result<Outcome, Fault> {
    let client = arguments
        .client
        .clone()
        .unwrap_or_else(|| workspace().join("generated-client"));
    // Findings for programs are told in full each time, and a check trusts nothing but itself.
    let may_skip = !arguments.check && arguments.format == Format::Text;
    // Both folders at once: where nothing has changed, reading them is all there is to do.
    let (sources, files) = thread::scope(|scope| {
        let files = may_skip.then(|| scope.spawn(|| stamp::as_they_are(schemas, &client)));
        let sources = tree::model_files(schemas);
        let files = files.map(|files| files.join().unwrap_or_else(|panic| resume_unwind(panic)));
        (sources, files)
    });
    let sources = sources?;
    let stamp = Stamp::new(schemas, &client);
    if let Some(files) = files
        && let Some(last) = stamp::hash(&sources, files?).and_then(|hash| stamp.last(hash))
    {
        eprint!("{}", last.warnings);
        println!("{}, nothing to do", count(sources.len(), "model"));
        let commit = diff::last_commit(schemas);
        if commit == last.commit {
            print!("{}", last.since);
        } else {
            let (commit, since) = since(commit, schemas, &sources);
            print!("{since}");
            stamp.keep(&Run {
                commit,
                since,
                ..last
            });
        }
        return Ok(Outcome::Done);
    }
    let generated = match generate(&sources)? {
        Ok(generated) => generated,
        Err(refused) => {
            let errors = show(&refused.reports, arguments.format);
            eprintln!("{}; nothing was written", count(errors, "error"));
            return Ok(Outcome::Findings);
        }
    };
    show(&generated.warnings, arguments.format);
    let fresh = fresh(schemas, &client, &generated)?;
    let changes = changes(&client, &fresh)?;
    if arguments.check {
        return Ok(check(&changes));
    }
    apply(&changes)?;
    let lines = changes
        .iter()
        .map(|change| format!("{} {}\n", change.verb(), tree::shown(change.path())));
    print!("{}", lines.collect::<String>());
    println!(
        "{} from {}, {}",
        count(generated.files.len(), "file"),
        count(sources.len(), "model"),
        if changes.is_empty() {
            "nothing to do".to_owned()
        } else {
            count(changes.len(), "change")
        },
    );
    let (commit, since) = since(diff::last_commit(schemas), schemas, &sources);
    print!("{since}");
    // Of the files as they should be: whatever else touches them from now on makes a difference.
    let files = fresh.iter().map(|file| (&*file.path, &*file.text));
    if let Some(hash) = stamp::hash(&sources, stamp::of_files(files)) {
        let warnings = generated.warnings.iter().map(Report::one_line);
        stamp.keep(&Run {
            hash,
            warnings: warnings.map(|line| line + "\n").collect(),
            commit,
            since,
        });
    }
    Ok(Outcome::Done)
}

/// What the change of the schemas since a commit means to callers; nothing where they did not
/// change. No commit comes back where there is none to compare with, or git failed.
fn since(
    commit: Option<String>,
    schemas: &Path,
    sources: &[SourceFile],
) -> (Option<String>, String) {
    let old = commit
        .as_deref()
        .and_then(|commit| diff::at_commit(schemas, commit).ok());
    match old {
        None => (None, String::new()),
        Some(old) if old == sources => (commit, String::new()),
        Some(old) => {
            let summary = diff::summary(&old, sources);
            (commit, format!("since the last commit: {summary}"))
        }
    }
}

/// A file as it should be.
struct Fresh<'a> {
    path: PathBuf,
    text: Cow<'a, str>,
    /// Whether nobody but the generator writes it.
    is_generated: bool,
}

/// Every file that is kept up to date, as it should be.
fn fresh<'a>(
    schemas: &Path,
    client: &Path,
    generated: &'a Generated,
) -> Result<Vec<Fresh<'a>>, Fault> {
    let file = |path, text, is_generated| Fresh {
        path,
        text,
        is_generated,
    };
    let model_schema = Cow::Owned(dialect::model_schema());
    let mut files = vec![file(schemas.join(tree::MODEL_SCHEMA), model_schema, false)];
    let path = client.join("Cargo.toml");
    if let Some(old) = tree::text(&path)? {
        let text = manifest::with_features(&old.replace("\r\n", "\n"), &generated.features)
            .map_err(|source| Fault::Manifest {
                path: path.clone(),
                source,
            })?;
        files.push(file(path, Cow::Owned(text), false));
    }
    let models = generated.files.iter();
    files.extend(models.map(|model| {
        let text = Cow::Borrowed(model.text.as_str());
        file(client.join(&model.path), text, true)
    }));
    Ok(files)
}

/// Everything that has to change for the tree to be fresh.
fn changes(client: &Path, fresh: &[Fresh<'_>]) -> Result<Vec<Change>, Fault> {
    let mut changes = Vec::new();
    for file in fresh {
        let needed = change(file.path.clone(), file.text.clone().into_owned())?;
        if let Some(Change::Update { path, old, .. }) = &needed
            && file.is_generated
            && !old.starts_with(format::HEADER)
        {
            return Err(Fault::HandWritten { path: path.clone() });
        }
        changes.extend(needed);
    }
    let paths = fresh.iter().map(|file| file.path.as_path()).collect();
    changes.extend(orphans(&client.join("src/models"), &paths)?);
    Ok(changes)
}

/// Generated files that nothing generates any more.
fn orphans(models: &Path, fresh: &HashSet<&Path>) -> Result<Vec<Change>, Fault> {
    if !models.is_dir() {
        return Ok(Vec::new());
    }
    let mut orphans = Vec::new();
    for path in tree::files(models, "rs")? {
        if fresh.contains(path.as_path()) {
            continue;
        }
        if let Some(old) = tree::text(&path)?.filter(|text| text.starts_with(format::HEADER)) {
            orphans.push(Change::Remove { path, old });
        }
    }
    Ok(orphans)
}

fn check(changes: &[Change]) -> Outcome {
    if changes.is_empty() {
        println!("everything generated is fresh");
        return Outcome::Done;
    }
    for change in changes {
        let (old, new) = change.texts();
        let path = tree::shown(change.path());
        let diff = TextDiff::from_lines(old, new);
        print!(
            "{}",
            diff.unified_diff()
                .header(&format!("{path} (now)"), &format!("{path} (fresh)"))
        );
    }
    eprintln!(
        "{} stale; run `cargo xtask codegen`",
        count(changes.len(), "file")
    );
    Outcome::Findings
}

fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
