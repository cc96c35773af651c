//! The models the sandbox serves: `schemas/<model_id>.json`, read as they are.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::normalize::normalize;

/// The file beside the models that describes their format.
const FORMAT: &str = "model.schema.json";

/// Why a model file cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A file or folder cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A model is not written as one.
    #[error("{origin}: {reason}")]
    Malformed {
        /// The file, or the model's id.
        origin: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Two models have the same id.
    #[error("model id `{model_id}` stands in {first} and in {second}")]
    Duplicate {
        /// The id.
        model_id: String,
        /// Where it was read first.
        first: String,
        /// Where it was read again.
        second: String,
    },
}

/// One model.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) id: String,
    /// The body of the documented curl call, if the file has one.
    pub(crate) example: Option<Value>,
    /// The input schema, untouched.
    pub(crate) input: Value,
    /// The output schema without its wrapper; `None` stands for the documented media fields.
    pub(crate) output: Option<Value>,
    origin: String,
    validator: Validator,
}

impl Model {
    /// Reads one document. `origin` says in messages where it came from.
    fn read(document: &Value, origin: &str) -> Result<Self, ModelError> {
        let malformed = |reason: String| ModelError::Malformed {
            origin: origin.to_owned(),
            reason,
        };
        let id = document
            .get("model_id")
            .and_then(Value::as_str)
            .filter(|id| !id.is_empty())
            .ok_or_else(|| malformed("`model_id` is missing or is no text".to_owned()))?;
        let input = document
            .get("input")
            .ok_or_else(|| malformed("`input`, the input schema, is missing".to_owned()))?;
        let validator = jsonschema::draft202012::new(&normalize(input))
            .map_err(|error| malformed(format!("`input` is no usable JSON Schema: {error}")))?;
        let output = document.get("output");
        Ok(Self {
            id: id.to_owned(),
            example: document.get("example").cloned(),
            input: input.clone(),
            output: output.map(|schema| schema.get("output").unwrap_or(schema).clone()),
            origin: origin.to_owned(),
            validator,
        })
    }

    /// What the reference validator has against an input, one entry a finding; none means accepted.
    pub(crate) fn findings(&self, input: &Value) -> Vec<Value> {
        self.validator
            .iter_errors(input)
            .map(|error| {
                json!({
                    "path": error.instance_path().to_string(),
                    "type": error.kind().keyword(),
                    "msg": error.to_string(),
                })
            })
            .collect()
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

    /// In order of their ids.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Model> {
        self.by_id.values()
    }

    /// Adds a document that is not a file of the folder.
    pub(crate) fn add(&mut self, document: &Value, origin: &str) -> Result<(), ModelError> {
        let model = Model::read(document, origin)?;
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
            let json = path
                .extension()
                .is_some_and(|extension| extension == "json");
            if !json || path.file_name().is_some_and(|name| name == FORMAT) {
                continue;
            }
            let origin = path.display().to_string();
            let text = fs::read_to_string(&path).map_err(unreadable(&path))?;
            let document = serde_json::from_str(&text).map_err(|error| ModelError::Malformed {
                origin: origin.clone(),
                reason: format!("not JSON: {error}"),
            })?;
            self.add(&document, &origin)?;
        }
        Ok(())
    }
}
