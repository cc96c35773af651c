//! `cargo xtask import`: saved pages become model files.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use runcomfy_codegen::json::{self, Json, Member};
use runcomfy_codegen::{Analyzed, SourceFile, analyze, analyze_all};

use super::render::render;
use super::{Page, read_page};
use crate::diagnostics::{Format, show};
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
    let lock = WriteLock::acquire(&[&schemas])?;
    let (sources, mut problems) = read_pages(arguments, &schemas)?;
    // The generator's own checks: a file that it would refuse is not written.
    let analyzed = analyze_all(&sources);
    for file in &analyzed {
        problems += show(&file.rendered(), arguments.format);
    }
    if problems > 0 {
        eprintln!("{problems} problem(s); nothing was written");
        return Ok(Outcome::Failed);
    }
    let mut changes = Vec::new();
    let mut unchanged = Vec::new();
    for source in &sources {
        let path = schemas.join(&source.path);
        let text = String::from_utf8_lossy(&source.bytes).into_owned();
        match change(path.clone(), text)? {
            Some(change) => changes.push(change),
            None => unchanged.push(path),
        }
    }
    lock.apply(&changes)?;
    for change in &changes {
        println!("{} {}", change.verb(), display_path(change.path()));
        print!("{}", update_summary(&schemas, &analyzed, change));
    }
    for path in unchanged {
        println!("unchanged {}", display_path(&path));
    }
    Ok(Outcome::Done)
}

/// The model files of all pages, by path, and the number of problems, which are shown.
fn read_pages(arguments: &Arguments, schemas: &Path) -> Result<(Vec<SourceFile>, usize), Error> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut problems = 0;
    for path in &arguments.pages {
        let pages = match read_page(&path.display().to_string(), &read_bytes(path)?) {
            Ok(pages) => pages,
            Err(found) => {
                problems += show(&found, arguments.format);
                continue;
            }
        };
        for page in pages {
            let names = existing_names(schemas, &page)?;
            let text = render(&page, names.as_deref());
            let path = page.model_id.file_path();
            if files.get(&path).is_some_and(|other| *other != text) {
                let id = &page.model_id;
                eprintln!("error: two of the pages are about `{id}` and differ");
                problems += 1;
            }
            files.insert(path, text);
        }
    }
    let files = files.into_iter().map(|(path, text)| SourceFile {
        path,
        bytes: text.into_bytes(),
    });
    Ok((files.collect(), problems))
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

/// The `names` of the existing model file.
fn existing_names(schemas: &Path, page: &Page) -> Result<Option<Vec<Member>>, Error> {
    let path = schemas.join(page.model_id.file_path());
    let Some(text) = read_text(&path)? else {
        return Ok(None);
    };
    let parsed = json::parse(&text).ok();
    let file = parsed.filter(|parsed| parsed.duplicates.is_empty());
    match file.map(|file| file.value.value) {
        Some(Json::Object(members)) => {
            let names = members.into_iter().find(|member| *member.name == "names");
            match names.map(|names| names.value.value) {
                None => Ok(None),
                Some(Json::Object(names)) => Ok(Some(names)),
                Some(_) => Err(Error::NamesUnreadable { path }),
            }
        }
        _ => Err(Error::NamesUnreadable { path }),
    }
}

/// What the update of a model file means to callers; empty if the file is new.
fn update_summary(schemas: &Path, analyzed: &[Analyzed<'_>], change: &Change) -> String {
    let Change::Update { path, old, .. } = change else {
        return String::new();
    };
    let mut updated = analyzed.iter();
    let Some(new) = updated.find(|file| schemas.join(&file.source.path) == *path) else {
        return String::new();
    };
    let old = SourceFile {
        path: new.source.path.clone(),
        bytes: old.clone().into_bytes(),
    };
    diff::summary(&[analyze(&old)], std::slice::from_ref(new))
}
