//! A wait as a stream, for a progress bar.

use futures::{Stream, StreamExt, stream};

use crate::answer::{Finished, State};
use crate::error::Error;
use crate::job::Job;
use crate::model::Model;
use crate::wait::{Polls, Turn};

/// What a poll found. A poll that finds the same as the one before is told of as well.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Progress<O> {
    /// The job is in the queue.
    Queued {
        /// How many jobs are before it, where the server says so.
        position: Option<u64>,
    },
    /// The job runs, or is over and its result not there yet.
    Running,
    /// The server used a word for its state that this version has not heard of.
    Unknown(String),
    /// The job succeeded: the last item.
    Done(Box<Finished<O>>),
}

/// The turns of a wait, up to its end.
pub(crate) fn stream<M: Model>(
    job: Job<M>,
    polls: Polls,
) -> impl Stream<Item = Result<Progress<M::Output>, Error>> + Send + Unpin + 'static {
    stream::unfold(Some((job, polls)), |state| async move {
        let (job, mut polls) = state?;
        let progress = match polls.next().await {
            Err(error) => return Some((Err(error), None)),
            Ok(Turn::Done(json)) => {
                let done = job
                    .typed(json)
                    .map(|finished| Progress::Done(Box::new(finished)));
                return Some((done, None));
            }
            Ok(Turn::Pending(status)) => match status.state {
                State::Queued => Progress::Queued {
                    position: status.queue_position,
                },
                State::Unknown(word) => Progress::Unknown(word),
                _ => Progress::Running,
            },
        };
        Some((Ok(progress), Some((job, polls))))
    })
    .boxed()
}
