//! Generates the source of the validators that the macro of the `jsonschema` crate compiles. It is
//! generated because the macro accepts a schema only as a string literal or a file, and no file has the
//! JSON Schema of a model.

use std::path::Path;
use std::{env, fs};

use runcomfy_codegen::json_schema::to_json_schema;
use runcomfy_codegen::{SourceFile, analyze};

const MODELS: [(&str, &str); 2] = [
    ("Portrait", "community/fantasy-portrait/image-to-video"),
    ("Reference", "happyhorse/happyhorse-1.0/reference-to-video"),
];

fn main() {
    let schemas = Path::new("../../schemas");
    println!("cargo::rerun-if-changed={}", schemas.display());
    let validators: String = MODELS
        .iter()
        .map(|(name, id)| validator(name, &schemas.join(format!("{id}.json"))))
        .collect();
    let folder = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&folder).join("validators.rs"), validators)
        .expect("OUT_DIR can be written");
}

fn validator(name: &str, path: &Path) -> String {
    let source = SourceFile {
        path: path.display().to_string(),
        bytes: fs::read(path).expect("the model file exists"),
    };
    let analyzed = analyze(&source);
    let model = analyzed.valid().expect("the model file is valid").model;
    let schema = to_json_schema(&model.input).to_string();
    format!(
        "/// A validator of the model's input, compiled from its JSON Schema.\n\
         #[jsonschema::validator(schema = {schema:?})]\n\
         pub(super) struct {name};\n\n\
         impl {name} {{\n    /// The schema.\n    pub(super) const SCHEMA: &str = {schema:?};\n}}\n\n"
    )
}
