//! One small model file for each construct of the dialect. The generated code is pinned, and all of
//! it together is compiled, linted and documented.

use std::fs;
use std::path::Path;

use runcomfy_codegen::{Generated, SourceFile};

use crate::support::{accepted, files_below, schemas, scratch, source};

/// The fixtures by name.
pub(crate) fn fixtures() -> Vec<(String, SourceFile)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let files = files_below(&folder, ".json").into_iter();
    let fixtures = files.map(|path| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, source(&fs::read_to_string(&path).unwrap()))
    });
    fixtures.collect()
}

#[test]
fn generated_code_is_as_pinned() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/fixtures");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, fixture) in fixtures() {
            let generated = accepted(&[fixture]);
            let model = generated
                .files
                .iter()
                .max_by_key(|file| file.path.matches('/').count());
            insta::assert_snapshot!(name, model.unwrap().text);
        }
    });
}

#[test]
fn module_trees_are_as_pinned() {
    let prefixes = fixtures()
        .into_iter()
        .filter(|(name, _)| name.starts_with("prefix"))
        .map(|(_, fixture)| fixture);
    let generated = accepted(&prefixes.collect::<Vec<_>>());
    let files = generated
        .files
        .iter()
        .filter(|file| file.path.matches('/').count() == 2)
        .map(|file| format!("=== {}\n{}", file.path, file.text));
    insta::assert_snapshot!(files.collect::<Vec<_>>().join("\n"));
}

#[test]
fn all_generated_code_compiles_without_a_warning() {
    let fixtures = fixtures().into_iter().map(|(_, fixture)| fixture);
    let sources: Vec<SourceFile> = fixtures.chain(schemas()).collect();
    assert_compiles(&accepted(&sources));
}

/// Compiles, lints and documents the client with these models; any warning fails.
pub(crate) fn assert_compiles(generated: &Generated) {
    let scratch = scratch();
    scratch.set_models(generated).unwrap();
    let lint = ["--", "-D", "warnings"];
    let schemars = ["--features", "schemars"];
    for (subcommand, options) in [
        ("clippy", lint.to_vec()),
        ("clippy", [&schemars[..], &lint].concat()),
        ("doc", [&schemars[..], &["--no-deps"]].concat()),
    ] {
        let output = scratch
            .cargo(subcommand)
            .args(&options)
            .env("RUSTDOCFLAGS", "-D warnings")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "cargo {subcommand} {options:?} in {}:\n{}",
            scratch.folder().display(),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
