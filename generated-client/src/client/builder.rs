//! The settings of a client.

use std::env::VarError;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::redirect;
use secrecy::SecretString;

use super::Client;
use super::api::ApiCore;
use super::clock::{Clock, TokioClock};
use super::error::{Error, ErrorKind};
use super::http::transport::Transport;
use super::http::{BaseUrl, Exchange, ReqwestTransport, Token};
use super::policy::{PollPolicy, RetryPolicy};
use super::spend::SpendLimit;
use crate::egress::set_up_tls;

/// The base URL of the API unless [`ClientBuilder::base_url`] sets another.
pub const DEFAULT_BASE_URL: &str = "https://model-api.runcomfy.net";

/// The environment variable of the token.
pub const TOKEN_VARIABLE: &str = "RUNCOMFY_API_TOKEN";

/// The environment variable that the provider's tools read the token from. Used if [`TOKEN_VARIABLE`]
/// is unset or empty.
const OTHER_TOKEN_VARIABLE: &str = "RUNCOMFY_TOKEN";

/// The environment variable of the base URL, with or without `/v1` at its end.
pub const BASE_URL_VARIABLE: &str = "RUNCOMFY_MODEL_API_BASE";

/// The longest timeout: 10 years. Longer ones would overflow the clock of the operating system.
pub(super) const MAX_TIMEOUT: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// Changes the settings of the HTTP client.
type HttpSettings = dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync;

/// Builds a [`Client`].
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder {
    base_url: String,
    token: Option<SecretString>,
    connect_timeout: Duration,
    read_timeout: Duration,
    request_timeout: Duration,
    max_response_bytes: usize,
    retry: RetryPolicy,
    poll: PollPolicy,
    include_cost: bool,
    spend_limit_usd: Option<f64>,
    http: Option<Arc<HttpSettings>>,
    transport: Option<Arc<dyn Transport>>,
    clock: Arc<dyn Clock>,
    seed: Option<u64>,
}

impl ClientBuilder {
    pub(super) fn new() -> Self {
        Self {
            base_url: DEFAULT_BASE_URL.to_owned(),
            token: None,
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            request_timeout: Duration::from_secs(60),
            max_response_bytes: 16 << 20,
            retry: RetryPolicy::default(),
            poll: PollPolicy::default(),
            include_cost: false,
            spend_limit_usd: None,
            http: None,
            transport: None,
            clock: Arc::new(TokioClock::new()),
            seed: None,
        }
    }

    /// A builder whose base URL is read from the environment variable `RUNCOMFY_MODEL_API_BASE`. If the
    /// variable is unset or empty, the default base URL is used. Unless [`token`](Self::token) is called,
    /// [`build`](Self::build) reads the token from the environment too.
    pub fn from_env() -> Self {
        match std::env::var(BASE_URL_VARIABLE) {
            Ok(base_url) if !base_url.trim().is_empty() => {
                let base_url = base_url.trim().trim_end_matches('/');
                let base_url = base_url.strip_suffix("/v1").unwrap_or(base_url);
                Self::new().base_url(base_url)
            }
            // The text is not a valid URL, so `build` returns an error instead of using the default server.
            Err(VarError::NotUnicode(base_url)) => {
                Self::new().base_url(format!("(not Unicode) {}", base_url.to_string_lossy()))
            }
            _ => Self::new(),
        }
    }

