//! The provider's rules for media files, checked before a job is submitted.
//!
//! ```sh
//! cargo run -p runcomfy-client --features media --example preflight
//! cargo run -p runcomfy-client --features media --example preflight -- picture.jpg
//! cargo run -p runcomfy-client --features media --example preflight -- https://example.com/a.png
//! ```
//!
//! Nothing is submitted. Only the header of the file is read, and the token is not sent. Without an
//! argument, the example checks the image URL in the model's example input. If no
//! token is set either, it starts a sandbox (a local server) in its own process and checks a sample image
//! there.

mod common;

use std::process::ExitCode;

use runcomfy_client::models::wan_ai::wan_2_2::image_to_video::Input;
use runcomfy_client::preflight::Verdict;
use runcomfy_client::{Preflight, TOKEN_VARIABLE};

#[tokio::main]
async fn main() -> ExitCode {
    common::exit_code(run().await)
}

async fn run() -> common::Result {
    let mut input = Input::example();
    let mut preflight = Preflight::new();
    // Keeps the sandbox running until the end of the check: it serves the image.
    let mut _sandbox = None;

    match std::env::args().nth(1) {
        Some(url) if url.starts_with("https://") => input.img_url = url,
        // The file at `path` is checked instead of the image URL of the example input.
        Some(path) => preflight = preflight.file(&input.img_url, path),
        None if common::has_token() => {}
        None => {
            let sandbox = common::sandbox().await?;
            eprintln!(
                "{TOKEN_VARIABLE} is not set: using a sample image from a sandbox in this process."
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
            Verdict::Passed => println!("{}: all rules are satisfied", finding.pointer),
            Verdict::Violated(violations) => println!("{violations}"),
            _ => println!("{finding}"),
        }
    }
    println!(
        "{}",
        match (report.passed(), report.violations()) {
            (true, _) => "All rules are satisfied.",
            (_, Ok(())) => "No violation is certain, but not everything could be determined.",
            (_, Err(_)) => "Rules are violated. The service would refuse the input.",
        }
    );
    Ok(())
}
