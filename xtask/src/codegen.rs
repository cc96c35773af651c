//! `cargo xtask codegen`: regenerates, or with `--check` says what is stale.

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
    let stamp = Stamp::new(schemas, &client);
    // Both folders at once: where nothing has changed, reading them is all there is to do.
    let (sources, outputs) = thread::scope(|scope| {
        let outputs = scope.spawn(|| stamp::outputs(schemas, &client));
        let sources = tree::model_files(schemas);
        let outputs = outputs.join().unwrap_or_else(|panic| resume_unwind(panic));
        (sources, outputs)
    });
    let sources = sources?;
    // Findings for programs are told in full each time, and a check trusts nothing but itself.
    let may_skip = !arguments.check && arguments.format == Format::Text;
    if may_skip
        && let Some(now) = stamp::hash(&sources, outputs?)
        && let Some(last) = stamp.last(now)
    {
        eprint!("{}", last.warnings);
        println!("{}, nothing to do", count(sources.len(), "model"));
        let commit = diff::last_commit(schemas);
        if commit == last.commit {
            print!("{}", last.since);
        } else {
            let since = since(commit.as_deref(), schemas, &sources);
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
    let changes = changes(schemas, &client, &generated)?;
    if arguments.check {
        return Ok(check(&changes));
    }
    apply(&changes)?;
    for change in &changes {
        println!("{} {}", change.verb(), tree::shown(change.path()));
    }
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
    let commit = diff::last_commit(schemas);
    let since = since(commit.as_deref(), schemas, &sources);
    print!("{since}");
    if let Some(hash) = stamp::hash(&sources, stamp::outputs(schemas, &client)?) {
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
/// change, or where there is no commit to compare with.
fn since(commit: Option<&str>, schemas: &Path, sources: &[SourceFile]) -> String {
    match commit.map(|commit| diff::at_commit(schemas, commit)) {
        Some(Ok(old)) if old != sources => {
            format!("since the last commit: {}", diff::summary(&old, sources))
        }
        _ => String::new(),
    }
}

/// Everything that has to change for the tree to be fresh.
fn changes(schemas: &Path, client: &Path, generated: &Generated) -> Result<Vec<Change>, Fault> {
    let mut changes = Vec::new();
    changes.extend(change(
        schemas.join(tree::MODEL_SCHEMA),
        dialect::model_schema(),
    )?);
    let cargo_toml = client.join("Cargo.toml");
    if let Some(old) = tree::text(&cargo_toml)? {
        let text = manifest::with_features(&old.replace("\r\n", "\n"), &generated.features)
            .map_err(|source| Fault::Manifest {
                path: cargo_toml.clone(),
                source,
            })?;
        changes.extend(change(cargo_toml, text)?);
    }
    let mut fresh = HashSet::new();
    for file in &generated.files {
        let path = client.join(&file.path);
        let needed = change(path.clone(), file.text.clone())?;
        if let Some(Change::Update { old, .. }) = &needed
            && !old.starts_with(format::HEADER)
        {
            return Err(Fault::HandWritten { path });
        }
        changes.extend(needed);
        fresh.insert(path);
    }
    changes.extend(orphans(&client.join("src/models"), &fresh)?);
    Ok(changes)
}

/// Generated files that nothing generates any more.
fn orphans(models: &Path, fresh: &HashSet<PathBuf>) -> Result<Vec<Change>, Fault> {
    if !models.is_dir() {
        return Ok(Vec::new());
    }
    let mut orphans = Vec::new();
    for path in tree::files(models, "rs")? {
        if fresh.contains(&path) {
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
