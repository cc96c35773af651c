//! The journal of a batch: what was sent, on the disk before it is sent.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, ErrorKind};
use crate::model::{Model, ModelInput};

/// A line of the journal.
#[derive(Serialize, Deserialize)]
struct Line {
    index: usize,
    #[serde(flatten)]
    step: Step,
}

/// What a line tells of an input.
#[derive(Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
enum Step {
    /// The request is about to be sent.
    Submitting { model_id: String, input: Value },
    /// The job exists.
    Submitted { request_id: String },
    /// It is certain that there is no job.
    Refused,
}

/// The last that the journal tells of an input.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Entry {
    /// The request may have been sent, and nobody heard of its job.
    Submitting,
    /// The job exists.
    Submitted {
        /// Its request id.
        request_id: String,
    },
    /// It is certain that there is no job.
    Refused,
}

/// An open journal, locked against other batches.
pub(super) struct Journal {
    path: PathBuf,
    file: Mutex<Ends>,
    known: HashMap<usize, (Value, Entry)>,
}

/// The file, which ends with a whole line or not.
struct Ends {
    file: File,
    is_torn: bool,
}

/// How often a lock is tried, and the pause between. A batch that was dropped may still be writing
/// its last line.
const LOCK_TRIES: u32 = 50;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

impl Journal {
    /// Opens a journal and reads what it tells; creates it where there is none.
    pub(super) fn open<M: Model>(path: &Path) -> Result<Self, Error> {
        let fault = |error: std::io::Error| {
            let message = format!("the journal {} cannot be opened", path.display());
            Error::new(ErrorKind::Journal, message).with_source(error)
        };
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .append(true)
            .create(true)
            .open(path)
            .map_err(fault)?;
        if is_locked_elsewhere(&file) {
            let message = format!("the journal {} is in use by another batch", path.display());
            return Err(Error::new(ErrorKind::Journal, message));
        }
        sync_folder(path);
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(fault)?;
        let mut known = HashMap::new();
        for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            match serde_json::from_slice(line) {
                Ok(line) => learn::<M>(&mut known, line, path)?,
                // An empty line, or the process died while it wrote: the line before tells the rest.
                Err(error) if error.is_eof() => {}
                Err(error) => {
                    let number = index + 1;
                    let path = path.display();
                    let message = format!("line {number} of the journal {path} cannot be read");
                    return Err(Error::new(ErrorKind::Journal, message).with_source(error));
                }
            }
        }
        let is_torn = bytes.last().is_some_and(|last| *last != b'\n');
        Ok(Self {
            path: path.to_owned(),
            file: Mutex::new(Ends { file, is_torn }),
            known,
        })
    }

    /// What the journal tells of an input: nothing, where it is certain that there is no job.
    pub(super) fn known<I: ModelInput>(
        &self,
        index: usize,
        input: &I,
    ) -> Result<Option<Entry>, Error> {
        let Some((known, entry)) = self.known.get(&index) else {
            return Ok(None);
        };
        if *entry == Entry::Refused {
            // It may have been mended since.
            return Ok(None);
        }
        if serde_json::to_value(input).ok().as_ref() == Some(known) {
            return Ok(Some(entry.clone()));
        }
        Err(self.is_of_others(index))
    }

    /// The error of an input, and of all behind it, where the journal has another one.
    pub(super) fn is_of_others(&self, index: usize) -> Error {
        let path = self.path.display();
        Error::new(
            ErrorKind::Journal,
            format!(
                "the journal {path} has another input {index}; a journal is of one batch alone"
            ),
        )
    }

    /// The line before the request is sent.
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

    /// The line when the job exists.
    pub(super) fn submitted(&self, index: usize, request_id: String) -> String {
        text(index, Step::Submitted { request_id })
    }

    /// The line when it is certain that there is no job.
    pub(super) fn refused(&self, index: usize) -> String {
        text(index, Step::Refused)
    }

    /// Writes a line; it is on the disk when this returns.
    pub(super) fn append(&self, line: &str) -> Result<(), Error> {
        let mut ends = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        ends.write(line).map_err(|error| {
            let message = format!("the journal {} cannot be written", self.path.display());
            Error::new(ErrorKind::Journal, message).with_source(error)
        })
    }
}

impl Ends {
    fn write(&mut self, line: &str) -> io::Result<()> {
        if self.is_torn {
            self.file.write_all(b"\n")?;
        }
        // Should the disk be full in the middle of it, the next line is not to hang on to this one.
        self.is_torn = true;
        self.file.write_all(line.as_bytes())?;
        self.is_torn = false;
        self.file.sync_data()
    }
}

/// Takes the lock. Two batches with one journal would submit each input twice. Where the file system
/// knows no locks there is none to respect.
fn is_locked_elsewhere(file: &File) -> bool {
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
            Ok(()) | Err(TryLockError::Error(_)) => return false,
        }
    }
    true
}

/// A new file outlasts a power cut only if its folder was written too. Not every system can.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let _ = File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all());
}

fn text(index: usize, step: Step) -> String {
    let mut text = serde_json::json!(Line { index, step }).to_string();
    text.push('\n');
    text
}

fn learn<M: Model>(
    known: &mut HashMap<usize, (Value, Entry)>,
    line: Line,
    path: &Path,
) -> Result<(), Error> {
    match line.step {
        Step::Submitting { model_id, input } => {
            if model_id != M::ID {
                let message = format!(
                    "the journal {} is of the model {model_id:?}, not of {:?}",
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
                // To pass it over would be to submit the input once more.
                let message = format!(
                    "the journal {} tells of the job {request_id} of input {}, but not of the input",
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
