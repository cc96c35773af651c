//! When a call is repeated, and after what pause. Arithmetic only: nothing here sleeps.

use std::time::{Duration, SystemTime};

/// Pauses that grow: `initial`, then each `factor` times the one before, never above `max`.
///
/// Of each pause a random part is taken away, at most the share `jitter`, so that many clients do
/// not come back at the same moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backoff {
    /// The first pause.
    pub initial: Duration,
    /// What each further pause is multiplied by. Less than 1, or not a number, counts as 1.
    pub factor: f64,
    /// The longest pause.
    pub max: Duration,
    /// The share of a pause that chance may take away, from 0 (none) to 1 (all of it).
    pub jitter: f64,
}

impl Backoff {
    /// The pause after the failure or poll number `count`, from 0. `chance` is from 0 to 1: at 0
    /// the pause is whole, at 1 all of its jitter is taken away.
    #[must_use]
    pub fn pause(&self, count: u32, chance: f64) -> Duration {
        let factor = if self.factor >= 1.0 { self.factor } else { 1.0 };
        let max = self.max.as_secs_f64();
        // Infinity, where the power overflows, is beyond every maximum too.
        let grown = self.initial.as_secs_f64() * factor.powf(f64::from(count));
        let whole = if grown < max { grown } else { max };
        let jitter = if self.jitter.is_nan() {
            0.0
        } else {
            self.jitter.clamp(0.0, 1.0)
        };
        let kept = 1.0 - jitter * chance.clamp(0.0, 1.0);
        Duration::try_from_secs_f64(whole * kept).unwrap_or(self.max)
    }
}

/// How often a call is tried, and how long the client waits in between.
///
/// It holds for every call outside of a wait, a wait has its [`PollPolicy`](crate::PollPolicy).
/// Status, result and cancel change nothing when they are repeated. Submit is only repeated when
/// it is certain that the server did not take it, see
/// [`Client::submit`](crate::Client::submit).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetryPolicy {
    /// How often a call is tried in all; 0 counts as 1. Default 4.
    pub attempts: u32,
    /// The pauses between. Default: 0.5 s, doubled, at most 8 s, half of it jitter.
    pub backoff: Backoff,
    /// The longest `Retry-After` that is waited out, here and in a wait. Where the server asks
    /// for more, the call ends with its error, which tells
    /// [`retry_after`](crate::Error::retry_after). Default 5 minutes.
    pub max_retry_after: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 4,
            backoff: Backoff {
                initial: Duration::from_millis(500),
                factor: 2.0,
                max: Duration::from_secs(8),
                jitter: 0.5,
            },
            max_retry_after: Duration::from_secs(300),
        }
    }
}

impl RetryPolicy {
    /// No call is ever repeated.
    #[must_use]
    pub fn never() -> Self {
        Self {
            attempts: 1,
            ..Self::default()
        }
    }

    /// The pause before the next try, after `failures` failures, from 1. `None`: no further try.
    pub(crate) fn pause(
        &self,
        failures: u32,
        retry_after: Option<Duration>,
        chance: f64,
    ) -> Option<Duration> {
        if failures >= self.attempts {
            return None;
        }
        let least = retry_after.unwrap_or_default();
        (least <= self.max_retry_after).then(|| {
            self.backoff
                .pause(failures.saturating_sub(1), chance)
                .max(least)
        })
    }
}

/// The ways in which a call can fail, as far as repeating it is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The connection was never made: no name, no route, refused, no TLS.
    NeverConnected,
    /// No whole answer in time.
    TimedOut,
    /// The connection ended before the answer did, or before it began.
    ConnectionLost,
    /// 429.
    RateLimited,
    /// 503.
    Unavailable,
    /// Any other 5xx, or an error body that says so.
    ServerError,
    /// 408: the server gave up on the request.
    RequestTimeout,
    /// Any other 4xx, or an error body that says so.
    Refused,
    /// 3xx.
    Redirected,
    /// An answer that is not what the API answers.
    Unreadable,
    /// An answer beyond the size limit.
    TooLarge,
}

/// What a failed submit means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SubmitVerdict {
    /// No job was made, and the same request may succeed later.
    Repeat,
    /// No job was made, and the same request will not make one.
    Refused,
    /// A job may have been made.
    Uncertain,
}

impl Failure {
    /// Whether a status, result or cancel call is repeated. To repeat one does no harm; the
    /// question is only whether it can help.
    pub(crate) fn repeats_read(self) -> bool {
        match self {
            // Names, routes and servers come back.
            Self::NeverConnected => true,
            // Slow now may be fast in a moment.
            Self::TimedOut => true,
            // Connections break by chance.
            Self::ConnectionLost => true,
            // It says itself that later is better.
            Self::RateLimited | Self::Unavailable => true,
            // A 5xx may be one sick machine of many.
            Self::ServerError => true,
            // The server asks for the request again.
            Self::RequestTimeout => true,
            // A token or an id does not become right by itself.
            Self::Refused => false,
            // It is not followed, and the next one would not be either.
            Self::Redirected => false,
            // Usually the page of a proxy in trouble.
            Self::Unreadable => true,
            // It would be as large again.
            Self::TooLarge => false,
        }
    }

    /// What it means for a submit, which must not be repeated on a guess.
    pub(crate) fn of_submit(self) -> SubmitVerdict {
        match self {
            // Not a byte of the request left.
            Self::NeverConnected => SubmitVerdict::Repeat,
            // The request was out, its answer was not seen: the job may run.
            Self::TimedOut | Self::ConnectionLost => SubmitVerdict::Uncertain,
            // Turned away at the door. The caller sees to it that the answer names no request.
            Self::RateLimited | Self::Unavailable => SubmitVerdict::Repeat,
            // A server, or a gateway before it, can fail after the job was made.
            Self::ServerError => SubmitVerdict::Uncertain,
            // What the server had read by then is not known.
            Self::RequestTimeout => SubmitVerdict::Uncertain,
            // It was understood and declined.
            Self::Refused => SubmitVerdict::Refused,
            // Some servers redirect after a POST that they have done.
            Self::Redirected => SubmitVerdict::Uncertain,
            // An answer of success that cannot be read is still one.
            Self::Unreadable | Self::TooLarge => SubmitVerdict::Uncertain,
        }
    }
}

/// Reads `Retry-After`: whole seconds, or a date (RFC 9110, 10.2.3). A date is set against the
/// answer's own `Date`, so that a wrong local clock does no harm, or else against `now`. What
/// cannot be read is no wish at all; a date that is past is a wish for no pause.
pub(crate) fn retry_after(value: &str, date: Option<&str>, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a u64 holds is a wish for ever.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let at = httpdate::parse_http_date(value).ok()?;
    let now = date
        .and_then(|date| httpdate::parse_http_date(date.trim()).ok())
        .unwrap_or(now);
    Some(at.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
#[path = "retry_tests.rs"]
mod tests;
