//! `cargo xtask diff`: folders, git revisions, messages, exit codes.

use std::fs;
use std::process::Output;

use crate::support::{Tree, assert_exit, text};

const MODEL: &str = r#"{
  "model_id": "owner/tool/run",
  "input": {
    "type": "object",
    "properties": { "steps": { "type": "integer", "maximum": 20, "title": "Steps" } }
  }
}
"#;
const FILE: &str = "schemas/owner/tool/run.json";

/// A tree with one model in `schemas`.
fn tree() -> Tree {
    let tree = Tree::new();
    tree.write(FILE, MODEL);
    tree
}

/// A tree like [`tree`], with its files committed.
fn committed_tree() -> Tree {
    let tree = tree();
    tree.git(&["init", "--quiet"]);
    tree.commit();
    tree
}

/// Runs `diff` on `schemas`.
fn diff(tree: &Tree, more: &[&str]) -> Output {
    run(tree, &[&["--schemas", "schemas"], more].concat())
}

fn run(tree: &Tree, arguments: &[&str]) -> Output {
    tree.xtask("diff").args(arguments).output().unwrap()
}

/// The rule of each change in a JSON report.
#[track_caller]
fn rules(output: &Output) -> Vec<String> {
    assert_exit(output, 0);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let changes = report["changes"].as_array().unwrap();
    let rules = changes.iter().map(|change| change["rule"].as_str());
    rules.map(|rule| rule.unwrap().to_owned()).collect()
}

#[test]
fn the_working_tree_is_compared_with_the_last_commit() {
    let tree = committed_tree();
    let output = diff(&tree, &[]);
    assert_exit(&output, 0);
    assert_eq!(text(&output.stdout), "no change for callers\n");
    // The staging folder of an interrupted run contains no models.
    tree.write("schemas/.codegen/journal.json", "[]");
    let output = diff(&tree, &[]);
    assert_eq!(text(&output.stdout), "no change for callers\n");
    tree.write(FILE, MODEL.replace("20", "15"));
    let output = diff(&tree, &["--format", "github"]);
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
    let tree = committed_tree();
    tree.git(&["tag", "first"]);
    tree.write(FILE, MODEL.replace("20", "15"));
    tree.write(
        "schemas/other/tool/run.json",
        MODEL.replace("owner", "other"),
    );
    tree.commit();
    let json = ["--format", "json"];
    assert!(rules(&diff(&tree, &json)).is_empty());
    for base in ["first", "HEAD~1", "HEAD^"] {
        let output = diff(&tree, &[&json[..], &["--base", base]].concat());
        assert_eq!(rules(&output), ["maximum-lowered", "model-added"], "{base}");
    }
    // The base is compared with the working tree, so uncommitted changes count, whether staged or not.
    fs::remove_file(tree.path(FILE)).unwrap();
    tree.git(&["add", "--all"]);
    let output = diff(&tree, &[&json[..], &["--base", "first"]].concat());
    assert_eq!(rules(&output), ["model-renamed"]);
}

#[test]
fn a_folder_that_did_not_exist_was_empty() {
    let tree = committed_tree();
    tree.write(
        "more/tool-box/other/tool/run.json",
        MODEL.replace("owner", "other"),
    );
    let output = run(&tree, &["--schemas", "more/tool-box", "--format", "json"]);
    assert_eq!(rules(&output), ["model-added"]);
    assert!(text(&output.stdout).contains("\"more/tool-box/other/tool/run.json\""));
}

#[test]
fn unusual_file_names_are_read() {
    let tree = tree();
    let id = "owner/Tool 01 + more/run";
    let path = format!("schemas/{id}.json");
    tree.write(&path, MODEL.replace("owner/tool/run", id));
    // These are not model files.
    tree.write("schemas/model.schema.json", "{}");
    tree.write("schemas/README.md", "text");
    tree.git(&["init", "--quiet"]);
    tree.commit();
    tree.write(
        &path,
        MODEL.replace("owner/tool/run", id).replace("20", "25"),
    );
    let output = diff(&tree, &["--format", "json"]);
    assert_eq!(rules(&output), ["maximum-raised"]);
}

