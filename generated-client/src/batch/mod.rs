//! Many jobs of one model: submitted and followed with bounded concurrency, nothing lost when some
//! fail, and, with a journal, nothing paid for twice when the process dies.

mod journal;

use std::fmt;
use std::future::Future;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use futures::{Stream, StreamExt, stream};

use crate::answer::Finished;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::job::Job;
use crate::model::{Model, ModelInput};
use crate::wait::PollPolicy;
use journal::{Entry, Journal};

/// What is called with each job the moment it exists.
type OnSubmitted<M> = Arc<dyn Fn(usize, &Job<M>) + Send + Sync>;

/// How many jobs are in flight at once unless told otherwise.
const AT_ONCE: NonZeroUsize = NonZeroUsize::new(8).expect("8 is not 0");

/// The output of a job, or why there is none.
pub type BatchResult<M> = Result<Finished<<M as Model>::Output>, Error>;

/// Submits many inputs of one model and waits for all of their outputs.
///
/// Each input is submitted as [`Client::submit`] does it: checked first, and never twice unless it
/// is certain that the first request made no job.
///
/// ```no_run
/// # use runcomfy_client::{Batch, Client, Error, ModelInput};
/// # async fn run<I: ModelInput>(client: Client, inputs: Vec<I>) -> Result<(), Error> {
/// let results = Batch::new(client)
///     .at_once(4)
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
    at_once: NonZeroUsize,
    poll: Option<PollPolicy>,
    on_submitted: Option<OnSubmitted<M>>,
    journal: Option<PathBuf>,
}

impl<M: Model> Batch<M> {
    /// A batch that runs eight jobs at once.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self {
            client,
            at_once: AT_ONCE,
            poll: None,
            on_submitted: None,
            journal: None,
        }
    }

    /// How many jobs may be in flight at once, from being submitted to being over; 0 counts as 1.
    #[must_use]
    pub fn at_once(mut self, jobs: usize) -> Self {
        self.at_once = NonZeroUsize::new(jobs).unwrap_or(NonZeroUsize::MIN);
        self
    }

    /// How each job is waited for, where it is not as the client does.
    #[must_use]
    pub fn poll(mut self, policy: PollPolicy) -> Self {
        self.poll = Some(policy);
        self
    }

    /// Calls `hear` with the index of the input and its job the moment the job exists, before
    /// anything else is asked of it: the place to store it. It must not block for long.
    #[must_use]
    pub fn on_submitted(mut self, hear: impl Fn(usize, &Job<M>) + Send + Sync + 'static) -> Self {
        self.on_submitted = Some(Arc::new(hear));
        self
    }

    /// Keeps a journal in this file, a JSON object a line, each on the disk before the next step.
    ///
    /// A batch that is run again with the same journal and the same inputs takes up the jobs that
    /// the journal names instead of submitting them again. Where the process died between sending
    /// a request and hearing of its job, nobody knows whether there is one: the result is then
    /// [`ErrorKind::UncertainSubmit`], and the input is not sent again. Whoever has made sure that
    /// there is no such job takes the line out of the journal.
    ///
    /// An input that was refused, so that there is certainly no job, is submitted again, and may be
    /// another by then; inputs may also be added at the end. The journal is locked while the batch
    /// runs: another batch with the same one is an error. It holds the inputs, and neither token nor
    /// outputs.
    #[must_use]
    pub fn journal(mut self, path: impl Into<PathBuf>) -> Self {
        self.journal = Some(path.into());
        self
    }

    /// Runs the batch: one result for each input, in their order.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Journal`], before anything is sent: the journal cannot be opened, is in use, or
    /// is of other inputs. What happens to a single input is in its own result.
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

    /// Runs the batch as a stream of results, each with the index of its input, as they come.
    /// Inputs are taken one by one as there is room, so there may be more than memory holds.
    ///
    /// Dropping the stream cancels no job: with a journal they can be taken up again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Journal`], before anything is sent: the journal cannot be opened, is in use, or
    /// is of another model. Whether it is of other inputs shows as they are taken: the first that is
    /// another, and all behind it, have this kind of error as their result, and are not sent.
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
        let at_once = self.at_once.get();
        let one = Arc::new(One {
            client: self.client,
            poll: self.poll,
            on_submitted: self.on_submitted,
            journal,
        });
        let inputs = stream::iter(inputs.into_iter().enumerate());
        let mut is_of_others = false;
        inputs
            .map(move |(index, input)| {
                // Here, and not in the future, because here it is in order. An input too many at the
                // front moves all others: behind it nothing may be sent, it was sent before.
                let known = one.known(index, &input, is_of_others);
                is_of_others |= known.is_err();
                let one = one.clone();
                async move {
                    let result = match known {
                        Ok(known) => one.run(index, &input, known).await,
                        Err(error) => Err(error),
                    };
                    (index, result)
                }
            })
            .buffer_unordered(at_once)
    }
}

impl<M: Model> fmt::Debug for Batch<M> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Batch")
            .field("model_id", &M::ID)
            .field("at_once", &self.at_once)
            .field("poll", &self.poll)
            .field("journal", &self.journal)
            .finish_non_exhaustive()
    }
}

/// What the jobs of a batch share.
struct One<M: Model> {
    client: Client,
    poll: Option<PollPolicy>,
    on_submitted: Option<OnSubmitted<M>>,
    journal: Option<Arc<Journal>>,
}

impl<M: Model> One<M> {
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
        is_of_others: bool,
    ) -> Result<Option<Entry>, Error> {
        match &self.journal {
            Some(journal) if is_of_others => Err(journal.is_of_others(index)),
            Some(journal) => journal.known(index, input),
            None => Ok(None),
        }
    }

    async fn submit<I: ModelInput<Model = M>>(
        &self,
        index: usize,
        input: &I,
    ) -> Result<Job<M>, Error> {
        // A bad input is not worth a line.
        input.validate().map_err(Error::invalid_input)?;
        self.note(|journal| journal.submitting::<I>(index, input))
            .await?;
        let submitted = self.client.submit(input).await;
        let noted = match &submitted {
            Ok(job) => {
                if let Some(hear) = &self.on_submitted {
                    hear(index, job);
                }
                let request_id = job.request_id().to_owned();
                self.note(|journal| Ok(journal.submitted(index, request_id)))
                    .await
            }
            Err(error) if error.kind() == ErrorKind::UncertainSubmit => Ok(()),
            Err(_) => self.note(|journal| Ok(journal.refused(index))).await,
        };
        if let Err(error) = noted {
            // The job exists, or there is none: either is told by what is returned. The line of
            // the intent stands, so that nothing is sent twice.
            tracing::error!(index, error = %error, "the journal could not be written");
        }
        submitted
    }

    async fn note(
        &self,
        line: impl FnOnce(&Journal) -> Result<String, Error>,
    ) -> Result<(), Error> {
        let Some(journal) = &self.journal else {
            return Ok(());
        };
        let (line, journal) = (line(journal)?, journal.clone());
        on_a_thread_for_files(move || journal.append(&line)).await
    }
}

/// The disk may take its time, which must not stop other jobs.
async fn on_a_thread_for_files(
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
            "the journal says that input {index} was being submitted when the process ended: a job \
             may exist and be billed. It was not sent again; when it is certain that there is no \
             such job, take its line out of the journal"
        ),
    )
}
