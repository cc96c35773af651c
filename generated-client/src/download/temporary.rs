//! Temporary files: created, locked while they are written, and removed after a crash.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::Duration;

use tempfile::NamedTempFile;

const PREFIX: &str = ".download-";
const SUFFIX: &str = ".part";

/// A file that was changed within this time is never removed: its process may not have locked it
/// yet.
const MIN_AGE: Duration = Duration::from_secs(60);

/// A locked temporary file in the folder, deleted on drop.
pub(super) fn temporary_file(dir: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The default mode of new files, which the umask reduces. `tempfile` would use 0o600.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let file = builder.tempfile_in(dir)?;
    // Best effort: on file systems without locks, the files of killed processes are never removed.
    let _ = file.as_file().try_lock();
    Ok(file)
}

/// Removes the temporary files of processes that were killed. Best effort; I/O errors are ignored.
pub(super) fn remove_abandoned_files(dir: &Path) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_temporary = name
            .to_str()
            .is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        if is_temporary && is_abandoned(&entry.path()).unwrap_or(false) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether no process writes the file: its lock is free, and its last change is at least [`MIN_AGE`] ago.
fn is_abandoned(path: &Path) -> io::Result<bool> {
    let age = fs::symlink_metadata(path)?
        .modified()?
        .elapsed()
        .unwrap_or_default();
    Ok(age >= MIN_AGE && File::open(path)?.try_lock().is_ok())
}
