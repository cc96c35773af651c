//! quicktype's code, where the program is installed.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::error::Error;
use crate::program::run;

/// Whether `quicktype` can be run.
pub(crate) fn has_quicktype() -> bool {
    run(Command::new("quicktype").arg("--version")).is_ok()
}

/// quicktype's code for a model's input and output.
pub(crate) fn quicktype(schemas: [(&str, &Value); 2]) -> Result<String, Error> {
    let folder = tempfile::tempdir().map_err(Error::Scratch)?;
    let code = folder.path().join("code.rs");
    let mut command = Command::new("quicktype");
    command.args([
        "--src-lang",
        "schema",
        "--lang",
        "rust",
        "--visibility",
        "public",
    ]);
    for (name, schema) in schemas {
        let mut schema = schema.clone();
        // Replaces the title by the name, because quicktype would name the type after the title.
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("title".to_owned(), name.into());
        }
        let path = folder.path().join(format!("{name}.json"));
        fs::write(&path, schema.to_string()).map_err(Error::file(&path))?;
        command.arg(path);
    }
    run(command.arg("--out").arg(&code))?;
    fs::read_to_string(&code).map_err(Error::file(&code))
}