    /// The base URL of all calls. It may have a path, which `/v1/…` is appended to. Default
    /// `https://model-api.runcomfy.net`.
    ///
    /// It must be `https`. `http`, which exposes the token to the network, is accepted for
    /// `localhost`, `127.0.0.0/8` and `[::1]` only.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// The token. Default: the environment variable `RUNCOMFY_API_TOKEN` or else `RUNCOMFY_TOKEN`.
    /// Surrounding whitespace is removed.
    pub fn token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The time limit for establishing a connection: name resolution, TCP and TLS. Default 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout.min(MAX_TIMEOUT);
        self
    }

    /// The time limit from the start of a request to the headers of its response, and then for each read of
    /// the body. Default 30 s.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = timeout.min(MAX_TIMEOUT);
        self
    }

    /// The time limit of one HTTP request, to the last byte of its response. Default 60 s, at most
    /// 10 years. It does not limit how long a job takes.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout.min(MAX_TIMEOUT);
        self
    }

    /// The maximum size of a response, in bytes. Default 16 MiB. A larger response is an error, and
    /// reading stops at the limit.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// How calls are retried.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How jobs are polled, unless [`wait_with`](crate::Job::wait_with) sets another policy.
    pub fn poll(mut self, policy: PollPolicy) -> Self {
        self.poll = policy;
        self
    }

    /// Requests the cost of jobs with their result (`?include_cost=true`). Default false, because the
    /// provider does not document the parameter, although public clients use it.
    pub fn include_cost(mut self, include: bool) -> Self {
        self.include_cost = include;
        self
    }

    /// Sets a limit in USD on the total cost of jobs. A submit that would exceed it is refused with
    /// [`ErrorKind::SpendLimit`]. Default: no limit.
    ///
    /// All clones of the client and its batches share the total. A job counts with its cost once its
    /// result has been read and states the cost (a limit enables [`include_cost`](Self::include_cost)).
    /// Until then, the job counts with an estimate: the base price of the catalogue (times `duration` if
    /// the price is per second), or the highest cost so far of a job of the same model if that is higher.
    /// If neither is known, the job reserves the rest of the limit, and further submits are refused until
    /// the result of the job is read. In a
    /// [`Batch`](crate::Batch), a submit that would exceed the limit first waits for other jobs of the
    /// batch to end. The batch stops if the submit would still exceed the limit after that.
    ///
    /// If the result of a job states no cost, the amount that the job reserved remains in the total. The
    /// amount is removed only if the job was cancelled, or if the amount was the rest of the limit. If it is
    /// unknown whether a submit created a job, the reserved amount remains in the total. The total is held in
    /// memory. It starts at 0 for each client that is built, and does not include jobs that another client
    /// submitted, even if they are resumed with this one.
    ///
    /// **An estimate can be too low**: resolution, audio and other settings change the price. The
    /// total cost may then exceed the limit, even with a single job.
    pub fn spend_limit(mut self, usd: f64) -> Self {
        self.spend_limit_usd = Some(usd);
        self
    }

    /// Changes the settings of the HTTP client, such as its proxy, root certificates or headers.
    /// `settings` is called twice, because submits use a separate HTTP client. The settings of this
    /// builder are applied afterwards and take precedence: the user agent, the timeouts, and what the
    /// billing rules rely on (no redirects, no retries, HTTP/1.1). For a local base URL, proxies are
    /// removed.
    pub fn http(
        mut self,
        settings: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.http = Some(Arc::new(settings));
        self
    }

    /// Replaces the HTTP client, for tests without a server or for middleware.
    /// [`connect_timeout`](Self::connect_timeout), [`read_timeout`](Self::read_timeout) and
    /// [`http`](Self::http) then have no effect.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// The clock of delays and deadlines, for tests. Default [`TokioClock`].
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The seed of the jitter, for reproducible runs. Default: random.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`]: no token, or one that is empty, begins with `Bearer` or is not a valid
    /// header value; an invalid base URL; a spend limit that is negative or not finite; the HTTP client or
    /// TLS cannot be set up, for example because no TLS feature is enabled.
    pub fn build(self) -> Result<Client, Error> {
        let spend_limit = self.spend_limit_usd.map(SpendLimit::new).transpose()?;
        let token = match &self.token {
            Some(token) => Token::new(token)?,
            None => Token::new(&token_from_env()?)?,
        };
        let base_url = BaseUrl::parse(&self.base_url)?;
        let transport: Arc<dyn Transport> = match &self.transport {
            Some(transport) => transport.clone(),
            None => {
                set_up_tls().or_else(|error| {
                    let is_needed = base_url.is_https() || cfg!(feature = "tls-no-provider");
                    if is_needed {
                        Err(Error::new(ErrorKind::Configuration, error.to_string()))
                    } else {
                        Ok(())
                    }
                })?;
                let transport = ReqwestTransport::new(|| self.http_settings(&base_url));
                Arc::new(transport.map_err(|error| {
                    Error::new(ErrorKind::Configuration, "the HTTP client cannot be set up")
                        .with_source(error)
                })?)
            }
        };
        let rng = self
            .seed
            .map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
        Ok(Client(Arc::new(ApiCore {
            exchange: Exchange::new(
                transport,
                token,
                self.request_timeout,
                self.max_response_bytes,
            ),
            base_url,
            retry: self.retry,
            poll: self.poll,
            include_cost: self.include_cost || spend_limit.is_some(),
            spend_limit: spend_limit.map(Arc::new),
            clock: self.clock,
            rng: Mutex::new(rng),
        })))
    }

    /// The settings of an HTTP client.
    fn http_settings(&self, base_url: &BaseUrl) -> reqwest::ClientBuilder {
        let http = reqwest::Client::builder();
        let http = match &self.http {
            Some(settings) => settings(http),
            None => http,
        };
        let http = http
            .user_agent(concat!("runcomfy-client/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(self.connect_timeout)
            .read_timeout(self.read_timeout)
            .redirect(redirect::Policy::none())
            // By default, reqwest repeats requests that HTTP/2 reports as unprocessed. Only this crate
            // may repeat requests, because it follows the billing rules.
            .retry(reqwest::retry::never())
            // Another crate in the build may enable HTTP/2. Only for HTTP/1.1 is it known which
            // errors mean that a request was certainly not sent.
            .http1_only()
            .referer(false)
            .connection_verbose(false);
        if base_url.is_local() {
            // A proxy is another host, and without TLS it could read the token.
            http.no_proxy()
        } else {
            http
        }
    }
}

fn token_from_env() -> Result<SecretString, Error> {
    // The `VarError` is discarded, because its message may contain the value of the variable.
    [TOKEN_VARIABLE, OTHER_TOKEN_VARIABLE]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        // CI systems set missing secrets to an empty text.
        .find(|token| !token.trim().is_empty())
        .map(SecretString::from)
        .ok_or_else(|| {
            Error::new(
                ErrorKind::Configuration,
                format!("there is no token: pass one, or set {TOKEN_VARIABLE}"),
            )
        })
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base URL is omitted: it is not validated yet and may contain a password.
        out.debug_struct("ClientBuilder")
            .field("has_token", &self.token.is_some())
            .field("retry", &self.retry)
            .field("poll", &self.poll)
            .finish_non_exhaustive()
    }
}
