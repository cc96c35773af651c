//! A job that outlives the process: submitted by one run, fetched by another.
//!
//! ```sh
//! cargo xtask sandbox &
//! export RUNCOMFY_BASE_URL=http://127.0.0.1:8787 RUNCOMFY_API_TOKEN=sandbox
//! cargo run -p runcomfy-client --example resume    # interrupt it while it waits …
//! cargo run -p runcomfy-client --example resume    # … and it goes on, without a second submit
//! ```
//!
//! Without `RUNCOMFY_API_TOKEN` it runs against a sandbox in this process, and so in one go.
//!
//! Between the answer to a submit and the file there is a moment in which a crash loses the id.
//! The journal of a [`Batch`](runcomfy_client::Batch) closes that gap: it notes before it sends.

mod common;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use futures::StreamExt;
use runcomfy_client::models::wan_ai::wan_2_2::image_to_video::{ImageToVideo, Input};
use runcomfy_client::{Downloads, Error, ErrorKind, Progress, StoredJob};
use tempfile::NamedTempFile;

use common::Api;

#[tokio::main]
async fn main() -> ExitCode {
    common::end(run().await)
}

async fn run() -> common::Outcome {
    let api = Api::connect().await?;
    let path = api.state_file("job.json")?;

    let job = match stored(&path)? {
        Some(stored) => {
            println!("taking up {}", stored.request_id());
            api.client.resume_stored(stored)
        }
        None => {
            let job = api.client.submit(&Input::example()).await?;
            store(&path, &job.stored())?;
            println!("stored {} in {}", job.request_id(), path.display());
            job
        }
    };

    let mut progress = job.progress();
    while let Some(step) = progress.next().await {
        match step.inspect_err(|error| forget_what_is_over(error, &path))? {
            Progress::Queued { .. } => println!("in the queue"),
            Progress::Running => println!("at work"),
            Progress::Done(finished) => {
                let files = Downloads::new(common::FOLDER).fetch(&finished.output).await;
                for file in files {
                    println!("saved {}", file.result?.path.display());
                }
                // Only now is there nothing left to come back for.
                std::fs::remove_file(&path)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Of a job that failed, was cancelled or is not known any more there is nothing to come back for.
fn forget_what_is_over(error: &Error, path: &Path) {
    if let ErrorKind::FailedJob | ErrorKind::Cancelled | ErrorKind::NotFound = error.kind() {
        // The error itself is told; a file that stays tells it once more.
        let _ = std::fs::remove_file(path);
    }
}

/// The job that an earlier run left.
fn stored(path: &Path) -> io::Result<Option<StoredJob<ImageToVideo>>> {
    match std::fs::read(path) {
        // A file that cannot be read is an error: to submit again could be to pay again.
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes the job whole or not at all; it is on the disk when this returns.
fn store(path: &Path, job: &StoredJob<ImageToVideo>) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    serde_json::to_writer(&mut file, job)?;
    file.flush()?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}
