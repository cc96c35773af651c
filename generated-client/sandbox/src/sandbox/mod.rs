//! A running sandbox.

mod builder;

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::Value;
use tokio::task::JoinHandle;

use crate::endpoint::Endpoint;
use crate::faults::{FaultPlan, FaultRule, RuleState};
use crate::state::{
    Job, JobView, Outcome, Phase, RecordedRequest, ServerState, Stats, UnknownRequest,
};

pub use builder::{SandboxBuilder, StartError};

/// A running server. Dropping it closes the port and all connections, but does not wait for that.
/// [`shutdown`](Sandbox::shutdown) waits until the port is closed.
#[derive(Debug)]
pub struct Sandbox {
    state: Arc<ServerState>,
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Sandbox {
    /// Starts a server with the [bundled models](SandboxBuilder::bundled_models) and default
    /// settings.
    ///
    /// # Errors
    ///
    /// The server cannot listen on a port.
    ///
    /// # Panics
    ///
    /// If called outside of a tokio runtime, or if the runtime does not have I/O enabled.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().bundled_models().start().await
    }

    /// A builder with default settings and without models.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::new()
    }

    /// The base URL of all endpoints, such as `http://127.0.0.1:8787`, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.state.base_url
    }

    /// The address on which the server listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The token that requests must carry.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.state.token
    }

    /// The ids of the served models, sorted.
    #[must_use]
    pub fn models(&self) -> Vec<String> {
        self.state
            .models
            .iter()
            .map(|model| model.id.clone())
            .collect()
    }

    /// The documented example input of a model. `None` if the model is unknown or has no example.
    #[must_use]
    pub fn example(&self, model_id: &str) -> Option<Value> {
        self.state.models.get(model_id)?.example.clone()
    }

    /// Appends rules to the fault plan.
    pub fn plan(&self, plan: impl Into<FaultPlan>) {
        self.state
            .lock()
            .rules
            .extend(plan.into().rules.into_iter().map(RuleState::new));
    }

    /// Removes all rules, and the resets planned by [`reset_connections`](Self::reset_connections).
    pub fn clear_plan(&self) {
        let mut state = self.state.lock();
        state.rules.clear();
        state.resets = 0;
    }

    /// The rules that have not fired. If the list is not empty at the end of a test, the test did not
    /// exercise all planned faults.
    #[must_use]
    pub fn unfired(&self) -> Vec<FaultRule> {
        let rules = self.fire_counts().into_iter();
        rules
            .filter(|(_, count)| *count == 0)
            .map(|(rule, _)| rule)
            .collect()
    }

    /// Every rule with the number of times it has fired, in the order of the plan.
    #[must_use]
    pub fn fire_counts(&self) -> Vec<(FaultRule, u64)> {
        let state = self.state.lock();
        let rules = state.rules.iter();
        rules
            .map(|state| (state.rule.clone(), state.fired))
            .collect()
    }

    /// Resets the next `count` connections when they are accepted, before anything is read. Replaces the
    /// count of an earlier call.
    pub fn reset_connections(&self, count: u64) {
        self.state.lock().resets = count;
    }

    /// Sets the outcome of the next submitted job. If called several times before a submit, the first
    /// outcome is for the next job, the second for the job after it, and so on.
    pub fn next_outcome(&self, outcome: Outcome) {
        self.state.lock().outcomes.push_back(outcome);
    }

    /// Sets the prefix of the file URLs in outputs. Default: [`base_url`](Self::base_url). The prefix can
    /// be the base URL of another sandbox, because a sandbox serves files for any request id.
    pub fn set_file_base(&self, url: &str) {
        self.state.lock().file_base = Some(url.trim_end_matches('/').to_owned());
    }

    /// The counters.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.state.lock().log.stats.clone()
    }

    /// The received requests in order of arrival, at most the
    /// [last 10,000](SandboxBuilder::max_recorded_requests) by default.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.state.lock().log.entries()
    }

    /// The received requests to one endpoint.
    #[must_use]
    pub fn requests_to(&self, endpoint: Endpoint) -> Vec<RecordedRequest> {
        let mut requests = self.requests();
        requests.retain(|request| request.endpoint == endpoint);
        requests
    }

    /// Every job in order of creation.
    #[must_use]
    pub fn jobs(&self) -> Vec<JobView> {
        self.state
            .lock()
            .jobs
            .iter()
            .map(|job| job.view(self.state.progress))
            .collect()
    }

    /// One job.
    ///
    /// # Errors
    ///
    /// The request id is unknown.
    pub fn job(&self, request_id: &str) -> Result<JobView, UnknownRequest> {
        self.with_job(request_id, |job| job.view(self.state.progress))
    }

    /// Sets the phase of a job to [`Phase::Running`]. The phase then changes only by another call, such as
    /// [`finish`](Self::finish), and no longer by [`Progress`](crate::Progress).
    ///
    /// # Errors
    ///
    /// The request id is unknown.
    pub fn run(&self, request_id: &str) -> Result<(), UnknownRequest> {
        self.with_job(request_id, |job| job.set_phase(Phase::Running))
    }

    /// Ends a job with its [`Outcome`].
    ///
    /// # Errors
    ///
    /// The request id is unknown.
    pub fn finish(&self, request_id: &str) -> Result<(), UnknownRequest> {
        self.with_job(request_id, |job| job.set_phase(job.final_phase()))
    }

    /// Ends a job as failed. For `reason` see [`Outcome::Fail`].
    ///
    /// # Errors
    ///
    /// The request id is unknown.
    pub fn fail(&self, request_id: &str, reason: impl Into<Value>) -> Result<(), UnknownRequest> {
        self.with_job(request_id, |job| {
            job.outcome = Outcome::Fail(reason.into());
            job.set_phase(Phase::Failed);
        })
    }

    /// Ends a job with [`Phase::Cancelled`], as if the provider had cancelled it.
    ///
    /// # Errors
    ///
    /// The request id is unknown.
    pub fn cancel(&self, request_id: &str) -> Result<(), UnknownRequest> {
        self.with_job(request_id, |job| job.set_phase(Phase::Cancelled))
    }

    fn with_job<T>(
        &self,
        request_id: &str,
        action: impl FnOnce(&mut Job) -> T,
    ) -> Result<T, UnknownRequest> {
        self.state.lock().job(request_id).map(action)
    }

    /// Closes the port and all connections. After it returns, new connections are refused.
    pub async fn shutdown(mut self) {
        self.server.abort();
        // The result is a cancellation error, because the task was aborted.
        let _ = (&mut self.server).await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}
