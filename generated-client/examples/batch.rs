//! Runs many jobs with limited concurrency. Each input has its own result, and a failed job does not
//! affect the others. The batch keeps a journal, so a rerun after a crash submits no input twice.
//!
//! ```sh
//! cargo run -p runcomfy-client --example batch
//! ```
//!
//! Without a token, the jobs run in a sandbox and the journal is temporary; see `common/mod.rs`.

mod common;

use std::process::ExitCode;

use runcomfy_client::Batch;
use runcomfy_client::models::wan_ai::wan_2_2::image_to_video::Input;

use common::Api;

#[tokio::main]
async fn main() -> ExitCode {
    common::exit_code(run().await)
}

async fn run() -> common::Result {
    let api = Api::connect().await?;
    let journal = api.state_file("batch.jsonl")?;

    let mut inputs: Vec<Input> = (1..=4).map(|seed| Input::example().seed(seed)).collect();
    // An invalid input is not sent, and does not affect the others.
    inputs.push(Input::example().duration(6));

    let results = Batch::new(api.client.clone())
        .max_concurrency(2)
        .journal(&journal)
        .on_submitted(|index, job| println!("{index}: submitted {}", job.request_id()))
        .run(inputs)
        .await?;

    let downloads = api.client.downloads(common::OUTPUT_FOLDER);
    for (index, result) in results.iter().enumerate() {
        match result {
            Ok(finished) => {
                for file in downloads.fetch(&finished.output).await {
                    match file.result {
                        Ok(saved) => println!("{index}: saved {}", saved.path.display()),
                        Err(error) => println!("{index}: {}: {error}", file.property),
                    }
                }
            }
            Err(error) => println!("{index}: {error}"),
        }
    }
    if api.sandbox.is_none() {
        println!(
            "The next run uses the jobs recorded in {}. Delete the file to submit new ones.",
            journal.display()
        );
    }
    Ok(())
}
