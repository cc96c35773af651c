//! The served models, parsed from model files (`schemas/<model_id>.json`) or from JSON values in the
//! same format.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::about::About;
use super::bundled::BUNDLED;
#[cfg(feature = "validation")]
use super::validation::Validation;

/// The file name of the JSON Schema for model files. That file is skipped, because it is not a model file.
const FORMAT_FILE: &str = "model.schema.json";

/// Why a model cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A file or folder cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The I/O error.
        source: std::io::Error,
    },
    /// A document is not a model file.
    #[error("{origin}: {reason}")]
    Malformed {
        /// The file, or a description of where the document comes from.
        origin: String,
        /// The problem.
        reason: String,
    },
    /// Two models have the same id.
    #[error("the model id `{model_id}` occurs in {first} and in {second}")]
    Duplicate {
        /// The model id.
        model_id: String,
        /// The origin of the first model.
        first: String,
        /// The origin of the second model.
        second: String,
    },
}

/// A model.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) id: String,
    pub(crate) about: About,
    /// The example of a request body, if the file contains one.
    pub(crate) example: Option<Value>,
    /// The input schema, verbatim.
    pub(crate) input: Value,
    /// The schema of the `output` in a result. In the model file, this is `output.output` if present,
    /// otherwise `output`. If `None`, an output has one field, named after the kind of the sample file
    /// (`image`, `video` or `audio`).
    pub(crate) output: Option<Value>,
    origin: String,
    #[cfg(feature = "validation")]
    validation: Validation,
}

impl Model {
    /// Parses a model file. `origin` names it in errors.
    fn parse(document: &Value, origin: &str) -> Result<Self, ModelError> {
        let malformed = |reason: String| ModelError::Malformed {
            origin: origin.to_owned(),
            reason,
        };
        let id = document
            .get("model_id")
            .and_then(Value::as_str)
            .filter(|id| !id.is_empty())
            .ok_or_else(|| malformed("`model_id` is missing, empty or not a string".to_owned()))?;
        let input = document
            .get("input")
            .ok_or_else(|| malformed("`input`, the input schema, is missing".to_owned()))?;
        let output = document.get("output");
        Ok(Self {
            id: id.to_owned(),
            about: About::of(id, document.get("about")),
            example: document.get("example").cloned(),
            input: input.clone(),
            output: output.map(|schema| schema.get("output").unwrap_or(schema).clone()),
            origin: origin.to_owned(),
            #[cfg(feature = "validation")]
            validation: Validation::new(input, document.get("overrides")).map_err(malformed)?,
        })
    }

    /// The violations of an input, as they appear in the response. Empty if the input is valid.
    #[cfg(feature = "validation")]
    pub(crate) fn violations(&self, input: &Value) -> Vec<Value> {
        self.validation.violations(input)
    }

    /// Always empty: inputs are validated only with the feature `validation`.
    #[cfg(not(feature = "validation"))]
    pub(crate) fn violations(&self, _input: &Value) -> Vec<Value> {
        Vec::new()
    }
}

/// All models by id.
#[derive(Debug, Default)]
pub(crate) struct Models {
    by_id: BTreeMap<String, Model>,
}

impl Models {
    pub(crate) fn get(&self, id: &str) -> Option<&Model> {
        self.by_id.get(id)
    }

    /// All models, in order of their ids.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Model> {
        self.by_id.values()
    }

    /// Adds a model. `origin` names it in errors.
    pub(crate) fn add(&mut self, document: &Value, origin: &str) -> Result<(), ModelError> {
        let model = Model::parse(document, origin)?;
        if let Some(first) = self.by_id.get(&model.id) {
            return Err(ModelError::Duplicate {
                model_id: model.id,
                first: first.origin.clone(),
                second: model.origin,
            });
        }
        self.by_id.insert(model.id.clone(), model);
        Ok(())
    }

    /// Adds the bundled models, except those with the id of a model that was added before.
    pub(crate) fn add_bundled(&mut self) -> Result<(), ModelError> {
        for text in BUNDLED {
            let origin = "a bundled model";
            let model = Model::parse(&parse_json(text, origin)?, origin)?;
            self.by_id.entry(model.id.clone()).or_insert(model);
        }
        Ok(())
    }

    /// Adds every model file below a folder.
    pub(crate) fn add_folder(&mut self, folder: &Path) -> Result<(), ModelError> {
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            move |source| ModelError::Read { path, source }
        };
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
            entries.push(entry.map_err(unreadable(folder))?.path());
        }
        entries.sort();
        for path in entries {
            if path.is_dir() {
                self.add_folder(&path)?;
                continue;
            }
            let is_json = path
                .extension()
                .is_some_and(|extension| extension == "json");
            if !is_json || path.file_name().is_some_and(|name| name == FORMAT_FILE) {
                continue;
            }
            let origin = path.display().to_string();
            let text = fs::read_to_string(&path).map_err(unreadable(&path))?;
            self.add(&parse_json(&text, &origin)?, &origin)?;
        }
        Ok(())
    }
}

fn parse_json(text: &str, origin: &str) -> Result<Value, ModelError> {
    serde_json::from_str(text).map_err(|error| ModelError::Malformed {
        origin: origin.to_owned(),
        reason: format!("not JSON: {error}"),
    })
}
