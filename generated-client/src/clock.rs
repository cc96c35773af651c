//! Where the client takes its pauses and deadlines from.

use std::fmt::Debug;
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::time::Instant;

/// The time that pauses and deadlines are measured in.
///
/// There to be replaced in tests: a clock that notes each pause and does not sleep shows how long
/// a wait takes without taking that long. Timeouts of single HTTP calls are not measured with it,
/// as they are about the network, not about policy.
pub trait Clock: Debug + Send + Sync + 'static {
    /// Time since some fixed moment. Never goes back.
    fn now(&self) -> Duration;

    /// Ends after `pause`.
    fn sleep(&self, pause: Duration) -> BoxFuture<'static, ()>;
}

/// tokio's clock, the default.
#[derive(Clone, Copy, Debug)]
pub struct TokioClock {
    began: Instant,
}

impl TokioClock {
    /// A clock that begins now.
    #[must_use]
    pub fn new() -> Self {
        Self {
            began: Instant::now(),
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
        self.began.elapsed()
    }

    fn sleep(&self, pause: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(pause))
    }
}
