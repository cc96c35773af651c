//! Runs `quickstart`, `batch` and `preflight` without a token, as in a fresh clone.

use std::fs;
use std::path::Path;

use super::example;

/// Runs an example. Returns its output and the contents of the files that it reports as saved.
fn run(name: &str, folder: &Path) -> (String, Vec<Vec<u8>>) {
    let output = example(name, folder).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{name}: {text}");
    let lines = text.lines();
    let paths = lines.filter_map(|line| line.split_once("saved ").map(|(_, path)| path));
    let files = paths.map(|path| fs::read(folder.join(path)).unwrap());
    let files = files.collect();
    (text, files)
}

fn is_mp4(bytes: &[u8]) -> bool {
    let has = |name: &[u8]| bytes.windows(4).any(|window| window == name);
    bytes.get(4..8) == Some(b"ftyp") && has(b"moov") && has(b"mdat")
}

#[test]
fn quickstart_saves_a_playable_file() {
    let folder = tempfile::tempdir().unwrap();
    let (text, files) = run("quickstart", folder.path());
    let [file] = files.as_slice() else {
        panic!("{text}")
    };
    assert!(is_mp4(file), "{text}");
}

#[test]
fn batch_saves_the_successes_and_reports_the_failure() {
    let folder = tempfile::tempdir().unwrap();
    let (text, files) = run("batch", folder.path());
    assert!(
        files.len() == 4 && files.iter().all(|file| is_mp4(file)),
        "{text}"
    );
    assert!(
        text.contains("4: the input violates its schema and was not sent"),
        "{text}"
    );
}

#[test]
fn preflight_reports_a_violated_rule() {
    let folder = tempfile::tempdir().unwrap();
    let (text, _) = run("preflight", folder.path());
    assert!(
        text.contains("at least 360 px, but is 64 px [min_width]"),
        "{text}"
    );
    assert!(
        text.ends_with("The service would refuse the input.\n"),
        "{text}"
    );
}
