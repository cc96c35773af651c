//! The catalogue of further models in `../shared`, which is not part of the project.

use std::fs;

use runcomfy_codegen::SourceFile;

use crate::support::{accepted, files_below, schemas, source, workspace};
use crate::{file_schema, fixtures, freshness};

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
