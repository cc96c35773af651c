//! `cargo xtask import`: files, messages, exit codes.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

use crate::support::{Tree, assert_exit, text};

const MODEL: &str = r#"{
  "model_id": "owner/tool/run",
  "example": {
    "steps": 5
  },
  "input": {
    "type": "object",
    "required": [
      "steps"
    ],
    "properties": {
      "steps": {
        "type": "integer",
        "maximum": 20
      }
    }
  }
}
"#;

/// Runs `cargo xtask import` on pages, with `input` as standard input. The model files are written to the
/// folder `schemas` below `tree`.
pub(crate) fn import(tree: &Tree, pages: &[&Path], input: &str) -> Output {
    fs::create_dir_all(tree.path("schemas")).unwrap();
    let mut child = tree
        .xtask("import")
        .args(pages)
        .args(["--schemas", "schemas"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // The command may exit without reading its standard input.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().unwrap()
}

/// Whether nothing was written.
fn is_empty(tree: &Tree) -> bool {
    fs::read_dir(tree.path("schemas")).unwrap().count() == 0
}

#[test]
fn a_page_from_standard_input_is_created_then_unchanged() {
    let tree = Tree::new();
    let output = import(&tree, &["-".as_ref()], MODEL);
    assert_exit(&output, 0);
    assert_eq!(
        text(&output.stdout),
        "created schemas/owner/tool/run.json\n"
    );
    let file = tree.path("schemas/owner/tool/run.json");
    assert_eq!(fs::read_to_string(file).unwrap(), MODEL);
    let output = import(&tree, &["-".as_ref()], MODEL);
    assert_eq!(
        text(&output.stdout),
        "unchanged schemas/owner/tool/run.json\n"
    );
}

#[test]
fn an_update_keeps_the_names_of_the_file() {
    let tree = Tree::new();
    assert_exit(&import(&tree, &["-".as_ref()], MODEL), 0);
    let file = tree.path("schemas/owner/tool/run.json");
    let named = MODEL.replace(
        "\n  }\n}\n",
        "\n  },\n  \"names\": {\n    \"steps\": \"iterations\"\n  }\n}\n",
    );
    fs::write(&file, named).unwrap();
    let output = import(&tree, &["-".as_ref()], &MODEL.replace("20", "25"));
    assert_exit(&output, 0);
    let report = text(&output.stdout);
    assert!(
        report.starts_with("updated schemas/owner/tool/run.json\n"),
        "{report}"
    );
    assert!(
        report.contains("1 change in 1 model: 1 compatible"),
        "{report}"
    );
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("\"maximum\": 25"), "{text}");
    assert!(text.contains("\"steps\": \"iterations\""), "{text}");
}

#[test]
fn an_invalid_page_among_valid_ones_writes_nothing() {
    let tree = Tree::new();
    tree.write("valid.json", MODEL);
    tree.write("invalid.json", &MODEL[..MODEL.len() / 2]);
    let pages = ["valid.json".as_ref(), "invalid.json".as_ref()];
    let output = import(&tree, &pages, "");
    assert_exit(&output, 1);
    assert!(
        text(&output.stderr).contains("invalid.json"),
        "{}",
        text(&output.stderr)
    );
    assert!(text(&output.stderr).contains("nothing was written"));
    assert!(is_empty(&tree));
}

#[test]
fn an_invalid_example_is_not_written() {
    let tree = Tree::new();
    let output = import(&tree, &["-".as_ref()], &MODEL.replace(": 5", ": 50"));
    assert_exit(&output, 1);
    let errors = text(&output.stderr);
    assert!(errors.contains("invalid-example"), "{errors}");
    assert!(errors.contains("above `maximum` 20"), "{errors}");
    assert!(is_empty(&tree));
}

#[test]
fn the_catalogue_takes_nothing_from_a_page() {
    let tree = Tree::new();
    assert_exit(&import(&tree, &["-".as_ref()], MODEL), 0);
    let catalogue = r#"{"model_id": "owner/tool/run", "input_schema": {"properties":
        {"steps": {"maximum": 25, "type": "integer"}}, "required": ["steps"], "type": "object"}}"#;
    let output = import(&tree, &["-".as_ref()], catalogue);
    assert_exit(&output, 0);
    let printed = text(&output.stdout);
    for line in [
        "updated schemas/owner/tool/run.json\n",
        "  kept /example: the source has none\n",
        "  replaced /input/properties/steps/maximum: 20 → 25\n",
        "  if one of these was edited by hand, state it in `overrides`",
        "1 change in 1 model: 1 compatible",
    ] {
        assert!(printed.contains(line), "{line:?} in:\n{printed}");
    }
    let file = tree.read("schemas/owner/tool/run.json");
    assert_eq!(file, MODEL.replace("20", "25"));
}

#[test]
fn check_previews_and_writes_nothing() {
    let tree = Tree::new();
    let check = |page: &str| {
        tree.write("page.json", page);
        let arguments = ["page.json", "--schemas", "schemas", "--check"];
        tree.xtask("import").args(arguments).output().unwrap()
    };
    fs::create_dir_all(tree.path("schemas")).unwrap();
    let output = check(MODEL);
    assert_exit(&output, 1);
    assert!(text(&output.stdout).contains("+        \"maximum\": 20"));
    assert!(is_empty(&tree));

    tree.write("schemas/owner/tool/run.json", MODEL);
    assert_exit(&check(MODEL), 0);
    let output = check(&MODEL.replace("20", "15"));
    assert_exit(&output, 1);
    let printed = text(&output.stdout);
    for line in [
        "-        \"maximum\": 20\n+        \"maximum\": 15\n",
        "  replaced /input/properties/steps/maximum: 20 → 15\n",
        "maximum lowered: 20 → 15 [maximum-lowered]",
    ] {
        assert!(printed.contains(line), "{line:?} in:\n{printed}");
    }
    assert_eq!(tree.read("schemas/owner/tool/run.json"), MODEL);
}

#[test]
fn a_folder_that_does_not_exist_is_an_error() {
    let tree = Tree::new();
    tree.write("page.json", MODEL);
    let arguments = ["page.json", "--schemas", "shcemas"];
    let output = tree.xtask("import").args(arguments).output().unwrap();
    assert_exit(&output, 2);
    assert!(text(&output.stderr).contains("shcemas is not a folder"));
    assert!(!tree.path("shcemas").exists());
}

#[test]
fn an_unreadable_file_is_not_overwritten() {
    let tree = Tree::new();
    let file = tree.path("schemas/owner/tool/run.json");
    tree.write("schemas/owner/tool/run.json", "{ broken");
    let output = import(&tree, &["-".as_ref()], MODEL);
    assert_exit(&output, 2);
    assert_eq!(fs::read_to_string(&file).unwrap(), "{ broken");
}

#[test]
fn two_pages_of_one_model_must_agree() {
    let tree = Tree::new();
    tree.write("one.json", MODEL);
    tree.write("other.json", MODEL.replace("20", "25"));
    let (one, other) = ("one.json".as_ref(), "other.json".as_ref());
    assert_exit(&import(&tree, &[one, other], ""), 1);
    assert_exit(&import(&tree, &[one, one], ""), 0);
}
