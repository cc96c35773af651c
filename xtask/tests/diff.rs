//! `cargo xtask diff` as its users see it: folders, git revisions, messages, exit codes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const MODEL: &str = r#"{
  "model_id": "owner/tool/run",
  "input": {
    "type": "object",
    "properties": { "steps": { "type": "integer", "maximum": 20, "title": "Steps" } }
  }
}
"#;
const FILE: &str = "schemas/owner/tool/run.json";

/// A folder of its own, with or without a repository.
struct Tree(TempDir);

impl Tree {
    /// The model before, in `schemas`.
    fn new() -> Self {
        let tree = Self(tempfile::tempdir().expect("a temporary folder"));
        tree.write(FILE, MODEL);
        tree
    }

    /// The same, committed.
    fn committed() -> Self {
        let tree = Self::new();
        tree.git(&["init", "--quiet"]);
        tree.commit();
        tree
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a written file");
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
            .args(["-c", "commit.gpgsign=false", "-c", "core.autocrlf=false"])
            .args(arguments)
            .current_dir(self.0.path())
            .env_remove("GIT_DIR")
            .env_remove("GIT_INDEX_FILE")
            .env_remove("GIT_WORK_TREE")
            .output()
            .expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {output:?}");
        text(&output.stdout)
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", "A commit"]);
    }

    /// Runs `diff` on `schemas`.
    fn diff(&self, more: &[&str]) -> Output {
        let schemas = self.path("schemas");
        let schemas = schemas.to_str().expect("a path in UTF-8");
        self.run(&[&["--schemas", schemas], more].concat())
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .arg("diff")
            .args(arguments)
            .current_dir(self.0.path())
            // Nothing above the temporary folder is meant.
            .env("GIT_CEILING_DIRECTORIES", ceiling(self.0.path()))
            .output()
            .expect("xtask runs")
    }
}

