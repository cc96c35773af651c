//! The pipeline: from model files to generated files.

use std::collections::{BTreeSet, HashMap};

use thiserror::Error;

use crate::diagnostics::{Diagnostic, DiagnosticRenderer, Diagnostics, RenderedDiagnostic, Rule};
use crate::dialect::{self, ModelFile};
use crate::emit::{self, ModuleTreeEntry};
use crate::format::{self, FormatError};
use crate::identifier::without_raw_prefix;
use crate::json::{self, DuplicateKey, Json};
use crate::lower::{self, LowerError};
use crate::maintained::{acknowledge, blame_overrides};
use crate::model::Model;
use crate::names::{self, ModelNames};
use crate::source::SourceFile;
use crate::span::{Located, Span};
use crate::{check, parallel};

/// The largest accepted model file, in bytes. The largest known one has 8,000.
const MAX_BYTES: usize = 1 << 20;

/// A model file and the results of all stages up to naming.
#[derive(Clone, Debug)]
pub struct Analyzed<'s> {
    /// The file.
    pub source: &'s SourceFile,
    /// What is wrong with the file.
    pub diagnostics: Diagnostics,
    json: Option<Located<Json>>,
    file: Option<ModelFile>,
    // After an error, `model` and `names` may be incomplete and only serve to find further errors.
    model: Option<Model>,
    names: Option<ModelNames>,
}

/// A model without errors.
#[derive(Clone, Copy, Debug)]
pub struct ValidModel<'a> {
    /// The content of its file.
    pub json: &'a Located<Json>,
    /// The content, read into the types of the file format.
    pub file: &'a ModelFile,
    /// The model.
    pub model: &'a Model,
    /// Its Rust names.
    pub names: &'a ModelNames,
}

impl Analyzed<'_> {
    /// The model, if there is no error among the diagnostics.
    #[must_use]
    pub fn valid(&self) -> Option<ValidModel<'_>> {
        if self.diagnostics.has_errors() {
            return None;
        }
        Some(ValidModel {
            json: self.json.as_ref()?,
            file: self.file.as_ref()?,
            model: self.model.as_ref()?,
            names: self.names.as_ref()?,
        })
    }

    /// The diagnostics with their positions.
    #[must_use]
    pub fn rendered(&self) -> Vec<RenderedDiagnostic> {
        if self.diagnostics.is_empty() {
            return Vec::new();
        }
        let renderer = DiagnosticRenderer::new(self.source, self.json.as_ref());
        let diagnostics = self.diagnostics.iter().cloned();
        diagnostics
            .map(|diagnostic| renderer.render(diagnostic))
            .collect()
    }

    /// The position of the model id.
    fn id_span(&self) -> Span {
        let file = self.file.as_ref();
        file.map(|file| file.model_id.span).unwrap_or_default()
    }
}

/// Analyzes a model file: parses, reads and checks it, and names everything in it.
#[must_use]
pub fn analyze(source: &SourceFile) -> Analyzed<'_> {
    let mut analyzed = Analyzed {
        source,
        diagnostics: Diagnostics::default(),
        json: None,
        file: None,
        model: None,
        names: None,
    };
    let (json, duplicates) = match text(source).and_then(parse) {
        Ok(parsed) => parsed,
        Err(diagnostic) => {
            analyzed.diagnostics.push(diagnostic);
            return analyzed;
        }
    };
    // It is unknown which of two duplicate keys counts, so a file with duplicates is not read further.
    if duplicates.is_empty() {
        let (file, diagnostics) = dialect(&json, usize::MAX);
        analyzed.diagnostics = diagnostics;
        analyzed.file = file;
    }
    analyzed.diagnostics.extend(duplicates);
    if let Some(file) = &analyzed.file {
        let (model, names) = inspect(file, &mut analyzed.diagnostics);
        analyzed.model = model;
        analyzed.names = names;
        analyzed.diagnostics = blame_overrides(
            &json,
            &file.overrides,
            std::mem::take(&mut analyzed.diagnostics),
            |overrides| {
                let (file, mut diagnostics) = dialect(&json, overrides);
                if let Some(file) = &file {
                    inspect(file, &mut diagnostics);
                }
                diagnostics
            },
        );
        if let Some(model) = &analyzed.model {
            warn_of_path(source, file, model, &mut analyzed.diagnostics);
        }
        acknowledge(&json, &file.acknowledged, &mut analyzed.diagnostics);
    }
    analyzed.json = Some(json);
    analyzed
}

/// Reads a file. Its overrides of the level `error` are applied in order, but at most `overrides` of them.
fn dialect(json: &Located<Json>, overrides: usize) -> (Option<ModelFile>, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let file = dialect::read(json, overrides, &mut diagnostics);
    (file, diagnostics)
}

