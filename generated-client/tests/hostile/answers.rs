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

use super::damaged;
use super::server::{Said, Script, start};
use crate::support::arbitrary::{any_json, at_least};

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

/// An answer that is as it should be, as its body.
fn sound() -> impl Strategy<Value = (Said, Map<String, Value>)> {
    likely().prop_map(|answer| {
        let body = Value::from(answer.clone()).to_string();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        let bytes = (head + &body).into_bytes();
        (
            Said {
                bytes,
                closes: false,
            },
            answer,
        )
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

/// There is one server, and two tests.
static ALONE: Mutex<()> = Mutex::new(());

static STAGE: LazyLock<Stage> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    let script: Arc<Mutex<Script>> = Arc::default();
    let address = runtime.block_on(start(Arc::clone(&script)));
    let client = Client::builder()
        .base_url(address)
        .token("secret-of-the-test")
        .clock(Leaping::default())
        .max_response_bytes(1 << 14)
        .build()
        .unwrap();
    Stage {
        runtime,
        script,
        client,
    }
});

impl Stage {
    /// Calls while the server says this: what came of it, and how many requests it took.
    fn played(&self, said: Said, call: Call) -> (Option<Result<String, Error>>, usize) {
        *self.script.lock().unwrap() = Script { said, requests: 0 };
        let within = Duration::from_secs(20);
        let found = self
            .runtime
            .block_on(async { tokio::time::timeout(within, self.call(call)).await });
        (found.ok(), self.script.lock().unwrap().requests)
    }

    async fn call(&self, call: Call) -> Result<String, Error> {
        let input = Input::new("a cat", "https://example.com/cat.png");
        let job: Job<ImageToVideo> = self.client.resume("b7b1a2")?;
        Ok(match call {
            Call::Submit => format!("{:?}", self.client.submit(&input).await?),
            Call::Status => format!("{:?}", job.status().await?),
            Call::Result => match job.result().await? {
                None => "not yet".to_owned(),
                Some(finished) => {
                    format!(
                        "{} {:?}",
                        finished.output.to_value(),
                        finished.output.urls()
                    )
                }
            },
            Call::Cancel => format!("{:?}", job.cancel().await?),
            Call::Wait => {
                let policy = PollPolicy::with_deadline(Duration::from_secs(60));
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
        let _alone = ALONE.lock().unwrap();
        let (found, requests) = STAGE.played(said, call);
        prop_assert!(found.is_some(), "{call:?} is still not over");
        prop_assert!(requests > 0);
        // Only these say for certain that nothing was taken.
        if matches!(call, Call::Submit) && !matches!(status, 429 | 503) {
            prop_assert_eq!(requests, 1, "a submit was sent again that may have been taken");
        }
        if let Some(Err(error)) = found {
            let shown = format!("{error} {error:?}");
            prop_assert!(!shown.contains("secret-of-the-test"), "{shown}");
        }
    }

    #[test]
    fn nothing_of_a_sound_answer_is_lost((said, answer) in sound()) {
        let _alone = ALONE.lock().unwrap();
        let (found, _) = STAGE.played(said.clone(), Call::Submit);
        prop_assert!(found.unwrap().is_ok());
        let (found, _) = STAGE.played(said.clone(), Call::Status);
        prop_assert!(found.unwrap().is_ok());
        *STAGE.script.lock().unwrap() = Script { said, requests: 0 };
        let job: Job<ImageToVideo> = STAGE.client.resume("b7b1a2").unwrap();
        let found = STAGE.runtime.block_on(job.result());
        match answer["status"].as_str().unwrap() {
            "succeeded" => {
                let output = found.unwrap().unwrap().output.to_value();
                prop_assert_eq!(output, shown(&answer["output"]));
            }
            "failed" => prop_assert!(found.is_err()),
            // Not a word of the result call, but with an output it can mean one thing only.
            "completed" => {
                if let Ok(Some(finished)) = found {
                    prop_assert_eq!(finished.output.to_value(), shown(&answer["output"]));
                }
            }
            _ => prop_assert!(matches!(found, Ok(None))),
        }
    }
}

/// An output as it comes back: absent and empty values of known properties are the same.
fn shown(output: &Value) -> Value {
    let mut output = output.clone();
    let members = output.as_object_mut().unwrap();
    members.retain(|name, value| match name.as_str() {
        "video" | "images" => {
            !value.is_null() && value.as_array().is_none_or(|all| !all.is_empty())
        }
        _ => true,
    });
    for name in ["video", "images"] {
        // One URL and an array of one are the same.
        match members.get_mut(name) {
            Some(Value::Array(items))
                if name == "video" && items.len() == 1 && items[0].is_string() =>
            {
                let only = items.remove(0);
                members.insert(name.to_owned(), only);
            }
            Some(only @ Value::String(_)) if name == "images" => {
                *only = Value::Array(vec![only.take()])
            }
            _ => {}
        }
    }
    output
}