fn ceiling(folder: &Path) -> PathBuf {
    let folder = folder.canonicalize().expect("a folder");
    folder.parent().expect("a parent").to_owned()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[track_caller]
fn assert_exit(output: &Output, code: i32) {
    assert_eq!(
        output.status.code(),
        Some(code),
        "stdout: {}\nstderr: {}",
        text(&output.stdout),
        text(&output.stderr)
    );
}

/// How many changes the report has, and its rules.
#[track_caller]
fn rules(output: &Output) -> Vec<String> {
    assert_exit(output, 0);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let changes = report["changes"].as_array().expect("changes");
    let rules = changes.iter().map(|change| change["rule"].as_str());
    rules.map(|rule| rule.expect("a rule").to_owned()).collect()
}

#[test]
fn the_working_tree_is_compared_with_the_last_commit() {
    let tree = Tree::committed();
    let output = tree.diff(&[]);
    assert_exit(&output, 0);
    assert_eq!(text(&output.stdout), "no change for callers\n");
    tree.write(FILE, MODEL.replace("20", "15"));
    let output = tree.diff(&["--format", "github"]);
    assert_exit(&output, 0);
    assert_eq!(
        text(&output.stdout),
        "::error file=schemas/owner/tool/run.json,line=5,col=51,title=maximum-lowered::\
         owner/tool/run, input steps: maximum lowered: 20 → 15 \
         (wire: breaking, source: compatible)\n"
    );
}

#[test]
fn any_revision_can_be_the_base() {
    let tree = Tree::committed();
    tree.git(&["tag", "first"]);
    tree.write(FILE, MODEL.replace("20", "15"));
    tree.write(
        "schemas/other/tool/run.json",
        MODEL.replace("owner", "other"),
    );
    tree.commit();
    let json = ["--format", "json"];
    assert!(rules(&tree.diff(&json)).is_empty());
    for base in ["first", "HEAD~1", "HEAD^"] {
        let output = tree.diff(&[&json[..], &["--base", base]].concat());
        assert_eq!(rules(&output), ["maximum-lowered", "model-added"], "{base}");
    }
    // What is staged and what is not is both in the working tree.
    fs::remove_file(tree.path(FILE)).expect("a removed file");
    tree.git(&["add", "--all"]);
    let output = tree.diff(&[&json[..], &["--base", "first"]].concat());
    assert_eq!(rules(&output), ["model-renamed"]);
}

#[test]
fn a_folder_that_was_not_there_was_empty() {
    let tree = Tree::committed();
    tree.write(
        "more/tool-box/other/tool/run.json",
        MODEL.replace("owner", "other"),
    );
    let schemas = tree.path("more/tool-box");
    let schemas = schemas.to_str().expect("a path in UTF-8");
    let output = tree.run(&["--schemas", schemas, "--format", "json"]);
    assert_eq!(rules(&output), ["model-added"]);
    assert!(text(&output.stdout).contains("\"more/tool-box/other/tool/run.json\""));
}

#[test]
fn names_that_are_hard_to_read_are_read() {
    let tree = Tree::new();
    let id = "owner/Tool 01 + more/run";
    let path = format!("schemas/{id}.json");
    tree.write(&path, MODEL.replace("owner/tool/run", id));
    // None of these is a model file.
    tree.write("schemas/model.schema.json", "{}");
    tree.write("schemas/README.md", "text");
    tree.git(&["init", "--quiet"]);
    tree.commit();
    tree.write(
        &path,
        MODEL.replace("owner/tool/run", id).replace("20", "25"),
    );
    let output = tree.diff(&["--format", "json"]);
    assert_eq!(rules(&output), ["maximum-raised"]);
}

#[test]
fn many_models_are_read_at_once() {
    let tree = Tree::new();
    // More than a pipe holds, in both directions.
    let filler = "x".repeat(4000);
    let model = |index: usize, maximum: &str| {
        MODEL
            .replace("20", maximum)
            .replace("owner/tool", &format!("owner/tool-{index}"))
            .replace("Steps", &filler)
    };
    let path = |index: usize| format!("schemas/owner/tool-{index}/run.json");
    for index in 0..300 {
        tree.write(&path(index), model(index, "20"));
    }
    tree.git(&["init", "--quiet"]);
    tree.commit();
    for index in 0..300 {
        tree.write(&path(index), model(index, "15"));
    }
    let output = tree.diff(&["--format", "json"]);
    assert_eq!(rules(&output), vec!["maximum-lowered"; 300]);
}

#[test]
fn two_folders_are_compared_without_git() {
    let tree = Tree::new();
    tree.write("new/owner/tool/run.json", MODEL.replace("Steps", "Rounds"));
    let output = tree.run(&["schemas", "new"]);
    assert_exit(&output, 0);
    assert_eq!(
        text(&output.stdout),
        "1 change in 1 model: 1 documentation; version step: patch\n\n\
         owner/tool/run\n  \
         documentation input steps: title changed: \"Steps\" → \"Rounds\" [title-changed] \
         (wire: documentation, source: documentation)\n"
    );
}

#[test]
fn fail_on_sets_the_exit_code() {
    let tree = Tree::new();
    tree.write("breaking/owner/tool/run.json", MODEL.replace("20", "15"));
    tree.write("compatible/owner/tool/run.json", MODEL.replace("20", "25"));
    tree.write(
        "texts/owner/tool/run.json",
        MODEL.replace("Steps", "Rounds"),
    );
    tree.write("same/owner/tool/run.json", MODEL);
    for (folder, codes) in [
        ("breaking", [1, 1, 1, 1]),
        ("compatible", [0, 0, 1, 1]),
        ("texts", [0, 0, 0, 1]),
        ("same", [0, 0, 0, 0]),
    ] {
        let levels = ["breaking", "dangerous", "compatible", "documentation"];
        for (level, code) in levels.into_iter().zip(codes) {
            let output = tree.run(&["schemas", folder, "--fail-on", level]);
            assert_exit(&output, code);
            assert!(!output.stdout.is_empty());
        }
        assert_exit(&tree.run(&["schemas", folder]), 0);
    }
}

#[test]
fn an_old_file_that_is_refused_stops_nothing() {
    let tree = Tree::new();
    tree.write(FILE, MODEL.replace("maximum", "maximun"));
    tree.write("schemas/other/tool/run.json", "{");
    tree.git(&["init", "--quiet"]);
    tree.commit();
    tree.write(FILE, MODEL);
    fs::remove_file(tree.path("schemas/other/tool/run.json")).expect("a removed file");
    let output = tree.diff(&["--format", "json"]);
    assert_eq!(rules(&output), ["model-not-comparable"; 2]);
    assert!(text(&output.stdout).contains("unknown-key"));
    let output = tree.diff(&["--fail-on", "breaking"]);
    assert_exit(&output, 0);
}

#[test]
fn new_files_that_are_refused_are_findings() {
    let tree = Tree::committed();
    tree.write(FILE, MODEL.replace("maximum", "maximun"));
    let output = tree.diff(&["--format", "json"]);
    assert_exit(&output, 1);
    assert!(output.stdout.is_empty());
    let said = text(&output.stderr);
    assert!(
        said.contains("error[unknown-key]: schemas/owner/tool/run.json:5:"),
        "{said}"
    );
    assert!(said.contains("nothing was compared"), "{said}");

    // Each for itself is a good file, but both would be one module.
    tree.write(FILE, MODEL);
    for name in ["tool-1", "tool_1"] {
        let path = format!("schemas/owner/{name}/run.json");
        tree.write(&path, MODEL.replace("tool", name));
    }
    let output = tree.diff(&[]);
    assert_exit(&output, 1);
    let said = text(&output.stderr);
    assert!(said.contains("error[name-collision]"), "{said}");
}

#[test]
fn misuse_is_told_apart_from_findings() {
    let tree = Tree::new();
    let output = tree.diff(&[]);
    assert_exit(&output, 2);
    let said = text(&output.stderr);
    assert!(said.contains("is not in a git repository"), "{said}");
    tree.git(&["init", "--quiet"]);
    for base in ["HEAD", "no-such-revision", "--output=x", ""] {
        let output = tree.diff(&[&format!("--base={base}")]);
        assert_exit(&output, 2);
        let said = text(&output.stderr);
        assert!(said.contains(&format!("no revision `{base}`")), "{said}");
    }
    for arguments in [
        &["schemas"][..],
        &["schemas", "no-such-folder"],
        &["schemas", "schemas", "--base", "HEAD"],
        &["schemas", "schemas", "--schemas", "schemas"],
        &["schemas", "schemas", "--format", "xml"],
        &["schemas", "schemas", "--fail-on", "none"],
    ] {
        assert_exit(&tree.run(arguments), 2);
    }
}

#[test]
fn a_reader_that_stops_is_no_fault() {
    let tree = Tree::new();
    tree.write("new/owner/tool/run.json", MODEL.replace("20", "15"));
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let status = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["diff", "schemas", "new"])
        .current_dir(tree.path(""))
        .stdout(writer)
        .status()
        .expect("xtask runs");
    assert_eq!(status.code(), Some(0));
}

#[test]
fn the_schema_of_the_report_is_printed() {
    let tree = Tree::new();
    let output = tree.run(&["--schema"]);
    assert_exit(&output, 0);
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    tree.write("new/owner/tool/run.json", MODEL.replace("20", "15"));
    let output = tree.run(&["schemas", "new", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    assert!(validator.is_valid(&report));
}