/// Checks a file, and names everything in it.
fn inspect(file: &ModelFile, diagnostics: &mut Diagnostics) -> (Option<Model>, Option<ModelNames>) {
    let model = check::check(file, diagnostics);
    let names = model.as_ref().and_then(|model| name(model, diagnostics));
    (model, names)
}

/// Analyzes many model files in parallel; the results are in the order of the files.
#[must_use]
pub fn analyze_all(sources: &[SourceFile]) -> Vec<Analyzed<'_>> {
    parallel::map(&sources.iter().collect::<Vec<_>>(), |source| {
        analyze(source)
    })
}

fn text(source: &SourceFile) -> Result<&str, Diagnostic> {
    let size = source.bytes.len();
    if size > MAX_BYTES {
        let message = format!("the file has {size} bytes, more than {MAX_BYTES}");
        let diagnostic = Diagnostic::new(Rule::FileTooLarge, Span::default(), message);
        return Err(diagnostic
            .with_help("a model file holds one model, whose schema is a few thousand bytes"));
    }
    std::str::from_utf8(&source.bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let message = format!("not UTF-8: no character begins at byte {offset}");
        Diagnostic::new(Rule::NotUtf8, Span::from(offset..offset + 1), message)
            .with_help("save the file as UTF-8")
    })
}

/// Parses a file. Returns its content, and a diagnostic for each duplicate key.
fn parse(text: &str) -> Result<(Located<Json>, Vec<Diagnostic>), Diagnostic> {
    let parsed = json::parse(text).map_err(|error| {
        let next = text[error.offset..].chars().next();
        let end = error.offset + next.map_or(0, char::len_utf8);
        let message = if text.trim().is_empty() {
            "not JSON: the file is empty".to_owned()
        } else {
            format!("not JSON: {}", error.kind)
        };
        let diagnostic = Diagnostic::new(Rule::NotJson, Span::from(error.offset..end), message);
        if text.starts_with('\u{feff}') {
            diagnostic.with_help("save the file without a byte order mark")
        } else {
            diagnostic
        }
    })?;
    let duplicates = parsed.duplicates.into_iter();
    let duplicates = duplicates.map(|DuplicateKey { name, .. }| {
        let message = format!("`{}` occurs twice in one object", name.value);
        Diagnostic::new(Rule::DuplicateKey, name.span, message)
            .with_help("JSON readers disagree on which of the two counts; remove one")
    });
    Ok((parsed.value, duplicates.collect()))
}

fn warn_of_path(
    source: &SourceFile,
    file: &ModelFile,
    model: &Model,
    diagnostics: &mut Diagnostics,
) {
    let expected = model.id.file_path();
    if source.path != expected {
        let message = format!("this model belongs in `{expected}`");
        let help = format!("move `{}` there", source.path);
        diagnostics.push(
            Diagnostic::new(Rule::MisplacedFile, file.model_id.span, message).with_help(help),
        );
    }
}

/// Names a model. Runs even after errors, so that errors in names are reported too. After errors,
/// `unused-name` is suppressed: the name may be for a part of the model that was refused.
fn name(model: &Model, diagnostics: &mut Diagnostics) -> Option<ModelNames> {
    let is_complete = !diagnostics.has_errors();
    let mut found = Diagnostics::default();
    let names = names::name(model, &mut found);
    let found = found.into_iter();
    diagnostics
        .extend(found.filter(|diagnostic| is_complete || diagnostic.rule != Rule::UnusedName));
    names
}

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedFile {
    /// The path below the client's folder, separated by `/`.
    pub path: String,
    /// The content.
    pub text: String,
}

/// The result of generating.
#[derive(Debug)]
pub struct Generated {
    /// The files, sorted by path.
    pub files: Vec<GeneratedFile>,
    /// The owners' cargo features, sorted.
    pub features: Vec<String>,
    /// The warnings of all model files.
    pub warnings: Vec<RenderedDiagnostic>,
}

/// Model files that were refused.
#[derive(Debug)]
pub struct Refused {
    /// All diagnostics of all files, errors and warnings.
    pub diagnostics: Vec<RenderedDiagnostic>,
}

