//! Processes one input of a batch: looks it up in the journal, submits it or resumes its job, and returns
//! the result.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::BatchResult;
use super::journal::{Journal, Step};
use super::submit_gate::SubmitGate;
use super::{BatchProgress, OnProgress, OnSubmitted};
use crate::client::api::{
    ApiCore, FailedSubmit, Submission, parse_recorded_result, recordable_result,
};
use crate::client::error::{Error, ErrorKind};
use crate::client::http::SubmitDecision;
use crate::client::job::Job;
use crate::client::log_advice;
use crate::client::policy::PollPolicy;
use crate::client::spend::estimate_usd;
use crate::model::{Model, ModelInput};

/// An input as JSON, or the error because of which it cannot be sent.
pub(super) struct Input(Result<Value, Error>);

impl Input {
    pub(super) fn validated<I: ModelInput>(input: &I) -> Self {
        Self(match input.validate() {
            Ok(()) => {
                log_advice(input);
                serde_json::to_value(input).map_err(Error::unserializable_input)
            }
            Err(violations) => Err(Error::invalid_input(violations)),
        })
    }

    pub(super) fn unchecked(input: Value) -> Self {
        Self(Ok(input))
    }

    pub(super) fn json(&self) -> Option<&Value> {
        self.0.as_ref().ok()
    }
}

/// Processes the inputs of a batch. Holds the settings and state that all inputs share.
pub(super) struct Worker<M: Model> {
    core: Arc<ApiCore>,
    poll: PollPolicy,
    on_submitted: Option<OnSubmitted<M>>,
    on_progress: Option<OnProgress>,
    progress: Mutex<BatchProgress>,
    journal: Option<Journal>,
    gate: SubmitGate,
    /// The payload of the first panic in `on_submitted`.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

impl<M: Model> Worker<M> {
    pub(super) fn new(
        core: Arc<ApiCore>,
        poll: Option<PollPolicy>,
        on_submitted: Option<OnSubmitted<M>>,
        on_progress: Option<OnProgress>,
        journal: Option<Journal>,
    ) -> Self {
        Self {
            poll: poll.unwrap_or(core.poll),
            gate: SubmitGate::new(core.clone()),
            core,
            on_submitted,
            on_progress,
            progress: Mutex::default(),
            journal,
            panic: Mutex::default(),
        }
    }

    /// Returns the last recorded step of an input. `is_mismatch` means that an earlier input differs from
    /// the journal.
    ///
    /// # Errors
    ///
    /// This input or an earlier one differs from the journal.
    pub(super) fn step_of(
        &self,
        index: usize,
        input: &Input,
        is_mismatch: bool,
    ) -> Result<Option<Step>, Error> {
        match &self.journal {
            Some(journal) if is_mismatch => Err(journal.earlier_mismatch(index)),
            Some(journal) => journal.step_of(index, input.json()),
            None => Ok(None),
        }
    }

