//! The journal of a batch: written ahead of each submit.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::client::error::{Error, ErrorKind};
use crate::model::{Model, ModelInput};

/// A line of the journal.
#[derive(Serialize, Deserialize)]
struct Line {
    index: usize,
    #[serde(flatten)]
    step: Step,
}

/// What happened to an input.
#[derive(Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
enum Step {
    /// The request is about to be sent.
    Submitting { model_id: String, input: Value },
    /// The job exists.
    Submitted { request_id: String },
    /// Certainly no job exists.
    Refused,
}

/// The last recorded step of an input.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Entry {
    /// The request may have been sent; its response is unknown.
    Submitting,
    /// The job exists.
    Submitted {
        /// Its request id.
        request_id: String,
    },
    /// Certainly no job exists.
    Refused,
}

/// An open journal, locked against other batches.
pub(super) struct Journal {
    path: PathBuf,
    file: Mutex<LogFile>,
    known: HashMap<usize, (Value, Entry)>,
}

/// The file, and whether its last line is incomplete.
struct LogFile {
    file: File,
    ends_mid_line: bool,
}

/// The attempts to lock the file, and the delay between them. A dropped batch may still be writing its
/// last line.
const LOCK_ATTEMPTS: u32 = 50;
const LOCK_DELAY: Duration = Duration::from_millis(20);

impl Journal {
    /// Opens and reads a journal. Creates it if it does not exist.
    pub(super) fn open<M: Model>(path: &Path) -> Result<Self, Error> {
        let open_error = |error: std::io::Error| {
            let message = format!("the journal {} cannot be opened", path.display());
            Error::new(ErrorKind::Journal, message).with_source(error)
        };
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .append(true)
            .create(true)
            .open(path)
            .map_err(open_error)?;
        if is_locked_elsewhere(&file) {
            let message = format!("the journal {} is in use by another batch", path.display());
            return Err(Error::new(ErrorKind::Journal, message));
        }
        sync_folder(path);
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(open_error)?;
        let mut known = HashMap::new();
        for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            match serde_json::from_slice(line) {
                Ok(line) => replay::<M>(&mut known, line, path)?,
                // An empty line, or the process died while writing it: the previous line counts.
                Err(error) if error.is_eof() => {}
                Err(error) => {
                    let number = index + 1;
                    let path = path.display();
                    let message = format!("line {number} of the journal {path} cannot be read");
                    return Err(Error::new(ErrorKind::Journal, message).with_source(error));
                }
            }
        }
        let ends_mid_line = bytes.last().is_some_and(|last| *last != b'\n');
        Ok(Self {
            path: path.to_owned(),
            file: Mutex::new(LogFile {
                file,
                ends_mid_line,
            }),
            known,
        })
    }

    /// The last recorded step of an input. `None` if certainly no job exists.
    pub(super) fn known<I: ModelInput>(
        &self,
        index: usize,
        input: &I,
    ) -> Result<Option<Entry>, Error> {
        let Some((known, entry)) = self.known.get(&index) else {
            return Ok(None);
        };
        if *entry == Entry::Refused {
            // The input may have been corrected since.
            return Ok(None);
        }
        if serde_json::to_value(input).ok().as_ref() == Some(known) {
            return Ok(Some(entry.clone()));
        }
        Err(self.input_mismatch(index))
    }

    /// The error of an input that differs from the recorded one, and of all later inputs.
    pub(super) fn input_mismatch(&self, index: usize) -> Error {
        let path = self.path.display();
        Error::new(
            ErrorKind::Journal,
            format!(
                "the journal {path} has a different input {index}; a journal belongs to one batch"
            ),
        )
    }

    /// The line before a request is sent.
    pub(super) fn submitting<I: ModelInput>(
        &self,
        index: usize,
        input: &I,
    ) -> Result<String, Error> {
        let input = serde_json::to_value(input).map_err(|error| {
            Error::new(
                ErrorKind::Configuration,
                "the input cannot be written as JSON",
            )
            .with_source(error)
        })?;
        let model_id = <I::Model as Model>::ID.to_owned();
        Ok(text(index, Step::Submitting { model_id, input }))
    }

    /// The line when a job exists.
    pub(super) fn submitted(&self, index: usize, request_id: String) -> String {
        text(index, Step::Submitted { request_id })
    }

    /// The line when certainly no job exists.
    pub(super) fn refused(&self, index: usize) -> String {
        text(index, Step::Refused)
    }

    /// Appends a line and syncs it to disk.
    pub(super) fn append(&self, line: &str) -> Result<(), Error> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.append(line).map_err(|error| {
            let message = format!("the journal {} cannot be written", self.path.display());
            Error::new(ErrorKind::Journal, message).with_source(error)
        })
    }
}

impl LogFile {
    fn append(&mut self, line: &str) -> io::Result<()> {
        if self.ends_mid_line {
            self.file.write_all(b"\n")?;
        }
        // If the disk is full within the line, the next one must not continue it.
        self.ends_mid_line = true;
        self.file.write_all(line.as_bytes())?;
        self.ends_mid_line = false;
        self.file.sync_data()
    }
}

/// Locks the file: two batches with one journal would submit each input twice. File systems without
/// locks are accepted.
fn is_locked_elsewhere(file: &File) -> bool {
    for _ in 0..LOCK_ATTEMPTS {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => thread::sleep(LOCK_DELAY),
            Ok(()) | Err(TryLockError::Error(_)) => return false,
        }
    }
    true
}

/// A new file survives a power cut only if its folder is synced too. Best effort; I/O errors are
/// ignored.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let _ = File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all());
}

fn text(index: usize, step: Step) -> String {
    let mut text = serde_json::json!(Line { index, step }).to_string();
    text.push('\n');
    text
}

fn replay<M: Model>(
    known: &mut HashMap<usize, (Value, Entry)>,
    line: Line,
    path: &Path,
) -> Result<(), Error> {
    match line.step {
        Step::Submitting { model_id, input } => {
            if model_id != M::ID {
                let message = format!(
                    "the journal {} belongs to the model {model_id:?}, not to {:?}",
                    path.display(),
                    M::ID
                );
                return Err(Error::new(ErrorKind::Journal, message));
            }
            known.insert(line.index, (input, Entry::Submitting));
        }
        Step::Submitted { request_id } => match known.get_mut(&line.index) {
            Some((_, entry)) => *entry = Entry::Submitted { request_id },
            None => {
                // Ignoring the line would submit the input again.
                let message = format!(
                    "the journal {} records the job {request_id} of input {}, but not the input",
                    path.display(),
                    line.index
                );
                return Err(Error::new(ErrorKind::Journal, message));
            }
        },
        Step::Refused => {
            if let Some((_, entry)) = known.get_mut(&line.index) {
                *entry = Entry::Refused;
            }
        }
    }
    Ok(())
}
