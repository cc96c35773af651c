//! Batches: many jobs of one model with bounded concurrency and, optionally, a journal that makes a
//! rerun after a crash safe.

mod journal;

use std::fmt;
use std::future::Future;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use futures::{Stream, StreamExt, stream};

use super::Client;
use super::api::Finished;
use super::error::{Error, ErrorKind};
use super::job::Job;
use super::policy::PollPolicy;
use crate::model::{Model, ModelInput};
use journal::{Entry, Journal};

/// Called with each new job.
type OnSubmitted<M> = Arc<dyn Fn(usize, &Job<M>) + Send + Sync>;

/// The default number of jobs in flight.
const MAX_CONCURRENCY: NonZeroUsize = NonZeroUsize::new(8).expect("8 is not 0");

/// The output of one job, or its error.
pub type BatchResult<M> = Result<Finished<<M as Model>::Output>, Error>;

/// Submits many inputs of one model and waits for all outputs.
///
/// Each input is submitted by the rules of [`Client::submit`].
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

    /// Calls `callback` with the index of the input and its job as soon as the job exists, before
    /// its first poll. It must not block for long.
    #[must_use]
    pub fn on_submitted(
        mut self,
        callback: impl Fn(usize, &Job<M>) + Send + Sync + 'static,
    ) -> Self {
        self.on_submitted = Some(Arc::new(callback));
        self
    }

    /// Keeps a journal in this file: JSON Lines, each synced to disk before the next step.
    ///
    /// A rerun with the same journal and the same inputs resumes the jobs in the journal instead of
    /// submitting them again. If the process died between sending a request and recording its
    /// response, it is unknown whether a job exists: the result is
    /// [`ErrorKind::UncertainSubmit`] and the input is not sent again. Once it is certain that no
    /// job exists, its line can be removed from the journal.
    ///
    /// An input that was refused, so that certainly no job exists, is submitted again and may be
    /// changed; inputs may also be appended. The journal is locked while the batch runs. It
    /// contains the inputs, but neither the token nor the outputs.
    #[must_use]
    pub fn journal(mut self, path: impl Into<PathBuf>) -> Self {
        self.journal = Some(path.into());
        self
    }

    /// Runs the batch and returns one result for each input, in their order.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Journal`], before anything is sent: the journal cannot be opened, is in use, or
    /// belongs to other inputs. Errors of single inputs are in their results.
    pub async fn run<I>(
        self,
        inputs: impl IntoIterator<Item = I>,
    ) -> Result<Vec<BatchResult<M>>, Error>
    where
        I: ModelInput<Model = M>,
    {
        let inputs: Vec<I> = inputs.into_iter().collect();
        let journal = self.open()?;
        if let Some(journal) = &journal {
            for (index, input) in inputs.iter().enumerate() {
                journal.known(index, input)?;
            }
        }
        let stream = self.stream_with(journal, inputs);
        let mut results: Vec<(usize, BatchResult<M>)> = stream.collect().await;
        results.sort_by_key(|(index, _)| *index);
        Ok(results.into_iter().map(|(_, result)| result).collect())
    }

    /// Runs the batch as a stream of results in order of completion, each with the index of its
    /// input. Inputs are taken from the iterator only as capacity frees up.
    ///
    /// Dropping the stream cancels no job: a rerun with the same journal resumes them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Journal`], before anything is sent: the journal cannot be opened, is in use, or
    /// belongs to another model. If it belongs to other inputs, the first input that differs and
    /// all later ones are not sent and have this kind of error as their result.
    pub fn stream<I>(
        self,
        inputs: impl IntoIterator<Item = I>,
    ) -> Result<impl Stream<Item = (usize, BatchResult<M>)>, Error>
    where
        I: ModelInput<Model = M>,
    {
        let journal = self.open()?;
        Ok(self.stream_with(journal, inputs))
    }

    fn open(&self) -> Result<Option<Arc<Journal>>, Error> {
        match &self.journal {
            Some(path) => Ok(Some(Arc::new(Journal::open::<M>(path)?))),
            None => Ok(None),
        }
    }

    fn stream_with<I>(
        self,
        journal: Option<Arc<Journal>>,
        inputs: impl IntoIterator<Item = I>,
    ) -> impl Stream<Item = (usize, BatchResult<M>)>
    where
        I: ModelInput<Model = M>,
    {
        let max_concurrency = self.max_concurrency.get();
        let worker = Arc::new(Worker {
            client: self.client,
            poll: self.poll,
            on_submitted: self.on_submitted,
            journal,
        });
        let inputs = stream::iter(inputs.into_iter().enumerate());
        let mut input_mismatch = false;
        inputs
            .map(move |(index, input)| {
                // Here, in order, and not in the future. An inserted input shifts later indices;
                // stop, or submitted inputs are sent again.
                let known = worker.known(index, &input, input_mismatch);
                input_mismatch |= known.is_err();
                let worker = worker.clone();
                async move {
                    let result = match known {
                        Ok(known) => worker.run(index, &input, known).await,
                        Err(error) => Err(error),
                    };
                    (index, result)
                }
            })
            .buffer_unordered(max_concurrency)
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

/// What all jobs of a batch share.
struct Worker<M: Model> {
    client: Client,
    poll: Option<PollPolicy>,
    on_submitted: Option<OnSubmitted<M>>,
    journal: Option<Arc<Journal>>,
}

impl<M: Model> Worker<M> {
    async fn run<I: ModelInput<Model = M>>(
        &self,
        index: usize,
        input: &I,
        known: Option<Entry>,
    ) -> BatchResult<M> {
        let job = match known {
            Some(Entry::Submitted { request_id }) => self.client.resume(&request_id)?,
            Some(Entry::Submitting) => return Err(interrupted(index)),
            Some(Entry::Refused) | None => self.submit(index, input).await?,
        };
        match self.poll {
            Some(policy) => job.wait_with(policy).await,
            None => job.wait().await,
        }
    }

    fn known<I: ModelInput>(
        &self,
        index: usize,
        input: &I,
        input_mismatch: bool,
    ) -> Result<Option<Entry>, Error> {
        match &self.journal {
            Some(journal) if input_mismatch => Err(journal.input_mismatch(index)),
            Some(journal) => journal.known(index, input),
            None => Ok(None),
        }
    }

    async fn submit<I: ModelInput<Model = M>>(
        &self,
        index: usize,
        input: &I,
    ) -> Result<Job<M>, Error> {
        // An invalid input is not recorded.
        input.validate().map_err(Error::invalid_input)?;
        self.record(|journal| journal.submitting::<I>(index, input))
            .await?;
        let submitted = self.client.submit(input).await;
        let recorded = match &submitted {
            Ok(job) => {
                if let Some(callback) = &self.on_submitted {
                    callback(index, job);
                }
                let request_id = job.request_id().to_owned();
                self.record(|journal| Ok(journal.submitted(index, request_id)))
                    .await
            }
            Err(error) if error.kind() == ErrorKind::UncertainSubmit => Ok(()),
            Err(_) => self.record(|journal| Ok(journal.refused(index))).await,
        };
        if let Err(error) = recorded {
            // The result states whether the job exists. The `submitting` line remains, so a rerun
            // sends nothing twice.
            tracing::error!(index, error = %error, "the journal could not be written");
        }
        submitted
    }

    async fn record(
        &self,
        line: impl FnOnce(&Journal) -> Result<String, Error>,
    ) -> Result<(), Error> {
        let Some(journal) = &self.journal else {
            return Ok(());
        };
        let (line, journal) = (line(journal)?, journal.clone());
        spawn_blocking_io(move || journal.append(&line)).await
    }
}

/// Disk writes must not block the executor.
async fn spawn_blocking_io(
    work: impl FnOnce() -> Result<(), Error> + Send + 'static,
) -> Result<(), Error> {
    let thread: std::pin::Pin<Box<dyn Future<Output = _> + Send>> =
        Box::pin(tokio::task::spawn_blocking(work));
    match thread.await {
        Ok(done) => done,
        Err(error) => Err(
            Error::new(ErrorKind::Journal, "the journal could not be written").with_source(error),
        ),
    }
}

fn interrupted(index: usize) -> Error {
    Error::new(
        ErrorKind::UncertainSubmit,
        format!(
            "according to the journal, input {index} was being submitted when the process ended: a \
             job may exist and be billed, so it was not sent again. Once it is certain that no job \
             exists, remove its line from the journal"
        ),
    )
}
