//! The models that code is generated for: the models of the repository, the models of the provider's
//! catalogue if `../shared/catalog` exists, and as many copies of both as needed, with other owners in their
//! ids.

use std::fs;

use runcomfy_codegen::json_schema::to_json_schema;
use runcomfy_codegen::lower::{self, LoweredModel};
use runcomfy_codegen::{
    Analyzed, Generated, SourceFile, ValidModel, analyze, analyze_all, dialect, generate,
};
use serde_json::Value;

use crate::baselines::strip_unsupported;
use crate::error::Error;
use crate::files::{files_below, workspace};

/// A model file, and the same model as JSON Schemas for the baselines.
pub(crate) struct Source {
    /// The model id.
    pub(crate) id: String,
    /// The model file.
    pub(crate) file: SourceFile,
    /// The JSON Schema of the input.
    pub(crate) input: Value,
    /// The JSON Schema of the output.
    pub(crate) output: Value,
    /// The number of properties that were changed because typify does not support them.
    pub(crate) stripped: usize,
}

impl Source {
    /// The input and output schema, each with the name of the type to generate from it.
    pub(crate) fn schemas(&self) -> [(&'static str, &Value); 2] {
        [("Input", &self.input), ("Output", &self.output)]
    }
}

/// Reads the models of the repository, and those of the provider's catalogue if `../shared/catalog` exists.
pub(crate) fn originals() -> Result<Vec<Source>, Error> {
    let workspace = workspace();
    let mut sources = Vec::new();
    for folder in [
        workspace.join("schemas"),
        workspace.join("../shared/catalog"),
    ] {
        if !folder.is_dir() {
            continue;
        }
        for path in files_below(&folder)? {
            let is_json = path
                .extension()
                .is_some_and(|extension| extension == "json");
            if is_json && !path.ends_with(dialect::MODEL_SCHEMA_FILE) {
                let text = fs::read_to_string(&path).map_err(Error::file(&path))?;
                sources.push(source(&text)?);
            }
        }
    }
    Ok(sources)
}

/// Returns `count` models: the originals, then copies of them with other owners in their ids.
pub(crate) fn models(originals: &[Source], count: usize) -> Result<Vec<Source>, Error> {
    let copies = (0..count).map(|index| {
        let original = &originals[index % originals.len()];
        let text = String::from_utf8_lossy(&original.file.bytes);
        let id = match (index / originals.len(), original.id.split_once('/')) {
            (round @ 1.., Some((owner, rest))) => format!("{owner}-{round}/{rest}"),
            _ => original.id.clone(),
        };
        source(&text.replace(&format!("\"{}\"", original.id), &format!("\"{id}\"")))
    });
    copies.collect()
}

/// The files of models.
pub(crate) fn files(models: &[Source]) -> Vec<SourceFile> {
    models.iter().map(|model| model.file.clone()).collect()
}

/// Generates the code of all models.
pub(crate) fn generated(models: &[Source]) -> Result<Generated, Error> {
    let files = files(models);
    generate(&analyze_all(&files))
        .map_err(|error| Error::Generator(error.to_string()))?
        .map_err(|refused| Error::Generator(format!("refused: {:?}", refused.diagnostics)))
}

/// Calls `then` with the lowered model, which has the Rust types and names that code is emitted from.
pub(crate) fn lowered<T>(
    source: &Source,
    then: impl FnOnce(&LoweredModel<'_>) -> T,
) -> Result<T, Error> {
    let analyzed = analyze(&source.file);
    let ValidModel { model, names, .. } = valid(&analyzed)?;
    let lowered = lower::lower(model, names);
    Ok(then(
        &lowered.map_err(|error| Error::Generator(error.to_string()))?,
    ))
}

fn source(text: &str) -> Result<Source, Error> {
    let mut file = SourceFile {
        path: String::new(),
        bytes: text.as_bytes().to_vec(),
    };
    let analyzed = analyze(&file);
    let model = valid(&analyzed)?.model;
    let (id, path) = (model.id.to_string(), model.id.file_path());
    let mut input = to_json_schema(&model.input);
    let mut output = to_json_schema(&model.output);
    let stripped = strip_unsupported(&mut input) + strip_unsupported(&mut output);
    file.path = path;
    Ok(Source {
        id,
        file,
        input,
        output,
        stripped,
    })
}

fn valid<'a>(analyzed: &'a Analyzed<'_>) -> Result<ValidModel<'a>, Error> {
    let refused = || Error::Generator(format!("refused: {:?}", analyzed.diagnostics));
    analyzed.valid().ok_or_else(refused)
}
