//! The provider's rules for media files, checked before anything is paid for.
//!
//! ```sh
//! cargo run -p runcomfy-client --features media --example preflight
//! cargo run -p runcomfy-client --features media --example preflight -- picture.jpg
//! cargo run -p runcomfy-client --features media --example preflight -- https://example.com/a.png
//! ```
//!
//! Nothing is submitted. A URL is read by ranges, only as far as its header goes, and without a
//! token. Without an argument the picture is the one of the model's documented request, or, where
//! `RUNCOMFY_API_TOKEN` is not set, one of a sandbox in this process.

mod common;

use std::process::ExitCode;

use runcomfy_client::models::wan_ai::wan_2_2::image_to_video::Input;
use runcomfy_client::preflight::Verdict;
use runcomfy_client::{Preflight, TOKEN_VARIABLE};

#[tokio::main]
async fn main() -> ExitCode {
    common::end(run().await)
}

async fn run() -> common::Outcome {
    let mut input = Input::example();
    let mut preflight = Preflight::new();
    // Serves its picture as long as it is held.
    let mut _sandbox = None;

    match std::env::args().nth(1) {
        Some(url) if url.starts_with("https://") => input.img_url = url,
        // A file that is about to be uploaded stands for the URL it will have.
        Some(path) => preflight = preflight.file(&input.img_url, path),
        None if common::has_token() => {}
        None => {
            let sandbox = common::sandbox().await?;
            eprintln!(
                "{TOKEN_VARIABLE} is not set: the picture is one of a sandbox in this process."
            );
            input.img_url = format!("{}/files/sample/image.png", sandbox.base_url());
            preflight = preflight.allow_private_addresses();
            _sandbox = Some(sandbox);
        }
    }

    let report = preflight.check(&input).await?;
    for finding in report.findings() {
        if let Some(file) = finding.file {
            let (width, height) = (file.metadata.width, file.metadata.height);
            println!("{}: {:?}, {width:?} x {height:?}", finding.url, file.format);
        }
        match &finding.verdict {
            Verdict::Passed => println!("{}: keeps every rule", finding.pointer),
            Verdict::Violated(violations) => println!("{violations}"),
            _ => println!("{finding}"),
        }
    }
    println!(
        "{}",
        match (report.passed(), report.violations()) {
            (true, _) => "Worth submitting.",
            (_, Ok(())) => "Not all is known; submitting is a risk.",
            (_, Err(_)) => "Not worth submitting: it would be refused.",
        }
    );
    Ok(())
}
