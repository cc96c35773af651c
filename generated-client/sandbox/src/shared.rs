//! What all connections share.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use axum::http::StatusCode;
use tokio::time::Instant;

use crate::job::Job;
use crate::models::Models;
use crate::record::Records;
use crate::rule::{Armed, Rule, splitmix64};
use crate::{Call, Outcome, Progress, UnknownRequest};

/// The server's facts, which never change, and its state, which does.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) base_url: String,
    pub(crate) token: String,
    pub(crate) bearer_status: StatusCode,
    pub(crate) progress: Progress,
    pub(crate) models: Models,
    /// The same moment on both clocks, so that dates follow tokio's.
    pub(crate) began: (Instant, SystemTime),
    pub(crate) state: Mutex<State>,
}

/// What changes.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// In order of creation.
    pub(crate) jobs: Vec<Job>,
    pub(crate) rules: Vec<Armed>,
    pub(crate) records: Records,
    /// For the next jobs, one each.
    pub(crate) outcomes: VecDeque<Outcome>,
    pub(crate) default_outcome: Option<Outcome>,
    /// Base of the file URLs; `None` is the server's own.
    pub(crate) files: Option<String>,
    /// How many connections are still to be reset as soon as they are made.
    pub(crate) resets: u64,
}

impl Shared {
    /// The state. A panic elsewhere does not spoil it: every change is complete in itself.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A moment of tokio's clock as a date.
    pub(crate) fn date(&self, at: Instant) -> String {
        let since = at.saturating_duration_since(self.began.0);
        // Whole milliseconds, as the crate would otherwise write nine digits.
        let since = Duration::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
        let date = self.began.1.checked_add(since).unwrap_or(self.began.1);
        humantime::format_rfc3339_millis(date).to_string()
    }
}

impl State {
    /// The first rule that acts on this request.
    pub(crate) fn fault(&mut self, call: Call) -> Option<Rule> {
        let armed = self
            .rules
            .iter_mut()
            .find_map(|armed| armed.fires(call).then_some(armed))?;
        self.records.stats.faults += 1;
        Some(armed.rule.clone())
    }

    /// Creates a job and returns its id.
    pub(crate) fn accept(&mut self, model_id: &str, input: serde_json::Value) -> String {
        let outcome = self
            .outcomes
            .pop_front()
            .or_else(|| self.default_outcome.clone())
            .unwrap_or(Outcome::Succeed);
        let id = request_id(self.records.stats.accepted);
        self.records.stats.accepted += 1;
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

/// Ids look like UUIDs, as the provider's do, and come out the same in every run.
fn request_id(number: u64) -> String {
    let mut state = number;
    let (high, low) = (splitmix64(&mut state), splitmix64(&mut state));
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff,
    )
}
