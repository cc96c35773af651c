//! The clock behind delays and deadlines.

use std::fmt::Debug;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::Instant;

/// Measures delays and deadlines.
///
/// Replaceable for tests: a clock that records delays instead of sleeping shows how long a wait
/// would take. Timeouts of single HTTP requests and the delays of downloads do not use it.
pub trait Clock: Debug + Send + Sync + 'static {
    /// Time since a fixed moment. Never decreases.
    fn now(&self) -> Duration;

    /// Completes after `delay`.
    fn sleep(&self, delay: Duration) -> BoxFuture<'static, ()>;
}

/// tokio's clock, the default.
#[derive(Clone, Copy, Debug)]
pub struct TokioClock {
    start: Instant,
}

impl TokioClock {
    /// A clock that starts at zero.
    #[must_use]
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl Default for TokioClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for TokioClock {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, delay: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(delay))
    }
}
