//! Anything at all in the place of an answer.

use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use proptest::prelude::*;
use proptest::sample::select;
use runcomfy_client::models::wan_ai::wan_2_2::image_to_video::{ImageToVideo, Input};
use runcomfy_client::{Client, Clock, Error, Job, ModelOutput as _, PollPolicy};
use serde_json::{Map, Value};
use tokio::runtime::Runtime;

use super::server::{Said, Script, start};
use super::{any_json, at_least, damaged};

/// What is called.
#[derive(Clone, Copy, Debug)]
enum Call {
    Submit,
    Status,
    Result,
    Cancel,
    Wait,
}

/// A clock on which every pause is over at once.
#[derive(Clone, Debug, Default)]
struct Leaping(Arc<Mutex<Duration>>);

impl Clock for Leaping {
    fn now(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, pause: Duration) -> BoxFuture<'static, ()> {
        let mut now = self.0.lock().unwrap();
        *now = now.saturating_add(pause);
        Box::pin(tokio::task::yield_now())
    }
}

/// The members that answers have, and values for them that mean something.
fn member() -> impl Strategy<Value = (String, Value)> {
    let names = [
        "request_id",
        "status",
        "output",
        "error",
        "error_code",
        "error_message",
        "message",
        "code",
        "queue_position",
        "created_at",
        "finished_at",
        "cost",
        "status_url",
        "result_url",
        "video",
        "image",
        "videos",
        "images",
        "outcome",
    ];
    let words = [
        "in_queue",
        "in_progress",
        "completed",
        "succeeded",
        "success",
        "failed",
        "cancelled",
        "canceled",
        "not_cancellable",
        "SUCCEEDED",
        "",
        "b7b1a2",
        "https://example.com/a.mp4",
    ];
    let value = prop_oneof![
        3 => select(words.to_vec()).prop_map(Value::from),
        1 => select(vec![0, 1, 400, 404_001, 429_000, 503_001, -1]).prop_map(Value::from),
        3 => any_json(),
    ];
    let name = prop_oneof![
        9 => select(names.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    (name, value)
}

/// What every call could make something of, but for its output.
fn likely() -> impl Strategy<Value = Map<String, Value>> {
    let state = select(vec![
        "in_queue",
        "in_progress",
        "completed",
        "succeeded",
        "failed",
    ]);
    let output = prop::collection::vec((select(vec!["video", "images", "more"]), any_json()), 0..4);
    (state, output).prop_map(|(state, output)| {
        let output: Map<String, Value> = output
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let mut answer = Map::new();
        answer.insert("request_id".to_owned(), "b7b1a2".into());
        answer.insert("status".to_owned(), state.into());
        answer.insert("output".to_owned(), output.into());
        answer
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let likely = prop_oneof![1 => Just(Map::new()), 2 => likely()];
    let members = prop_oneof![Just(0..1), Just(0..6)]
        .prop_flat_map(|count| prop::collection::vec(member(), count));
    let object = (likely, members).prop_map(|(mut answer, members)| {
        answer.extend(members);
        Value::from(answer).to_string().into_bytes()
    });
    let object = object.boxed();
    prop_oneof![
        5 => object.clone(),
        3 => object.prop_flat_map(damaged),
        1 => any_json().prop_map(|json| json.to_string().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..200),
        1 => (0..40_000_usize).prop_map(|count| b"[".repeat(count)),
    ]
}

/// An answer: mostly HTTP, mostly of the length that it claims.
fn said() -> impl Strategy<Value = (u16, Said)> {
    let statuses = [
        200, 200, 200, 201, 202, 204, 302, 304, 400, 401, 404, 409, 422, 429, 500, 503,
    ];
    let status = prop_oneof![9 => select(statuses.to_vec()), 1 => 200..600_u16];
    let headers = select(vec![
        "",
        "Content-Type: application/json\r\n",
        "Retry-After: 3\r\n",
        "Retry-After: -1\r\n",
        "Retry-After: 99999999999999999999\r\n",
        "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n",
        "Content-Encoding: gzip\r\n",
        "Location: http://127.0.0.1:1/\r\n",
        "Content-Type: \u{fffd}\r\n",
    ]);
    let surplus = prop_oneof![20 => Just(0_i64), 1 => -20..20_i64];
    let raw = prop::collection::vec(any::<u8>(), 0..60);
    let http = (status, headers, body(), surplus).prop_map(|(status, headers, body, surplus)| {
        let length = i64::try_from(body.len()).unwrap() + surplus;
        let mut bytes =
            format!("HTTP/1.1 {status} Some\r\n{headers}Content-Length: {length}\r\n\r\n")
                .into_bytes();
        bytes.extend(body);
        (
            status,
            Said {
                bytes,
                closes: surplus != 0 || status == 204 || status == 304,
            },
        )
    });
    prop_oneof![
        30 => http,
        1 => raw.prop_map(|bytes| (0, Said { bytes, closes: true })),
    ]
}

struct Stage {
    runtime: Runtime,
    script: Arc<Mutex<Script>>,
    client: Client,
}

static STAGE: LazyLock<Stage> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    let script: Arc<Mutex<Script>> = Arc::default();
    let address = runtime.block_on(start(Arc::clone(&script)));
    let client = Client::builder()
        .base_url(address)
        .token("secret-of-the-test")
        .clock(Leaping::default())
        .max_answer_bytes(1 << 14)
        .build()
        .unwrap();
    Stage {
        runtime,
        script,
        client,
    }
});

impl Stage {
    async fn call(&self, call: Call) -> Result<String, Error> {
        let input = Input::new("a cat", "https://example.com/cat.png");
        let job: Job<ImageToVideo> = self.client.resume("b7b1a2")?;
        Ok(match call {
            Call::Submit => format!("{:?}", self.client.submit(&input).await?),
            Call::Status => format!("{:?}", job.status().await?),
            Call::Result => match job.result().await? {
                None => "not yet".to_owned(),
                Some(finished) => {
                    // Nothing that came is lost.
                    let all = finished.output.to_value();
                    assert!(all.is_object());
                    format!("{all} {:?}", finished.output.urls())
                }
            },
            Call::Cancel => format!("{:?}", job.cancel().await?),
            Call::Wait => {
                let policy = PollPolicy::within(Duration::from_secs(60));
                format!("{:?}", job.wait_with(policy).await?)
            }
        })
    }
}

proptest! {
    #![proptest_config(at_least(1_500))]

    #[test]
    fn any_answer_is_read_or_refused(
        call in select(vec![Call::Submit, Call::Status, Call::Result, Call::Cancel, Call::Wait]),
        (status, said) in said(),
    ) {
        *STAGE.script.lock().unwrap() = Script { said, requests: 0 };
        let within = Duration::from_secs(20);
        let found = STAGE.runtime.block_on(async {
            tokio::time::timeout(within, STAGE.call(call)).await
        });
        prop_assert!(found.is_ok(), "{call:?} is still not over");
        let requests = STAGE.script.lock().unwrap().requests;
        prop_assert!(requests > 0);
        if matches!(call, Call::Submit) && (200..300).contains(&status) {
            prop_assert_eq!(requests, 1, "a submit was sent again that may have been taken");
        }
        if let Ok(Err(error)) = found {
            let shown = format!("{error} {error:?}");
            prop_assert!(!shown.contains("secret-of-the-test"), "{shown}");
        }
    }
}
