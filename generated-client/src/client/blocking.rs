//! The client for programs without an async runtime.
//!
//! Each method blocks until the async method of the same name completes; the documentation and errors of
//! the async method apply. Each client starts a runtime with one thread, which its clones share. If the
//! runtime cannot be set up, the error is [`Configuration`](ErrorKind::Configuration). If the operating
//! system refuses to start the thread, tokio panics.
//!
//! ```no_run
//! # #[cfg(feature = "wan-ai")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use runcomfy_client::models::wan_ai::wan_2_2::image_to_video::Input;
//! use runcomfy_client::blocking::Client;
//!
//! let client = Client::from_env()?;
//! let input = Input::new("rain on a window", "https://example.com/window.png");
//! let finished = client.submit(&input)?.wait()?;
//! for file in client.fetch(&client.downloads("out"), &finished.output)? {
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
//! A blocking call would block all other tasks on the same thread. On any thread of a tokio runtime,
//! including a thread of `spawn_blocking`, it therefore returns the error
//! [`Configuration`](ErrorKind::Configuration) and sends nothing. Use [`crate::Client`] in async code.

use std::fmt;
use std::future::Future;
use std::iter;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::StreamExt;
use secrecy::SecretString;
use serde_json::Value;
use tokio::runtime::{self, Handle};

use super::api::{CancelOutcome, Finished, Status};
use super::batch::{Batch, BatchResult};
use super::builder::ClientBuilder;
use super::error::{Error, ErrorKind};
use super::job::{JobModel, Progress, StoredJob, Untyped};
use super::policy::PollPolicy;
use crate::download::{Download, Downloads};
use crate::model::{Model, ModelInput, ModelOutput};

/// A blocking [`crate::Client`]. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    client: crate::Client,
    runtime: Runtime,
}

impl Client {
    /// See [`crate::Client::new`].
    pub fn new(token: impl Into<SecretString>) -> Result<Self, Error> {
        Self::build(crate::Client::builder().token(token))
    }

    /// See [`crate::Client::from_env`].
    pub fn from_env() -> Result<Self, Error> {
        Self::build(ClientBuilder::from_env())
    }

    /// Builds a blocking client. [`crate::Client::builder`] creates the builder. See
    /// [`ClientBuilder::build`].
    pub fn build(builder: ClientBuilder) -> Result<Self, Error> {
        Ok(Self {
            client: builder.build()?,
            runtime: Runtime::new()?,
        })
    }

    /// See [`crate::Client::submit`]. The job is billed.
    pub fn submit<I: ModelInput>(&self, input: &I) -> Result<Job<I::Model>, Error> {
        let job = self.runtime.run(self.client.submit(input))?;
        Ok(self.job(job?))
    }

    /// See [`crate::Client::submit_unchecked`].
    pub fn submit_unchecked<M: Model>(&self, input: &Value) -> Result<Job<M>, Error> {
        let job = self.runtime.run(self.client.submit_unchecked(input))?;
        Ok(self.job(job?))
    }

    /// See [`crate::Client::submit_json`].
    #[inline]
    pub fn submit_json(&self, model_id: &str, input: &Value) -> Result<Job<Untyped>, Error> {
        let job = self.runtime.run(self.client.submit_json(model_id, input))?;
        Ok(self.job(job?))
    }

    /// See [`crate::Client::submit_json_unchecked`].
    #[inline]
    pub fn submit_json_unchecked(
        &self,
        model_id: &str,
        input: &Value,
    ) -> Result<Job<Untyped>, Error> {
        let submit = self.client.submit_json_unchecked(model_id, input);
        Ok(self.job(self.runtime.run(submit)??))
    }

    /// See [`crate::Client::resume_json`]. Nothing is sent.
    pub fn resume_json(&self, model_id: &str, request_id: &str) -> Result<Job<Untyped>, Error> {
        Ok(self.job(self.client.resume_json(model_id, request_id)?))
    }

