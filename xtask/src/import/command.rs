//! `cargo xtask import`: saved pages become model files.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use runcomfy_codegen::text::count;
use runcomfy_codegen::{Analyzed, SourceFile, analyze, analyze_all};

use super::merge::{Merged, Note, NoteKind, merge};
use super::read_page;
use crate::diagnostics::{Format, show, show_in};
use crate::diff;
use crate::error::Error;
use crate::files::{display_path, read_text, schemas_folder};
use crate::outcome::Outcome;
use crate::write::{Change, WriteLock, change};

/// Turns saved documentation pages into model files.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Saved pages, as text, HTML or bare JSON; `-` is standard input.
    #[arg(required = true, value_name = "PAGE")]
    pages: Vec<PathBuf>,
    /// The folder of model files.
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,
    /// Writes nothing; shows what would change and exits with 1 if anything would.
    #[arg(long)]
    check: bool,
    /// The format of problems.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Imports all pages, or none if one of them has a problem.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Error> {
    let schemas = schemas_folder(arguments.schemas.as_deref());
    if !schemas.is_dir() {
        return Err(Error::NoSchemas { path: schemas });
    }
    let lock = if arguments.check {
        None
    } else {
        Some(WriteLock::acquire(&[&schemas])?)
    };
    let (files, mut problems) = read_pages(arguments, &schemas)?;
    let (sources, notes): (Vec<SourceFile>, Vec<Vec<Note>>) = files.into_iter().unzip();
    // Check the merged files as the generator does. After an error nothing is written.
    let analyzed = analyze_all(&sources);
    for file in &analyzed {
        problems += show_in(&schemas, file.rendered(), arguments.format);
    }
    if problems > 0 {
        eprintln!("{problems} problem(s); nothing was written");
        return Ok(Outcome::Failed);
    }
    let mut changes = Vec::new();
    let mut reports = Vec::new();
    for (file, notes) in analyzed.iter().zip(&notes) {
        let path = schemas.join(&file.source.path);
        let text = String::from_utf8_lossy(&file.source.bytes).into_owned();
        let Some(change) = change(path.clone(), text)? else {
            reports.push(format!("unchanged {}\n", display_path(&path)));
            continue;
        };
        let heading = match &lock {
            Some(_) => format!("{} {}\n", change.verb(), display_path(&path)),
            None => change.unified_diff("now", "imported"),
        };
        reports.push(heading + &shown(notes) + &update_summary(file, &change));
        changes.push(change);
    }
    if let Some(lock) = &lock {
        lock.apply(&changes)?;
    }
    reports
        .iter()
        .for_each(|report| arguments.format.report(report));
    let is_stale = lock.is_none() && !changes.is_empty();
    Ok(if is_stale {
        Outcome::Failed
    } else {
        Outcome::Done
    })
}

/// A merged model file and its notes.
type MergedFile = (SourceFile, Vec<Note>);

/// Reads the pages and merges them into the model files. Shows the problems. Returns the merged files,
/// sorted by path, and the number of problems.
fn read_pages(arguments: &Arguments, schemas: &Path) -> Result<(Vec<MergedFile>, usize), Error> {
    let mut files: BTreeMap<String, Merged> = BTreeMap::new();
    let mut problems = 0;
    for path in &arguments.pages {
        let models = match read_page(&path.display().to_string(), &read_bytes(path)?) {
            Ok(models) => models,
            Err(found) => {
                problems += show(&found, arguments.format);
                continue;
            }
        };
        for model in models {
            let below = model.model_id.file_path();
            let path = schemas.join(&below);
            let merged = merge(read_text(&path)?.as_deref(), &model);
            let merged = merged.map_err(|source| Error::Unmergeable { path, source })?;
            if files.get(&below).is_some_and(|other| *other != merged) {
                let id = &model.model_id;
                eprintln!("error: two of the pages are about `{id}` and differ");
                problems += 1;
            }
            files.insert(below, merged);
        }
    }
    let files = files.into_iter().map(|(path, merged)| {
        let bytes = merged.text.into_bytes();
        (SourceFile { path, bytes }, merged.notes)
    });
    Ok((files.collect(), problems))
}

/// Formats the notes for the person who imports, one per line. Changed titles and descriptions are only
/// counted.
fn shown(notes: &[Note]) -> String {
    let (texts, others): (Vec<&Note>, Vec<&Note>) =
        notes.iter().partition(|note| note.kind == NoteKind::Text);
    let mut lines: String = others.iter().map(|note| format!("  {note}\n")).collect();
    if !texts.is_empty() {
        let texts = count(texts.len(), "text");
        lines += &format!("  replaced or removed {texts} (titles, descriptions)\n");
    }
    let is_lost = |note: &&Note| matches!(note.kind, NoteKind::Replaced | NoteKind::Removed);
    if others.iter().any(is_lost) {
        lines += "  if one of these was edited by hand, state it in `overrides`, which are kept\n";
    }
    lines
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, Error> {
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(Error::io("could not read", Path::new("standard input")))?;
        return Ok(bytes);
    }
    fs::read(path).map_err(Error::io("could not read", path))
}

/// Summarizes how the update of a model file affects users of the generated API. Empty if the file is new.
fn update_summary(new: &Analyzed<'_>, change: &Change) -> String {
    let Change::Update { old, .. } = change else {
        return String::new();
    };
    let old = SourceFile {
        path: new.source.path.clone(),
        bytes: old.clone().into_bytes(),
    };
    diff::summary(&[analyze(&old)], std::slice::from_ref(new))
}
