//! The state of a server: its fixed settings, and the state that changes while it runs.

mod about;
mod bundled;
mod catalogue;
mod job;
#[cfg(feature = "validation")]
mod json_schema;
#[cfg(feature = "validation")]
mod merge_patch;
mod model;
mod request_log;
#[cfg(feature = "validation")]
mod validation;

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use axum::http::StatusCode;
use serde_json::Value;
use tokio::time::Instant;

use crate::endpoint::Endpoint;
use crate::faults::{FaultRule, RuleState};

pub use job::{JobView, Outcome, Phase, Progress, Timings, UnknownRequest};
pub use model::ModelError;
pub use request_log::{RecordedRequest, Stats};

pub(crate) use catalogue::{Catalogue, Filter};
pub(crate) use job::Job;
pub(crate) use model::{Model, Models};
pub(crate) use request_log::{DEFAULT_CAPACITY, RequestLog};

/// The settings of a server, which do not change after the start, and its mutable state.
#[derive(Debug)]
pub(crate) struct ServerState {
    pub(crate) base_url: String,
    pub(crate) token: String,
    /// The HTTP status of the response to an invalid token.
    pub(crate) invalid_token_status: StatusCode,
    pub(crate) progress: Progress,
    pub(crate) models: Models,
    pub(crate) catalogue: Catalogue,
    /// The maximum number of entries on a page of the catalogue.
    pub(crate) max_page_size: usize,
    /// The time of the start on tokio's clock and on the system clock. Dates are computed from both, so
    /// that they follow tokio's clock.
    pub(crate) started: (Instant, SystemTime),
    pub(crate) mutable: Mutex<MutableState>,
}

/// The state that requests and calls of [`Sandbox`](crate::Sandbox) change.
#[derive(Debug, Default)]
pub(crate) struct MutableState {
    /// In order of creation.
    pub(crate) jobs: Vec<Job>,
    pub(crate) rules: Vec<RuleState>,
    pub(crate) log: RequestLog,
    /// The outcomes of the next jobs, in order.
    pub(crate) outcomes: VecDeque<Outcome>,
    /// The outcome of a job that is created when `outcomes` is empty.
    pub(crate) default_outcome: Outcome,
    /// What the URLs of files begin with. `None`: the base URL of this server.
    pub(crate) file_base: Option<String>,
    /// How many of the next connections are reset.
    pub(crate) resets: u64,
}

impl ServerState {
    /// Locks the mutable state. Poisoning is ignored, because every single change leaves the state
    /// consistent.
    pub(crate) fn lock(&self) -> MutexGuard<'_, MutableState> {
        self.mutable.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A moment of tokio's clock as a date (RFC 3339).
    pub(crate) fn date(&self, at: Instant) -> String {
        let (start, start_date) = self.started;
        let elapsed = at.saturating_duration_since(start);
        // Truncated to whole milliseconds, the precision of the date.
        let elapsed = Duration::from_millis(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX));
        let date = start_date.checked_add(elapsed).unwrap_or(start_date);
        humantime::format_rfc3339_millis(date).to_string()
    }
}

impl MutableState {
    /// Returns the first rule that fires on a request to this endpoint, and counts the fault.
    pub(crate) fn fire_rule(&mut self, endpoint: Endpoint) -> Option<FaultRule> {
        let fired = self
            .rules
            .iter_mut()
            .find_map(|state| state.fires(endpoint).then_some(state))?;
        self.log.stats.faults += 1;
        Some(fired.rule.clone())
    }

    /// Creates a job and returns its request id.
    pub(crate) fn create_job(&mut self, model_id: &str, input: Value) -> String {
        let outcome = self
            .outcomes
            .pop_front()
            .unwrap_or_else(|| self.default_outcome.clone());
        let id = request_id(self.log.stats.accepted);
        self.log.stats.accepted += 1;
        self.jobs
            .push(Job::new(id.clone(), model_id.to_owned(), input, outcome));
        id
    }

    pub(crate) fn job(&mut self, id: &str) -> Result<&mut Job, UnknownRequest> {
        self.jobs
            .iter_mut()
            .find(|job| job.id == id)
            .ok_or_else(|| UnknownRequest(id.to_owned()))
    }
}

/// Returns a UUID, the format of the provider's request ids. It depends only on the number of the job,
/// so that every run generates the same ids.
fn request_id(number: u64) -> String {
    let id = fastrand::Rng::with_seed(number).u128(..);
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        id >> 96,
        (id >> 80) & 0xffff,
        (id >> 64) & 0xfff,
        (id >> 48) & 0xfff,
        id & 0xffff_ffff_ffff,
    )
}