    /// See [`crate::Client::resume`]. Nothing is sent.
    pub fn resume<M: Model>(&self, request_id: &str) -> Result<Job<M>, Error> {
        Ok(self.job(self.client.resume(request_id)?))
    }

    /// See [`crate::Client::resume_stored`]. Nothing is sent.
    #[must_use]
    pub fn resume_stored<M: JobModel>(&self, stored: StoredJob<M>) -> Job<M> {
        self.job(self.client.resume_stored(stored))
    }

    /// Runs the batch that `set_up` returns. The simplest `set_up` is `|client| Batch::new(client)`. See
    /// [`Batch::run`].
    pub fn run<I: ModelInput>(
        &self,
        set_up: impl FnOnce(crate::Client) -> Batch<I::Model>,
        inputs: impl IntoIterator<Item = I>,
    ) -> Result<Vec<BatchResult<I::Model>>, Error> {
        let batch = set_up(self.client.clone());
        self.runtime.run(batch.run(inputs))?
    }

    /// See [`crate::Client::downloads`]. To download files, pass the returned value to
    /// [`fetch`](Self::fetch).
    pub fn downloads(&self, dir: impl Into<PathBuf>) -> Downloads {
        self.client.downloads(dir)
    }

    /// See [`Downloads::fetch`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] within an async runtime. If a single file fails, the error is in the
    /// [`Download`] of that file.
    pub fn fetch<O: ModelOutput>(
        &self,
        downloads: &Downloads,
        output: &O,
    ) -> Result<Vec<Download>, Error> {
        self.runtime.run(downloads.fetch(output))
    }

    fn job<M: JobModel>(&self, job: crate::Job<M>) -> Job<M> {
        Job {
            job,
            runtime: self.runtime.clone(),
        }
    }
}

/// A blocking [`crate::Job`].
#[derive(Clone, Debug)]
pub struct Job<M: JobModel> {
    job: crate::Job<M>,
    runtime: Runtime,
}

impl<M: JobModel> Job<M> {
    /// The id of the model.
    #[must_use]
    pub fn model_id(&self) -> &str {
        self.job.model_id()
    }

    /// The id of the job. Store it as soon as the job exists.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.job.request_id()
    }

    /// See [`crate::Job::stored`].
    #[must_use]
    pub fn stored(&self) -> StoredJob<M> {
        self.job.stored()
    }

    /// See [`crate::Job::status`].
    pub fn status(&self) -> Result<Status, Error> {
        self.runtime.run(self.job.status())?
    }

    /// See [`crate::Job::result`].
    pub fn result(&self) -> Result<Option<Finished<M::Output>>, Error> {
        self.runtime.run(self.job.result())?
    }

    /// See [`crate::Job::cancel`].
    pub fn cancel(&self) -> Result<CancelOutcome, Error> {
        self.runtime.run(self.job.cancel())?
    }

    /// See [`crate::Job::wait`]. There is no deadline unless the client's [`PollPolicy`] sets one.
    pub fn wait(&self) -> Result<Finished<M::Output>, Error> {
        self.runtime.run(self.job.wait())?
    }

    /// See [`crate::Job::wait_with`].
    pub fn wait_with(&self, policy: PollPolicy) -> Result<Finished<M::Output>, Error> {
        self.runtime.run(self.job.wait_with(policy))?
    }

    /// See [`crate::Job::progress`]. Each call of `next` blocks until the next item is available.
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
        .fuse()
    }
}

/// A runtime with one thread.
///
/// The thread drives the connections even while no call is running. If the caller's thread drove them,
/// they would make progress only during calls, and a connection that the server has closed in the
/// meantime would still seem to be open.
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
            let message = "the runtime of the client cannot be set up";
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
                "blocking calls are not allowed on a thread of an async runtime, and nothing was \
                 sent. Use `runcomfy_client::Client` instead",
            )),
        }
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // The regular drop waits for the threads, which panics within another runtime.
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