#[test]
fn many_models_are_read_at_once() {
    let tree = tree();
    // The contents that git returns (1.2 MB) exceed the buffer of a pipe.
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
    let output = diff(&tree, &["--format", "json"]);
    assert_eq!(rules(&output), vec!["maximum-lowered"; 300]);
}

#[test]
fn only_what_differs_is_read() {
    let tree = tree();
    // This file is invalid, but since it is unchanged, it is not read.
    tree.write("schemas/other/tool/run.json", "{");
    tree.git(&["init", "--quiet"]);
    tree.commit();
    tree.write(FILE, MODEL.replace("20", "15"));
    tree.write("schemas/new/tool/run.json", MODEL.replace("owner", "new"));
    tree.write(".gitignore", "ignored/");
    tree.write(
        "schemas/ignored/tool/run.json",
        MODEL.replace("owner", "ignored"),
    );
    let output = diff(&tree, &["--format", "json"]);
    assert_eq!(
        rules(&output),
        ["maximum-lowered", "model-added", "model-added"]
    );
    // An unchanged file is read if its model could have the same module as the model of a changed file.
    let other = |name: &str| {
        let path = format!("schemas/owner/{name}/run.json");
        tree.write(&path, MODEL.replace("tool", name));
    };
    other("to-ol");
    tree.git(&["add", "schemas/owner/to-ol"]);
    tree.commit();
    other("to_ol");
    let output = diff(&tree, &[]);
    assert_exit(&output, 1);
    let printed = text(&output.stderr);
    assert!(printed.contains("error[name-collision]"), "{printed}");
}

#[test]
fn a_file_in_a_merge_conflict_is_read_as_it_is() {
    let tree = committed_tree();
    tree.git(&["checkout", "--quiet", "-b", "other"]);
    tree.write(FILE, MODEL.replace("20", "10"));
    tree.commit();
    tree.git(&["checkout", "--quiet", "-b", "this", "HEAD~1"]);
    tree.write(FILE, MODEL.replace("20", "15"));
    tree.commit();
    let merge = [
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        "merge",
        "other",
    ];
    let merge = std::process::Command::new("git")
        .args(merge)
        .current_dir(tree.root())
        .output();
    assert!(!merge.unwrap().status.success());
    tree.write(FILE, MODEL.replace("20", "12"));
    let output = diff(&tree, &["--format", "json"]);
    assert_eq!(rules(&output), ["maximum-lowered"]);
}

#[test]
fn past_inputs_are_replayed() {
    let tree = committed_tree();
    tree.write(FILE, MODEL.replace("20", "15"));
    let line = |steps: u32| {
        format!("{{\"model_id\":\"owner/tool/run\",\"input\":{{\"steps\":{steps}}}}}\n")
    };
    tree.write("inputs.jsonl", line(18) + &line(12) + &line(50));
    let output = diff(&tree, &["--inputs", "inputs.jsonl"]);
    assert_exit(&output, 0);
    let printed = text(&output.stdout);
    assert!(
        printed.contains(
            "\n1 of 3 inputs would now be refused (1 `maximum` /steps); 1 was refused before\n"
        ),
        "{printed}"
    );
    // `--inputs` can be repeated, and can be combined with two folders instead of a git revision.
    let output = run(
        &tree,
        &[
            "schemas",
            "schemas",
            "--inputs",
            "inputs.jsonl",
            "--inputs",
            "inputs.jsonl",
        ],
    );
    assert!(
        text(&output.stdout).contains("0 of 6 inputs would now be refused; 4 were refused before")
    );
    for (file, message) in [
        ("absent.jsonl", "could not read"),
        (FILE, "line 1 is neither"),
    ] {
        let output = diff(&tree, &["--inputs", file]);
        assert_exit(&output, 2);
        assert!(
            text(&output.stderr).contains(message),
            "{}",
            text(&output.stderr)
        );
    }
}

