//! `cargo xtask import` as its users see it.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

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

fn import(schemas: &TempDir, pages: &[&Path], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("import")
        .args(pages)
        .args(["--schemas".as_ref(), schemas.path().as_os_str()])
        .current_dir(schemas.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("xtask runs");
    let mut stdin = child.stdin.take().expect("standard input");
    // The command may end without reading it.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("xtask ends")
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn assert_exit(output: &Output, code: i32) {
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert_eq!(
        output.status.code(),
        Some(code),
        "stdout: {out}\nstderr: {err}"
    );
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_page_from_standard_input_is_created_then_unchanged() {
    let schemas = folder();
    let output = import(&schemas, &["-".as_ref()], MODEL);
    assert_exit(&output, 0);
    assert_eq!(said(&output.stdout), "created owner/tool/run.json\n");
    let file = schemas.path().join("owner/tool/run.json");
    assert_eq!(fs::read_to_string(file).expect("a model file"), MODEL);
    let output = import(&schemas, &["-".as_ref()], MODEL);
    assert_eq!(said(&output.stdout), "unchanged owner/tool/run.json\n");
}

#[test]
fn an_update_keeps_the_names_of_the_file() {
    let schemas = folder();
    assert_exit(&import(&schemas, &["-".as_ref()], MODEL), 0);
    let file = schemas.path().join("owner/tool/run.json");
    let named = MODEL.replace(
        "\n  }\n}\n",
        "\n  },\n  \"names\": {\n    \"steps\": \"iterations\"\n  }\n}\n",
    );
    fs::write(&file, named).expect("a written file");
    let output = import(&schemas, &["-".as_ref()], &MODEL.replace("20", "25"));
    assert_exit(&output, 0);
    let report = said(&output.stdout);
    assert!(
        report.starts_with("updated owner/tool/run.json\n"),
        "{report}"
    );
    assert!(
        report.contains("1 change in 1 model: 1 compatible"),
        "{report}"
    );
    let text = fs::read_to_string(&file).expect("a model file");
    assert!(text.contains("\"maximum\": 25"), "{text}");
    assert!(text.contains("\"steps\": \"iterations\""), "{text}");
}

#[test]
fn one_bad_page_among_good_ones_writes_nothing() {
    let schemas = folder();
    let pages = folder();
    let good = pages.path().join("good.json");
    let bad = pages.path().join("bad.json");
    fs::write(&good, MODEL).expect("a page");
    fs::write(&bad, &MODEL[..MODEL.len() / 2]).expect("a page");
    let output = import(&schemas, &[&good, &bad], "");
    assert_exit(&output, 1);
    assert!(
        said(&output.stderr).contains("bad.json"),
        "{}",
        said(&output.stderr)
    );
    assert!(said(&output.stderr).contains("nothing was written"));
    assert_eq!(fs::read_dir(schemas.path()).expect("a folder").count(), 0);
}

#[test]
fn an_example_that_its_own_schema_refuses_is_not_written() {
    let schemas = folder();
    let output = import(&schemas, &["-".as_ref()], &MODEL.replace(": 5", ": 50"));
    assert_exit(&output, 1);
    let errors = said(&output.stderr);
    assert!(errors.contains("invalid-example"), "{errors}");
    assert!(errors.contains("above `maximum` 20"), "{errors}");
    assert_eq!(fs::read_dir(schemas.path()).expect("a folder").count(), 0);
}

#[test]
fn names_that_cannot_be_read_are_not_overwritten() {
    let schemas = folder();
    let file = schemas.path().join("owner/tool/run.json");
    fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
    fs::write(&file, "{ broken").expect("a file");
    let output = import(&schemas, &["-".as_ref()], MODEL);
    assert_exit(&output, 2);
    assert_eq!(fs::read_to_string(&file).expect("the file"), "{ broken");
}

#[test]
fn two_pages_of_one_model_must_agree() {
    let schemas = folder();
    let pages = folder();
    let one = pages.path().join("one.json");
    let other = pages.path().join("other.json");
    fs::write(&one, MODEL).expect("a page");
    fs::write(&other, MODEL.replace("20", "25")).expect("a page");
    assert_exit(&import(&schemas, &[&one, &other], ""), 1);
    assert_exit(&import(&schemas, &[&one, &one], ""), 0);
}

/// The five documents that the committed schemas come from, where they are at hand.
#[test]
fn the_documents_reproduce_the_committed_files() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let pages = workspace.join("../shared/pages");
    let Ok(entries) = fs::read_dir(&pages) else {
        println!("skipped: {} is not here", pages.display());
        return;
    };
    let schemas = folder();
    let pages: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    let pages: Vec<&Path> = pages.iter().map(AsRef::as_ref).collect();
    let output = import(&schemas, &pages, "");
    assert_exit(&output, 0);
    let created = said(&output.stdout);
    assert_eq!(created.lines().count(), pages.len());
    for line in created.lines() {
        let file = line.strip_prefix("created ").expect("a created file");
        let committed = fs::read(workspace.join("schemas").join(file)).expect("a committed file");
        assert!(
            fs::read(schemas.path().join(file)).expect("a file") == committed,
            "{file}"
        );
    }
}
