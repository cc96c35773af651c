//! Imports the saved documentation pages in `../shared/pages` again. The committed schemas were imported
//! from these pages.

use std::fs;
use std::path::Path;

use crate::import::import;
use crate::support::{Tree, assert_exit, text};

#[test]
#[ignore = "needs ../shared: the saved documentation pages"]
fn importing_the_documents_again_changes_no_committed_file() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let entries = fs::read_dir(workspace.join("../shared/pages")).unwrap();
    let pages: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    let pages: Vec<&Path> = pages.iter().map(AsRef::as_ref).collect();
    let tree = Tree::new();
    let output = import(&tree, &pages, "");
    assert_exit(&output, 0);
    let created = text(&output.stdout);
    let created = created
        .lines()
        .filter_map(|line| line.strip_prefix("created "));
    let created: Vec<&str> = created.collect();
    assert_eq!(created.len(), pages.len());
    for file in &created {
        tree.write(file, fs::read(workspace.join(file)).unwrap());
    }
    let output = import(&tree, &pages, "");
    assert_exit(&output, 0);
    for file in created {
        let unchanged = format!("unchanged {file}\n");
        assert!(text(&output.stdout).contains(&unchanged), "{file}");
    }
}
