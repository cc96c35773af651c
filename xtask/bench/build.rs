//! Writes the judges of the compile-time macro: it takes a schema as a literal, and the schemas are
//! those of the repository, normalised.

use std::path::Path;
use std::{env, fs};

use runcomfy_codegen::{check, dialect, json, normalize};

const MODELS: [(&str, &str); 2] = [
    ("Portrait", "community/fantasy-portrait/image-to-video"),
    ("Reference", "happyhorse/happyhorse-1.0/reference-to-video"),
];

fn main() {
    let schemas = Path::new("../../schemas");
    println!("cargo::rerun-if-changed={}", schemas.display());
    let judges: String = MODELS
        .iter()
        .map(|(name, id)| judge(name, &schemas.join(format!("{id}.json"))))
        .collect();
    let folder = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&folder).join("judges.rs"), judges).expect("OUT_DIR can be written");
}

fn judge(name: &str, path: &Path) -> String {
    let text = fs::read_to_string(path).expect("the model's schema is there");
    let json = json::parse(&text).expect("the model's schema is JSON");
    let mut findings = Default::default();
    let model = dialect::read(&json, &mut findings)
        .and_then(|file| check::check(&file, &mut findings))
        .expect("the model's schema passes every check");
    let schema = normalize::json_schema(&model.input).to_string();
    format!(
        "/// The normalised schema of the model, compiled by the macro and as text.\n\
         #[jsonschema::validator(schema = {schema:?})]\n\
         pub(super) struct {name};\n\n\
         impl {name} {{\n    /// The schema.\n    pub(super) const SCHEMA: &str = {schema:?};\n}}\n\n"
    )
}
