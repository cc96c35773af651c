//! Tests with the saved documentation pages from which the committed model files were imported. The pages
//! are in `../shared/pages`, outside the repository, so the tests are ignored by default.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::damage::{Removals, cut_everywhere, remove_each_line};
use super::{import, workspace};

/// The paths of the saved documentation pages, sorted.
fn pages() -> Vec<PathBuf> {
    let entries = fs::read_dir(workspace().join("../shared/pages")).unwrap();
    let mut pages: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "txt"));
    pages.sort();
    assert!(!pages.is_empty());
    pages
}

/// The name of a page, its bytes, and the text of the model files imported from it.
fn page_and_files(path: &PathBuf) -> (String, Vec<u8>, Vec<String>) {
    let name = path.display().to_string();
    let page = fs::read(path).unwrap();
    let files = import(&name, &page).unwrap();
    (name, page, files)
}

/// Compares only the keys whose values come from the page. A committed file also contains the field names
/// that an import pinned in `names`, and keys that maintainers added by hand, such as `overrides`.
#[test]
#[ignore = "needs ../shared: the saved documentation pages"]
fn each_document_gives_what_its_committed_file_has_from_it() {
    for path in pages() {
        let (name, _, files) = page_and_files(&path);
        for file in files {
            let imported: Value = serde_json::from_str(&file).unwrap();
            let id = imported["model_id"].as_str().unwrap();
            let committed = workspace().join(format!("schemas/{id}.json"));
            let committed = fs::read_to_string(committed).unwrap();
            let committed: Value = serde_json::from_str(&committed).unwrap();
            for key in ["model_id", "example", "input", "output"] {
                assert_eq!(imported.get(key), committed.get(key), "{name}: {key}");
            }
        }
    }
}

#[test]
#[ignore = "needs ../shared: the saved documentation pages"]
fn documents_that_are_cut_off() {
    for path in pages() {
        let (name, page, files) = page_and_files(&path);
        cut_everywhere(&name, &page, &files, 500);
        cut_everywhere(&name, &page, &files, 61);
    }
}

#[test]
#[ignore = "needs ../shared: the saved documentation pages"]
fn documents_that_lost_a_line() {
    for path in pages() {
        let (name, page, files) = page_and_files(&path);
        let removals = remove_each_line(&name, &page, &files);
        println!("{name}: {removals:?}");
        assert_ne!(removals, Removals::default());
    }
}
