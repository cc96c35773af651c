//! Exclusive access to folders.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::Change;
use super::transaction::{self, Transaction};
use crate::error::Error;
use crate::files::display_path;
use crate::git::STAGING;

/// Exclusive access to the folders that a command writes. While the lock is held, no other command can
/// lock the same folders. It is released when the value is dropped or the process ends.
#[derive(Debug)]
pub(crate) struct WriteLock {
    folders: Vec<LockedFolder>,
}

#[derive(Debug)]
struct LockedFolder {
    /// The canonical path of the folder.
    path: PathBuf,
    /// The paths by which the command refers to the folder.
    spellings: Vec<PathBuf>,
    /// `None` on a file system that does not support locks, such as some network file systems.
    _lock: Option<File>,
}

impl WriteLock {
    /// Locks folders, then undoes the unfinished changes of an interrupted run in them.
    ///
    /// # Errors
    ///
    /// A folder does not exist, another run has locked it, or unfinished changes cannot be undone.
    pub(crate) fn acquire(folders: &[&Path]) -> Result<Self, Error> {
        let mut locked: Vec<LockedFolder> = Vec::new();
        for &folder in folders {
            let path = fs::canonicalize(folder).map_err(Error::io("could not open", folder))?;
            if let Some(same) = locked.iter_mut().find(|other| other.path == path) {
                same.spellings.push(folder.to_owned());
                continue;
            }
            let lock = lock(&path).map_err(|error| match error {
                TryLockError::WouldBlock => Error::Locked {
                    path: folder.to_owned(),
                },
                TryLockError::Error(error) => Error::io("could not lock", folder)(error),
            })?;
            locked.push(LockedFolder {
                path,
                spellings: vec![folder.to_owned()],
                _lock: lock,
            });
        }
        for folder in &locked {
            if transaction::recover(&folder.path)? {
                let shown = display_path(&folder.spellings[0]);
                eprintln!("note: undid the changes of an interrupted run in {shown}");
            }
        }
        Ok(Self { folders: locked })
    }

    /// Makes either all changes or none. After an error, the changes made so far are undone. If the process
    /// is killed, the next run that locks the folders undoes the unfinished changes.
    ///
    /// After all changes are made, they become final, one folder after another. After an error or a kill
    /// during this step, only the changes that are not final yet are undone.
    ///
    /// # Errors
    ///
    /// A file could not be read or written, or is not in a locked folder.
    pub(crate) fn apply(&self, changes: &[Change]) -> Result<(), Error> {
        let mut steps = vec![Vec::new(); self.folders.len()];
        for change in changes {
            let (index, path) = self.place(change.path())?;
            steps[index].push((path, change));
        }
        let mut transactions = Vec::new();
        for (folder, steps) in self.folders.iter().zip(steps) {
            if !steps.is_empty() {
                transactions.push(Transaction::stage(&folder.path, steps)?);
            }
        }
        for transaction in &transactions {
            transaction.commit()?;
        }
        transactions.into_iter().try_for_each(Transaction::finish)
    }

    /// The index of the locked folder that contains the file, and the path of the file relative to that
    /// folder.
    fn place<'p>(&self, path: &'p Path) -> Result<(usize, &'p Path), Error> {
        let mut folders = self.folders.iter().enumerate();
        folders
            .find_map(|(index, folder)| {
                let mut spellings = folder.spellings.iter();
                let below = spellings.find_map(|spelling| path.strip_prefix(spelling).ok())?;
                Some((index, below))
            })
            .ok_or_else(|| {
                let error = io::Error::other("it is not in a folder that is locked");
                Error::io("could not write", path)(error)
            })
    }
}

/// Returns the folders that contain a staging folder, because a run was interrupted or is writing there now.
pub(crate) fn interrupted<'f>(folders: &[&'f Path]) -> Vec<&'f Path> {
    let folders = folders.iter().copied();
    folders
        .filter(|folder| folder.join(STAGING).exists())
        .collect()
}

fn lock(folder: &Path) -> Result<Option<File>, TryLockError> {
    let lock = open(folder).map_err(TryLockError::Error)?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Err(TryLockError::WouldBlock),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Opens the folder itself, so that no lock file is needed.
#[cfg(unix)]
fn open(folder: &Path) -> io::Result<File> {
    File::open(folder)
}

/// Opens a lock file in the folder, since only Unix systems can lock the folder itself. The file is never
/// removed, so that every run locks the same file.
#[cfg(not(unix))]
fn open(folder: &Path) -> io::Result<File> {
    let file = folder.join(".codegen.lock");
    File::options().create(true).append(true).open(file)
}
