//! `cargo xtask codegen`: files, modification times, messages, exit codes.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::{Duration, SystemTime};

use crate::support::{Tree, assert_exit, text};

const MANIFEST: &str =
    "[features]\n# models: begin, kept by `cargo xtask codegen`\n# models: end\n";
pub(crate) const MODEL: &str = r#"{
  "model_id": "owner/tool/run",
  "input": {
    "type": "object",
    "properties": { "steps": { "type": "integer", "maximum": 20 } }
  }
}
"#;

/// A temporary folder with the schema of one model and the manifest of a client.
pub(crate) fn tree() -> Tree {
    let tree = Tree::new();
    tree.write("schemas/owner/tool/run.json", MODEL);
    tree.write("client/Cargo.toml", MANIFEST);
    tree
}

pub(crate) fn codegen(tree: &Tree, more: &[&str]) -> Output {
    tree.xtask("codegen")
        .args(["--schemas", "schemas", "--client", "client"])
        .args(more)
        .output()
        .unwrap()
}

/// Every file with its content and modification time.
pub(crate) fn snapshot(tree: &Tree) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let mut files = BTreeMap::new();
    collect(tree.root(), &mut files);
    files
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, (Vec<u8>, SystemTime)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            collect(&entry.path(), files);
        } else {
            let modified = entry.metadata().unwrap().modified().unwrap();
            files.insert(entry.path(), (fs::read(entry.path()).unwrap(), modified));
        }
    }
}

/// Moves every modification time into the past, so that a rewritten file is noticed.
fn age(tree: &Tree) {
    let past = SystemTime::now() - Duration::from_secs(3600);
    for path in snapshot(tree).into_keys() {
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(past).unwrap();
    }
}

#[test]
fn a_run_creates_the_tree() {
    let tree = tree();
    let output = codegen(&tree, &[]);
    assert_exit(&output, 0);
    let printed = text(&output.stdout);
    for line in [
        "created schemas/model.schema.json",
        "updated client/Cargo.toml",
        "created client/src/models/mod.rs",
        "created client/src/models/owner.rs",
        "created client/src/models/owner/tool/run.rs",
    ] {
        assert!(printed.contains(line), "{line:?} in:\n{printed}");
    }
    assert!(
        tree.read("client/Cargo.toml")
            .contains("all-models = [\"owner\"]\nany-model = []\nowner = [\"any-model\"]\n")
    );
    assert!(
        tree.read("client/src/models/owner/tool/run.rs")
            .contains("c.maximum(\"steps\", &self.steps, 20);")
    );
}

#[test]
fn a_second_run_touches_nothing() {
    let tree = tree();
    assert_exit(&codegen(&tree, &[]), 0);
    age(&tree);
    let before = snapshot(&tree);
    let output = codegen(&tree, &[]);
    assert_exit(&output, 0);
    assert!(text(&output.stdout).contains("nothing to do"));
    assert_eq!(snapshot(&tree), before);
}

#[test]
fn a_changed_or_removed_generated_file_is_restored_and_warnings_are_repeated() {
    let tree = tree();
    tree.write("schemas/elsewhere.json", MODEL.replace("owner", "other"));
    assert_exit(&codegen(&tree, &[]), 0);
    let output = codegen(&tree, &[]);
    assert!(text(&output.stdout).contains("nothing to do"));
    let printed = text(&output.stderr);
    assert!(printed.contains("misplaced-file"), "{printed}");
    let path = "client/src/models/owner/tool/run.rs";
    let fresh = tree.read(path);
    tree.write(path, fresh.replace("20", "30"));
    let output = codegen(&tree, &[]);
    assert!(text(&output.stdout).contains("updated client/src/models/owner/tool/run.rs"));
    assert_eq!(tree.read(path), fresh);
    fs::remove_file(tree.path(path)).unwrap();
    assert_exit(&codegen(&tree, &[]), 0);
    assert_eq!(tree.read(path), fresh);
}

#[test]
fn one_changed_bound_touches_one_file() {
    let tree = tree();
    tree.write(
        "schemas/other/tool/run.json",
        MODEL.replace("owner", "other"),
    );
    assert_exit(&codegen(&tree, &[]), 0);
    age(&tree);
    let before = snapshot(&tree);
    tree.write("schemas/owner/tool/run.json", MODEL.replace("20", "25"));
    let output = codegen(&tree, &[]);
    assert_exit(&output, 0);
    assert!(text(&output.stdout).starts_with("updated client/src/models/owner/tool/run.rs\n"));
    let after = snapshot(&tree);
    let changed: Vec<_> = after
        .iter()
        .filter(|(path, file)| before.get(*path) != Some(file))
        .map(|(path, _)| path)
        .collect();
    let expected = [
        tree.path("client/src/models/owner/tool/run.rs"),
        tree.path("schemas/owner/tool/run.json"),
    ];
    assert_eq!(changed, expected.iter().collect::<Vec<_>>());
}

#[test]
fn only_orphans_with_the_header_are_removed() {
    let tree = tree();
    tree.write("schemas/gone/tool/run.json", MODEL.replace("owner", "gone"));
    assert_exit(&codegen(&tree, &[]), 0);
    fs::remove_file(tree.path("schemas/gone/tool/run.json")).unwrap();
    tree.write("client/src/models/by_hand.rs", "// mine\n");
    let output = codegen(&tree, &[]);
    assert_exit(&output, 0);
    let printed = text(&output.stdout);
    assert!(
        printed.contains("removed client/src/models/gone.rs"),
        "{printed}"
    );
    assert!(
        printed.contains("removed client/src/models/gone/tool/run.rs"),
        "{printed}"
    );
    assert!(!tree.path("client/src/models/gone").exists());
    assert_eq!(tree.read("client/src/models/by_hand.rs"), "// mine\n");
    assert!(!tree.read("client/Cargo.toml").contains("gone"));
}

