//! From an input to a playable file, with a progress bar.
//!
//! ```sh
//! cargo run -p runcomfy-client --example quickstart
//! ```
//!
//! If neither a token (`RUNCOMFY_API_TOKEN` or `RUNCOMFY_TOKEN`) nor a base URL (`RUNCOMFY_MODEL_API_BASE`)
//! is set, the example starts a sandbox in its own process: a local server that follows the API
//! documentation and bills nothing.

mod common;

use std::process::ExitCode;
use std::time::Duration;

use futures_util::TryStreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use runcomfy_client::Progress;
use runcomfy_client::models::wan_ai::wan_2_2::image_to_video::{Input, Resolution};

use common::Api;

#[tokio::main]
async fn main() -> ExitCode {
    common::exit_code(run().await)
}

async fn run() -> common::Result {
    let api = Api::connect().await?;

    let input = Input::new(
        "A classic car glides through a sun-drenched street, golden hour, slow tracking shot",
        "https://playgrounds-storage-public.runcomfy.net/tools/7013/media-files/usecase2-2-input.jpeg",
    )
    .resolution(Resolution::_480P)
    .duration(5);

    // Validated first: an invalid input is never sent.
    let job = api.client.submit(&input).await?;
    // From here on the job is billed. It can be resumed by its id, see the `resume` example.
    println!("submitted {}", job.request_id());

    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(100));
    let mut progress = job.progress();
    let mut finished = None;
    while let Some(step) = progress.try_next().await? {
        match step {
            Progress::Queued {
                position: Some(position),
            } => {
                bar.set_message(format!("in the queue at position {position}"));
            }
            Progress::Queued { position: None } => bar.set_message("in the queue"),
            Progress::Running => bar.set_message("running"),
            Progress::Done(done) => finished = Some(done),
            _ => bar.set_message("in an unknown state"),
        }
    }
    let finished = finished.ok_or("the wait ended without a result")?;

    bar.set_style(ProgressStyle::with_template(
        "{bar:40} {bytes}/{total_bytes} {msg}",
    )?);
    let download_bar = bar.clone();
    let downloads = api
        .client
        .downloads(common::OUTPUT_FOLDER)
        .on_progress(move |progress| {
            download_bar.set_message(progress.property.to_owned());
            if let Some(total) = progress.total {
                download_bar.set_length(total);
            }
            download_bar.set_position(progress.received);
        });
    let files = downloads.fetch(&finished.output).await;
    bar.finish_and_clear();
    for file in files {
        println!("saved {}", file.result?.path.display());
    }
    Ok(())
}
