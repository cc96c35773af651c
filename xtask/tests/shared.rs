//! The documents in `../shared` that the committed schemas were imported from.

use std::fs;
use std::path::Path;

use crate::import::import;
use crate::support::{Tree, assert_exit, text};

#[test]
#[ignore = "needs ../shared: the saved documentation pages"]
fn the_documents_give_the_committed_files() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let entries = fs::read_dir(workspace.join("../shared/pages")).unwrap();
    let pages: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    let pages: Vec<&Path> = pages.iter().map(AsRef::as_ref).collect();
    let tree = Tree::new();
    let output = import(&tree, &pages, "");
    assert_exit(&output, 0);
    let created = text(&output.stdout);
    assert_eq!(created.lines().count(), pages.len());
    for line in created.lines() {
        let file = line.strip_prefix("created ").unwrap();
        let committed = fs::read_to_string(workspace.join(file)).unwrap();
        assert!(tree.read(file) == committed, "{file}");
    }
}
