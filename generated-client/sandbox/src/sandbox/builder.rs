//! The builder of a sandbox.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::http::StatusCode;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::Sandbox;
use crate::api::router;
use crate::faults::{FaultPlan, RuleState};
use crate::server::serve;
use crate::state::{
    Catalogue, DEFAULT_CAPACITY, ModelError, Models, MutableState, Outcome, Progress, RequestLog,
    ServerState, Timings,
};

/// The default of [`SandboxBuilder::max_page_size`]. Equals the maximum `limit` that the provider accepts.
const DEFAULT_MAX_PAGE_SIZE: usize = 500;

/// Why a sandbox cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A model cannot be served.
    #[error("a model cannot be served")]
    Model(
        /// The cause.
        #[from]
        ModelError,
    ),
    /// The server cannot listen on the port.
    #[error("cannot listen on {address}")]
    Bind {
        /// Address and port.
        address: SocketAddr,
        /// The I/O error.
        source: std::io::Error,
    },
}

/// Settings of a [`Sandbox`]. Created by [`Sandbox::builder`].
#[derive(Clone, Debug)]
#[must_use = "nothing is served before `start` is called"]
pub struct SandboxBuilder {
    bundled_models: bool,
    folders: Vec<PathBuf>,
    documents: Vec<Value>,
    catalogue_entries: Vec<Value>,
    max_page_size: usize,
    token: String,
    port: u16,
    progress: Progress,
    default_outcome: Outcome,
    plan: FaultPlan,
    invalid_token_status: StatusCode,
    file_base: Option<String>,
    max_recorded_requests: usize,
}

impl SandboxBuilder {
    pub(super) fn new() -> Self {
        let second = Duration::from_secs(1);
        Self {
            bundled_models: false,
            folders: Vec::new(),
            documents: Vec::new(),
            catalogue_entries: Vec::new(),
            max_page_size: DEFAULT_MAX_PAGE_SIZE,
            token: "sandbox".to_owned(),
            port: 0,
            progress: Progress::Clock(Timings {
                queued: second,
                running: second,
            }),
            default_outcome: Outcome::default(),
            plan: FaultPlan::new(),
            invalid_token_status: StatusCode::UNAUTHORIZED,
            file_base: None,
            max_recorded_requests: DEFAULT_CAPACITY,
        }
    }

    /// Serves the five models whose files are part of this package. A model from
    /// [`schemas`](Self::schemas) or [`model`](Self::model) replaces the bundled one with the same
    /// id.
    pub fn bundled_models(mut self) -> Self {
        self.bundled_models = true;
        self
    }

    /// Serves every model file (`*.json`, except `model.schema.json`) below a folder. May be called
    /// several times. By default no model is served.
    pub fn schemas(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folders.push(folder.into());
        self
    }

    /// Serves one more model, given as the content of a model file:
    /// `{"model_id", "about"?, "example"?, "input", "output"?, "overrides"?}`. Inputs are validated against
    /// the input schema with all overrides applied except those of the level `advice`. The schema in the
    /// catalogue does not contain the overrides.
    pub fn model(mut self, document: Value) -> Self {
        self.documents.push(document);
        self
    }

    /// Adds a value to the catalogue verbatim, after the entries of the served models. Any JSON is
    /// accepted, even a value that is not an object. An entry may have an invalid schema, the id of another
    /// entry, or an id that contains `..` (`../../x`). The entry does not add a model, so no job can be
    /// submitted for it.
    pub fn catalogue_entry(mut self, entry: Value) -> Self {
        self.catalogue_entries.push(entry);
        self
    }

    /// The maximum number of entries on a page of the catalogue. 0 is treated as 1. If a request has a
    /// larger `limit`, this maximum is used instead. Default 500, the provider's maximum.
    pub fn max_page_size(mut self, count: usize) -> Self {
        self.max_page_size = count.max(1);
        self
    }

