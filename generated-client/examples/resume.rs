//! A job that outlives its process: submitted by one run, downloaded by another.
//!
//! ```sh
//! cargo xtask sandbox &
//! export RUNCOMFY_MODEL_API_BASE=http://127.0.0.1:8787 RUNCOMFY_API_TOKEN=sandbox
//! cargo run -p runcomfy-client --example resume    # interrupt it while it waits …
//! cargo run -p runcomfy-client --example resume    # … and resume, without a second submit
//! ```
//!
//! Without these variables, the example starts a sandbox in its own process. The jobs of that sandbox are
//! lost when the process ends, so a second run cannot resume them.
//!
//! If the process crashes before the file is written, or the write fails, the request id is not stored, and
//! the next run submits the input again. A [`Batch`](runcomfy_client::Batch) with a journal avoids this: it
//! records each input before it is sent. If the id is lost, a rerun does not send the input again, but
//! returns the error `UncertainSubmit`.

mod common;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use futures_util::StreamExt;
use runcomfy_client::models::wan_ai::wan_2_2::image_to_video::{ImageToVideo, Input};
use runcomfy_client::{Error, ErrorKind, Progress, StoredJob};
use tempfile::NamedTempFile;

use common::Api;

#[tokio::main]
async fn main() -> ExitCode {
    common::exit_code(run().await)
}

async fn run() -> common::Result {
    let api = Api::connect().await?;
    let path = api.state_file("job.json")?;

    let job = match stored(&path)? {
        Some(stored) => {
            println!("resuming {}", stored.request_id());
            api.client.resume_stored(stored)
        }
        None => {
            let job = api.client.submit(&Input::example()).await?;
            println!("submitted {}", job.request_id());
            store(&path, &job.stored())?;
            println!("stored in {}", path.display());
            job
        }
    };

    let mut progress = job.progress();
    while let Some(step) = progress.next().await {
        match step.inspect_err(|error| remove_if_ended(error, &path))? {
            Progress::Queued { .. } => println!("in the queue"),
            Progress::Running => println!("running"),
            Progress::Done(finished) => {
                let files = api
                    .client
                    .downloads(common::OUTPUT_FOLDER)
                    .fetch(&finished.output)
                    .await;
                for file in files {
                    println!("saved {}", file.result?.path.display());
                }
                // Removed after the downloads, so that a failed download can be repeated.
                std::fs::remove_file(&path)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Removes the stored job if it failed, was cancelled or is unknown to the server.
fn remove_if_ended(error: &Error, path: &Path) {
    if let ErrorKind::FailedJob | ErrorKind::Cancelled | ErrorKind::NotFound = error.kind() {
        // Best effort: I/O errors are ignored here, because the caller reports `error`.
        let _ = std::fs::remove_file(path);
    }
}

/// The job that an earlier run stored.
fn stored(path: &Path) -> io::Result<Option<StoredJob<ImageToVideo>>> {
    match std::fs::read(path) {
        // An unreadable file is an error, because submitting again could create a second job.
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes the job atomically and syncs the content of the file. The folder is not synced, so a power failure
/// soon afterwards may undo the write.
fn store(path: &Path, job: &StoredJob<ImageToVideo>) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    serde_json::to_writer(&mut file, job)?;
    file.flush()?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}