#[test]
fn two_folders_are_compared_without_git() {
    let tree = tree();
    tree.write("new/owner/tool/run.json", MODEL.replace("Steps", "Rounds"));
    let output = run(&tree, &["schemas", "new"]);
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
    let tree = tree();
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
            let output = run(&tree, &["schemas", folder, "--fail-on", level]);
            assert_exit(&output, code);
            assert!(!output.stdout.is_empty());
        }
        assert_exit(&run(&tree, &["schemas", folder]), 0);
    }
}

#[test]
fn a_refused_old_file_is_no_error() {
    let tree = tree();
    tree.write(FILE, MODEL.replace("maximum", "maximun"));
    tree.write("schemas/other/tool/run.json", "{");
    tree.git(&["init", "--quiet"]);
    tree.commit();
    tree.write(FILE, MODEL);
    fs::remove_file(tree.path("schemas/other/tool/run.json")).unwrap();
    let output = diff(&tree, &["--format", "json"]);
    assert_eq!(rules(&output), ["model-not-comparable"; 2]);
    assert!(text(&output.stdout).contains("unknown-key"));
    let output = diff(&tree, &["--fail-on", "breaking"]);
    assert_exit(&output, 0);
}

#[test]
fn refused_new_files_are_errors() {
    let tree = committed_tree();
    tree.write(FILE, MODEL.replace("maximum", "maximun"));
    let output = diff(&tree, &["--format", "json"]);
    assert_exit(&output, 1);
    assert!(output.stdout.is_empty());
    let printed = text(&output.stderr);
    assert!(
        printed.contains("error[unknown-key]: schemas/owner/tool/run.json:5:"),
        "{printed}"
    );
    assert!(printed.contains("nothing was compared"), "{printed}");

    // Each file is valid, but both models have the same module.
    tree.write(FILE, MODEL);
    for name in ["tool-1", "tool_1"] {
        let path = format!("schemas/owner/{name}/run.json");
        tree.write(&path, MODEL.replace("tool", name));
    }
    let output = diff(&tree, &[]);
    assert_exit(&output, 1);
    let printed = text(&output.stderr);
    assert!(printed.contains("error[name-collision]"), "{printed}");

    tree.write(
        "new/owner/tool/run.json",
        MODEL.replace("maximum", "maximun"),
    );
    let output = run(&tree, &["schemas", "new"]);
    assert_exit(&output, 1);
    let printed = text(&output.stderr);
    assert!(
        printed.contains("error[unknown-key]: new/owner/tool/run.json:5:"),
        "{printed}"
    );
}

#[test]
fn misuse_has_its_own_exit_code() {
    let tree = tree();
    let output = diff(&tree, &[]);
    assert_exit(&output, 2);
    let printed = text(&output.stderr);
    assert!(printed.contains("is not in a git repository"), "{printed}");
    tree.git(&["init", "--quiet"]);
    for base in ["HEAD", "no-such-revision", "--output=x", ""] {
        let output = diff(&tree, &[&format!("--base={base}")]);
        assert_exit(&output, 2);
        let printed = text(&output.stderr);
        assert!(
            printed.contains(&format!("no revision `{base}`")),
            "{printed}"
        );
    }
    for arguments in [
        &["schemas"][..],
        &["schemas", "no-such-folder"],
        &["schemas", "schemas", "--base", "HEAD"],
        &["schemas", "schemas", "--schemas", "schemas"],
        &["schemas", "schemas", "--format", "xml"],
        &["schemas", "schemas", "--fail-on", "none"],
        &["schemas", "schemas", "--full-report", "javascript:x"],
    ] {
        assert_exit(&run(&tree, arguments), 2);
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let tree = tree();
    tree.write("new/owner/tool/run.json", MODEL.replace("20", "15"));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = tree
        .xtask("diff")
        .args(["schemas", "new"])
        .stdout(writer)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(0));
}
