//! The client for programs without an async runtime: the same calls, which wait.
//!
//! A thin cover: each call runs the async one of the same name to its end, and all that is said
//! there holds here, of errors too. One thread is started for each client made, not for its clones;
//! where the system has none to give, that is an error of the kind
//! [`Configuration`](ErrorKind::Configuration).
//!
//! ```no_run
//! # #[cfg(feature = "wan-ai")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use runcomfy_client::models::wan_ai::wan_2_2::image_to_video::Input;
//! use runcomfy_client::{Downloads, blocking::Client};
//!
//! let client = Client::from_env()?;
//! let input = Input::new("rain on a window", "https://example.com/window.png");
//! let finished = client.submit(&input)?.wait()?;
//! for file in client.fetch(&Downloads::new("out"), &finished.output)? {
//!     println!("{}", file.result?.path.display());
//! }
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "wan-ai"))]
//! # fn main() {}
//! ```
//!
//! # Within an async runtime
//!
//! A call that waits would stop the other tasks of its thread. So on a thread that belongs to a
//! tokio runtime, one of `spawn_blocking` among them, each call here that would wait is an error of
//! the kind [`Configuration`](ErrorKind::Configuration), and nothing is sent: [`crate::Client`] is
//! the one to use there.

use std::fmt;
use std::future::Future;
use std::iter;
use std::sync::Arc;

use futures::StreamExt;
use secrecy::SecretString;
use serde_json::Value;
use tokio::runtime::{self, Handle};

use crate::answer::{Finished, Status};
use crate::batch::{Batch, BatchResult};
use crate::builder::ClientBuilder;
use crate::download::{Download, Downloads};
use crate::error::{Error, ErrorKind};
use crate::job::{CancelOutcome, StoredJob};
use crate::model::{Model, ModelInput, ModelOutput};
use crate::progress::Progress;
use crate::wait::PollPolicy;

/// A [`crate::Client`] whose calls wait for their end. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    client: crate::Client,
    runtime: Runtime,
}

impl Client {
    /// As [`crate::Client::new`].
    pub fn new(token: impl Into<SecretString>) -> Result<Self, Error> {
        Self::build(crate::Client::builder().token(token))
    }

    /// As [`crate::Client::from_env`].
    pub fn from_env() -> Result<Self, Error> {
        Self::build(crate::Client::builder())
    }

    /// As [`ClientBuilder::build`], with the settings of [`crate::Client::builder`].
    pub fn build(builder: ClientBuilder) -> Result<Self, Error> {
        Ok(Self {
            client: builder.build()?,
            runtime: Runtime::new()?,
        })
    }

    /// As [`crate::Client::submit`]: the job is billed, and never submitted twice.
    pub fn submit<I: ModelInput>(&self, input: &I) -> Result<Job<I::Model>, Error> {
        let job = self.runtime.run(self.client.submit(input))?;
        Ok(self.job(job?))
    }

    /// As [`crate::Client::submit_unchecked`].
    pub fn submit_unchecked<M: Model>(&self, input: &Value) -> Result<Job<M>, Error> {
        let job = self.runtime.run(self.client.submit_unchecked(input))?;
        Ok(self.job(job?))
    }

    /// As [`crate::Client::resume`]. Nothing is sent.
    pub fn resume<M: Model>(&self, request_id: &str) -> Result<Job<M>, Error> {
        Ok(self.job(self.client.resume(request_id)?))
    }

    /// As [`crate::Client::resume_stored`]. Nothing is sent.
    #[must_use]
    pub fn resume_stored<M: Model>(&self, stored: StoredJob<M>) -> Job<M> {
        self.job(self.client.resume_stored(stored))
    }

