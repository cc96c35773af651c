//! The catalogue of further models in `../shared`, which is not part of the project.

use std::fs;

use runcomfy_codegen::SourceFile;

use crate::support::{accepted, files_below, schemas, scratch, source, workspace};
use crate::{file_schema, fixtures, freshness, random};

/// The models of the tree and of the catalogue, each once.
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
fn code_from_the_catalogue_compiles_without_a_warning() {
    fixtures::assert_compiles(&accepted(&all_models()));
}

/// The models that a test of `cargo xtask pull` leaves in `target/pulled`.
#[test]
#[ignore = "needs target/pulled: the models of a pull"]
fn pulled_models_compile_without_a_warning_and_agree_with_the_reference() {
    let files = files_below(&workspace().join("target/pulled"), ".json");
    let sources = files.iter();
    let sources: Vec<SourceFile> = sources
        .filter(|path| !path.ends_with(runcomfy_codegen::dialect::MODEL_SCHEMA_FILE))
        .map(|path| source(&fs::read_to_string(path).unwrap()))
        .collect();
    assert!(sources.len() > schemas().len());
    fixtures::assert_compiles(&accepted(&sources));
    let tally = random::run_files(&scratch(), sources, 100).unwrap();
    println!("{tally}");
    assert!(tally.disagreements.is_empty(), "{}", tally.disagreements[0]);
    assert!(tally.valid > tally.pairs / 20 && tally.valid < tally.pairs);
}
