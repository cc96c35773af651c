//! Batches: many jobs of one model with bounded concurrency and, optionally, a journal that makes a
//! rerun after a crash safe.

mod journal;
mod submit_gate;
mod worker;

use std::fmt;
use std::num::NonZeroUsize;
use std::panic;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::{Stream, StreamExt, future, stream};
use serde_json::Value;

use super::Client;
use super::api::Finished;
use super::error::Error;
use super::job::Job;
use super::policy::PollPolicy;
use crate::model::{Model, ModelInput};
use journal::Journal;
use worker::{Input, Worker};

/// Called with each new job.
type OnSubmitted<M> = Arc<dyn Fn(usize, &Job<M>) + Send + Sync>;

/// Called when the progress of the batch changes.
type OnProgress = Arc<dyn Fn(BatchProgress) + Send + Sync>;

/// The progress of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchProgress {
    /// The number of jobs that exist: submitted, resumed, or with a result in the journal.
    pub jobs: usize,
    /// The number of results with an output.
    pub succeeded: usize,
    /// The number of results that are errors.
    pub failed: usize,
}

/// The default maximum number of jobs in flight.
const MAX_CONCURRENCY: NonZeroUsize = NonZeroUsize::new(8).expect("8 is not 0");

/// The output of one job, or its error.
pub type BatchResult<M> = Result<Finished<<M as Model>::Output>, Error>;

/// Submits many inputs of one model and waits for all outputs.
///
/// Each input is submitted by the rules of [`Client::submit`], with these additions:
///
/// - If a submit fails but may be repeated, such as after HTTP 429, all submits of the batch wait. They
///   are then sent one at a time until several in a row are accepted. The batch gives up in three
///   cases: the API has accepted no submit for [`max_retry_after`](crate::RetryPolicy::max_retry_after),
///   the API asks for a delay longer than `max_retry_after`, or no connection can be established and
///   [`attempts`](crate::RetryPolicy::attempts) submits in a row have failed. With `attempts` of 1, it gives
///   up after the first failure.
/// - If the token is refused, the balance or the spend limit is insufficient, or the batch gives up, it
///   **stops**: no further input is submitted. The result of each input that would have been submitted is
///   an error of the kind that stopped the batch. A rerun with the same journal submits these inputs. Jobs
///   that exist are still waited for.
///
/// ```no_run
/// # use runcomfy_client::{Batch, Client, Error, ModelInput};
/// # async fn run<I: ModelInput>(client: Client, inputs: Vec<I>) -> Result<(), Error> {
/// let results = Batch::new(client)
///     .max_concurrency(4)
///     .journal("jobs.jsonl")
///     .run(inputs)
///     .await?;
/// for (index, result) in results.iter().enumerate() {
///     match result {
///         Ok(finished) => println!("{index}: {:?}", finished.output),
///         Err(error) => println!("{index}: {error}"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct Batch<M: Model> {
    client: Client,
    max_concurrency: NonZeroUsize,
    poll: Option<PollPolicy>,
    on_submitted: Option<OnSubmitted<M>>,
    on_progress: Option<OnProgress>,
    journal: Option<PathBuf>,
}

