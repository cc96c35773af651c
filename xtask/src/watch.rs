//! `cargo xtask codegen --watch`: regenerates as model files change.

use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use notify::{EventKind, RecursiveMode, Watcher as _};

use crate::Outcome;
use crate::fault::Fault;

/// An editor writes a file in several steps; this long after the last of them it is whole.
const QUIET: Duration = Duration::from_millis(150);

/// Calls `work` now and whenever something below `folder` changes, until interrupted.
///
/// A fault is shown and waited out: the next change may mend it.
pub(crate) fn run(
    folder: &Path,
    mut work: impl FnMut() -> Result<Outcome, Fault>,
) -> Result<Outcome, Fault> {
    let (sender, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let is_change = match event {
            Ok(event) => !matches!(event.kind, EventKind::Access(_)),
            // What could not be told may have been a change.
            Err(_) => true,
        };
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
    .map_err(|source| Fault::Watch {
        path: folder.to_owned(),
        source,
    })?;
    loop {
        if let Err(fault) = work() {
            eprintln!("error: {fault}");
        }
        println!("watching {}, Ctrl-C ends it", crate::tree::shown(folder));
        if changes.recv().is_err() {
            break;
        }
        while !matches!(
            changes.recv_timeout(QUIET),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected)
        ) {}
    }
    // The watcher ends with its last use.
    let _ = watcher.unwatch(folder);
    Ok(Outcome::Done)
}
