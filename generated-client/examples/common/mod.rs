//! Shared by the examples: a client of the API, or of a sandbox in this process.
//!
//! If a token is set (`RUNCOMFY_API_TOKEN` or `RUNCOMFY_TOKEN`), the examples use the real API, which
//! **bills** every job. `RUNCOMFY_MODEL_API_BASE` sets another server, such as one started by `cargo xtask
//! sandbox`. If none of the three variables is set, the examples start a sandbox in their own process: a
//! local server that follows the API documentation and bills nothing.
#![allow(dead_code, reason = "no example uses everything")]

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use runcomfy_client::{BASE_URL_VARIABLE, Client, TOKEN_VARIABLE};
use runcomfy_sandbox::{Sandbox, Timings};
use tempfile::TempDir;

/// The folder of downloaded files and stored jobs.
pub(crate) const OUTPUT_FOLDER: &str = "target/runcomfy";

pub(crate) type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// A client, and the sandbox if it uses one.
pub(crate) struct Api {
    pub(crate) client: Client,
    /// The sandbox, and a folder for stored jobs. The folder is temporary, since a sandbox loses its jobs
    /// when the process ends.
    pub(crate) sandbox: Option<(Sandbox, TempDir)>,
}

impl Api {
    /// Connects to the server that the environment defines, or else to a new sandbox.
    pub(crate) async fn connect() -> Result<Self> {
        if !is_set(BASE_URL_VARIABLE) && !has_token() {
            return Self::with_sandbox().await;
        }
        let client = Client::from_env()?;
        eprintln!("Using {}.", client.base_url());
        Ok(Self {
            client,
            sandbox: None,
        })
    }

    async fn with_sandbox() -> Result<Self> {
        let sandbox = sandbox().await?;
        let client = Client::builder()
            .base_url(sandbox.base_url())
            .token(sandbox.token())
            .build()?;
        eprintln!(
            "no token is set ({TOKEN_VARIABLE}): using a sandbox in this process, {}. Nothing is billed, and \
             the files are samples.",
            sandbox.base_url()
        );
        Ok(Self {
            client,
            sandbox: Some((sandbox, tempfile::tempdir()?)),
        })
    }

    /// The path of a file for stored jobs: in the temporary folder if a sandbox is used, or else in
    /// [`OUTPUT_FOLDER`]. Creates the folder.
    pub(crate) fn state_file(&self, name: &str) -> Result<PathBuf> {
        let folder = match &self.sandbox {
            Some((_, folder)) => folder.path().to_owned(),
            None => PathBuf::from(OUTPUT_FOLDER),
        };
        std::fs::create_dir_all(&folder)?;
        Ok(folder.join(name))
    }
}

/// Whether there is a token for the real API.
pub(crate) fn has_token() -> bool {
    is_set(TOKEN_VARIABLE) || is_set("RUNCOMFY_TOKEN")
}

/// Whether a variable is set and not empty. CI systems set missing secrets to an empty text.
fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// Starts a sandbox in this process.
pub(crate) async fn sandbox() -> Result<Sandbox> {
    let second = Duration::from_secs(1);
    let sandbox = Sandbox::builder()
        .bundled_models()
        .timings(Timings {
            queued: second,
            running: second,
        })
        .start();
    Ok(sandbox.await?)
}

/// Prints an error with its causes, and returns the exit code.
pub(crate) fn exit_code(result: Result) -> ExitCode {
    let Err(error) = result else {
        return ExitCode::SUCCESS;
    };
    eprintln!("error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  caused by: {error}");
        cause = error.source();
    }
    ExitCode::FAILURE
}
