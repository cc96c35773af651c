//! How a client is set up.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::redirect;
use secrecy::SecretString;

use crate::address::BaseUrl;
use crate::client::{Client, Core, DEFAULT_BASE_URL, TOKEN_VARIABLE};
use crate::clock::{Clock, TokioClock};
use crate::error::{Error, ErrorKind};
use crate::retry::RetryPolicy;
use crate::token::Token;
use crate::transport::Transport;
use crate::wait::PollPolicy;

/// Settings of a [`Client`].
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder {
    base_url: String,
    token: Option<SecretString>,
    connect_timeout: Duration,
    read_timeout: Duration,
    request_timeout: Duration,
    max_answer: usize,
    retry: RetryPolicy,
    poll: PollPolicy,
    include_cost: bool,
    clock: Arc<dyn Clock>,
    seed: Option<u64>,
}

impl ClientBuilder {
    pub(crate) fn new() -> Self {
        Self {
            base_url: DEFAULT_BASE_URL.to_owned(),
            token: None,
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            request_timeout: Duration::from_secs(60),
            max_answer: 16 << 20,
            retry: RetryPolicy::default(),
            poll: PollPolicy::default(),
            include_cost: false,
            clock: Arc::new(TokioClock::new()),
            seed: None,
        }
    }

    /// The address that all requests go to; it may have a path, which `/v1/…` is put behind.
    /// Default `https://model-api.runcomfy.net`.
    ///
    /// It must be `https`; `http` is taken for `localhost`, `127.0.0.0/8` and `[::1]` only, since
    /// it would show the token to the network.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// The token. Without it the environment variable `RUNCOMFY_API_TOKEN` is read. Space around
    /// it is dropped.
    pub fn token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// How long it may take to connect: name, TCP and TLS. Default 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long an answer may stand still. Default 30 s.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = timeout;
        self
    }

    /// How long one request may take, to the last byte of its answer. Default 60 s. It is about a
    /// single HTTP request; a job takes as long as it takes.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// The most bytes that are read of an answer. Default 16 MiB. Of a larger one no more is read,
    /// and the call is an error.
    pub fn max_answer_bytes(mut self, bytes: usize) -> Self {
        self.max_answer = bytes;
        self
    }

    /// How calls are repeated.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How jobs are waited for, where [`wait_with`](crate::Job::wait_with) is not told otherwise.
    pub fn poll(mut self, policy: PollPolicy) -> Self {
        self.poll = policy;
        self
    }

    /// Asks for the cost of jobs along with their result (`?include_cost=true`). Default no: the
    /// parameter is not documented by the provider, only seen in use.
    pub fn include_cost(mut self, include: bool) -> Self {
        self.include_cost = include;
        self
    }

    /// The clock of pauses and deadlines, for tests. Default [`TokioClock`].
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Makes the jitter of pauses the same in every run. Default: it differs.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`]: no token, or one that cannot be sent; a base URL that cannot
    /// be used; TLS that cannot be set up on this machine.
    pub fn build(self) -> Result<Client, Error> {
        let token = match self.token {
            Some(token) => Token::new(&token)?,
            None => Token::new(&token_of_environment()?)?,
        };
        let base = BaseUrl::parse(&self.base_url)?;
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("runcomfy-client/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(self.connect_timeout)
            .read_timeout(self.read_timeout)
            .redirect(redirect::Policy::none())
            // The default repeats requests that HTTP/2 says were not processed. Whether to repeat
            // is decided in this crate alone, where the billing rules are.
            .retry(reqwest::retry::never())
            // Another crate in the same build may switch HTTP/2 on. What is known here of when a
            // request was certainly not sent is known of HTTP/1.1.
            .http1_only()
            .referer(false)
            .connection_verbose(false);
        if base.is_local() {
            // A proxy would be another host, and without TLS it would read the token.
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| {
            Error::new(ErrorKind::Configuration, "the HTTP client cannot be set up")
                .with_source(error)
        })?;
        let transport = Transport::new(http, token, self.request_timeout, self.max_answer);
        let random = self
            .seed
            .map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
        Ok(Client(Arc::new(Core {
            transport,
            base,
            retry: self.retry,
            poll: self.poll,
            include_cost: self.include_cost,
            clock: self.clock,
            random: Mutex::new(random),
        })))
    }
}

fn token_of_environment() -> Result<SecretString, Error> {
    // `var` says in its error what the variable holds, so the error goes no further.
    std::env::var(TOKEN_VARIABLE)
        .map(SecretString::from)
        .map_err(|_| {
            Error::new(
                ErrorKind::Configuration,
                format!("there is no token: give one, or set {TOKEN_VARIABLE}"),
            )
        })
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address is left out: it was not checked yet, and may hold a password.
        out.debug_struct("ClientBuilder")
            .field("has_token", &self.token.is_some())
            .field("retry", &self.retry)
            .field("poll", &self.poll)
            .finish_non_exhaustive()
    }
}
