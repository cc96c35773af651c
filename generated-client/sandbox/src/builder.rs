//! How a sandbox is set up.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::http::StatusCode;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::models::Models;
use crate::record::{KEPT, Records};
use crate::routes::router;
use crate::rule::Armed;
use crate::sandbox::Sandbox;
use crate::server::accept;
use crate::shared::{Shared, State};
use crate::{FaultPlan, ModelError, Outcome, Progress, Timings};

/// Why a sandbox cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A model cannot be served.
    #[error("a model cannot be served")]
    Model(
        /// Which, and why.
        #[from]
        ModelError,
    ),
    /// The port cannot be listened on.
    #[error("cannot listen on {address}")]
    Bind {
        /// Address and port.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Settings of a [`Sandbox`]. Made by [`Sandbox::builder`].
#[derive(Clone, Debug)]
#[must_use]
pub struct Builder {
    folders: Vec<PathBuf>,
    documents: Vec<Value>,
    token: String,
    port: u16,
    progress: Progress,
    outcome: Option<Outcome>,
    plan: FaultPlan,
    bearer_status: StatusCode,
    calls_kept: usize,
}

impl Builder {
    pub(crate) fn new() -> Self {
        let second = Duration::from_secs(1);
        Self {
            folders: Vec::new(),
            documents: Vec::new(),
            token: "sandbox".to_owned(),
            port: 0,
            progress: Progress::Clock(Timings {
                queued: second,
                running: second,
            }),
            outcome: None,
            plan: FaultPlan::new(),
            bearer_status: StatusCode::UNAUTHORIZED,
            calls_kept: KEPT,
        }
    }

    /// Serves every model file below this folder. May be called again; without it, and without
    /// [`Builder::model`], no model is served.
    pub fn schemas(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folders.push(folder.into());
        self
    }

    /// Serves one more model, given as the content of a model file:
    /// `{"model_id", "example"?, "input", "output"?}`.
    pub fn model(mut self, document: Value) -> Self {
        self.documents.push(document);
        self
    }

    /// The token every call must bear. Default `sandbox`.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = token.into();
        self
    }

    /// The port on 127.0.0.1. Default 0: any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// What moves jobs. Default: the clock, a second in the queue and a second at work.
    pub fn progress(mut self, progress: Progress) -> Self {
        self.progress = progress;
        self
    }

    /// Moves jobs by the clock: short for [`Builder::progress`] with [`Progress::Clock`].
    pub fn timings(self, timings: Timings) -> Self {
        self.progress(Progress::Clock(timings))
    }

    /// How jobs end for which [`Sandbox::next_outcome`] says nothing else. Default:
    /// [`Outcome::Succeed`].
    pub fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = Some(outcome);
        self
    }

    /// Adds rules to the fault plan, as [`Sandbox::plan`] does later.
    pub fn plan(mut self, plan: impl Into<FaultPlan>) -> Self {
        self.plan.rules.extend(plan.into().rules);
        self
    }

    /// Refuses a bad token with HTTP 400 instead of 401; the `error_code` is 400004 either way. The
    /// provider documents the code, and its first three digits.
    pub fn bad_token_as_400(mut self) -> Self {
        self.bearer_status = StatusCode::BAD_REQUEST;
        self
    }

    /// How many of the last requests [`Sandbox::calls`] has. Default ten thousand. Counters and jobs
    /// are kept whatever it is.
    pub fn keep_calls(mut self, count: usize) -> Self {
        self.calls_kept = count;
        self
    }

    /// Reads the models, listens, and serves in the background of the current tokio runtime.
    ///
    /// # Errors
    ///
    /// When a model cannot be read or the port cannot be listened on.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let mut models = Models::default();
        for folder in &self.folders {
            models.add_folder(folder)?;
        }
        for document in &self.documents {
            models.add(document, "a model given to the builder")?;
        }
        let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let unbound = |source| StartError::Bind {
            address: wanted,
            source,
        };
        let listener = TcpListener::bind(wanted).await.map_err(unbound)?;
        let address = listener.local_addr().map_err(unbound)?;
        let shared = Arc::new(Shared {
            base_url: format!("http://{address}"),
            token: self.token,
            bearer_status: self.bearer_status,
            progress: self.progress,
            models,
            began: (Instant::now(), SystemTime::now()),
            state: Mutex::new(State {
                rules: self.plan.rules.into_iter().map(Armed::new).collect(),
                default_outcome: self.outcome,
                records: Records::of_at_most(self.calls_kept),
                ..State::default()
            }),
        });
        let router = router(shared.clone());
        let accepting = tokio::spawn(accept(listener, shared.clone(), router));
        Ok(Sandbox::new(shared, address, accepting))
    }
}
