//! Tests of the further models in `../shared/catalog`, a folder that is not part of the project.

use std::collections::HashMap;
use std::fs;

use runcomfy_codegen::json_schema::to_json_schema;
use runcomfy_codegen::{SourceFile, analyze};
use serde_json::Value;

use crate::support::{accepted, files_below, schemas, scratch, source, workspace};
use crate::{file_schema, fixtures, freshness, random};

/// The models in `schemas`, and those in the catalogue that are not in `schemas`.
fn all_models() -> Vec<SourceFile> {
    let mut models = schemas();
    for path in files_below(&workspace().join("../shared/catalog"), ".json") {
        let model = source(&fs::read_to_string(path).unwrap());
        if models.iter().all(|known| known.path != model.path) {
            models.push(model);
        }
    }
    assert!(models.len() > schemas().len());
    models
}

#[test]
#[ignore = "needs ../shared: the catalogue of further models"]
fn generation_from_the_catalogue_is_deterministic() {
    freshness::assert_deterministic(all_models());
}

#[test]
#[ignore = "needs ../shared: the catalogue of further models"]
fn the_schema_of_model_files_accepts_the_catalogue() {
    file_schema::assert_accepted(&all_models());
}

#[test]
#[ignore = "needs ../shared: the catalogue of further models"]
fn code_from_the_catalogue_compiles_and_agrees_with_the_reference() {
    let models = all_models();
    fixtures::assert_compiles(&accepted(&models));
    assert_agreement(models, 500);
}

/// A program that prints one line for each model: its id and the JSON Schema of its input.
const DESCRIBE: &str = "fn main() {
    for model in runcomfy_client::models::all() {
        println!(\"{}\", serde_json::json!([model.id(), model.input_schema()]));
    }
}
";

#[test]
#[ignore = "needs ../shared: the catalogue of further models"]
fn json_schemas_of_the_catalogue_are_those_of_its_model_files() {
    let models = all_models();
    let scratch = scratch();
    scratch.set_models(&accepted(&models)).unwrap();
    let example = "generated-client/examples/describe.rs";
    scratch.write(example, DESCRIBE).unwrap();
    let output = scratch
        .cargo_on("run", "runcomfy-client")
        .args(["--no-default-features", "--features", "all-models,schemars"])
        .args(["--example", "describe"])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let described: HashMap<String, Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(described.len(), models.len());
    for model in &models {
        let analyzed = analyze(model);
        let valid = analyzed.valid().unwrap();
        let expected = to_json_schema(&valid.model.input);
        assert_eq!(described[&valid.model.id.to_string()], expected);
    }
}

/// Asserts that generated code and the reference validator agree on this many inputs of each model.
pub(crate) fn assert_agreement(models: Vec<SourceFile>, inputs: usize) {
    let tally = random::run_files(&scratch(), models, inputs).unwrap();
    println!("{tally}");
    assert!(tally.disagreements.is_empty(), "{}", tally.disagreements[0]);
    assert!(tally.valid > tally.pairs / 20 && tally.valid < tally.pairs);
}
