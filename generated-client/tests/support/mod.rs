//! What the tests of the client share: a model, a clock that does not sleep, and a sandbox.

pub(crate) mod arbitrary;
pub(crate) mod boundary;
pub(crate) mod constraints;
pub(crate) mod file_server;
pub(crate) mod reference;
pub(crate) mod schemas;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use runcomfy_client::codegen_support::ConstraintVisitor;
use runcomfy_client::{
    Backoff, Client, ClientBuilder, Clock, InputError, Job, Model, ModelInput, ModelOutput,
    PollPolicy, RetryPolicy, Validate, Violations,
};
use runcomfy_sandbox::{Builder, Progress, Sandbox};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub(crate) const TOKEN: &str = "rc-7Kq/secret+token-9f2e";

#[derive(Clone, Copy, Debug)]
pub(crate) struct TextToVideo;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Input {
    pub(crate) prompt: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Output(pub Map<String, Value>);

impl Model for TextToVideo {
    type Input = Input;
    type Output = Output;
    const ID: &'static str = "acme/Clip 1.0/text-to-video";
    const PATH: &'static str = "/v1/models/acme/Clip%201.0/text-to-video";
}

/// Another model, for what must not be mixed up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Other;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OtherInput {}

impl Model for Other {
    type Input = OtherInput;
    type Output = Output;
    const ID: &'static str = "acme/other";
    const PATH: &'static str = "/v1/models/acme/other";
}

impl ModelInput for OtherInput {
    type Model = Other;

    fn from_json(text: &str) -> Result<Self, InputError> {
        Ok(serde_json::from_str(text)?)
    }

    fn from_value(value: &Value) -> Result<Self, Violations> {
        panic!("no test reads {value} as an input")
    }
}

impl Validate for OtherInput {
    fn check(&self, _: &mut impl ConstraintVisitor) {}
}

impl ModelInput for Input {
    type Model = TextToVideo;

    fn from_json(text: &str) -> Result<Self, InputError> {
        Ok(serde_json::from_str(text)?)
    }

    fn from_value(value: &Value) -> Result<Self, Violations> {
        panic!("no test reads {value} as an input")
    }
}

impl Validate for Input {
    fn check(&self, c: &mut impl ConstraintVisitor) {
        c.max_length("prompt", &self.prompt, 10);
    }
}

impl ModelOutput for Output {
    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Object(fields) => Ok(Self(fields)),
            other => Err(other),
        }
    }

    fn to_value(&self) -> Value {
        Value::Object(self.0.clone())
    }
}

pub(crate) fn input() -> Input {
    Input {
        prompt: "a cat".to_owned(),
    }
}

/// Inputs that can be told apart: `n0`, `n1` …
pub(crate) fn numbered(count: usize) -> Vec<Input> {
    let prompts = (0..count).map(|index| format!("n{index}"));
    prompts.map(|prompt| Input { prompt }).collect()
}

/// A sandbox with the model above. Jobs are moved by polls: by default the second finds the job at
/// work, and the third finds it over.
pub(crate) fn sandbox() -> Builder {
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

/// A clock on which a pause takes no time, but is noted.
#[derive(Clone, Debug, Default)]
pub(crate) struct NotedClock(Arc<Mutex<Vec<Duration>>>);

impl NotedClock {
    pub(crate) fn pauses(&self) -> Vec<Duration> {
        self.0.lock().unwrap().clone()
    }
}

impl Clock for NotedClock {
    fn now(&self) -> Duration {
        self.0
            .lock()
            .unwrap()
            .iter()
            .fold(Duration::ZERO, |sum, one| sum.saturating_add(*one))
    }

    fn sleep(&self, pause: Duration) -> BoxFuture<'static, ()> {
        let pauses = self.0.clone();
        Box::pin(async move {
            pauses.lock().unwrap().push(pause);
            tokio::task::yield_now().await;
        })
    }
}

pub(crate) fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Pauses of 1 s, 2 s, 4 s, at most 8 s, without jitter.
pub(crate) fn plain_backoff() -> Backoff {
    Backoff {
        initial: seconds(1),
        factor: 2.0,
        max: seconds(8),
        jitter: 0.0,
    }
}

/// Three tries.
pub(crate) fn plain_retry() -> RetryPolicy {
    RetryPolicy {
        attempts: 3,
        backoff: plain_backoff(),
        ..RetryPolicy::default()
    }
}

pub(crate) fn plain_poll() -> PollPolicy {
    PollPolicy {
        backoff: plain_backoff(),
        deadline: None,
        max_consecutive_failures: 3,
    }
}

pub(crate) fn builder(base_url: &str, clock: &NotedClock) -> ClientBuilder {
    Client::builder()
        .base_url(base_url)
        .token(TOKEN)
        .clock(clock.clone())
        .retry(plain_retry())
        .poll(plain_poll())
}

/// A sandbox, a client of it, and the client's clock.
pub(crate) async fn set_up() -> (Sandbox, Client, NotedClock) {
    with(sandbox()).await
}

pub(crate) async fn with(sandbox: Builder) -> (Sandbox, Client, NotedClock) {
    let sandbox = sandbox.start().await.unwrap();
    let clock = NotedClock::default();
    let client = builder(sandbox.base_url(), &clock).build().unwrap();
    (sandbox, client, clock)
}

pub(crate) async fn submitted(client: &Client) -> Job<TextToVideo> {
    client.submit(&input()).await.unwrap()
}
