//! `cargo xtask diff` reports how severe a change is in Rust source. This test compares the reports with the
//! compiler: for each case in `cases.rs`, code that uses the old version of the model is compiled against the
//! new version. It must fail to compile exactly if a change is reported as breaking in source.

mod cases;
mod consumer;
#[allow(dead_code, reason = "other tests use the rest of it")]
#[path = "../../../codegen/tests/scratch.rs"]
mod scratch;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use runcomfy_codegen::{Generated, SourceFile, analyze_all, generate};
use serde_json::Value;

use crate::support::{Tree, assert_exit};
use cases::{Case, cases};
use scratch::Scratch;

/// The manifest of the crate `consumer`. The crate is added to a copy of the workspace and has one module for
/// each case.
const MANIFEST: &str = r#"[package]
name = "consumer"
version = "0.0.0"
edition = "2024"

[dependencies]
runcomfy-client = { path = "../generated-client", default-features = false, features = ["all-models"] }
"#;

#[test]
fn the_severities_in_source_agree_with_the_compiler() {
    let cases = cases();
    let reported = reported(&cases);
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace.join("target"), |target| workspace.join(target));
    let scratch = Scratch::new(workspace, &target.join("scratch-source")).unwrap();
    scratch.set_members(&["consumer"]).unwrap();
    scratch.write("consumer/Cargo.toml", MANIFEST).unwrap();

    let old = generated(cases.iter().map(|case| &case.old));
    for (index, case) in cases.iter().enumerate() {
        let module = module(&case.old, index);
        let path = format!("src/models/{}.rs", module.replace("::", "/"));
        let file = old.files.iter().find(|file| file.path == path);
        let file = file.unwrap_or_else(|| panic!("no {path}"));
        let text = consumer::consumer(&module, &file.text);
        scratch
            .write(&format!("consumer/src/case_{index}.rs"), &text)
            .unwrap();
    }
    scratch.set_models(&old).unwrap();
    let broken = broken(&scratch, cases.len());
    assert!(
        broken.is_empty(),
        "consumers of the old models: {broken:#?}"
    );

    scratch
        .set_models(&generated(cases.iter().map(|case| &case.new)))
        .unwrap();
    let broken = self::broken(&scratch, cases.len());
    let mut wrong = Vec::new();
    for index in 0..cases.len() {
        let changes = reported.get(&index).map_or(&[][..], Vec::as_slice);
        let is_reported = changes.iter().any(|(_, source)| source == "breaking");
        let error = broken.get(&index);
        if is_reported != error.is_some() {
            wrong.push(format!("case {index}: {changes:?}, but {error:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
    let kinds: BTreeSet<&str> = reported
        .values()
        .flatten()
        .map(|(kind, _)| kind.as_str())
        .collect();
    println!(
        "{} cases, {} kinds of change, {} break",
        cases.len(),
        kinds.len(),
        broken.len()
    );
    assert!(kinds.len() >= 60, "{kinds:#?}");
    assert!(broken.len() > cases.len() / 10 && broken.len() < cases.len() / 2);
}

/// The reported changes by the index of their case. Each change is a pair of strings: the first contains the
/// direction and the rule, the second is the severity in Rust source.
fn reported(cases: &[Case]) -> BTreeMap<usize, Vec<(String, String)>> {
    let tree = Tree::new();
    for case in cases {
        for (side, model) in [("old", &case.old), ("new", &case.new)] {
            let path = format!("{side}/{}.json", model["model_id"].as_str().unwrap());
            tree.write(&path, format!("{model:#}\n"));
        }
    }
    let output = tree
        .xtask("diff")
        .args(["old", "new", "--format", "json"])
        .output()
        .unwrap();
    assert_exit(&output, 0);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut reported: BTreeMap<usize, Vec<(String, String)>> = BTreeMap::new();
    for change in report["changes"].as_array().unwrap() {
        let text = |key: &str| change[key].as_str().unwrap_or("model").to_owned();
        let model = text("model");
        let index = model.split(['/', '-']).nth(2).unwrap().parse().unwrap();
        let kind = format!("{} {}", text("direction"), text("rule"));
        reported
            .entry(index)
            .or_default()
            .push((kind, text("source")));
    }
    reported
}

fn generated<'a>(models: impl Iterator<Item = &'a Value>) -> Generated {
    let sources: Vec<SourceFile> = models
        .map(|model| SourceFile {
            path: format!("{}.json", model["model_id"].as_str().unwrap()),
            bytes: format!("{model:#}\n").into_bytes(),
        })
        .collect();
    generate(&analyze_all(&sources))
        .unwrap()
        .unwrap_or_else(|refused| {
            let lines = refused
                .diagnostics
                .iter()
                .map(|diagnostic| diagnostic.one_line());
            panic!("{}", lines.collect::<Vec<_>>().join("\n"))
        })
}

/// The path of the model's module below `models`.
fn module(model: &Value, index: usize) -> String {
    let id = model["model_id"].as_str().unwrap();
    let named = model.get("names").and_then(|names| names[id].as_str());
    let name = id.rsplit('/').next().unwrap();
    let name = named.map_or_else(
        || name.to_lowercase().replace([' ', '-'], "_"),
        str::to_owned,
    );
    format!("kinds::case_{index}::{name}")
}

/// The cases whose consumers do not compile, each with its first error.
///
/// As long as an import cannot be resolved, the compiler reports no type errors. The consumers with errors
/// are therefore removed and the others compiled again, until there are no errors.
fn broken(scratch: &Scratch, cases: usize) -> BTreeMap<usize, String> {
    let mut broken = BTreeMap::new();
    loop {
        let modules = (0..cases).filter(|index| !broken.contains_key(index));
        let modules: String = modules
            .map(|index| format!("mod case_{index};\n"))
            .collect();
        let value = "fn value<T>() -> T {\n    unimplemented!()\n}\n";
        scratch
            .write(
                "consumer/src/lib.rs",
                &format!("#![allow(dead_code)]\n{modules}\n{value}"),
            )
            .unwrap();
        let output = scratch
            .cargo_on("check", "consumer")
            .arg("--message-format=json")
            .output()
            .unwrap();
        let known = broken.len();
        for line in output.stdout.split(|byte| *byte == b'\n') {
            let Ok(message) = serde_json::from_slice::<Value>(line) else {
                continue;
            };
            let message = &message["message"];
            if message["level"] != "error" {
                continue;
            }
            for span in message["spans"].as_array().into_iter().flatten() {
                let file = span["file_name"].as_str().unwrap_or_default();
                let index = file
                    .rsplit("case_")
                    .next()
                    .and_then(|rest| rest.strip_suffix(".rs"));
                if let Some(index) = index.and_then(|index| index.parse().ok()) {
                    let text = message["message"].as_str().unwrap_or_default();
                    broken.entry(index).or_insert_with(|| text.to_owned());
                }
            }
        }
        if output.status.success() {
            return broken;
        }
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(broken.len() > known, "an error in no consumer: {errors}");
    }
}
