//! The whole way, for all model files at once.

use std::collections::{BTreeSet, HashMap};

use thiserror::Error;

use crate::emit::Index;
use crate::finding::{Finding, Findings};
use crate::format::FormatError;
use crate::lower::LowerError;
use crate::model::Model;
use crate::names::ModelNames;
use crate::report::{Report, Reported};
use crate::{check, dialect, emit, format, json, lower, names, parallel};

/// The largest model file that is read, in bytes. The largest known one has 8,000.
const MAX_BYTES: usize = 1 << 20;

/// A model file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it stands, below the folder of schemas, with `/` between.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedFile {
    /// Where it goes, below the client's folder, with `/` between.
    pub path: String,
    /// Its content.
    pub text: String,
}

/// What came of the model files.
#[derive(Debug)]
pub struct Generated {
    /// The files, by path.
    pub files: Vec<GeneratedFile>,
    /// The owners' cargo features, sorted.
    pub features: Vec<String>,
    /// What is legal but suspicious.
    pub warnings: Vec<Report>,
}

/// Model files that were refused.
#[derive(Debug)]
pub struct Refused {
    /// Everything that was found in all files, errors and warnings.
    pub reports: Vec<Report>,
}

/// A fault of this crate.
#[derive(Debug, Error)]
pub enum Fault {
    /// See [`LowerError`].
    #[error(transparent)]
    Lower(#[from] LowerError),
    /// See [`FormatError`].
    #[error(transparent)]
    Format(#[from] FormatError),
}

/// Generates the client's models from all model files.
///
/// # Errors
///
/// `Ok(Err(…))`: the findings, when any file is refused; then nothing is generated. `Err(…)`: a
/// fault of this crate, which is a bug.
pub fn generate(sources: &[SourceFile]) -> Result<Result<Generated, Refused>, Fault> {
    // The order of the files on disk must not show.
    let mut sources: Vec<&SourceFile> = sources.iter().collect();
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    let mut reports = Vec::new();
    let mut parsed = Vec::new();
    let mut is_refused = false;
    for (source, (model, findings)) in sources.iter().zip(parallel::map(&sources, judge)) {
        is_refused |= findings.iter().any(Report::is_error);
        reports.extend(findings);
        parsed.extend(model.map(|(model, names)| (*source, model, names)));
    }
    parsed.sort_by(|(_, one, _), (_, other, _)| one.id.cmp(&other.id));
    for report in meetings(&parsed) {
        is_refused = true;
        reports.push(report);
    }
    if is_refused {
        return Ok(Err(Refused { reports }));
    }
    let files = parallel::map(&parsed, |(source, model, names)| {
        model_file(source, model, names)
    });
    let mut files: Vec<GeneratedFile> = files.into_iter().collect::<Result<_, _>>()?;
    files.extend(index_files(&parsed)?);
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let features: BTreeSet<&String> = parsed.iter().map(|(_, _, names)| &names.feature).collect();
    Ok(Ok(Generated {
        files,
        features: features.into_iter().cloned().collect(),
        warnings: reports,
    }))
}

/// One file, up to its names, and what is to be said of it.
fn judge(source: &&SourceFile) -> (Option<(Model, ModelNames)>, Vec<Report>) {
    let (model, findings) = parse(source);
    if findings.as_slice().is_empty() {
        return (model, Vec::new());
    }
    let reported = Reported::new(source);
    let reports = findings
        .into_iter()
        .map(|finding| Report::new(&reported, finding));
    (model, reports.collect())
}

/// The file of a model.
fn model_file(
    source: &SourceFile,
    model: &Model,
    names: &ModelNames,
) -> Result<GeneratedFile, Fault> {
    let lowered = lower::lower(model, names)?;
    // A path may hold a line break, which would end the comment.
    let from = format!("schemas/{}", source.path.escape_debug());
    Ok(GeneratedFile {
        path: model_path(names),
        text: format::format(&from, emit::model(&lowered))?,
    })
}

/// One file, up to its names. There is an error among the findings where there is no model.
fn parse(source: &SourceFile) -> (Option<(Model, ModelNames)>, Findings) {
    let text = match text(source) {
        Ok(text) => text,
        Err(finding) => return (None, finding.into()),
    };
    let json = match json::parse(text) {
        Ok(json) => json,
        Err(findings) => return (None, findings),
    };
    let mut findings = Findings::default();
    let model = dialect::read(&json, &mut findings)
        .and_then(|file| check::judge(&file, &mut findings))
        .and_then(|model| {
            misplaced(source, &json, &model, &mut findings);
            let names = name(&model, &mut findings)?;
            Some((model, names))
        });
    (model, findings)
}

/// Names a model, also one that lacks what was refused, so that all findings come at once. What
/// such a model does not use may be used by what it lacks.
fn name(model: &Model, findings: &mut Findings) -> Option<ModelNames> {
    let is_whole = !findings.has_errors();
    let mut of_names = Findings::default();
    let names = names::name(model, &mut of_names);
    findings.extend(
        of_names
            .into_iter()
            .filter(|finding| is_whole || finding.rule != "unused-name"),
    );
    names
}

fn text(source: &SourceFile) -> Result<&str, Finding> {
    if source.bytes.len() > MAX_BYTES {
        let message = format!(
            "the file has {} bytes, more than {MAX_BYTES}",
            source.bytes.len()
        );
        return Err(Finding::new("file-too-large", 0..0, message)
            .help("a model file holds one model, whose schema is a few thousand bytes"));
    }
    std::str::from_utf8(&source.bytes).map_err(|error| {
        let at = error.valid_up_to();
        let message = format!("not UTF-8: the byte at offset {at} begins no character");
        Finding::new("not-utf-8", at..at + 1, message).help("save the file as UTF-8")
    })
}

fn misplaced(
    source: &SourceFile,
    json: &json::Located<json::Json>,
    model: &Model,
    findings: &mut Findings,
) {
    let expected = format!("{}.json", model.id);
    if source.path == expected {
        return;
    }
    let message = format!("this model belongs in `{expected}`");
    findings.push(
        Finding::warning("misplaced-file", id_span(json), message)
            .help(format!("move `{}` there", source.path)),
    );
}

/// Where the model's id stands.
fn id_span(json: &json::Located<json::Json>) -> json::Span {
    let json::Json::Object(members) = &json.value else {
        return json.span.clone();
    };
    members
        .iter()
        .find(|member| member.name.value == "model_id")
        .map_or_else(|| json.span.clone(), |id| id.value.span.clone())
}

/// Models that share their id or their module.
fn meetings(parsed: &[(&SourceFile, Model, ModelNames)]) -> Vec<Report> {
    let mut taken: HashMap<&[String], (&SourceFile, &Model)> = HashMap::new();
    let mut reports = Vec::new();
    for (source, model, names) in parsed {
        let Some((other_source, other)) = taken.insert(&names.modules, (source, model)) else {
            continue;
        };
        let reported = Reported::new(source);
        let at = reported.root().map(id_span);
        let finding = if other.id == model.id {
            let message = format!(
                "`{}` is also the model of `{}`",
                model.id, other_source.path
            );
            Finding::new("duplicate-model", at.unwrap_or_default(), message)
                .help("remove one of the two")
        } else {
            let module = names.modules.join("::");
            let message = format!(
                "`{}` and `{}` would both be `models::{module}`",
                other.id, model.id
            );
            Finding::new("name-collision", at.unwrap_or_default(), message).help(format!(
                "give its module a name: \"names\": {{ \"{}\": \"another_name\" }}",
                model.id
            ))
        };
        reports.push(Report::new(&reported, finding));
    }
    reports
}

fn model_path(names: &ModelNames) -> String {
    let modules: Vec<&str> = names.modules.iter().map(|module| bare(module)).collect();
    format!("src/models/{}.rs", modules.join("/"))
}

/// A module's name as its file has it.
fn bare(module: &str) -> &str {
    module.trim_start_matches("r#")
}

fn index_files(
    parsed: &[(&SourceFile, Model, ModelNames)],
) -> Result<Vec<GeneratedFile>, FormatError> {
    let models: Vec<Index<'_>> = parsed
        .iter()
        .map(|(_, model, names)| Index {
            modules: &names.modules,
            marker: &names.marker,
            feature: &names.feature,
            segments: model.id.segments(),
        })
        .collect();
    let (top, owners) = emit::index(&models);
    let mut files = vec![GeneratedFile {
        path: "src/models/mod.rs".to_owned(),
        text: format::format("schemas/", top)?,
    }];
    for (owner, pieces) in owners {
        let segment = models.iter().find(|model| model.modules[0] == owner);
        let from = segment.map_or(owner, |model| model.segments[0].as_str());
        files.push(GeneratedFile {
            path: format!("src/models/{}.rs", bare(owner)),
            text: format::format(&format!("schemas/{from}/"), pieces)?,
        });
    }
    Ok(files)
}
