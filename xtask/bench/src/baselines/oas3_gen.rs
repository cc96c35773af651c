//! oas3-gen's code, where the program is installed.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::error::Error;
use crate::program::run;

/// The dependencies of code from the installed `oas3-gen`, as lines of a manifest; `None` if the program
/// cannot be run. Its support crate has the same version as the program.
pub(crate) fn oas3_gen_dependencies() -> Option<String> {
    let output = Command::new("oas3-gen").arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let version = text.strip_prefix("oas3-gen ")?.trim();
    Some(format!(
        "oas3-gen-support = \"={version}\"\nserde_with = \"3\"\n\
         validator = {{ version = \"0.20\", features = [\"derive\"] }}\n"
    ))
}

/// oas3-gen's types for a model's input and output.
pub(crate) fn oas3_gen(schemas: [(&str, &Value); 2]) -> Result<String, Error> {
    let folder = tempfile::tempdir().map_err(Error::Scratch)?;
    let (document, code) = (
        folder.path().join("api.json"),
        folder.path().join("code.rs"),
    );
    let schemas: Value = schemas
        .into_iter()
        .map(|(name, schema)| (name.to_owned(), schema.clone()))
        .collect();
    let text = json!({
        "openapi": "3.1.0",
        "info": { "title": "model", "version": "1" },
        "paths": {},
        "components": { "schemas": schemas },
    });
    fs::write(&document, text.to_string()).map_err(Error::file(&document))?;
    let mut command = Command::new("oas3-gen");
    command.args(["generate", "types", "--quiet", "--all-schemas", "--input"]);
    run(command.arg(&document).arg("--output").arg(&code))?;
    fs::read_to_string(&code).map_err(Error::file(&code))
}
