//! The examples as somebody meets them who has just cloned the repository: without a token.

use std::fs;
use std::path::Path;

use super::example;

/// What an example says, and the files that it says it saved.
fn run(name: &str, folder: &Path) -> (String, Vec<Vec<u8>>) {
    let ran = example(name, folder).output().unwrap();
    let said = String::from_utf8(ran.stdout).unwrap();
    assert!(ran.status.success(), "{name}: {said}");
    let lines = said.lines();
    let paths = lines.filter_map(|line| line.split_once("saved ").map(|(_, path)| path));
    let files = paths.map(|path| fs::read(folder.join(path)).unwrap());
    let files = files.collect();
    (said, files)
}

fn is_mp4(bytes: &[u8]) -> bool {
    let has = |name: &[u8]| bytes.windows(4).any(|window| window == name);
    bytes.get(4..8) == Some(b"ftyp") && has(b"moov") && has(b"mdat")
}

#[test]
fn quickstart_leaves_a_playable_file() {
    let folder = tempfile::tempdir().unwrap();
    let (said, files) = run("quickstart", folder.path());
    let [file] = files.as_slice() else {
        panic!("{said}")
    };
    assert!(is_mp4(file), "{said}");
}

#[test]
fn batch_keeps_what_succeeds_and_says_what_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let (said, files) = run("batch", folder.path());
    assert!(
        files.len() == 4 && files.iter().all(|file| is_mp4(file)),
        "{said}"
    );
    assert!(
        said.contains("4: the input violates its schema and was not sent"),
        "{said}"
    );
}

#[test]
fn preflight_judges_a_picture_without_submitting_it() {
    let folder = tempfile::tempdir().unwrap();
    let (said, _) = run("preflight", folder.path());
    assert!(
        said.contains("at least 360 px, but is 64 px [min_width]"),
        "{said}"
    );
    assert!(said.ends_with("it would be refused.\n"), "{said}");
}
