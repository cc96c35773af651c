//! `cargo xtask import`: saved pages become model files.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use runcomfy_codegen::{SourceFile, generate};
use serde_json::{Map, Value};

use super::{Page, PageProblem, read_page, render};
use crate::fault::Fault;
use crate::findings::{Format, show};
use crate::write::{Change, apply, change};
use crate::{Outcome, diff, tree, workspace};

/// Turns saved documentation pages into model files.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Saved pages, as text, HTML or bare JSON; `-` is standard input.
    #[arg(required = true, value_name = "PAGE")]
    pages: Vec<PathBuf>,
    /// The folder of model files.
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,
    /// How problems are shown.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Imports all pages, or none: nothing is written when one of them has a problem.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Fault> {
    let schemas = arguments
        .schemas
        .clone()
        .unwrap_or_else(|| workspace().join("schemas"));
    let mut models: BTreeMap<String, String> = BTreeMap::new();
    let mut problems = 0;
    for path in &arguments.pages {
        match read_page(&path.display().to_string(), &bytes(path)?) {
            Err(found) => problems += show::<PageProblem>(&found, arguments.format),
            Ok(pages) => {
                for page in pages {
                    let text = render(&page, names(&schemas, &page)?.as_ref());
                    problems += judge(&page, &text, arguments.format)?;
                    let file = page.file_path();
                    if models.get(&file).is_some_and(|other| *other != text) {
                        eprintln!(
                            "error: two of the pages are of `{}` and differ",
                            page.model_id
                        );
                        problems += 1;
                    }
                    models.insert(file, text);
                }
            }
        }
    }
    if problems > 0 {
        eprintln!("{problems} problem(s); nothing was written");
        return Ok(Outcome::Findings);
    }
    let mut changes = Vec::new();
    let mut unchanged = Vec::new();
    for (file, text) in models {
        match change(schemas.join(&file), text)? {
            Some(change) => changes.push(change),
            None => unchanged.push(file),
        }
    }
    apply(&changes)?;
    report(&schemas, &changes, &unchanged);
    Ok(Outcome::Done)
}

fn bytes(path: &Path) -> Result<Vec<u8>, Fault> {
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(Fault::io("could not read", Path::new("standard input")))?;
        return Ok(bytes);
    }
    fs::read(path).map_err(Fault::io("could not read", path))
}

/// The names of the model file that is there already.
fn names(schemas: &Path, page: &Page) -> Result<Option<Map<String, Value>>, Fault> {
    let path = schemas.join(page.file_path());
    let Some(text) = tree::text(&path)? else {
        return Ok(None);
    };
    let file: Option<Value> = serde_json::from_str(&text).ok();
    // A file that is no JSON, or whose `names` are no object, must not lose them unseen.
    match file.as_ref().map(|file| file.get("names")) {
        Some(None) => Ok(None),
        Some(Some(Value::Object(names))) => Ok(Some(names.clone())),
        _ => Err(Fault::Unreadable { path }),
    }
}

/// The generator's own checks: a file that it would refuse is not written.
fn judge(page: &Page, text: &str, format: Format) -> Result<usize, Fault> {
    let source = SourceFile {
        path: page.file_path(),
        bytes: text.as_bytes().to_vec(),
    };
    Ok(match generate(&[source])? {
        Ok(generated) => show(&generated.warnings, format),
        Err(refused) => show(&refused.reports, format),
    })
}

fn report(schemas: &Path, changes: &[Change], unchanged: &[String]) {
    for change in changes {
        println!("{} {}", change.verb(), tree::shown(change.path()));
        if let Change::Update { path, old, text } = change {
            let file = |text: &str| SourceFile {
                path: tree::relative(schemas, path),
                bytes: text.as_bytes().to_vec(),
            };
            print!("{}", diff::summary(&[file(old)], &[file(text)]));
        }
    }
    for file in unchanged {
        println!("unchanged {}", tree::shown(&schemas.join(file)));
    }
}
