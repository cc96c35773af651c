//! `cargo xtask pull`: the provider's catalogue becomes model files.
//!
//! A separate program reads the catalogue ([`fetch`]). Every entry is merged into its model file,
//! if there is one, and the generator checks the result ([`plan`]). A model with errors is refused: the
//! [`ledger`] lists it with its errors, and an existing model file remains unchanged.

mod catalogue;
mod fetch;
mod ledger;
mod plan;
mod report;

use std::path::{Path, PathBuf};

use runcomfy_codegen::SourceFile;

use crate::diagnostics::Format;
use crate::error::Error;
use crate::files::{model_files, read_text, schemas_folder};
use crate::outcome::Outcome;
use crate::write::{Change, WriteLock, change};
use ledger::Ledger;
use plan::Plan;

/// Turns the provider's catalogue into model files.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Pulls only models whose ids begin with one of these prefixes. By default, all models.
    #[arg(value_name = "MODEL_ID_PREFIX")]
    prefixes: Vec<String>,
    /// The base URL of the API, with or without `/v1`. By default, the value of the environment variable
    /// RUNCOMFY_MODEL_API_BASE, or the provider's URL if it is not set.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// The folder of model files.
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,
    /// Writes nothing; exits with 1 if anything would change.
    #[arg(long)]
    check: bool,
    /// Removes models that the catalogue does not have any more.
    #[arg(long)]
    prune: bool,
    /// Exits with 1 if a model is refused.
    #[arg(long)]
    strict: bool,
    /// The format of the report.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The delay before a failed read is repeated, in milliseconds.
    #[arg(long, hide = true)]
    retry_delay_ms: Option<u64>,
}

impl Arguments {
    /// Whether the model of this id is to be pulled.
    fn covers(&self, id: &str) -> bool {
        self.prefixes.is_empty() || self.prefixes.iter().any(|prefix| id.starts_with(prefix))
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Error> {
    let schemas = schemas_folder(arguments.schemas.as_deref());
    if !schemas.is_dir() {
        return Err(Error::NoSchemas { path: schemas });
    }
    let text = fetch::fetch(arguments)?;
    let entries = catalogue::read(&text)?;
    let lock = if arguments.check {
        None
    } else {
        Some(WriteLock::acquire(&[&schemas])?)
    };
    let existing = model_files(&schemas)?;
    let plan = Plan::new(entries, &existing, |id| arguments.covers(id), &schemas)?;
    let changes = changes(arguments, &schemas, &plan, &existing)?;
    if let Some(lock) = &lock {
        lock.apply(&changes)?;
    }
    report::print(arguments, &schemas, &plan, &changes);
    let is_stale = arguments.check && !changes.is_empty();
    let is_refused = arguments.strict && !plan.refused.is_empty();
    Ok(if is_stale || is_refused {
        Outcome::Failed
    } else {
        Outcome::Done
    })
}

/// The changes to the folder of schemas: first the model files, then the ledger. Unchanged files are
/// left out.
fn changes(
    arguments: &Arguments,
    schemas: &Path,
    plan: &Plan,
    existing: &[SourceFile],
) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    for file in &plan.accepted {
        let text = String::from_utf8_lossy(&file.bytes).into_owned();
        changes.extend(change(schemas.join(&file.path), text)?);
    }
    if arguments.prune {
        let gone = existing.iter();
        let gone = gone.filter(|file| plan.gone.iter().any(|id| *file.path == id.file_path()));
        changes.extend(gone.map(|file| Change::Remove {
            path: schemas.join(&file.path),
            old: String::from_utf8_lossy(&file.bytes).into_owned(),
        }));
    }
    let path = schemas.join(ledger::FILE);
    let old = read_text(&path)?;
    let mut ledger = Ledger::parse(old.as_deref().unwrap_or_default());
    ledger.update(&plan.refused, |id| arguments.covers(id));
    match (ledger.text(), old) {
        (Some(text), _) => changes.extend(change(path, text)?),
        (None, Some(old)) => changes.push(Change::Remove { path, old }),
        (None, None) => {}
    }
    Ok(changes)
}
