//! All changes of a run are made or none, wherever the run fails or is killed. Only one run writes at a time.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::transaction::{Transaction, recover};
use super::{Change, WriteLock, interrupted};
use crate::error::Error;

/// A folder with the file that `changes` updates, the file that it removes, and a file that it does not
/// change.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for path in ["updated", "gone/deep/removed", "bytes"] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, b"old \xff").unwrap();
    }
    folder
}

/// An update, two creations and a removal, in the folder.
fn changes(folder: &Path) -> Vec<Change> {
    let (old, text) = ("old".to_owned(), "new".to_owned());
    let path = |path| folder.join(path);
    vec![
        Change::Update {
            path: path("updated"),
            old: old.clone(),
            text: text.clone(),
        },
        Change::Create {
            path: path("new/deep/created"),
            text: text.clone(),
        },
        Change::Remove {
            path: path("gone/deep/removed"),
            old,
        },
        Change::Create {
            path: path("created"),
            text,
        },
    ]
}

fn stage(folder: &Path, changes: &[Change]) -> Transaction {
    let steps = changes
        .iter()
        .map(|change| (change.path().strip_prefix(folder).unwrap(), change));
    Transaction::stage(folder, steps.collect()).unwrap()
}

/// The paths of all files and folders below a folder, including hidden ones. The value is the content of a
/// file, or `None` for a folder.
fn content(folder: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(content(&path));
            found.insert(path, None);
        } else {
            let bytes = fs::read(&path).unwrap();
            found.insert(path, Some(bytes));
        }
    }
    found
}

#[test]
fn changes_are_made_and_leave_nothing_else() {
    let folder = folder();
    let root = folder.path();
    let lock = WriteLock::acquire(&[root]).unwrap();
    lock.apply(&changes(root)).unwrap();
    let names = content(root).into_keys();
    let names = names.map(|path| path.strip_prefix(root).unwrap().display().to_string());
    assert_eq!(
        names.collect::<Vec<_>>(),
        [
            "bytes",
            "created",
            "new",
            "new/deep",
            "new/deep/created",
            "updated"
        ]
    );
    assert_eq!(fs::read(root.join("updated")).unwrap(), b"new");
}

#[test]
fn a_run_that_ends_after_any_step_is_undone_by_the_next() {
    for steps in 0..=4 {
        let folder = folder();
        let root = folder.path();
        let before = content(root);
        let transaction = stage(root, &changes(root));
        for step in 0..steps {
            transaction.commit_one(step).unwrap();
        }
        // A killed process runs no destructors.
        std::mem::forget(transaction);
        assert_eq!(interrupted(&[root]), [root]);
        drop(WriteLock::acquire(&[root]).unwrap());
        assert_eq!(content(root), before, "after {steps} steps");
        assert!(interrupted(&[root]).is_empty());
    }
}

#[test]
fn a_file_that_was_edited_after_the_interruption_stays() {
    let folder = folder();
    let root = folder.path();
    let transaction = stage(root, &changes(root));
    transaction.commit().unwrap();
    std::mem::forget(transaction);
    fs::write(root.join("updated"), "by hand").unwrap();
    fs::write(root.join("created"), "by hand").unwrap();
    assert!(recover(root).unwrap());
    assert_eq!(fs::read(root.join("updated")).unwrap(), b"by hand");
    assert_eq!(fs::read(root.join("created")).unwrap(), b"by hand");
    assert!(root.join("gone/deep/removed").exists());
    assert!(!root.join("new").exists());
}

#[test]
fn a_failed_change_undoes_the_others_removals_included() {
    let folder = folder();
    let root = folder.path();
    // The file `created` cannot be created, since a folder has this name.
    fs::create_dir(root.join("created")).unwrap();
    let before = content(root);
    let lock = WriteLock::acquire(&[root]).unwrap();
    assert!(lock.apply(&changes(root)).is_err());
    assert_eq!(content(root), before);
}

#[test]
fn a_failed_removal_undoes_the_updates() {
    let folder = folder();
    let root = folder.path();
    let transaction = stage(root, &changes(root));
    let removed = root.join("gone/deep/removed");
    fs::remove_file(&removed).unwrap();
    fs::create_dir(&removed).unwrap();
    assert!(transaction.commit().is_err());
    assert_eq!(fs::read(root.join("updated")).unwrap(), b"new");
    fs::remove_dir(&removed).unwrap();
    drop(transaction);
    assert_eq!(fs::read(root.join("updated")).unwrap(), b"old \xff");
    assert!(removed.exists());
    assert!(!root.join("new").exists());
}

#[test]
fn a_failure_in_one_folder_undoes_the_other() {
    let (one, other) = (folder(), folder());
    fs::create_dir(other.path().join("created")).unwrap();
    let before = (content(one.path()), content(other.path()));
    let lock = WriteLock::acquire(&[one.path(), other.path()]).unwrap();
    let mut both = changes(one.path());
    both.extend(changes(other.path()));
    assert!(lock.apply(&both).is_err());
    assert_eq!((content(one.path()), content(other.path())), before);
}

#[test]
fn a_folder_is_locked_once() {
    let folder = folder();
    let root = folder.path();
    // Two spellings of one folder.
    let spelled = root.join("new").join("..");
    fs::create_dir(root.join("new")).unwrap();
    let lock = WriteLock::acquire(&[root, &spelled]).unwrap();
    let path = spelled.join("created");
    let text = "new".to_owned();
    lock.apply(&[Change::Create { path, text }]).unwrap();
    assert!(root.join("created").exists());
    let second = WriteLock::acquire(&[root]);
    assert!(matches!(second, Err(Error::Locked { .. })), "{second:?}");
    drop(lock);
    WriteLock::acquire(&[root]).unwrap();
}

#[test]
fn a_file_outside_the_locked_folders_is_not_written() {
    let (one, other) = (folder(), folder());
    let lock = WriteLock::acquire(&[one.path()]).unwrap();
    assert!(lock.apply(&changes(other.path())).is_err());
    assert!(!other.path().join("created").exists());
}
