//! What the examples share: a client of the API, or of a sandbox in this process.
//!
//! With `RUNCOMFY_API_TOKEN` they speak to the real API, which **bills** every job. Without it they
//! start a local server that behaves like the API and bills nothing. `RUNCOMFY_BASE_URL` names
//! another server, such as one that `cargo xtask sandbox` started.
#![allow(dead_code, reason = "no example uses all of it")]

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use runcomfy_client::{Client, TOKEN_VARIABLE};
use runcomfy_sandbox::{Sandbox, Timings};
use tempfile::TempDir;

/// Where the examples leave their files.
pub(crate) const FOLDER: &str = "target/runcomfy";

/// The schemas that the sandbox serves: those of this repository.
const SCHEMAS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas");

/// The variable that names another server than the real one.
const BASE_URL_VARIABLE: &str = "RUNCOMFY_BASE_URL";

pub(crate) type Outcome = Result<(), Box<dyn Error>>;

/// A server to speak to.
pub(crate) struct Api {
    pub(crate) client: Client,
    /// It ends with this process, and its jobs with it; so does what is stored of them.
    pub(crate) sandbox: Option<(Sandbox, TempDir)>,
}

impl Api {
    /// The server that the environment speaks of, or else a sandbox.
    pub(crate) async fn connect() -> Result<Self, Box<dyn Error>> {
        let base_url = std::env::var(BASE_URL_VARIABLE).ok();
        if base_url.is_none() && !has_token() {
            return Self::with_sandbox().await;
        }
        let mut builder = Client::builder();
        if let Some(base_url) = base_url {
            builder = builder.base_url(base_url);
        }
        let client = builder.build()?;
        eprintln!("Speaking to {}.", client.base_url());
        Ok(Self {
            client,
            sandbox: None,
        })
    }

    async fn with_sandbox() -> Result<Self, Box<dyn Error>> {
        let sandbox = sandbox().await?;
        let client = Client::builder()
            .base_url(sandbox.base_url())
            .token(sandbox.token())
            .build()?;
        eprintln!(
            "{TOKEN_VARIABLE} is not set: speaking to a sandbox in this process, {}. Nothing is \
             billed, and the files are samples.",
            sandbox.base_url()
        );
        Ok(Self {
            client,
            sandbox: Some((sandbox, tempfile::tempdir()?)),
        })
    }

    /// A file for what must outlive the process as long as the server's jobs do.
    pub(crate) fn state_file(&self, name: &str) -> Result<PathBuf, Box<dyn Error>> {
        let folder = match &self.sandbox {
            Some((_, folder)) => folder.path().to_owned(),
            None => PathBuf::from(FOLDER),
        };
        std::fs::create_dir_all(&folder)?;
        Ok(folder.join(name))
    }
}

/// Whether there is a token for the real API. An empty one is how a CI says that it has none.
pub(crate) fn has_token() -> bool {
    std::env::var_os(TOKEN_VARIABLE).is_some_and(|token| !token.is_empty())
}

/// A sandbox in this process, on any free port.
pub(crate) async fn sandbox() -> Result<Sandbox, Box<dyn Error>> {
    let second = Duration::from_secs(1);
    let sandbox = Sandbox::builder()
        .schemas(SCHEMAS)
        .timings(Timings {
            queued: second,
            running: second,
        })
        .start();
    Ok(sandbox.await?)
}

/// Shows an error for people, with what is behind it.
pub(crate) fn end(outcome: Outcome) -> ExitCode {
    let Err(error) = outcome else {
        return ExitCode::SUCCESS;
    };
    eprintln!("error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  because: {error}");
        cause = error.source();
    }
    ExitCode::FAILURE
}
