//! What a pull does with each model.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use runcomfy_codegen::{Analyzed, ModelId, RenderedDiagnostic, SourceFile, analyze_all, diagnose};

use super::catalogue::Entry;
use super::ledger::{Reason, Refusal};
use crate::error::Error;
use crate::import::merge;

/// What a pull does.
pub(super) struct Plan {
    /// The number of models of the catalogue that were asked for.
    pub(super) models: usize,
    /// The model files of all accepted models, sorted by path, including unchanged files.
    pub(super) accepted: Vec<SourceFile>,
    /// The models that are refused, sorted by name.
    pub(super) refused: Vec<Refusal>,
    /// The ids of the model files whose models are not in the catalogue any more, sorted.
    pub(super) gone: Vec<ModelId>,
}

impl Plan {
    /// Plans what to do with the entries for which `covers` returns `true`.
    ///
    /// # Errors
    ///
    /// An entry cannot be merged into its model file.
    pub(super) fn new(
        entries: Vec<Entry>,
        existing: &[SourceFile],
        covers: impl Fn(&str) -> bool,
        schemas: &Path,
    ) -> Result<Self, Error> {
        let names: HashSet<String> = entries.iter().map(|entry| entry.name.clone()).collect();
        let by_path: HashMap<&str, &SourceFile> = existing
            .iter()
            .map(|file| (file.path.as_str(), file))
            .collect();
        let mut refused: BTreeMap<String, Refusal> = BTreeMap::new();
        let mut merged = BTreeMap::new();
        let entries: Vec<Entry> = entries
            .into_iter()
            .filter(|entry| covers(&entry.name))
            .collect();
        let models = entries.len();
        for entry in entries {
            match entry.model {
                Err(refusal) => drop(refused.insert(entry.name, refusal)),
                Ok(source) => {
                    let path = source.model_id.file_path();
                    let old = by_path.get(path.as_str());
                    let old = old.map(|file| String::from_utf8_lossy(&file.bytes));
                    let text = merge(old.as_deref(), &source).map_err(|source| {
                        let path = schemas.join(&path);
                        Error::Unmergeable { path, source }
                    })?;
                    merged.insert(path, text.text.into_bytes());
                }
            }
        }
        let merged = merged
            .into_iter()
            .map(|(path, bytes)| SourceFile { path, bytes });
        let merged: Vec<SourceFile> = merged.collect();
        let analyzed = analyze_all(&merged);
        let paths: HashSet<&str> = merged.iter().map(|file| file.path.as_str()).collect();
        let others = existing
            .iter()
            .filter(|file| !paths.contains(file.path.as_str()));
        let others: Vec<SourceFile> = others.cloned().collect();
        let others = analyze_all(&others);
        let mut accepted = Vec::new();
        let mut modules = Modules::new(&others);
        for file in &analyzed {
            let path = file.source.path.as_str();
            let name = path.strip_suffix(".json").unwrap_or(path).to_owned();
            let mut errors = errors(file.rendered());
            if errors.is_empty() {
                errors = modules.collisions(file);
            }
            if errors.is_empty() {
                modules.add(file);
                accepted.push(file.source.clone());
            } else {
                refused.insert(name.clone(), Refusal::new(name, errors));
            }
        }
        for refusal in refused.values_mut() {
            refusal.is_stale = by_path.contains_key(format!("{}.json", refusal.name).as_str());
        }
        let known = existing.iter();
        let known = known.filter_map(|file| {
            let id: ModelId = file.path.strip_suffix(".json")?.parse().ok()?;
            let name = id.to_string();
            (covers(&name) && !names.contains(&name)).then_some(id)
        });
        let mut gone: Vec<ModelId> = known.collect();
        gone.sort();
        Ok(Self {
            models,
            accepted,
            refused: refused.into_values().collect(),
            gone,
        })
    }
}

fn errors(diagnostics: Vec<RenderedDiagnostic>) -> Vec<Reason> {
    let errors = diagnostics.into_iter().filter(RenderedDiagnostic::is_error);
    let reasons = errors.map(|error| Reason {
        rule: error.diagnostic.rule.id(),
        pointer: error.pointer,
        message: error.diagnostic.message,
        help: error.diagnostic.help.unwrap_or_default(),
    });
    reasons.collect()
}

/// The valid model files, by Rust module: the existing files into which the pull merges no entry, and the
/// pulled files accepted so far. A pulled model is refused if another model already has its module.
struct Modules<'a> {
    files: HashMap<Vec<String>, &'a Analyzed<'a>>,
}

impl<'a> Modules<'a> {
    fn new(files: &'a [Analyzed<'a>]) -> Self {
        let mut modules = Self {
            files: HashMap::new(),
        };
        files.iter().for_each(|file| modules.add(file));
        modules
    }

    fn add(&mut self, file: &'a Analyzed<'a>) {
        if let Some(valid) = file.valid() {
            self.files.insert(valid.names.modules.clone(), file);
        }
    }

    fn collisions(&self, file: &Analyzed<'_>) -> Vec<Reason> {
        let valid = file.valid();
        let other = valid.and_then(|valid| self.files.get(&valid.names.modules));
        let Some(other) = other else {
            return Vec::new();
        };
        errors(diagnose(&[(*other).clone(), file.clone()]))
    }
}