    /// The token that requests must carry. Default `sandbox`.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = token.into();
        self
    }

    /// The port on 127.0.0.1. Default 0: any free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// What advances jobs. Default: tokio's clock, with one second in the queue and one second in progress.
    pub fn progress(mut self, progress: Progress) -> Self {
        self.progress = progress;
        self
    }

    /// Advances jobs by tokio's clock. Shorthand for [`progress`](Self::progress) with
    /// [`Progress::Clock`].
    pub fn timings(self, timings: Timings) -> Self {
        self.progress(Progress::Clock(timings))
    }

    /// The outcome of each job, unless [`Sandbox::next_outcome`] has set another one for it. Default
    /// [`Outcome::Succeed`].
    pub fn default_outcome(mut self, outcome: Outcome) -> Self {
        self.default_outcome = outcome;
        self
    }

    /// Appends rules to the fault plan. [`Sandbox::plan`] does so while the server runs.
    pub fn plan(mut self, plan: impl Into<FaultPlan>) -> Self {
        self.plan.rules.extend(plan.into().rules);
        self
    }

    /// Responds to an invalid token with HTTP 400 instead of 401. The `error_code` is 400004 in both
    /// cases. The provider does not document the HTTP status for this code. The first three digits of the
    /// code suggest 400.
    pub fn invalid_token_as_400(mut self) -> Self {
        self.invalid_token_status = StatusCode::BAD_REQUEST;
        self
    }

    /// The prefix of the file URLs in outputs. Default: the base URL of the sandbox. Another prefix is
    /// needed to test clients that download only from certain hosts. [`Sandbox::set_file_base`] changes
    /// the prefix while the server runs.
    pub fn file_base(mut self, url: impl Into<String>) -> Self {
        self.file_base = Some(url.into().trim_end_matches('/').to_owned());
        self
    }

    /// The maximum number of requests that are recorded for [`Sandbox::requests`]. Beyond it, the oldest
    /// are dropped. Counters and jobs are unaffected. Default 10,000.
    pub fn max_recorded_requests(mut self, count: usize) -> Self {
        self.max_recorded_requests = count;
        self
    }

    /// Reads the models, listens on the port, and serves requests in a background task of the current tokio
    /// runtime.
    ///
    /// # Errors
    ///
    /// A folder or a model file cannot be read, a model is malformed, two models have the same id, or the
    /// server cannot listen on the port. It is not an error if a model replaces a bundled one.
    ///
    /// # Panics
    ///
    /// If called outside of a tokio runtime, or if the runtime does not have I/O enabled.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let mut models = Models::default();
        for folder in &self.folders {
            models.add_folder(folder)?;
        }
        for document in &self.documents {
            models.add(document, "a model given to the builder")?;
        }
        if self.bundled_models {
            models.add_bundled()?;
        }
        let catalogue = Catalogue::new(&models, self.catalogue_entries);
        let requested = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let bind_error = |source| StartError::Bind {
            address: requested,
            source,
        };
        let listener = TcpListener::bind(requested).await.map_err(bind_error)?;
        let address = listener.local_addr().map_err(bind_error)?;
        let state = Arc::new(ServerState {
            base_url: format!("http://{address}"),
            token: self.token,
            invalid_token_status: self.invalid_token_status,
            progress: self.progress,
            models,
            catalogue,
            max_page_size: self.max_page_size,
            started: (Instant::now(), SystemTime::now()),
            mutable: Mutex::new(MutableState {
                rules: self.plan.rules.into_iter().map(RuleState::new).collect(),
                default_outcome: self.default_outcome,
                file_base: self.file_base,
                log: RequestLog::with_capacity(self.max_recorded_requests),
                ..MutableState::default()
            }),
        });
        let router = router(state.clone());
        let server = tokio::spawn(serve(listener, state.clone(), router));
        Ok(Sandbox {
            state,
            address,
            server,
        })
    }
}
