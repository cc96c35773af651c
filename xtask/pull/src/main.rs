//! Reads the provider's catalogue of models and writes its entries, verbatim, to a file.
//!
//! A separate program, run by `cargo xtask pull`, so that the other commands build no HTTP stack. It reads
//! all pages of the catalogue and requests the schemas that they lack. If the catalogue could not be read
//! completely, nothing is written. `cargo xtask pull` decides which entries become model files.
//!
//! Exit codes: 0 done, 2 misuse or a failure.

mod base_url;
mod catalogue;
mod error;
mod http;

use std::error::Error as _;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use secrecy::SecretString;

use base_url::BaseUrl;
use error::Error;
use http::Http;

/// The provider's base URL.
const BASE_URL: &str = "https://model-api.runcomfy.net";

/// Reads the provider's catalogue of models.
#[derive(Parser)]
struct Arguments {
    /// The file to write: a JSON object whose `models` are the entries.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The base URL of the API, with or without `/v1`.
    #[arg(
        long,
        value_name = "URL",
        env = "RUNCOMFY_MODEL_API_BASE",
        default_value = BASE_URL
    )]
    base_url: String,
    /// Requests missing schemas only for models whose ids begin with one of these. By default, for all.
    #[arg(value_name = "MODEL_ID_PREFIX")]
    prefixes: Vec<String>,
    /// The delay before a failed read is repeated, in milliseconds. It doubles each time.
    #[arg(long, default_value_t = 1000, hide = true)]
    retry_delay_ms: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("  {error}");
                cause = error.source();
            }
            ExitCode::from(2)
        }
    }
}

async fn run(arguments: &Arguments) -> Result<(), Error> {
    // CI systems set missing variables to an empty text.
    let base_url = match arguments.base_url.trim() {
        "" => BASE_URL,
        base_url => base_url,
    };
    let base_url = BaseUrl::parse(base_url)?;
    let retry_delay = Duration::from_millis(arguments.retry_delay_ms);
    let http = Http::new(base_url, token()?, retry_delay)?;
    let entries = catalogue::read(&http, &arguments.prefixes).await?;
    let text = catalogue::to_json(&entries);
    fs::write(&arguments.out, text).map_err(|source| Error::Write {
        path: arguments.out.clone(),
        source,
    })
}

/// The token, from the environment variables that `runcomfy-client` reads as well.
fn token() -> Result<SecretString, Error> {
    ["RUNCOMFY_API_TOKEN", "RUNCOMFY_TOKEN"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .map(|token| token.trim().to_owned())
        // CI systems set missing secrets to an empty text.
        .find(|token| !token.is_empty())
        .map(SecretString::from)
        .ok_or(Error::NoToken)
}