    /// Takes the payload of a panic in `on_submitted`, if there was one.
    pub(super) fn take_panic(&self) -> Option<Box<dyn Any + Send>> {
        self.panic
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// Changes the progress and reports it.
    pub(super) fn report(&self, change: impl FnOnce(&mut BatchProgress)) {
        let progress = {
            let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
            change(&mut progress);
            *progress
        };
        if let Some(callback) = &self.on_progress {
            callback(progress);
        }
    }

    /// Processes an input. If there is a `step`, [`count_resumed`](Self::count_resumed) must have been
    /// called.
    pub(super) async fn run(
        &self,
        index: usize,
        input: Input,
        step: Option<Step>,
    ) -> BatchResult<M> {
        match step {
            Some(Step::Ended {
                request_id,
                response,
            }) => match self.recorded(&response) {
                Some(result) => result.map_err(|error| error.with_request_id(&request_id)),
                None => self.wait(index, request_id).await,
            },
            Some(Step::Submitted { request_id }) => self.resume(index, request_id).await,
            Some(Step::Uncertain {
                request_id: Some(request_id),
            }) => match self.resume(index, request_id).await {
                Err(error) if error.kind() == ErrorKind::NotFound => Err(unknown_job(error)),
                result => result,
            },
            Some(Step::Submitting | Step::Uncertain { request_id: None }) => {
                Err(interrupted(index))
            }
            Some(Step::Refused) | None => {
                let request_id = self.submit(index, input.0?).await?;
                let result = self.wait(index, request_id).await;
                self.gate.job_ended();
                result
            }
        }
    }

    /// Returns the result that a recorded response contains, and counts its job in
    /// [`BatchProgress::jobs`]. `None` if the response contains no result.
    fn recorded(&self, response: &Value) -> Option<BatchResult<M>> {
        let result = parse_recorded_result(response, self.core.exchange.token())?;
        self.report(|progress| progress.jobs += 1);
        Some(result)
    }

    /// Counts the job of a recorded step as active, if it will be resumed by [`run`](Self::run).
    pub(super) fn count_resumed(&self, step: &Step) {
        if let Step::Submitted { .. }
        | Step::Uncertain {
            request_id: Some(_),
        } = step
        {
            self.gate.job_resumed();
        }
    }

    /// Waits for a job of an earlier run that was counted by [`count_resumed`](Self::count_resumed).
    async fn resume(&self, index: usize, request_id: String) -> BatchResult<M> {
        let result = self.wait(index, request_id).await;
        self.gate.job_ended();
        result
    }

    /// Waits for a job. If the job has ended, records its response in the journal.
    async fn wait(&self, index: usize, request_id: String) -> BatchResult<M> {
        self.report(|progress| progress.jobs += 1);
        let job: Job<M> = Job::new(self.core.clone(), M::ID, request_id);
        let result = job.wait_with(self.poll).await;
        if let Some(response) = recordable_result(&result, self.core.exchange.token()) {
            let request_id = job.request_id().to_owned();
            self.record(
                index,
                Step::Ended {
                    request_id,
                    response,
                },
            )
            .await;
        }
        result
    }

    /// Submits an input and records each attempt in the journal.
    async fn submit(&self, index: usize, input: Value) -> Result<String, Error> {
        if let Some(stopped) = self.gate.stopped(index) {
            return Err(stopped.error);
        }
        let body = serde_json::to_vec(&input).map_err(Error::unserializable_input)?;
        let submission = Submission {
            model_id: M::ID,
            path: M::PATH,
            body: &body,
            estimate_usd: estimate_usd(&M::ABOUT, &input),
        };
        // Each attempt is recorded before it is sent and when it has finished, so that the journal shows
        // no submit in progress during the delay between two attempts.
        let send = async |reservation| {
            if let Some(journal) = &self.journal {
                let recorded = journal.append_submitting(index, M::ID, &input).await;
                recorded.map_err(|error| FailedSubmit {
                    decision: SubmitDecision::Refused,
                    error,
                })?;
            }
            let submitted = self.core.submit_reserved(&submission, reservation).await;
            self.record(index, step_after(&submitted)).await;
            submitted
        };
        let submitted = self.gate.submit(index, &submission, send).await;
        let request_id = submitted.map_err(|failed| failed.error)?;
        self.notify(index, &request_id);
        Ok(request_id)
    }

    /// Calls `on_submitted`. If it panics, the batch stops, and the payload is kept until all jobs in
    /// flight have ended.
    fn notify(&self, index: usize, request_id: &str) {
        let Some(callback) = &self.on_submitted else {
            return;
        };
        let job = Job::new(self.core.clone(), M::ID, request_id.to_owned());
        let called = panic::catch_unwind(AssertUnwindSafe(|| callback(index, &job)));
        if let Err(payload) = called {
            let error = Error::new(ErrorKind::Configuration, "`on_submitted` panicked");
            self.gate.stop(index, &error);
            self.panic
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get_or_insert(payload);
        }
    }

    /// Records a step. A journal error is only logged. The journal already has the `submitting` line of the
    /// input, so a rerun does not submit the input again.
    async fn record(&self, index: usize, step: Step) {
        if let Some(journal) = &self.journal
            && let Err(error) = journal.append(index, step).await
        {
            tracing::error!(index, %error, "the journal could not be written");
        }
    }
}

/// The step of an input after an attempt to submit it.
fn step_after(submitted: &Result<String, FailedSubmit>) -> Step {
    match submitted {
        Ok(request_id) => Step::Submitted {
            request_id: request_id.clone(),
        },
        Err(failed) if failed.decision == SubmitDecision::Uncertain => Step::Uncertain {
            request_id: failed.error.request_id().map(str::to_owned),
        },
        Err(_) => Step::Refused,
    }
}

fn interrupted(index: usize) -> Error {
    Error::new(
        ErrorKind::UncertainSubmit,
        format!(
            "according to the journal, it is unknown whether the submit of input {index} created a \
             job. A job may exist and be billed, so the input was not sent again. Once it is \
             certain that no job exists, remove the lines of this input from the journal"
        ),
    )
}

/// The error for a job that is unknown to the server although the response to an uncertain submit
/// contained its id.
fn unknown_job(error: Error) -> Error {
    error.with_context(ErrorKind::UncertainSubmit, |cause| {
        format!(
            "the submit failed with a response that contained this request id, but the server \
             reports that there is no such job: {cause}. The input was not sent again. Once it is \
             certain that no job exists, remove the lines of this input from the journal"
        )
    })
}
