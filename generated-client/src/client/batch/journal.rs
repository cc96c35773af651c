//! The journal of a batch, in JSON Lines format. A line is written before each submit, after
//! each submit, and when the job has ended.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::error::{Error, ErrorKind};

/// The last recorded step of an input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub(super) enum Step {
    /// The request may have been sent; its response is unknown.
    Submitting,
    /// The job exists.
    Submitted {
        /// The id of the job.
        request_id: String,
    },
    /// It is unknown whether the submit created a job.
    Uncertain {
        /// The request id in the response to the submit, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request_id: Option<String>,
    },
    /// Certainly no job exists.
    Refused,
    /// The job has ended.
    Ended {
        /// The id of the job.
        request_id: String,
        /// The response that stated the outcome, with the token redacted. It is usually the response of the
        /// result call.
        response: Value,
    },
}

/// A line of the journal. A `submitting` line also has the model and the input.
#[derive(Deserialize)]
struct Line {
    index: usize,
    model_id: Option<String>,
    input: Option<Value>,
    #[serde(flatten)]
    step: Step,
}

/// An open journal, locked against other batches.
pub(super) struct Journal {
    path: PathBuf,
    file: Arc<Mutex<LogFile>>,
    entries: HashMap<usize, Entry>,
}

/// An input and its last recorded step.
struct Entry {
    input: Value,
    step: Step,
}

/// The file, and whether its last line is incomplete.
struct LogFile {
    file: File,
    ends_mid_line: bool,
}

/// The number of attempts to lock the file. One is not enough, because a dropped batch may still be
/// writing its last line.
const LOCK_ATTEMPTS: u32 = 50;
/// The delay between two attempts to lock the file.
const LOCK_DELAY: Duration = Duration::from_millis(20);

impl Journal {
    /// Opens and reads a journal. Creates it if it does not exist.
    pub(super) async fn open(path: PathBuf, model_id: &'static str) -> Result<Self, Error> {
        let open_path = path.clone();
        let opened = spawn_blocking_io(move || Self::open_blocking(open_path, model_id)).await;
        opened.unwrap_or_else(|error| Err(journal_error(&path, "cannot be opened", error)))
    }

    fn open_blocking(path: PathBuf, model_id: &str) -> Result<Self, Error> {
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .append(true)
            .create(true)
            .open(&path)
            .map_err(|error| journal_error(&path, "cannot be opened", error))?;
        if is_locked_elsewhere(&file) {
            let message = format!("the journal {} is in use by another batch", path.display());
            return Err(Error::new(ErrorKind::Journal, message));
        }
        sync_folder(&path);
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .map_err(|error| journal_error(&path, "cannot be read", error))?;
        let mut entries = HashMap::new();
        for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            match serde_json::from_slice(line) {
                Ok(line) => replay(&mut entries, line, model_id, &path)?,
                // The line is empty, or was cut off when the process died. It is ignored.
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
            path,
            file: Arc::new(Mutex::new(LogFile {
                file,
                ends_mid_line,
            })),
            entries,
        })
    }

    /// Returns the last recorded step of an input. `None` if no step is recorded, or if the last one is
    /// [`Step::Refused`]. `input` must be `None` for an input that cannot be sent.
    ///
    /// # Errors
    ///
    /// The journal has a different input at this index.
    pub(super) fn step_of(
        &self,
        index: usize,
        input: Option<&Value>,
    ) -> Result<Option<Step>, Error> {
        match self.entries.get(&index) {
            // The input may have been corrected since it was refused.
            None
            | Some(Entry {
                step: Step::Refused,
                ..
            }) => Ok(None),
            Some(entry) if Some(&entry.input) == input => Ok(Some(entry.step.clone())),
            Some(_) => Err(self.input_mismatch(index)),
        }
    }

    /// The error of an input that differs from the recorded input at this index.
    fn input_mismatch(&self, index: usize) -> Error {
        let path = self.path.display();
        Error::new(
            ErrorKind::Journal,
            format!(
                "the journal {path} has a different input {index}; a journal belongs to one batch"
            ),
        )
    }

    /// The error of an input that is not sent because an earlier input has an
    /// [`input_mismatch`](Self::input_mismatch).
    pub(super) fn earlier_mismatch(&self, index: usize) -> Error {
        let path = self.path.display();
        Error::new(
            ErrorKind::Journal,
            format!(
                "input {index} was not sent, because an earlier input differs from the journal {path}; a \
                 journal belongs to one batch"
            ),
        )
    }

    /// Records that an input is about to be submitted.
    pub(super) async fn append_submitting(
        &self,
        index: usize,
        model_id: &str,
        input: &Value,
    ) -> Result<(), Error> {
        let line = json!({
            "index": index,
            "step": "submitting",
            "model_id": model_id,
            "input": input,
        });
        self.append_line(line).await
    }

    /// Records a step of an input.
    pub(super) async fn append(&self, index: usize, step: Step) -> Result<(), Error> {
        let mut line = json!({ "index": index });
        if let (Value::Object(line), Value::Object(step)) = (&mut line, json!(step)) {
            line.extend(step);
        }
        self.append_line(line).await
    }

    /// Appends a line and syncs it to disk.
    async fn append_line(&self, line: Value) -> Result<(), Error> {
        let text = format!("{line}\n");
        // A value may be nested too deeply to be parsed. Its line would make the journal unreadable.
        if let Err(error) = serde_json::from_str::<Value>(&text) {
            return Err(journal_error(
                &self.path,
                "cannot contain the value",
                error.into(),
            ));
        }
        let file = self.file.clone();
        let appended = spawn_blocking_io(move || {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            file.append(&text)
        });
        match appended.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) | Err(error) => {
                Err(journal_error(&self.path, "cannot be written", error))
            }
        }
    }
}