/// A bug of this crate.
#[derive(Debug, Error)]
pub enum InternalError {
    /// See [`LowerError`].
    #[error(transparent)]
    Lower(#[from] LowerError),
    /// See [`FormatError`].
    #[error(transparent)]
    Format(#[from] FormatError),
}

/// The diagnostics of each file, sorted by the path of the file, then the diagnostics for models that
/// collide with each other.
#[must_use]
pub fn diagnose(files: &[Analyzed<'_>]) -> Vec<RenderedDiagnostic> {
    let mut files: Vec<&Analyzed<'_>> = files.iter().collect();
    files.sort_by(|one, other| one.source.path.cmp(&other.source.path));
    let mut diagnostics: Vec<_> = files.iter().flat_map(|file| file.rendered()).collect();
    diagnostics.extend(collisions(&files));
    diagnostics
}

/// Generates the client's models from all model files. The order of the files does not matter.
///
/// # Errors
///
/// `Ok(Err(…))` if any file is refused; nothing is generated then. `Err(…)` for a bug of this crate.
pub fn generate(files: &[Analyzed<'_>]) -> Result<Result<Generated, Refused>, InternalError> {
    let diagnostics = diagnose(files);
    if diagnostics.iter().any(RenderedDiagnostic::is_error) {
        return Ok(Err(Refused { diagnostics }));
    }
    let models = files
        .iter()
        .filter_map(|file| Some((file.source, file.valid()?)));
    let mut models: Vec<(&SourceFile, ValidModel<'_>)> = models.collect();
    models.sort_by(|(_, one), (_, other)| one.model.id.cmp(&other.model.id));
    let files = parallel::map(&models, |(source, model)| model_file(source, model));
    let mut files: Vec<GeneratedFile> = files.into_iter().collect::<Result<_, _>>()?;
    files.extend(module_tree_files(&models)?);
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let features = models.iter().map(|(_, model)| &model.names.feature);
    let features: BTreeSet<&String> = features.collect();
    Ok(Ok(Generated {
        files,
        features: features.into_iter().cloned().collect(),
        warnings: diagnostics,
    }))
}

/// Diagnostics for models that have the same id or the same module as another model.
fn collisions(files: &[&Analyzed<'_>]) -> Vec<RenderedDiagnostic> {
    let named = files.iter();
    let named = named.filter_map(|file| Some((*file, file.model.as_ref()?, file.names.as_ref()?)));
    let mut named: Vec<_> = named.collect();
    named.sort_by(|(_, one, _), (_, other, _)| one.id.cmp(&other.id));
    let mut taken: HashMap<&[String], (&SourceFile, &Model)> = HashMap::new();
    let mut diagnostics = Vec::new();
    for (file, model, names) in named {
        let previous = taken.insert(&names.modules, (file.source, model));
        let Some((other_source, other)) = previous else {
            continue;
        };
        let (id, other_id, span) = (&model.id, &other.id, file.id_span());
        let diagnostic = if other_id == id {
            let message = format!("`{id}` is also the model of `{}`", other_source.path);
            Diagnostic::new(Rule::DuplicateModel, span, message).with_help("remove one of the two")
        } else {
            let module = names.modules.join("::");
            let message = format!("`{other_id}` and `{id}` would both be `models::{module}`");
            let help =
                format!("give its module a name: \"names\": {{ \"{id}\": \"another_name\" }}");
            Diagnostic::new(Rule::NameCollision, span, message).with_help(help)
        };
        let renderer = DiagnosticRenderer::new(file.source, file.json.as_ref());
        diagnostics.push(renderer.render(diagnostic));
    }
    diagnostics
}

fn model_file(source: &SourceFile, model: &ValidModel<'_>) -> Result<GeneratedFile, InternalError> {
    let lowered = lower::lower(model.model, model.names)?;
    // A path may contain a line break, which would end the header comment of the generated file.
    let from = source.display_path().escape_debug().to_string();
    Ok(GeneratedFile {
        path: module_path(&model.names.modules),
        text: format::format(&from, emit::model(&lowered))?,
    })
}

/// The path of a module's file.
fn module_path<S: AsRef<str>>(modules: &[S]) -> String {
    let names = modules.iter();
    let names = names.map(|module| without_raw_prefix(module.as_ref()));
    format!("src/models/{}.rs", names.collect::<Vec<_>>().join("/"))
}

fn module_tree_files(
    models: &[(&SourceFile, ValidModel<'_>)],
) -> Result<Vec<GeneratedFile>, FormatError> {
    let entries: Vec<ModuleTreeEntry<'_>> = models
        .iter()
        .map(|(_, ValidModel { model, names, .. })| ModuleTreeEntry {
            modules: &names.modules,
            marker: &names.marker,
            feature: &names.feature,
            segments: model.id.segments(),
        })
        .collect();
    let tree = emit::module_tree(&entries);
    let listed = models.iter().map(|(_, valid)| (valid.model, valid.names));
    let mut files = vec![
        GeneratedFile {
            path: module_path(&["mod"]),
            text: format::format("schemas/", tree.root)?,
        },
        GeneratedFile {
            path: "src/models/list.md".to_owned(),
            text: format::markdown("schemas/", &emit::model_list(listed)),
        },
    ];
    for (owner, chunks) in tree.owners {
        let entry = entries.iter().find(|entry| entry.modules[0] == owner);
        let segment = entry.map_or(owner, |entry| entry.segments[0].as_str());
        files.push(GeneratedFile {
            path: module_path(&[owner]),
            text: format::format(&format!("schemas/{segment}/"), chunks)?,
        });
    }
    Ok(files)
}
