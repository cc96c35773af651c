//! Retry and poll policies. Pure arithmetic: nothing here sleeps.

use std::time::Duration;

/// Delays that grow exponentially, with jitter.
///
/// The first delay is `initial`; each further one is `factor` times the previous one, at most
/// `max`. Jitter subtracts a random part, so that many clients do not retry at the same moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backoff {
    /// The first delay.
    pub initial: Duration,
    /// The factor from each delay to the next. Values below 1 and NaN count as 1.
    pub factor: f64,
    /// The longest delay.
    pub max: Duration,
    /// The largest fraction of a delay that jitter subtracts, from 0 (none) to 1 (all of it).
    pub jitter: f64,
}

impl Backoff {
    /// The delay after failure or poll number `count`, counted from 0. `random` is a number from 0 (no
    /// jitter) to 1 (the largest jitter).
    #[must_use]
    pub fn delay(&self, count: u32, random: f64) -> Duration {
        let factor = if self.factor >= 1.0 { self.factor } else { 1.0 };
        let max = self.max.as_secs_f64();
        // The power may overflow to infinity. Without the clamp, zero times infinity would be NaN.
        let power = factor.powf(f64::from(count)).min(f64::MAX);
        let grown = self.initial.as_secs_f64() * power;
        let full = if grown < max { grown } else { max };
        let jitter = if self.jitter.is_nan() {
            0.0
        } else {
            self.jitter.clamp(0.0, 1.0)
        };
        let remaining = 1.0 - jitter * random.clamp(0.0, 1.0);
        Duration::try_from_secs_f64(full * remaining).unwrap_or(self.max)
    }
}

/// The number of attempts of a call, and the delays between them.
///
/// Applies to every call except the polls of a wait, which follow a [`PollPolicy`]. Only two
/// members apply to these polls as well: `max_retry_after`, and `backoff` as a minimum delay after a
/// failed poll.
///
/// Status, result and cancel calls are idempotent, so they are repeated after any temporary failure. A
/// submit is repeated only if it certainly created no job, see
/// [`Client::submit`](crate::Client::submit). For `attempts` and `max_retry_after` in a batch, see
/// [`Batch`](crate::Batch).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetryPolicy {
    /// The total number of attempts; 0 counts as 1. Default 4.
    pub attempts: u32,
    /// The delays between attempts. Default: 0.5 s at first, doubling up to 8 s; jitter subtracts up to
    /// half.
    pub backoff: Backoff,
    /// The longest `Retry-After` that is waited for, between attempts and between polls. Default 5
    /// minutes.
    ///
    /// A failed call with a longer `Retry-After` is not retried and returns its error, with
    /// [`retry_after`](crate::Error::retry_after). A failed poll with a longer `Retry-After` ends a wait
    /// that has no deadline. A wait that has a deadline continues if the deadline allows the delay. After a
    /// successful poll, a longer `Retry-After` is shortened to this value.
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
    /// The default policy with a single attempt. Failed polls of a wait are still repeated.
    #[must_use]
    pub fn never() -> Self {
        Self {
            attempts: 1,
            ..Self::default()
        }
    }

    /// The delay before the next attempt. `failures` is the number of attempts that have failed so far.
    /// `None` if there is no further attempt.
    pub(crate) fn next_delay(
        &self,
        failures: u32,
        retry_after: Option<Duration>,
        random: f64,
    ) -> Option<Duration> {
        if failures >= self.attempts {
            return None;
        }
        let minimum = retry_after.unwrap_or_default();
        (minimum <= self.max_retry_after).then(|| {
            self.backoff
                .delay(failures.saturating_sub(1), random)
                .max(minimum)
        })
    }
}

/// How a job is polled. The limits combine: the first one reached ends the wait.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PollPolicy {
    /// The delays between polls. Default: 1 s at first, growing by a factor of 1.5 up to 10 s; jitter
    /// subtracts up to a fifth.
    pub backoff: Backoff,
    /// The total time to wait, from the first poll. **Default `None`: as long as the job takes.**
    ///
    /// A job may be queued for hours and is billed whether or not the caller waits. No default
    /// would suit every model, and a hidden deadline would lose paid results. A wait without a deadline
    /// still ends if the server is unreachable, see
    /// [`max_consecutive_failures`](Self::max_consecutive_failures).
    ///
    /// The deadline also applies while the server keeps reporting that the job runs. The wait ends
    /// before the deadline if no further poll fits in, for example because the server asks for a
    /// longer delay.
    pub deadline: Option<Duration>,
    /// The number of consecutive temporary failures that are tolerated. One more ends the wait with its
    /// error. A successful poll resets the count. A failure that is not temporary, such as a refused token,
    /// ends the wait immediately. Default 10.
    ///
    /// Also the number of results without an output that are tolerated if the state of the result is
    /// `completed` or the status call stated `failed`. These results need not be consecutive.
    pub max_consecutive_failures: u32,
}

impl Default for PollPolicy {
    fn default() -> Self {
        Self {
            backoff: Backoff {
                initial: Duration::from_secs(1),
                factor: 1.5,
                max: Duration::from_secs(10),
                jitter: 0.2,
            },
            deadline: None,
            max_consecutive_failures: 10,
        }
    }
}

impl PollPolicy {
    /// The default policy with a deadline.
    #[must_use]
    pub fn with_deadline(deadline: Duration) -> Self {
        Self {
            deadline: Some(deadline),
            ..Self::default()
        }
    }

    /// The delay before the next poll: `delay`, but at least `minimum`.
    ///
    /// If that is too long for the `remaining` time, returns a shorter delay, so that one last poll is
    /// made shortly before the deadline and a job that has finished by then is still noticed. `None`
    /// if the shorter delay would be less than `minimum` or the initial delay of the backoff.
    pub(crate) fn next_delay(
        &self,
        delay: Duration,
        minimum: Duration,
        remaining: Option<Duration>,
    ) -> Option<Duration> {
        let delay = delay.max(minimum);
        let Some(remaining) = remaining else {
            return Some(delay);
        };
        if delay < remaining {
            return Some(delay);
        }
        let last = remaining.saturating_sub((remaining / 10).min(Duration::from_secs(1)));
        (last >= minimum.max(self.backoff.initial) && last < remaining).then_some(last)
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
