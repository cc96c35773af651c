//! Arbitrary bytes as a response.

use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::select;
use runcomfy_client::models::wan_ai::wan_2_2::image_to_video::{ImageToVideo, Input, Output};
use runcomfy_client::{Client, Error, Job, ModelOutput as _, PollPolicy};
use serde_json::{Map, Value};
use tokio::runtime::Runtime;

use super::damaged;
use super::server::{RawResponse, Script, start};
use crate::support::arbitrary::{any_json, at_least};
use crate::support::{SkippingClock, TOKEN};

#[derive(Clone, Copy, Debug)]
enum Operation {
    Submit,
    Status,
    Result,
    Cancel,
    Wait,
}

/// A member of a response. Most names and values are ones that the API uses, the rest is arbitrary.
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

/// The members of a valid response to a submit or a status request, and an `output` with arbitrary values.
fn accepted() -> impl Strategy<Value = Map<String, Value>> {
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
        let mut json = Map::new();
        json.insert("request_id".to_owned(), "b7b1a2".into());
        json.insert("status".to_owned(), state.into());
        json.insert("output".to_owned(), output.into());
        json
    })
}

/// A complete response with the status 200, and the members of its body, which are from [`accepted`].
fn well_formed() -> impl Strategy<Value = (RawResponse, Map<String, Value>)> {
    accepted().prop_map(|json| {
        let body = Value::from(json.clone()).to_string();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        let bytes = (head + &body).into_bytes();
        (
            RawResponse {
                bytes,
                closes: false,
            },
            json,
        )
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let accepted = prop_oneof![1 => Just(Map::new()), 2 => accepted()];
    let members = prop_oneof![Just(0..1), Just(0..6)]
        .prop_flat_map(|count| prop::collection::vec(member(), count));
    let object = (accepted, members).prop_map(|(mut json, members)| {
        json.extend(members);
        Value::from(json).to_string().into_bytes()
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

/// A status and a response. Most responses are HTTP with a correct `Content-Length`. The status is
/// 0 if the response is arbitrary bytes.
fn response() -> impl Strategy<Value = (u16, RawResponse)> {
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
            RawResponse {
                bytes,
                closes: surplus != 0 || status == 204 || status == 304,
            },
        )
    });
    prop_oneof![
        30 => http,
        1 => raw.prop_map(|bytes| (0, RawResponse { bytes, closes: true })),
    ]
}

struct Setup {
    runtime: Runtime,
    script: Arc<Mutex<Script>>,
    client: Client,
}

/// Held by a test while it uses the server, which both tests share.
static IN_USE: Mutex<()> = Mutex::new(());

static SETUP: LazyLock<Setup> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    let script: Arc<Mutex<Script>> = Arc::default();
    let address = runtime.block_on(start(Arc::clone(&script)));
    let client = Client::builder()
        .base_url(address)
        .token(TOKEN)
        .clock(SkippingClock::default())
        .max_response_bytes(1 << 14)
        .build()
        .unwrap();
    Setup {
        runtime,
        script,
        client,
    }
});

impl Setup {
    /// Runs an operation. Returns its result (`None` if it does not end in time) and the number of
    /// requests.
    fn run(
        &self,
        response: RawResponse,
        operation: Operation,
    ) -> (Option<Result<String, Error>>, usize) {
        *self.script.lock().unwrap() = Script {
            response,
            requests: 0,
        };
        let limit = Duration::from_secs(20);
        let result = self
            .runtime
            .block_on(async { tokio::time::timeout(limit, self.result_of(operation)).await });
        (result.ok(), self.script.lock().unwrap().requests)
    }

    async fn result_of(&self, operation: Operation) -> Result<String, Error> {
        let input = Input::new("a cat", "https://example.com/cat.png");
        let job: Job<ImageToVideo> = self.client.resume("b7b1a2")?;
        Ok(match operation {
            Operation::Submit => format!("{:?}", self.client.submit(&input).await?),
            Operation::Status => format!("{:?}", job.status().await?),
            Operation::Result => match job.result().await? {
                None => "pending".to_owned(),
                Some(finished) => {
                    format!(
                        "{} {:?}",
                        finished.output.to_value(),
                        finished.output.urls()
                    )
                }
            },
            Operation::Cancel => format!("{:?}", job.cancel().await?),
            Operation::Wait => {
                let policy = PollPolicy::with_deadline(Duration::from_secs(60));
                format!("{:?}", job.wait_with(policy).await?)
            }
        })
    }
}

proptest! {
    #![proptest_config(at_least(1_500))]

    #[test]
    fn any_response_is_a_value_or_an_error(
        operation in select(vec![Operation::Submit, Operation::Status, Operation::Result, Operation::Cancel, Operation::Wait]),
        (status, response) in response(),
    ) {
        let _guard = IN_USE.lock().unwrap();
        let (result, requests) = SETUP.run(response, operation);
        prop_assert!(result.is_some(), "{operation:?} does not end");
        prop_assert!(requests > 0);
        // A submit that was sent is repeated only after a 429 or 503.
        if matches!(operation, Operation::Submit) && !matches!(status, 429 | 503) {
            prop_assert_eq!(requests, 1, "the submit was repeated");
        }
        if let Some(Err(error)) = result {
            let text = format!("{error} {error:?}");
            prop_assert!(!text.contains(TOKEN), "{text}");
        }
    }

    #[test]
    fn a_well_formed_response_loses_nothing((response, json) in well_formed()) {
        let _guard = IN_USE.lock().unwrap();
        for operation in [Operation::Submit, Operation::Status] {
            let (result, _) = SETUP.run(response.clone(), operation);
            prop_assert!(result.unwrap().is_ok());
        }
        *SETUP.script.lock().unwrap() = Script { response, requests: 0 };
        let job: Job<ImageToVideo> = SETUP.client.resume("b7b1a2").unwrap();
        let result = SETUP.runtime.block_on(job.result());
        // `validation::outputs` tests that reading an output loses nothing.
        let expected = Output::from_value(json["output"].clone()).unwrap();
        match json["status"].as_str().unwrap() {
            "succeeded" => {
                prop_assert_eq!(result.unwrap().unwrap().output, expected);
            }
            "failed" => prop_assert!(result.is_err()),
            // The API does not document this state for a result. The call may return `None` or an error.
            "completed" => {
                if let Ok(Some(finished)) = result {
                    prop_assert_eq!(finished.output, expected);
                }
            }
            _ => prop_assert!(matches!(result, Ok(None))),
        }
    }
}
