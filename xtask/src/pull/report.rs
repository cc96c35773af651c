//! The report of a pull: as text, as JSON lines, or as annotations of a pull request on GitHub.

use std::path::Path;

use runcomfy_codegen::text::{count, escape_invisible};
use runcomfy_codegen::{SourceFile, analyze_all};
use serde_json::json;

use super::plan::Plan;
use super::{Arguments, ledger};
use crate::diagnostics::Format;
use crate::diff;
use crate::files::{display_path, relative};
use crate::github::Annotation;
use crate::write::Change;

/// Prints the report on standard output.
pub(super) fn print(arguments: &Arguments, schemas: &Path, plan: &Plan, changes: &[Change]) {
    match arguments.format {
        Format::Text => text(arguments, schemas, plan, changes),
        Format::Json => lines(arguments, schemas, plan, changes),
        Format::Github => annotations(schemas, plan),
    }
}

fn text(arguments: &Arguments, schemas: &Path, plan: &Plan, changes: &[Change]) {
    for change in changes {
        let path = display_path(change.path());
        if arguments.check {
            print!("{}", change.unified_diff("now", "pulled"));
        } else {
            println!("{} {path}", change.verb());
        }
    }
    for refusal in &plan.refused {
        let stale = if refusal.is_stale {
            ", the older version is stale"
        } else {
            ""
        };
        let name = escape_invisible(&refusal.name);
        for reason in refusal.reasons.iter().take(1) {
            let (place, message) = (
                escape_invisible(&reason.pointer),
                escape_invisible(&reason.message),
            );
            let rule = reason.rule;
            let place = if place.is_empty() {
                place
            } else {
                format!(" (at {place})")
            };
            println!("refused {name}{stale}: {message}{place} [{rule}]");
        }
    }
    if !arguments.prune {
        for id in &plan.gone {
            println!("{id} is no longer in the catalogue; `--prune` removes it");
        }
    }
    println!("{}", summary(arguments, schemas, plan, changes));
    let callers = for_callers(plan, schemas, changes);
    if !callers.is_empty() {
        print!("for callers: {callers}");
    }
}

/// A line with the number of models created, updated, unchanged, refused and removed or gone.
fn summary(arguments: &Arguments, schemas: &Path, plan: &Plan, changes: &[Change]) -> String {
    let of_models = |verb: &str| {
        let changes = changes.iter().filter(|change| change.verb() == verb);
        changes
            .filter(|change| relative(schemas, change.path()) != ledger::FILE)
            .count()
    };
    let (created, updated) = (of_models("created"), of_models("updated"));
    let unchanged = plan.accepted.len() - created - updated;
    let gone = if arguments.prune { "removed" } else { "gone" };
    let would = if arguments.check { " (check only)" } else { "" };
    format!(
        "{}: {created} created, {updated} updated, {unchanged} unchanged, {} refused, {} {gone}{would}",
        count(plan.models, "model"),
        plan.refused.len(),
        plan.gone.len(),
    )
}

/// Summarizes what the updated model files mean to callers; empty if no file was updated.
fn for_callers(plan: &Plan, schemas: &Path, changes: &[Change]) -> String {
    let updates = changes.iter().filter_map(|change| match change {
        Change::Update { path, old, .. } => {
            let path = relative(schemas, path);
            let new = plan.accepted.iter().find(|file| file.path == path)?;
            let bytes = old.clone().into_bytes();
            Some((SourceFile { path, bytes }, new.clone()))
        }
        _ => None,
    });
    let (old, new): (Vec<_>, Vec<_>) = updates.unzip();
    if old.is_empty() {
        return String::new();
    }
    diff::summary(&analyze_all(&old), &analyze_all(&new))
}

/// Prints one JSON object per line: for each change, for each reason that the ledger lists for a refused
/// model, and for each model that is no longer in the catalogue. With `--check`, the changes are printed
/// in the same way, although they are not made.
fn lines(arguments: &Arguments, schemas: &Path, plan: &Plan, changes: &[Change]) {
    for change in changes {
        let file = relative(schemas, change.path());
        println!("{}", json!({ "action": change.verb(), "file": file }));
    }
    for refusal in &plan.refused {
        for reason in &refusal.reasons {
            let line = json!({
                "action": "refused",
                "model_id": refusal.name,
                "stale": refusal.is_stale,
                "rule": reason.rule,
                "pointer": reason.pointer,
                "message": reason.message,
                "help": reason.help,
            });
            println!("{line}");
        }
    }
    for id in &plan.gone {
        let line = json!({
            "action": "gone",
            "model_id": id.to_string(),
            "removed": arguments.prune && !arguments.check,
        });
        println!("{line}");
    }
}

/// Prints a warning with the first error of each refused model. Changes are not annotated, since the diff
/// of the pull request shows them.
fn annotations(schemas: &Path, plan: &Plan) {
    let file = display_path(&schemas.join(ledger::FILE));
    for refusal in &plan.refused {
        let reason = &refusal.reasons[0];
        let stale = if refusal.is_stale {
            "; the older version is stale"
        } else {
            ""
        };
        let (name, message) = (&refusal.name, &reason.message);
        let annotation = Annotation {
            level: "warning",
            file: &file,
            line: 1,
            column: 1,
            title: reason.rule,
            message: &format!("{name}: {message}{stale}"),
        };
        println!("{}", annotation.command());
    }
}
