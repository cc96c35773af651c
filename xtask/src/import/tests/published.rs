//! The documents that the committed model files come from, when they lie beside the workspace. They
//! are not part of the project.

use std::fs;
use std::path::PathBuf;

use super::damage::{Removals, cut_everywhere, remove_each_line};
use super::{import, workspace};
use crate::import::read_page;

/// The documents, or none with a note.
fn pages() -> Vec<PathBuf> {
    let dir = workspace().join("../shared/pages");
    let Ok(entries) = fs::read_dir(&dir) else {
        println!("skipped: there are no documents in {}", dir.display());
        return Vec::new();
    };
    let mut pages = entries
        .map(|entry| entry.unwrap().path())
        .collect::<Vec<_>>();
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "txt"));
    pages.sort();
    pages
}

/// The name of a page, its bytes, and the committed file of its model.
fn page_and_file(path: &PathBuf) -> (String, Vec<u8>, Vec<String>) {
    let name = path.display().to_string();
    let page = fs::read(path).unwrap();
    let found = read_page(&name, &page).unwrap();
    let file = workspace().join("schemas").join(found[0].file_path());
    (name, page, vec![fs::read_to_string(file).unwrap()])
}

#[test]
fn each_document_gives_its_committed_file() {
    for path in pages() {
        let (name, page, files) = page_and_file(&path);
        assert_eq!(import(&name, &page).unwrap(), files);
    }
}

#[test]
fn each_document_cut_off() {
    for path in pages() {
        let (name, page, files) = page_and_file(&path);
        cut_everywhere(&name, &page, &files, 500);
        cut_everywhere(&name, &page, &files, 61);
    }
}

#[test]
fn each_document_without_a_line() {
    for path in pages() {
        let (name, page, files) = page_and_file(&path);
        let removals = remove_each_line(&name, &page, &files);
        println!("{name}: {removals:?}");
        assert_ne!(removals, Removals::default());
    }
}
