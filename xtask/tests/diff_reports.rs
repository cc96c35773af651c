//! What reviewers see of three changes: the report in every format, and the diff of the
//! generated code.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use runcomfy_codegen::{GeneratedFile, SourceFile, analyze, generate};
use similar::TextDiff;

const MODEL: &str = "studio/painter-2/image-to-video.json";
const FORMATS: &[&str] = &["text", "markdown", "json", "github"];

/// The folder of a case, with the old and the new schemas in `old` and `new`.
fn folder(case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/diff")
        .join(case)
}

fn report(case: &str, format: &str) -> String {
    diff(case, &["old", "new", "--format", format])
}

fn diff(case: &str, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("diff")
        .args(arguments)
        .current_dir(folder(case))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn generated(case: &str, side: &str) -> Vec<GeneratedFile> {
    let source = SourceFile {
        path: MODEL.to_owned(),
        bytes: fs::read(folder(case).join(side).join(MODEL)).unwrap(),
    };
    generate(&[analyze(&source)]).unwrap().unwrap().files
}

/// The diff of the generated files, as git would show it.
fn code(case: &str) -> String {
    let (old, new) = (generated(case, "old"), generated(case, "new"));
    let mut text = String::new();
    assert_eq!(old.len(), new.len());
    for (old, new) in old.iter().zip(&new).filter(|(old, new)| old != new) {
        assert_eq!(old.path, new.path);
        let diff = TextDiff::from_lines(&old.text, &new.text);
        let header = (format!("a/{}", old.path), format!("b/{}", new.path));
        text += &diff.unified_diff().header(&header.0, &header.1).to_string();
    }
    text
}

fn pin(case: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("diff/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for format in FORMATS {
            insta::assert_snapshot!(format!("{case}-{format}"), report(case, format));
        }
        insta::assert_snapshot!(format!("{case}-code"), code(case));
    });
}

#[test]
fn a_bound() {
    pin("bound");
}

#[test]
fn a_new_enum_value() {
    pin("enum-value");
}

#[test]
fn a_new_required_property() {
    pin("required-property");
}

#[test]
fn the_schema_of_the_report_is_printed() {
    for case in ["bound", "enum-value", "required-property"] {
        let schema = serde_json::from_str(&diff(case, &["--schema"])).unwrap();
        let report = serde_json::from_str(&report(case, "json")).unwrap();
        jsonschema::validate(&schema, &report).unwrap();
    }
}