impl<M: Model> Batch<M> {
    /// A batch with up to eight jobs in flight.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self {
            client,
            max_concurrency: MAX_CONCURRENCY,
            poll: None,
            on_submitted: None,
            on_progress: None,
            journal: None,
        }
    }

    /// The maximum number of jobs in flight, from submit to end; 0 counts as 1. Default 8.
    #[must_use]
    pub fn max_concurrency(mut self, jobs: usize) -> Self {
        self.max_concurrency = NonZeroUsize::new(jobs).unwrap_or(NonZeroUsize::MIN);
        self
    }

    /// How each job is polled. Default: the client's policy.
    #[must_use]
    pub fn poll(mut self, policy: PollPolicy) -> Self {
        self.poll = Some(policy);
        self
    }

    /// Calls `callback` with the index of the input and its job as soon as the job exists and is
    /// recorded in the journal, before its first poll. Not called for jobs that an earlier run recorded in
    /// the journal. The callback must not block for long.
    ///
    /// If the callback panics, the batch stops. The jobs in flight are waited for, and the panic is resumed
    /// when all results are available.
    #[must_use]
    pub fn on_submitted(
        mut self,
        callback: impl Fn(usize, &Job<M>) + Send + Sync + 'static,
    ) -> Self {
        self.on_submitted = Some(Arc::new(callback));
        self
    }

    /// Calls `callback` whenever a count of [`BatchProgress`] has changed. The callback must not block for
    /// long and must not panic.
    #[must_use]
    pub fn on_progress(mut self, callback: impl Fn(BatchProgress) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(callback));
        self
    }

    /// Keeps a journal in this file: JSON Lines, each synced to disk before the next step.
    ///
    /// A rerun with the same journal and the same inputs returns the results in the journal without
    /// a request, and resumes the other recorded jobs instead of submitting them again. If the process was
    /// killed between sending a request and recording its response, it is unknown whether a job
    /// exists: the result is
    /// [`UncertainSubmit`](crate::ErrorKind::UncertainSubmit) and the input is not sent again. Once
    /// it is certain that no job exists, the lines of the input can be removed from the journal.
    ///
    /// An input whose submit was refused has no job. It is submitted again, and may be changed before the
    /// rerun. New inputs may be appended. The journal is locked while the batch runs. It contains the
    /// inputs and the results, but not the token.
    #[must_use]
    pub fn journal(mut self, path: impl Into<PathBuf>) -> Self {
        self.journal = Some(path.into());
        self
    }

    /// Runs the batch and returns one result for each input, in the order of the inputs.
    ///
    /// # Errors
    ///
    /// [`Journal`](crate::ErrorKind::Journal), before anything is sent: the journal cannot be
    /// opened, is in use, or belongs to other inputs. Errors of single inputs are in their results.
    pub async fn run<I>(
        self,
        inputs: impl IntoIterator<Item = I>,
    ) -> Result<Vec<BatchResult<M>>, Error>
    where
        I: ModelInput<Model = M>,
    {
        self.run_inputs(inputs.into_iter().map(|input| Input::validated(&input)))
            .await
    }

    /// Runs the batch without validating the inputs, see
    /// [`Client::submit_unchecked`].
    ///
    /// # Errors
    ///
    /// See [`run`](Self::run).
    pub async fn run_unchecked(
        self,
        inputs: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<BatchResult<M>>, Error> {
        self.run_inputs(inputs.into_iter().map(Input::unchecked))
            .await
    }

    /// Runs the batch as a stream of results in order of completion, each with the index of its
    /// input. Inputs are taken from the iterator only as capacity frees up.
    ///
    /// Dropping the stream cancels no job: a rerun with the same journal resumes the jobs. If a submit is
    /// in progress when the stream is dropped, it is unknown whether the submit created a job.
    ///
    /// # Errors
    ///
    /// [`Journal`](crate::ErrorKind::Journal), before anything is sent: the journal cannot be
    /// opened, is in use, or belongs to another model. If it belongs to other inputs, the first
    /// input that differs and all later ones are not sent and have this kind of error as their
    /// result.
    pub async fn stream<I>(
        self,
        inputs: impl IntoIterator<Item = I>,
    ) -> Result<impl Stream<Item = (usize, BatchResult<M>)>, Error>
    where
        I: ModelInput<Model = M>,
    {
        let inputs = inputs.into_iter().map(|input| Input::validated(&input));
        self.stream_inputs(inputs).await
    }

    /// Runs the batch as a stream without validating the inputs, see [`stream`](Self::stream) and
    /// [`Client::submit_unchecked`].
    ///
    /// # Errors
    ///
    /// See [`stream`](Self::stream).
    pub async fn stream_unchecked(
        self,
        inputs: impl IntoIterator<Item = Value>,
    ) -> Result<impl Stream<Item = (usize, BatchResult<M>)>, Error> {
        self.stream_inputs(inputs.into_iter().map(Input::unchecked))
            .await
    }

    async fn run_inputs(
        self,
        inputs: impl Iterator<Item = Input>,
    ) -> Result<Vec<BatchResult<M>>, Error> {
        let inputs: Vec<Input> = inputs.collect();
        let journal = self.open_journal().await?;
        if let Some(journal) = &journal {
            for (index, input) in inputs.iter().enumerate() {
                journal.step_of(index, input.json())?;
            }
        }
        let results = self.stream_with(journal, inputs.into_iter());
        let mut results: Vec<(usize, BatchResult<M>)> = results.collect().await;
        results.sort_by_key(|(index, _)| *index);
        Ok(results.into_iter().map(|(_, result)| result).collect())
    }

    async fn stream_inputs(
        self,
        inputs: impl Iterator<Item = Input>,
    ) -> Result<impl Stream<Item = (usize, BatchResult<M>)>, Error> {
        let journal = self.open_journal().await?;
        Ok(self.stream_with(journal, inputs))
    }

    async fn open_journal(&self) -> Result<Option<Journal>, Error> {
        match &self.journal {
            Some(path) => Ok(Some(Journal::open(path.clone(), M::ID).await?)),
            None => Ok(None),
        }
    }

    fn stream_with(
        self,
        journal: Option<Journal>,
        inputs: impl Iterator<Item = Input>,
    ) -> impl Stream<Item = (usize, BatchResult<M>)> {
        let worker = Arc::new(Worker::new(
            self.client.0,
            self.poll,
            self.on_submitted,
            self.on_progress,
            journal,
        ));
        let after_all = worker.clone();
        let mut is_mismatch = false;
        stream::iter(inputs.enumerate())
            .map(move |(index, input)| {
                // Checked here, in input order, because the futures run concurrently. An inserted input
                // shifts later indices, so inputs that were already submitted could be sent again.
                // Therefore, no input is sent after a mismatch.
                let step = worker.step_of(index, &input, is_mismatch);
                is_mismatch |= step.is_err();
                if let Ok(Some(step)) = &step {
                    // Counted here, so that the submit of any input in flight waits for the cost of this job.
                    worker.count_resumed(step);
                }
                let worker = worker.clone();
                async move {
                    let result = match step {
                        Ok(step) => worker.run(index, input, step).await,
                        Err(error) => Err(error),
                    };
                    worker.report(|progress| match result {
                        Ok(_) => progress.succeeded += 1,
                        Err(_) => progress.failed += 1,
                    });
                    (index, result)
                }
            })
            .buffer_unordered(self.max_concurrency.get())
            .chain(stream::iter([()]).filter_map(move |()| {
                if let Some(payload) = after_all.take_panic() {
                    panic::resume_unwind(payload);
                }
                future::ready(None)
            }))
    }
}

impl<M: Model> fmt::Debug for Batch<M> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Batch")
            .field("model_id", &M::ID)
            .field("max_concurrency", &self.max_concurrency)
            .field("poll", &self.poll)
            .field("journal", &self.journal)
            .finish_non_exhaustive()
    }
}
