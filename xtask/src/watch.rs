//! `cargo xtask codegen --watch`: regenerates when model files change.

use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use notify::{EventKind, RecursiveMode, Watcher as _};

use crate::diagnostics::Format;
use crate::error::Error;
use crate::files::display_path;
use crate::outcome::Outcome;

/// How long the folder must be unchanged before work begins, since editors write a file in several steps.
const DEBOUNCE: Duration = Duration::from_millis(150);

/// Calls `work` now and whenever something below `folder` changes, until interrupted.
///
/// An error of `work` is printed; the next change may correct it.
pub(crate) fn run(
    folder: &Path,
    format: Format,
    mut work: impl FnMut() -> Result<Outcome, Error>,
) -> Result<Outcome, Error> {
    let (sender, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // An error counts as a change, since the watcher may have missed one.
        let is_change = event.map_or(true, |event| !matches!(event.kind, EventKind::Access(_)));
        if is_change {
            // The receiver is gone only when the command ends.
            let _ = sender.send(());
        }
    })
    .and_then(|mut watcher| {
        watcher
            .watch(folder, RecursiveMode::Recursive)
            .map(|()| watcher)
    })
    .map_err(|source| Error::Watch {
        path: folder.to_owned(),
        source,
    })?;
    loop {
        if let Err(error) = work() {
            eprintln!("error: {error}");
        }
        let folder = display_path(folder);
        format.report(format_args!("watching {folder}, Ctrl-C ends it\n"));
        if changes.recv().is_err() {
            break;
        }
        while !matches!(
            changes.recv_timeout(DEBOUNCE),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected)
        ) {}
    }
    // Dropping the watcher would stop it. This call keeps it alive until the end of the loop.
    let _ = watcher.unwatch(folder);
    Ok(Outcome::Done)
}