#[test]
fn a_hand_written_file_is_not_overwritten() {
    let tree = tree();
    tree.write("client/src/models/owner/tool/run.rs", "// mine\n");
    let before = snapshot(&tree);
    let output = codegen(&tree, &[]);
    assert_exit(&output, 2);
    assert!(text(&output.stderr).contains("move it away, nothing was written"));
    assert_eq!(snapshot(&tree), before);
}

#[test]
fn an_invalid_schema_among_valid_ones_leaves_the_tree_untouched() {
    let tree = tree();
    assert_exit(&codegen(&tree, &[]), 0);
    tree.write("schemas/owner/tool/run.json", MODEL.replace("20", "25"));
    tree.write(
        "schemas/bad/tool/run.json",
        MODEL.replace("owner", "bad").replace("maximum", "maximun"),
    );
    age(&tree);
    let before = snapshot(&tree);
    let output = codegen(&tree, &[]);
    assert_exit(&output, 1);
    let printed = text(&output.stderr);
    assert!(printed.contains("unknown-key"), "{printed}");
    assert!(
        printed.contains("schemas/bad/tool/run.json:5:"),
        "{printed}"
    );
    assert!(printed.contains("did you mean `maximum`?"), "{printed}");
    assert!(
        printed.contains("1 error; nothing was written"),
        "{printed}"
    );
    assert_eq!(snapshot(&tree), before);
}

#[test]
fn check_writes_nothing_and_names_the_command() {
    let tree = tree();
    let before = snapshot(&tree);
    let output = codegen(&tree, &["--check"]);
    assert_exit(&output, 1);
    assert!(text(&output.stderr).contains("run `cargo xtask codegen`"));
    assert_eq!(snapshot(&tree), before);

    assert_exit(&codegen(&tree, &[]), 0);
    let output = codegen(&tree, &["--check"]);
    assert_exit(&output, 0);
    assert!(text(&output.stdout).contains("everything generated is fresh"));

    tree.write("schemas/owner/tool/run.json", MODEL.replace("20", "25"));
    let output = codegen(&tree, &["--check"]);
    assert_exit(&output, 1);
    let diff = text(&output.stdout);
    assert!(
        diff.contains("-        c.maximum(\"steps\", &self.steps, 20);"),
        "{diff}"
    );
    assert!(
        diff.contains("+        c.maximum(\"steps\", &self.steps, 25);"),
        "{diff}"
    );
}

#[test]
fn line_endings_do_not_make_a_file_stale() {
    let tree = tree();
    assert_exit(&codegen(&tree, &[]), 0);
    let path = "client/src/models/owner/tool/run.rs";
    tree.write(path, tree.read(path).replace('\n', "\r\n"));
    assert_exit(&codegen(&tree, &["--check"]), 0);
}

#[test]
fn misuse_has_its_own_exit_code() {
    let tree = tree();
    assert_exit(&codegen(&tree, &["--no-such-flag"]), 2);
    fs::remove_dir_all(tree.path("schemas")).unwrap();
    let output = codegen(&tree, &[]);
    assert_exit(&output, 2);
    assert!(text(&output.stderr).contains("give the folder of schemas with --schemas"));
    tree.write("schemas/owner/tool/run.json", MODEL);
    tree.write("client/Cargo.toml", "[features]\n");
    let output = codegen(&tree, &[]);
    assert_exit(&output, 2);
    assert!(text(&output.stderr).contains("models: begin"));
}

#[test]
fn watch_regenerates_when_a_schema_changes() {
    let tree = tree();
    let mut child = tree
        .xtask("codegen")
        .args(["--schemas", "schemas", "--client", "client", "--watch"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let mut lines = out.lines().map(|line| line.unwrap());
    let mut until = |start: &str| lines.find(|line| line.starts_with(start)).unwrap();
    until("watching");
    tree.write("schemas/owner/tool/run.json", MODEL.replace("20", "25"));
    until("updated");
    child.kill().unwrap();
    child.wait().unwrap();
    let model = tree.read("client/src/models/owner/tool/run.rs");
    assert!(model.contains("&self.steps, 25);"));
}

#[test]
fn a_run_ends_with_the_changes_since_the_last_commit() {
    let tree = tree();
    tree.git(&["init", "--quiet"]);
    tree.commit();
    let output = codegen(&tree, &[]);
    assert!(!text(&output.stdout).contains("since the last commit"));

    tree.write("schemas/owner/tool/run.json", MODEL.replace("20", "15"));
    let output = codegen(&tree, &[]);
    assert_exit(&output, 0);
    let printed = text(&output.stdout);
    assert!(
        printed.contains("since the last commit: 1 change in 1 model: 1 breaking"),
        "{printed}"
    );
    assert!(
        printed.contains("maximum lowered: 20 → 15 [maximum-lowered]"),
        "{printed}"
    );

    tree.commit();
    let printed = text(&codegen(&tree, &[]).stdout);
    assert!(printed.contains("nothing to do"), "{printed}");
    assert!(!printed.contains("since the last commit"), "{printed}");
}
