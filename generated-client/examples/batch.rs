//! Many jobs with bounded concurrency: one result for each input, nothing lost when some fail, and
//! a journal, so that running it again after a crash pays for nothing twice.
//!
//! ```sh
//! cargo run -p runcomfy-client --example batch
//! ```
//!
//! Without `RUNCOMFY_API_TOKEN` it runs against a sandbox in this process.

mod common;

use std::process::ExitCode;

use runcomfy_client::models::wan_ai::wan_2_2::image_to_video::Input;
use runcomfy_client::{Batch, Downloads};

use common::Api;

#[tokio::main]
async fn main() -> ExitCode {
    common::end(run().await)
}

async fn run() -> common::Outcome {
    let api = Api::connect().await?;
    let journal = api.state_file("batch.jsonl")?;

    let mut inputs: Vec<Input> = (1..=4).map(|seed| Input::example().seed(seed)).collect();
    // One that breaks its schema: it is not sent, and does not keep the others from running.
    inputs.push(Input::example().duration(6));

    let results = Batch::new(api.client.clone())
        .max_concurrency(2)
        .journal(&journal)
        .on_submitted(|index, job| println!("{index}: submitted {}", job.request_id()))
        .run(inputs)
        .await?;

    let downloads = Downloads::new(common::FOLDER);
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
            "Run again with {}, it takes up the same jobs; without it, new ones are submitted.",
            journal.display()
        );
    }
    Ok(())
}
