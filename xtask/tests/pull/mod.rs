//! `cargo xtask pull`, run against catalogue servers on localhost.

mod at_scale;
mod hostile;
mod server;

use std::collections::BTreeMap;
use std::fs;
use std::ops::Deref;
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use crate::support::{Tree, assert_exit, text};
use server::{catalogue, entry};

/// A temporary folder with the subfolder `schemas`, into which models are pulled.
pub(crate) struct Pull(Tree);

impl Pull {
    fn new() -> Self {
        let tree = Tree::new();
        fs::create_dir(tree.path("schemas")).unwrap();
        Self(tree)
    }

    /// The files below the folder of schemas.
    fn files(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        collect(&self.path("schemas"), "", &mut files);
        files
    }
}

impl Deref for Pull {
    type Target = Tree;

    fn deref(&self) -> &Tree {
        &self.0
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

/// Pulls from a base URL, without waiting between attempts.
fn pull(tree: &Pull, base_url: &str, arguments: &[&str]) -> Output {
    tree.xtask("pull")
        .args(["--schemas", "schemas", "--base-url", base_url])
        .args(["--retry-delay-ms", "0"])
        .args(arguments)
        .env("RUNCOMFY_API_TOKEN", "a-token")
        .output()
        .unwrap()
}

const KNOWN: &str = r#"{
  "model_id": "acme/known",
  "example": { "size": 5 },
  "input": {
    "type": "object", "title": "Input", "required": ["size"],
    "properties": { "size": { "title": "Size", "type": "integer", "maximum": 9.0, "default": 5 } }
  },
  "names": { "acme/known": "old_friend" },
  "overrides": [{ "reason": "The page says so", "input": { "properties": { "size": { "minimum": 2 } } } }]
}
"#;

/// The catalogue entry of the model in [`KNOWN`]. `maximum` is the `maximum` of its property `size`.
fn known(maximum: u32) -> Value {
    json!({
        "input_schema": {
            "properties": { "size": { "default": 5, "maximum": maximum, "type": "integer" } },
            "required": ["size"],
            "type": "object",
        },
        "model_id": "acme/known",
    })
}

fn refused(id: &str) -> Value {
    entry(id, json!({ "type": "string", "anyOf": [], "minimum": 1 }))
}

#[test]
fn new_models_are_created_and_a_second_pull_writes_nothing() {
    let tree = Pull::new();
    let with_required_inputs = json!({
        "model_id": "acme/b", "required_inputs": ["a"], "model_url": "https://example.com/b",
        "input_schema": { "type": "object", "properties": { "a": { "type": "string", "default": null } } },
    });
    let url = catalogue(vec![
        entry("acme/a", json!({ "type": "string" })),
        with_required_inputs,
    ]);
    let output = pull(&tree, &url, &[]);
    assert_exit(&output, 0);
    insta::assert_snapshot!(text(&output.stdout));
    let files = tree.files();
    let files: String = files
        .iter()
        .map(|(path, text)| format!("=== {path}\n{text}"))
        .collect();
    insta::assert_snapshot!(files);
    let before = tree.files();
    let output = pull(&tree, &url, &["--strict"]);
    assert_exit(&output, 0);
    assert!(text(&output.stdout).contains("2 models: 0 created, 0 updated, 2 unchanged"));
    assert_eq!(tree.files(), before);
    assert_exit(&pull(&tree, &url, &["--check"]), 0);
}

#[test]
fn missing_keys_are_kept_and_unchanged_values_are_not_reformatted() {
    let tree = Pull::new();
    tree.write("schemas/acme/known.json", KNOWN);
    assert_exit(&pull(&tree, &catalogue(vec![known(9)]), &[]), 0);
    assert_eq!(tree.read("schemas/acme/known.json"), KNOWN);

    let url = catalogue(vec![known(8)]);
    let output = pull(&tree, &url, &["--check"]);
    assert_exit(&output, 1);
    assert_eq!(tree.read("schemas/acme/known.json"), KNOWN);
    let output = pull(&tree, &url, &[]);
    assert_exit(&output, 0);
    assert!(
        text(&output.stdout).contains("maximum lowered"),
        "{output:?}"
    );
    // Everything else is unchanged and in the same order; hand-written keys are byte-identical.
    let file = tree.read("schemas/acme/known.json");
    let compact = |text: &str| serde_json::from_str::<Value>(text).unwrap().to_string();
    assert_eq!(compact(&file), compact(&KNOWN.replacen("9.0", "8", 1)));
    let maintained = &KNOWN[KNOWN.find("\"names\"").unwrap()..];
    assert!(file.ends_with(maintained), "{file}");
}

#[test]
fn refused_models_are_listed_and_older_versions_stay() {
    let tree = Pull::new();
    tree.write("schemas/acme/known.json", KNOWN);
    let mut odd = known(9);
    odd["input_schema"]["properties"]["size"]["type"] = json!(["integer", "null"]);
    let entries = vec![
        entry("acme/a", json!({ "type": "string" })),
        odd,
        refused("acme/b|`c`"),
        refused("acme/refused"),
        entry("acme/A", json!({ "type": "string" })),
        json!({ "model_id": "acme/none" }),
        json!({ "model_id": 5 }),
        json!("text"),
    ];
    let url = server::start(move |path| {
        if path.starts_with("/v1/models/") {
            return server::response("404 Not Found", "{}");
        }
        server::ok(&server::page(&entries, path))
    });
    let output = pull(&tree, &url, &["--strict"]);
    assert_exit(&output, 1);
    insta::assert_snapshot!(text(&output.stdout));
    insta::assert_snapshot!(tree.read("schemas/REFUSED.md"));
    assert_eq!(tree.read("schemas/acme/known.json"), KNOWN);
    assert_eq!(tree.files().len(), 3);
    assert_exit(&pull(&tree, &url, &["--check"]), 0);

    let lines = text(&pull(&tree, &url, &["--format", "json"]).stdout);
    let lines = lines.lines().map(serde_json::from_str::<Value>);
    let lines: Vec<Value> = lines.collect::<Result<_, _>>().unwrap();
    assert!(lines.iter().all(|line| line["action"] == "refused"));
    let annotations = text(&pull(&tree, &url, &["--format", "github"]).stdout);
    assert_eq!(annotations.lines().count(), 7, "{annotations}");
    assert!(
        annotations
            .lines()
            .all(|line| line.starts_with("::warning file="))
    );

    // A model that is accepted again is removed from the list.
    let url = catalogue(vec![known(9)]);
    assert_exit(&pull(&tree, &url, &["--strict"]), 0);
    assert!(!tree.path("schemas/REFUSED.md").exists());
}

#[test]
fn a_prefix_leaves_the_others_alone() {
    let tree = Pull::new();
    let url = catalogue(vec![
        refused("acme/a"),
        refused("beta/b"),
        refused("beta/c"),
    ]);
    assert_exit(&pull(&tree, &url, &[]), 0);
    tree.write("schemas/acme/gone.json", KNOWN.replace("known", "gone"));
    let url = catalogue(vec![
        entry("beta/b", json!({ "type": "string" })),
        refused("beta/c"),
    ]);
    let output = pull(&tree, &url, &["beta", "--prune"]);
    assert_exit(&output, 0);
    let ledger = tree.read("schemas/REFUSED.md");
    assert!(
        ledger.contains("## `acme/a`") && ledger.contains("## `beta/c`"),
        "{ledger}"
    );
    assert!(!ledger.contains("beta/b"), "{ledger}");
    assert!(tree.path("schemas/acme/gone.json").exists());
}

#[test]
fn models_that_are_gone_are_listed_and_pruned() {
    let tree = Pull::new();
    tree.write("schemas/acme/known.json", KNOWN);
    let url = catalogue(vec![entry("acme/a", json!({ "type": "string" }))]);
    let output = pull(&tree, &url, &[]);
    assert_exit(&output, 0);
    assert!(text(&output.stdout).contains("acme/known is no longer in the catalogue"));
    assert!(tree.path("schemas/acme/known.json").exists());
    assert_exit(&pull(&tree, &url, &["--check", "--prune"]), 1);
    assert!(tree.path("schemas/acme/known.json").exists());
    assert_exit(&pull(&tree, &url, &["--prune"]), 0);
    assert!(!tree.path("schemas/acme/known.json").exists());
}

#[test]
fn without_a_token_nothing_is_sent() {
    let tree = Pull::new();
    let output = tree
        .xtask("pull")
        .args(["--schemas", "schemas", "--base-url", "http://127.0.0.1:1"])
        .env_remove("RUNCOMFY_API_TOKEN")
        .env_remove("RUNCOMFY_TOKEN")
        .output()
        .unwrap();
    assert_exit(&output, 2);
    let error = text(&output.stderr);
    assert!(error.contains("set RUNCOMFY_API_TOKEN"), "{error}");
}
