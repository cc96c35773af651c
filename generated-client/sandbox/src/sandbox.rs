//! The handle a test holds.

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::Value;
use tokio::task::JoinHandle;

use crate::rule::Armed;
use crate::shared::Shared;
use crate::{
    Builder, Call, CallRecord, FaultPlan, JobView, Outcome, Phase, Rule, Stats, UnknownRequest,
};

/// A running server. Dropping it closes it and cuts its connections.
#[derive(Debug)]
pub struct Sandbox {
    shared: Arc<Shared>,
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Sandbox {
    pub(crate) fn new(shared: Arc<Shared>, address: SocketAddr, accepting: JoinHandle<()>) -> Self {
        Self {
            shared,
            address,
            accepting,
        }
    }

    /// Settings to start from.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Such as `http://127.0.0.1:8787`, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.shared.base_url
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The token every call must bear.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.shared.token
    }

    /// The ids of the models it serves, in order.
    #[must_use]
    pub fn models(&self) -> Vec<String> {
        self.shared
            .models
            .iter()
            .map(|model| model.id.clone())
            .collect()
    }

    /// The documented example input of a model, if it is served and has one.
    #[must_use]
    pub fn example(&self, model_id: &str) -> Option<Value> {
        self.shared.models.get(model_id)?.example.clone()
    }

    /// Adds rules to the fault plan, behind those it has.
    pub fn plan(&self, plan: impl Into<FaultPlan>) {
        self.shared
            .state()
            .rules
            .extend(plan.into().rules.into_iter().map(Armed::new));
    }

    /// Takes all rules away, and the resets [`Sandbox::reset_connections`] planned.
    pub fn clear_plan(&self) {
        let mut state = self.shared.state();
        state.rules.clear();
        state.resets = 0;
    }

    /// The rules that have not acted yet: a test that ends with one has not tested what it meant to.
    #[must_use]
    pub fn unfired(&self) -> Vec<Rule> {
        let state = self.shared.state();
        state
            .rules
            .iter()
            .filter(|armed| armed.fired == 0)
            .map(|armed| armed.rule.clone())
            .collect()
    }

    /// Every rule with how often it has acted, in the order of the plan.
    #[must_use]
    pub fn fired(&self) -> Vec<(Rule, u64)> {
        let state = self.shared.state();
        let rules = state.rules.iter();
        rules
            .map(|armed| (armed.rule.clone(), armed.fired))
            .collect()
    }

    /// Resets the next `count` connections as soon as they are made, before a byte is read.
    pub fn reset_connections(&self, count: u64) {
        self.shared.state().resets = count;
    }

    /// Plans how a job yet to be submitted ends. Each call plans for one more job.
    pub fn next_outcome(&self, outcome: Outcome) {
        self.shared.state().outcomes.push_back(outcome);
    }

    /// File URLs in outputs get this origin, such as that of another sandbox, instead of
    /// [`Sandbox::base_url`]. Every sandbox serves the files of every other.
    pub fn serve_files_from(&self, origin: &str) {
        self.shared.state().files = Some(origin.trim_end_matches('/').to_owned());
    }

    /// The counters.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.shared.state().records.stats.clone()
    }

    /// Every request in order of arrival; of very many the last, see [`Builder::keep_calls`].
    #[must_use]
    pub fn calls(&self) -> Vec<CallRecord> {
        self.shared.state().records.all()
    }

    /// Every request of one call.
    #[must_use]
    pub fn calls_of(&self, call: Call) -> Vec<CallRecord> {
        let mut calls = self.calls();
        calls.retain(|record| record.call == call);
        calls
    }

    /// Every job in order of creation.
    #[must_use]
    pub fn jobs(&self) -> Vec<JobView> {
        let progress = self.shared.progress;
        self.shared
            .state()
            .jobs
            .iter()
            .map(|job| job.view(progress))
            .collect()
    }

    /// One job.
    ///
    /// # Errors
    ///
    /// When there is no such job.
    pub fn job(&self, request_id: &str) -> Result<JobView, UnknownRequest> {
        let progress = self.shared.progress;
        self.shared
            .state()
            .job(request_id)
            .map(|job| job.view(progress))
    }

    /// Puts a job to work; it stays there until it is moved again.
    ///
    /// # Errors
    ///
    /// When there is no such job.
    pub fn run(&self, request_id: &str) -> Result<(), UnknownRequest> {
        self.shared
            .state()
            .job(request_id)
            .map(|job| job.force(Phase::Running))
    }

    /// Ends a job the way its [`Outcome`] says.
    ///
    /// # Errors
    ///
    /// When there is no such job.
    pub fn finish(&self, request_id: &str) -> Result<(), UnknownRequest> {
        self.shared
            .state()
            .job(request_id)
            .map(|job| job.force(job.end()))
    }

    /// Ends a job as failed; what `reason` does is said at [`Outcome::Fail`].
    ///
    /// # Errors
    ///
    /// When there is no such job.
    pub fn fail(&self, request_id: &str, reason: impl Into<Value>) -> Result<(), UnknownRequest> {
        let mut state = self.shared.state();
        let job = state.job(request_id)?;
        job.outcome = Outcome::Fail(reason.into());
        job.force(Phase::Failed);
        Ok(())
    }

    /// Ends a job as cancelled by the provider.
    ///
    /// # Errors
    ///
    /// When there is no such job.
    pub fn cancel(&self, request_id: &str) -> Result<(), UnknownRequest> {
        self.shared
            .state()
            .job(request_id)
            .map(|job| job.force(Phase::Cancelled))
    }

    /// Closes the port and cuts the connections; on return a new connection is refused.
    pub async fn shutdown(mut self) {
        self.accepting.abort();
        // It was aborted, so this says nothing but that.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
