//! Helpers of several tests: a model, clocks, policies without jitter, and a sandbox with a client.

pub(crate) mod arbitrary;
pub(crate) mod boundary;
mod clock;
pub(crate) mod compiled;
pub(crate) mod constraints;
pub(crate) mod file_server;
pub(crate) mod media;
mod model;
pub(crate) mod reference;
pub(crate) mod schemas;

use std::time::Duration;

use runcomfy_client::{Backoff, Client, ClientBuilder, Job, Model, PollPolicy, RetryPolicy};
use runcomfy_sandbox::{Progress, Sandbox, SandboxBuilder};
use serde_json::json;

pub(crate) use clock::{RecordingClock, SkippingClock};
pub(crate) use model::{
    Input, OtherInput, OtherModel, Output, TextToVideo, input, input_of, numbered_inputs,
};

/// A token with characters that JSON may escape.
pub(crate) const TOKEN: &str = "rc-7Kq/secret+token-9f2e";

/// A sandbox with [`TextToVideo`]. Polls advance its jobs: the first finds the job queued, the second
/// running, every later one finds it finished.
pub(crate) fn sandbox() -> SandboxBuilder {
    Sandbox::builder()
        .token(TOKEN)
        .progress(Progress::Polls {
            queued: 1,
            running: 1,
        })
        .model(json!({
            "model_id": TextToVideo::ID,
            "input": {
                "type": "object",
                "required": ["prompt"],
                "properties": { "prompt": { "type": "string", "maxLength": 20 } }
            }
        }))
}

pub(crate) fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Delays of 1, 2, 4 and 8 seconds, then 8 seconds each, without jitter.
pub(crate) fn plain_backoff() -> Backoff {
    Backoff {
        initial: seconds(1),
        factor: 2.0,
        max: seconds(8),
        jitter: 0.0,
    }
}

/// Three attempts.
pub(crate) fn plain_retry() -> RetryPolicy {
    RetryPolicy {
        attempts: 3,
        backoff: plain_backoff(),
        ..RetryPolicy::default()
    }
}

/// A wait that has no deadline and ends after more than three consecutive failures.
pub(crate) fn plain_poll() -> PollPolicy {
    PollPolicy {
        backoff: plain_backoff(),
        deadline: None,
        max_consecutive_failures: 3,
    }
}

/// [`plain_poll`] with a deadline.
pub(crate) fn plain_poll_until(deadline: Duration) -> PollPolicy {
    PollPolicy {
        deadline: Some(deadline),
        ..plain_poll()
    }
}

/// A client builder with [`TOKEN`], this clock, [`plain_retry`] and [`plain_poll`].
pub(crate) fn client_builder(base_url: &str, clock: &RecordingClock) -> ClientBuilder {
    Client::builder()
        .base_url(base_url)
        .token(TOKEN)
        .clock(clock.clone())
        .retry(plain_retry())
        .poll(plain_poll())
}

/// A sandbox, its client, and the clock of the client.
pub(crate) async fn set_up() -> (Sandbox, Client, RecordingClock) {
    set_up_with(sandbox()).await
}

pub(crate) async fn set_up_with(sandbox: SandboxBuilder) -> (Sandbox, Client, RecordingClock) {
    let sandbox = sandbox.start().await.unwrap();
    let clock = RecordingClock::default();
    let client = client_builder(sandbox.base_url(), &clock).build().unwrap();
    (sandbox, client, clock)
}

/// Submits a valid input.
pub(crate) async fn submitted(client: &Client) -> Job<TextToVideo> {
    client.submit(&input()).await.unwrap()
}