    /// Runs a batch as [`Batch::run`] does. `set_up` makes it: `|client| Batch::new(client)`.
    pub fn run<I: ModelInput>(
        &self,
        set_up: impl FnOnce(crate::Client) -> Batch<I::Model>,
        inputs: impl IntoIterator<Item = I>,
    ) -> Result<Vec<BatchResult<I::Model>>, Error> {
        let batch = set_up(self.client.clone());
        self.runtime.run(batch.run(inputs))?
    }

    /// As [`Downloads::fetch`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] within an async runtime, and nothing else: what became of a file
    /// is told by its [`Download`].
    pub fn fetch<O: ModelOutput>(
        &self,
        downloads: &Downloads,
        output: &O,
    ) -> Result<Vec<Download>, Error> {
        self.runtime.run(downloads.fetch(output))
    }

    fn job<M: Model>(&self, job: crate::Job<M>) -> Job<M> {
        Job {
            job,
            runtime: self.runtime.clone(),
        }
    }
}

/// A [`crate::Job`] whose calls wait for their end.
#[derive(Clone, Debug)]
pub struct Job<M: Model> {
    job: crate::Job<M>,
    runtime: Runtime,
}

impl<M: Model> Job<M> {
    /// The id of the job, worth storing as soon as there is one.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.job.request_id()
    }

    /// As [`crate::Job::stored`].
    #[must_use]
    pub fn stored(&self) -> StoredJob<M> {
        self.job.stored()
    }

    /// As [`crate::Job::status`].
    pub fn status(&self) -> Result<Status, Error> {
        self.runtime.run(self.job.status())?
    }

    /// As [`crate::Job::result`].
    pub fn result(&self) -> Result<Option<Finished<M::Output>>, Error> {
        self.runtime.run(self.job.result())?
    }

    /// As [`crate::Job::cancel`].
    pub fn cancel(&self) -> Result<CancelOutcome, Error> {
        self.runtime.run(self.job.cancel())?
    }

    /// As [`crate::Job::wait`]: without a deadline unless the client has one.
    pub fn wait(&self) -> Result<Finished<M::Output>, Error> {
        self.runtime.run(self.job.wait())?
    }

    /// As [`crate::Job::wait_with`].
    pub fn wait_with(&self, policy: PollPolicy) -> Result<Finished<M::Output>, Error> {
        self.runtime.run(self.job.wait_with(policy))?
    }

    /// As [`crate::Job::progress`], as an iterator whose every step waits for a poll.
    pub fn progress(&self) -> impl Iterator<Item = Result<Progress<M::Output>, Error>> {
        let runtime = self.runtime.clone();
        let mut steps = Some(self.job.progress());
        iter::from_fn(move || {
            let step = runtime.run(steps.as_mut()?.next());
            if step.is_err() {
                steps = None;
            }
            step.unwrap_or_else(|error| Some(Err(error)))
        })
    }
}

/// A runtime of its own.
///
/// Its one thread looks after connections between calls as well. On the caller's thread alone they
/// would stand still then, one that the server has closed would pass for open, and a submit on it
/// would end as uncertain.
#[derive(Clone)]
struct Runtime(Arc<Owned>);

struct Owned(Option<runtime::Runtime>);

impl Runtime {
    fn new() -> Result<Self, Error> {
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("runcomfy-client")
            .enable_all()
            .build();
        let runtime = runtime.map_err(|error| {
            let message = "no thread for the client can be started";
            Error::new(ErrorKind::Configuration, message).with_source(error)
        })?;
        Ok(Self(Arc::new(Owned(Some(runtime)))))
    }

    fn run<F: Future>(&self, future: F) -> Result<F::Output, Error> {
        let is_within_another = Handle::try_current().is_ok();
        match &self.0.0 {
            Some(runtime) if !is_within_another => Ok(runtime.block_on(future)),
            _ => Err(Error::new(
                ErrorKind::Configuration,
                "this call would stop the async runtime that its thread belongs to, and nothing was \
                 sent: use `runcomfy_client::Client` there",
            )),
        }
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // To wait for its threads, as is usual, would be a panic within another runtime.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Runtime")
    }
}