impl LogFile {
    fn append(&mut self, line: &str) -> io::Result<()> {
        if self.ends_mid_line {
            self.file.write_all(b"\n")?;
        }
        // If the write fails midway, such as on a full disk, the next line must not be appended to the
        // incomplete one.
        self.ends_mid_line = true;
        self.file.write_all(line.as_bytes())?;
        self.ends_mid_line = false;
        self.file.sync_data()
    }
}

/// Runs `work` on a thread for blocking I/O, because disk access must not block the executor.
async fn spawn_blocking_io<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)
}

fn journal_error(path: &Path, what: &str, error: io::Error) -> Error {
    let message = format!("the journal {} {what}", path.display());
    Error::new(ErrorKind::Journal, message).with_source(error)
}

/// Locks the file, because two batches with one journal would submit each input twice. Returns whether
/// another batch holds the lock. If the file system does not support locks, the file stays unlocked.
fn is_locked_elsewhere(file: &File) -> bool {
    for _ in 0..LOCK_ATTEMPTS {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => thread::sleep(LOCK_DELAY),
            Ok(()) | Err(TryLockError::Error(_)) => return false,
        }
    }
    true
}

/// Syncs the folder of a file: a new file survives a power cut only if its folder is synced too. Best
/// effort; I/O errors are ignored.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let _ = File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all());
}

fn replay(
    entries: &mut HashMap<usize, Entry>,
    line: Line,
    model_id: &str,
    path: &Path,
) -> Result<(), Error> {
    let error = |message: String| {
        let message = format!("the journal {} {message}", path.display());
        Err(Error::new(ErrorKind::Journal, message))
    };
    let index = line.index;
    if line.step == Step::Submitting {
        let (Some(found), Some(input)) = (line.model_id, line.input) else {
            return error(format!("has no model or no input for index {index}"));
        };
        if found != model_id {
            return error(format!(
                "belongs to the model {found:?}, not to {model_id:?}"
            ));
        }
        let step = line.step;
        entries.insert(index, Entry { input, step });
        return Ok(());
    }
    match entries.get_mut(&index) {
        Some(entry) => entry.step = line.step,
        None if line.step == Step::Refused => {}
        // Ignoring the line would submit the input again.
        None => return error(format!("records a job of input {index}, but not the input")),
    }
    Ok(())
}
