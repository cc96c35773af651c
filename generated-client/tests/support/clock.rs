//! Clocks on which delays take no time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use runcomfy_client::Clock;

/// A clock that records every delay. Its time is their sum.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecordingClock(Arc<Mutex<Vec<Duration>>>);

impl RecordingClock {
    pub(crate) fn delays(&self) -> Vec<Duration> {
        self.0.lock().unwrap().clone()
    }
}

impl Clock for RecordingClock {
    fn now(&self) -> Duration {
        let delays = self.0.lock().unwrap();
        delays
            .iter()
            .fold(Duration::ZERO, |sum, delay| sum.saturating_add(*delay))
    }

    fn sleep(&self, delay: Duration) -> BoxFuture<'static, ()> {
        let delays = self.0.clone();
        Box::pin(async move {
            delays.lock().unwrap().push(delay);
            tokio::task::yield_now().await;
        })
    }
}

/// A clock that skips every delay. It stores only their sum, so that its size does not grow with the number
/// of calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct SkippingClock(Arc<Mutex<Duration>>);

impl Clock for SkippingClock {
    fn now(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, delay: Duration) -> BoxFuture<'static, ()> {
        let mut now = self.0.lock().unwrap();
        *now = now.saturating_add(delay);
        Box::pin(tokio::task::yield_now())
    }
}
