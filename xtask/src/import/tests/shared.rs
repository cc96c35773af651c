//! The documents in `../shared` that the committed model files were imported from. They are not part of
//! the project.

use std::fs;
use std::path::PathBuf;

use super::damage::{Removals, cut_everywhere, remove_each_line};
use super::{import, workspace};
use crate::import::read_page;

/// The documents.
fn pages() -> Vec<PathBuf> {
    let entries = fs::read_dir(workspace().join("../shared/pages")).unwrap();
    let mut pages: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "txt"));
    pages.sort();
    assert!(!pages.is_empty());
    pages
}

/// The name of a page, its bytes, and the committed file of its model.
fn page_and_file(path: &PathBuf) -> (String, Vec<u8>, Vec<String>) {
    let name = path.display().to_string();
    let page = fs::read(path).unwrap();
    let found = read_page(&name, &page).unwrap();
    let file = workspace()
        .join("schemas")
        .join(found[0].model_id.file_path());
    (name, page, vec![fs::read_to_string(file).unwrap()])
}

#[test]
#[ignore = "needs ../shared: the saved documentation pages"]
fn each_document_gives_its_committed_file() {
    for path in pages() {
        let (name, page, files) = page_and_file(&path);
        assert_eq!(import(&name, &page).unwrap(), files);
    }
}

#[test]
#[ignore = "needs ../shared: the saved documentation pages"]
fn documents_that_are_cut_off() {
    for path in pages() {
        let (name, page, files) = page_and_file(&path);
        cut_everywhere(&name, &page, &files, 500);
        cut_everywhere(&name, &page, &files, 61);
    }
}

#[test]
#[ignore = "needs ../shared: the saved documentation pages"]
fn documents_that_lost_a_line() {
    for path in pages() {
        let (name, page, files) = page_and_file(&path);
        let removals = remove_each_line(&name, &page, &files);
        println!("{name}: {removals:?}");
        assert_ne!(removals, Removals::default());
    }
}
