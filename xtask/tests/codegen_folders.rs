//! `cargo xtask codegen`: the folders that it reads and writes, simultaneous runs, and killed runs.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use crate::codegen::{MODEL, codegen, snapshot, tree};
use crate::support::{assert_exit, text};

#[test]
fn a_folder_that_does_not_exist_is_an_error() {
    let tree = tree();
    let mut codegen = tree.xtask("codegen");
    let output = codegen.args(["--schemas", "schemas", "--client", "cleint"]);
    let output = output.output().unwrap();
    assert_exit(&output, 2);
    assert!(text(&output.stderr).contains("cleint is not a folder"));
    assert!(!tree.path("cleint").exists());
}

#[test]
#[cfg(unix)]
fn a_second_run_at_the_same_time_is_refused() {
    let tree = tree();
    let before = snapshot(&tree);
    for folder in ["schemas", "client"] {
        let other = fs::File::open(tree.path(folder)).unwrap();
        other.try_lock().unwrap();
        let output = codegen(&tree, &[]);
        assert_exit(&output, 2);
        let printed = text(&output.stderr);
        let expected = format!("another run is writing in {folder}; run the command again");
        assert!(printed.contains(&expected), "{printed}");
    }
    assert_eq!(snapshot(&tree), before);
    assert_exit(&codegen(&tree, &[]), 0);
}

#[test]
fn a_killed_run_leaves_nothing_after_the_next() {
    let tree = tree();
    for n in 0..20 {
        let owner = format!("owner{n}");
        let path = format!("schemas/{owner}/tool/run.json");
        tree.write(&path, MODEL.replace("owner", &owner));
    }
    let staging = tree.path("client/.codegen");
    let mut was_interrupted = false;
    for round in 0..8 {
        let bound = format!("{}", round + 30);
        tree.write("schemas/owner/tool/run.json", MODEL.replace("20", &bound));
        if round % 2 == 0 {
            let _ = fs::remove_dir_all(tree.path("client/src"));
        }
        let mut run = tree.xtask("codegen");
        run.args(["--schemas", "schemas", "--client", "client"]);
        let mut run = run
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while run.try_wait().unwrap().is_none() && !staging.exists() {}
        run.kill().unwrap();
        run.wait().unwrap();
        if staging.exists() {
            was_interrupted = true;
            let output = codegen(&tree, &["--check"]);
            assert_exit(&output, 1);
            assert!(text(&output.stderr).contains("client/.codegen exists"));
        }
        assert_exit(&codegen(&tree, &[]), 0);
        assert_exit(&codegen(&tree, &["--check"]), 0);
        let mut files = snapshot(&tree).into_keys();
        assert!(files.all(|path| !path.to_string_lossy().contains(".codegen")));
    }
    assert!(was_interrupted);
}

#[test]
fn what_looks_like_a_model_file_and_is_ignored_is_named() {
    let tree = tree();
    tree.write("schemas/owner/tool/other.JSON", MODEL);
    tree.write("schemas/README.md", "Not a model file");
    let output = codegen(&tree, &[]);
    assert_exit(&output, 0);
    let printed = text(&output.stderr);
    let name = Path::new("schemas/owner/tool/other.JSON").display();
    assert_eq!(
        printed,
        format!("warning: {name} is ignored; the name of a model file ends with `.json`\n")
    );
}

#[test]
#[cfg(unix)]
fn a_link_to_a_folder_is_named() {
    let tree = tree();
    tree.write("elsewhere/tool/run.json", MODEL);
    for link in ["linked", "linked.json"] {
        let link = tree.path("schemas").join(link);
        std::os::unix::fs::symlink(tree.path("elsewhere"), link).unwrap();
    }
    let output = codegen(&tree, &[]);
    assert_exit(&output, 0);
    let printed = text(&output.stderr);
    for link in ["linked", "linked.json"] {
        let warning = format!("warning: schemas/{link} is a link to a folder");
        assert!(printed.contains(&warning), "{printed}");
    }
}

#[test]
fn diagnostics_name_the_given_folder() {
    let tree = tree();
    tree.write("other models/a/b.json", " ".repeat(100_000) + "x");
    let mut codegen = tree.xtask("codegen");
    let output = codegen.args(["--schemas", "other models", "--client", "client"]);
    let output = output.output().unwrap();
    assert_exit(&output, 1);
    let printed = text(&output.stderr);
    assert!(
        printed.contains("[other models/a/b.json:1:100001]"),
        "{printed}"
    );
    assert!(printed.len() < 2000, "{printed}");
}
