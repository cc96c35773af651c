//! Changes of one folder that are made together.
//!
//! The staging folder contains the new content of each file (`0.new`), its old content (`0.old`), and a
//! journal that lists the changes. The journal is complete before the first file is changed. While the
//! journal exists, the changes can be undone. If it does not exist, either all changes were made or none.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Change;
use crate::error::Error;
use crate::git::STAGING;

const JOURNAL: &str = "journal.json";

/// The staged changes to the files of one folder. Dropping the transaction before [`Transaction::finish`]
/// undoes the changes that were made.
pub(super) struct Transaction {
    folder: PathBuf,
    entries: Vec<Entry>,
    is_finished: bool,
}

/// A change in the journal. Its staged files are named after its index in the journal, from 0.
#[derive(Serialize, Deserialize)]
struct Entry {
    /// The path of the file, relative to the folder.
    path: PathBuf,
    /// The hash of the new content; `None` if the file is removed.
    written: Option<u64>,
}

impl Transaction {
    /// Stages changes, each with its path below the folder. Nothing is changed yet.
    pub(super) fn stage(folder: &Path, changes: Vec<(&Path, &Change)>) -> Result<Self, Error> {
        let mut transaction = Self {
            folder: folder.to_owned(),
            entries: Vec::new(),
            is_finished: false,
        };
        let staging = folder.join(STAGING);
        transaction
            .write_staged(&staging, changes)
            .map_err(Error::io("could not write into", &staging))?;
        Ok(transaction)
    }

    fn write_staged(&mut self, staging: &Path, changes: Vec<(&Path, &Change)>) -> io::Result<()> {
        fs::create_dir_all(staging)?;
        // Keeps the files that an interrupted run leaves behind out of git commits.
        fs::write(staging.join(".gitignore"), "*\n")?;
        let mut entries = Vec::new();
        for (index, (path, change)) in changes.into_iter().enumerate() {
            if let Change::Update { .. } | Change::Remove { .. } = change {
                copy(&self.folder.join(path), &old_copy(staging, index))?;
            }
            let (Change::Create { text, .. } | Change::Update { text, .. }) = change else {
                entries.push(Entry {
                    path: path.to_owned(),
                    written: None,
                });
                continue;
            };
            fs::write(new_copy(staging, index), text)?;
            entries.push(Entry {
                path: path.to_owned(),
                written: Some(hash(text.as_bytes())),
            });
        }
        let partial = staging.join("journal.new");
        fs::write(&partial, serde_json::to_vec(&entries)?)?;
        fs::rename(partial, staging.join(JOURNAL))?;
        self.entries = entries;
        Ok(())
    }

    /// Makes the changes. They can be undone until [`Transaction::finish`] is called.
    pub(super) fn commit(&self) -> Result<(), Error> {
        (0..self.entries.len()).try_for_each(|index| self.commit_one(index))
    }

    pub(super) fn commit_one(&self, index: usize) -> Result<(), Error> {
        let staging = self.folder.join(STAGING);
        let Entry { path, written } = &self.entries[index];
        let path = self.folder.join(path);
        if written.is_none() {
            return fs::remove_file(&path).map_err(Error::io("could not remove", &path));
        }
        create_parent(&path).map_err(Error::io("could not create the folder of", &path))?;
        fs::rename(new_copy(&staging, index), &path).map_err(Error::io("could not replace", &path))
    }

    /// Makes the changes final.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        let staging = self.folder.join(STAGING);
        let journal = staging.join(JOURNAL);
        fs::remove_file(&journal).map_err(Error::io("could not remove", &journal))?;
        self.is_finished = true;
        for entry in self.entries.iter().filter(|entry| entry.written.is_none()) {
            remove_empty_folders(&self.folder, &entry.path);
        }
        fs::remove_dir_all(&staging).map_err(Error::io("could not remove", &staging))
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if !self.is_finished {
            // Best effort: what fails now is tried again by the next run, and the caller reports the
            // error that came first.
            let _ = recover(&self.folder);
        }
    }
}

/// Undoes the changes of a transaction that was not finished. Returns whether there was one.
///
/// A file is left as it is if its content is not what the transaction wrote, or if the transaction removed
/// it and it exists again.
pub(super) fn recover(folder: &Path) -> Result<bool, Error> {
    let staging = folder.join(STAGING);
    if !staging.exists() {
        return Ok(false);
    }
    let journal = staging.join(JOURNAL);
    let entries: Vec<Entry> = match fs::read(&journal) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map_err(io::Error::from)
            .map_err(Error::io("could not read", &journal))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(Error::io("could not read", &journal)(error)),
    };
    let mut result = Ok(());
    for (index, entry) in entries.iter().enumerate() {
        let undone = undo(folder, entry, &old_copy(&staging, index));
        let path = folder.join(&entry.path);
        // If one change cannot be undone, the others still are.
        result = result.and(undone.map_err(Error::io("could not restore", &path)));
    }
    result?;
    fs::remove_dir_all(&staging).map_err(Error::io("could not remove", &staging))?;
    Ok(!entries.is_empty())
}

fn undo(folder: &Path, entry: &Entry, old: &Path) -> io::Result<()> {
    let path = folder.join(&entry.path);
    let current = match fs::read(&path) {
        Ok(bytes) => Some(hash(&bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(_) if path.is_dir() => return Ok(()),
        Err(error) => return Err(error),
    };
    if current != entry.written {
        return Ok(());
    }
    if old.exists() {
        create_parent(&path)?;
        fs::rename(old, path)
    } else if current.is_some() {
        fs::remove_file(&path)?;
        remove_empty_folders(folder, &entry.path);
        Ok(())
    } else {
        Ok(())
    }
}

/// Creates a hard link to a file or, where that is not possible, a copy.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop))
}

fn create_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

fn new_copy(staging: &Path, index: usize) -> PathBuf {
    staging.join(format!("{index}.new"))
}

fn old_copy(staging: &Path, index: usize) -> PathBuf {
    staging.join(format!("{index}.old"))
}

/// The hash of a file's content, for comparison with the hash in the journal.
///
/// Another version of this program may compute a different hash. [`recover`] then assumes that the files
/// written by the interrupted run were edited later, and does not restore them.
fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// Removes the empty parent folders of a file, from the innermost outwards, but not `folder` itself. `path`
/// is relative to `folder`.
fn remove_empty_folders(folder: &Path, path: &Path) {
    for parent in path.ancestors().skip(1) {
        // `remove_dir` refuses a folder that is not empty.
        if parent.as_os_str().is_empty() || fs::remove_dir(folder.join(parent)).is_err() {
            break;
        }
    }
}
