//! `cargo xtask codegen` as its users see it: files, modification times, messages, exit codes.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

const MANIFEST: &str =
    "[features]\n# models: begin, kept by `cargo xtask codegen`\n# models: end\n";
const MODEL: &str = r#"{
  "model_id": "owner/tool/run",
  "input": {
    "type": "object",
    "properties": { "steps": { "type": "integer", "maximum": 20 } }
  }
}
"#;

/// A tree of its own to generate in.
struct Tree(TempDir);

impl Tree {
    fn new() -> Self {
        let tree = Self(tempfile::tempdir().expect("a temporary folder"));
        tree.write("schemas/owner/tool/run.json", MODEL);
        tree.write("client/Cargo.toml", MANIFEST);
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

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("a readable file")
    }

    fn codegen(&self, more: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .arg("codegen")
            .args(["--schemas".as_ref(), self.path("schemas").as_os_str()])
            .args(["--client".as_ref(), self.path("client").as_os_str()])
            .args(more)
            .env("CARGO_TARGET_DIR", self.path("target"))
            .current_dir(self.0.path())
            .output()
            .expect("xtask runs")
    }

    /// Every file with its content and modification time.
    fn snapshot(&self) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
        let mut files = BTreeMap::new();
        collect(self.0.path(), &mut files);
        // The stamp of the last run is no part of the tree.
        files.retain(|path, _| !path.starts_with(self.path("target")));
        files
    }

    /// Moves every modification time into the past, so that a rewritten file shows.
    fn age(&self) {
        let past = SystemTime::now() - Duration::from_secs(3600);
        for path in self.snapshot().into_keys() {
            let file = fs::File::options().write(true).open(path).expect("a file");
            file.set_modified(past).expect("a new modification time");
        }
    }
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, (Vec<u8>, SystemTime)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        if entry.path().is_dir() {
            collect(&entry.path(), files);
        } else {
            let content = fs::read(entry.path()).expect("a file");
            let modified = entry
                .metadata()
                .and_then(|data| data.modified())
                .expect("a time");
            files.insert(entry.path(), (content, modified));
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn assert_exit(output: &Output, code: i32) {
    assert_eq!(
        output.status.code(),
        Some(code),
        "stdout: {}\nstderr: {}",
        text(&output.stdout),
        text(&output.stderr)
    );
}

#[test]
fn a_run_creates_the_tree_and_says_so() {
    let tree = Tree::new();
    let output = tree.codegen(&[]);
    assert_exit(&output, 0);
    let said = text(&output.stdout);
    for line in [
        "created schemas/model.schema.json",
        "updated client/Cargo.toml",
        "created client/src/models/mod.rs",
        "created client/src/models/owner.rs",
        "created client/src/models/owner/tool/run.rs",
    ] {
        assert!(said.contains(line), "{line:?} in:\n{said}");
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
    let tree = Tree::new();
    assert_exit(&tree.codegen(&[]), 0);
    tree.age();
    let before = tree.snapshot();
    let output = tree.codegen(&[]);
    assert_exit(&output, 0);
    assert!(text(&output.stdout).contains("nothing to do"));
    assert_eq!(tree.snapshot(), before);
}

#[test]
fn a_run_with_nothing_to_do_still_sees_every_change_and_repeats_its_warnings() {
    let tree = Tree::new();
    tree.write("schemas/elsewhere.json", MODEL.replace("owner", "other"));
    assert_exit(&tree.codegen(&[]), 0);
    let output = tree.codegen(&[]);
    assert!(text(&output.stdout).contains("nothing to do"));
    assert!(
        text(&output.stderr).contains("misplaced-file"),
        "{}",
        text(&output.stderr)
    );
    let path = "client/src/models/owner/tool/run.rs";
    let fresh = tree.read(path);
    tree.write(path, fresh.replace("20", "30"));
    let output = tree.codegen(&[]);
    assert!(text(&output.stdout).contains("updated client/src/models/owner/tool/run.rs"));
    assert_eq!(tree.read(path), fresh);
    fs::remove_file(tree.path(path)).expect("a removed file");
    assert_exit(&tree.codegen(&[]), 0);
    assert_eq!(tree.read(path), fresh);
}

#[test]
fn one_changed_bound_touches_one_file() {
    let tree = Tree::new();
    tree.write(
        "schemas/other/tool/run.json",
        MODEL.replace("owner", "other"),
    );
    assert_exit(&tree.codegen(&[]), 0);
    tree.age();
    let before = tree.snapshot();
    tree.write("schemas/owner/tool/run.json", MODEL.replace("20", "25"));
    let output = tree.codegen(&[]);
    assert_exit(&output, 0);
    assert!(text(&output.stdout).starts_with("updated client/src/models/owner/tool/run.rs\n"));
    let after = tree.snapshot();
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
fn orphans_go_but_only_those_that_carry_the_header() {
    let tree = Tree::new();
    tree.write("schemas/gone/tool/run.json", MODEL.replace("owner", "gone"));
    assert_exit(&tree.codegen(&[]), 0);
    fs::remove_file(tree.path("schemas/gone/tool/run.json")).expect("a removed schema");
    tree.write("client/src/models/by_hand.rs", "// mine\n");
    let output = tree.codegen(&[]);
    assert_exit(&output, 0);
    let said = text(&output.stdout);
    assert!(said.contains("removed client/src/models/gone.rs"), "{said}");
    assert!(
        said.contains("removed client/src/models/gone/tool/run.rs"),
        "{said}"
    );
    assert!(!tree.path("client/src/models/gone").exists());
    assert_eq!(tree.read("client/src/models/by_hand.rs"), "// mine\n");
    assert!(!tree.read("client/Cargo.toml").contains("gone"));
}

#[test]
fn a_hand_written_file_in_the_way_is_a_fault_and_stays() {
    let tree = Tree::new();
    tree.write("client/src/models/owner/tool/run.rs", "// mine\n");
    let before = tree.snapshot();
    let output = tree.codegen(&[]);
    assert_exit(&output, 2);
    assert!(text(&output.stderr).contains("move it away, nothing was written"));
    assert_eq!(tree.snapshot(), before);
}

#[test]
fn a_bad_schema_among_good_ones_leaves_the_tree_untouched() {
    let tree = Tree::new();
    assert_exit(&tree.codegen(&[]), 0);
    tree.write("schemas/owner/tool/run.json", MODEL.replace("20", "25"));
    tree.write(
        "schemas/bad/tool/run.json",
        MODEL.replace("owner", "bad").replace("maximum", "maximun"),
    );
    tree.age();
    let before = tree.snapshot();
    let output = tree.codegen(&[]);
    assert_exit(&output, 1);
    let said = text(&output.stderr);
    assert!(said.contains("unknown-key"), "{said}");
    assert!(said.contains("schemas/bad/tool/run.json:5:"), "{said}");
    assert!(said.contains("did you mean `maximum`?"), "{said}");
    assert!(said.contains("1 error; nothing was written"), "{said}");
    assert_eq!(tree.snapshot(), before);
}

#[test]
fn check_writes_nothing_and_tells_how_to_mend() {
    let tree = Tree::new();
    let before = tree.snapshot();
    let output = tree.codegen(&["--check"]);
    assert_exit(&output, 1);
    assert!(text(&output.stderr).contains("run `cargo xtask codegen`"));
    assert_eq!(tree.snapshot(), before);

    assert_exit(&tree.codegen(&[]), 0);
    let output = tree.codegen(&["--check"]);
    assert_exit(&output, 0);
    assert!(text(&output.stdout).contains("everything generated is fresh"));

    tree.write("schemas/owner/tool/run.json", MODEL.replace("20", "25"));
    let output = tree.codegen(&["--check"]);
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
    let tree = Tree::new();
    assert_exit(&tree.codegen(&[]), 0);
    let path = "client/src/models/owner/tool/run.rs";
    tree.write(path, tree.read(path).replace('\n', "\r\n"));
    assert_exit(&tree.codegen(&["--check"]), 0);
}

#[test]
fn misuse_is_told_apart_from_findings() {
    let tree = Tree::new();
    assert_exit(&tree.codegen(&["--no-such-flag"]), 2);
    fs::remove_dir_all(tree.path("schemas")).expect("removed schemas");
    let output = tree.codegen(&[]);
    assert_exit(&output, 2);
    assert!(text(&output.stderr).contains("give the folder of schemas with --schemas"));
    tree.write("schemas/owner/tool/run.json", MODEL);
    tree.write("client/Cargo.toml", "[features]\n");
    let output = tree.codegen(&[]);
    assert_exit(&output, 2);
    assert!(text(&output.stderr).contains("models: begin"));
}

#[test]
fn watch_regenerates_when_a_schema_changes() {
    let tree = Tree::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["codegen", "--watch"])
        .args(["--schemas".as_ref(), tree.path("schemas").as_os_str()])
        .args(["--client".as_ref(), tree.path("client").as_os_str()])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("xtask runs");
    let out = BufReader::new(child.stdout.take().expect("standard output"));
    let mut lines = out.lines().map(|line| line.expect("a line"));
    let mut until = |start: &str| {
        lines
            .find(|line| line.starts_with(start))
            .expect("more output")
    };
    until("watching");
    tree.write("schemas/owner/tool/run.json", MODEL.replace("20", "25"));
    until("updated");
    child.kill().expect("an end");
    child.wait().expect("an end");
    assert!(
        tree.read("client/src/models/owner/tool/run.rs")
            .contains("&self.steps, 25);")
    );
}

#[test]
fn a_run_ends_with_what_changed_since_the_last_commit() {
    let tree = Tree::new();
    let git = |arguments: &[&str]| {
        let status = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
            .args(arguments)
            .current_dir(tree.0.path())
            .stdout(Stdio::null())
            .status()
            .expect("git runs");
        assert!(status.success(), "git {arguments:?}");
    };
    git(&["init", "--quiet"]);
    git(&["add", "schemas"]);
    git(&["commit", "--quiet", "--message", "schemas"]);
    let output = tree.codegen(&[]);
    assert!(!text(&output.stdout).contains("since the last commit"));

    tree.write("schemas/owner/tool/run.json", MODEL.replace("20", "15"));
    let output = tree.codegen(&[]);
    assert_exit(&output, 0);
    let said = text(&output.stdout);
    assert!(
        said.contains("since the last commit: 1 change in 1 model: 1 breaking"),
        "{said}"
    );
    assert!(
        said.contains("maximum lowered: 20 → 15 [maximum-lowered]"),
        "{said}"
    );
    let again = text(&tree.codegen(&[]).stdout);
    assert!(again.contains("since the last commit"), "{again}");

    git(&["commit", "--quiet", "--all", "--message", "fewer steps"]);
    for _ in 0..2 {
        let said = text(&tree.codegen(&[]).stdout);
        assert!(said.contains("nothing to do"), "{said}");
        assert!(!said.contains("since the last commit"), "{said}");
    }
}
