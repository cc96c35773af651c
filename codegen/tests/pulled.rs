//! Tests of the models that `cargo xtask pull` accepts from a simulated catalogue of 400 models. The test
//! `catalogue_of_400_models_of_21_kinds` of xtask copies them to `target/pulled`.

use std::fs;

use runcomfy_codegen::SourceFile;
use runcomfy_codegen::dialect::MODEL_SCHEMA_FILE;

use crate::fixtures;
use crate::shared::assert_agreement;
use crate::support::{accepted, files_below, schemas, source, workspace};

#[test]
#[ignore = "needs target/pulled: the models of a pull"]
fn pulled_models_compile_without_a_warning_and_agree_with_the_reference() {
    let files = files_below(&workspace().join("target/pulled"), ".json");
    let sources = files.iter();
    let sources: Vec<SourceFile> = sources
        .filter(|path| !path.ends_with(MODEL_SCHEMA_FILE))
        .map(|path| source(&fs::read_to_string(path).unwrap()))
        .collect();
    assert!(sources.len() > schemas().len());
    fixtures::assert_compiles(&accepted(&sources));
    assert_agreement(sources, 100);
}
