//! A table of faults and the endpoints at which they are injected: the outcome, the number of requests, the
//! delays, and the jobs created.

use std::time::Duration;

use crate::support::{
    RecordingClock, TextToVideo, client_builder, input, sandbox, seconds, set_up, submitted,
};
use runcomfy_client::{CancelOutcome, Client, ErrorKind, Job};
use runcomfy_sandbox::{Endpoint, Fault, FaultRule};
use serde_json::json;

use Endpoint::{Cancel, Result as JobResult, Status, Submit};
use ErrorKind::{
    InsufficientBalance, Network, RateLimited, Rejected, ServerError, UncertainSubmit,
    UnexpectedResponse,
};

/// The outcome of a call: one word for the returned value, or the kind of the error.
type Outcome = Result<&'static str, ErrorKind>;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Expected {
    outcome: Outcome,
    /// The number of requests to the endpoint.
    requests: u64,
    /// The sum of the delays.
    delay: Duration,
    /// The number of jobs created.
    jobs: u64,
}

/// One fault, and the calls made while it is injected, each with the expected observation.
struct Rows {
    name: &'static str,
    fault: Fault,
    with_effect: bool,
    calls: Vec<(Endpoint, Expected)>,
}

fn fault(name: &'static str, fault: Fault) -> Rows {
    Rows {
        name,
        fault,
        with_effect: false,
        calls: Vec::new(),
    }
}

impl Rows {
    /// Makes the requests take effect although their response is replaced.
    fn with_effect(mut self) -> Self {
        self.with_effect = true;
        self
    }

    fn submit(mut self, outcome: Outcome, requests: u64, delay: u64, jobs: u64) -> Self {
        let delay = seconds(delay);
        let expected = Expected {
            outcome,
            requests,
            delay,
            jobs,
        };
        self.calls.push((Submit, expected));
        self
    }

    /// Adds a call to an endpoint that creates no job.
    fn read(mut self, endpoint: Endpoint, outcome: Outcome, requests: u64, delay: u64) -> Self {
        let delay = seconds(delay);
        let expected = Expected {
            outcome,
            requests,
            delay,
            jobs: 0,
        };
        self.calls.push((endpoint, expected));
        self
    }

    /// Adds a status, a result and a cancel call, all with the same expected values.
    fn reads(self, outcome: Outcome, requests: u64, delay: u64) -> Self {
        self.read(Status, outcome, requests, delay)
            .read(JobResult, outcome, requests, delay)
            .read(Cancel, outcome, requests, delay)
    }

    fn rule(&self, endpoint: Endpoint) -> FaultRule {
        let rule = FaultRule::on(endpoint, self.fault.clone()).always();
        if self.with_effect {
            rule.with_effect()
        } else {
            rule
        }
    }
}

fn table() -> Vec<Rows> {
    vec![
        fault(
            "429 with Retry-After",
            Fault::RateLimited {
                retry_after: Some(seconds(7)),
            },
        )
        .submit(Err(RateLimited), 3, 14, 0)
        .reads(Err(RateLimited), 3, 14),
        fault(
            "429 without Retry-After",
            Fault::RateLimited { retry_after: None },
        )
        .submit(Err(RateLimited), 3, 3, 0)
        .reads(Err(RateLimited), 3, 3),
        fault(
            "429 with an excessive Retry-After",
            Fault::RateLimited {
                retry_after: Some(seconds(1 << 40)),
            },
        )
        .submit(Err(RateLimited), 1, 0, 0)
        .reads(Err(RateLimited), 1, 0),
        fault("503", Fault::status(503))
            .submit(Err(ServerError), 3, 3, 0)
            .reads(Err(ServerError), 3, 3),
        fault(
            "503 that names a request",
            Fault::Status {
                status: 503,
                body: json!({ "request_id": "r-1" }),
            },
        )
        .with_effect()
        .submit(Err(UncertainSubmit), 1, 0, 1)
        .read(Status, Err(ServerError), 3, 3),
        fault(
            "429 that names a request",
            Fault::Status {
                status: 429,
                body: json!({ "request_id": "r-1" }),
            },
        )
        .with_effect()
        .submit(Err(UncertainSubmit), 1, 0, 1)
        .read(Status, Err(RateLimited), 3, 3),
        fault("500", Fault::status(500))
            .submit(Err(UncertainSubmit), 1, 0, 0)
            .reads(Err(ServerError), 3, 3),
        fault("502 after the request took effect", Fault::status(502))
            .with_effect()
            .submit(Err(UncertainSubmit), 1, 0, 1)
            .reads(Err(ServerError), 3, 3),
        fault("408", Fault::status(408))
            .submit(Err(UncertainSubmit), 1, 0, 0)
            .reads(Err(Network), 3, 3),
        fault("418", Fault::status(418))
            .submit(Err(Rejected), 1, 0, 0)
            .reads(Err(Rejected), 1, 0),
        fault(
            "200 with a known error code",
            Fault::insufficient_balance_200(),
        )
        .submit(Err(InsufficientBalance), 1, 0, 0)
        .reads(Err(InsufficientBalance), 1, 0),
        fault(
            "200 with an error code of a 5xx",
            Fault::ErrorBody200 {
                error_code: 503_001,
                message: "busy".into(),
            },
        )
        .submit(Err(UncertainSubmit), 1, 0, 0)
        .reads(Err(ServerError), 3, 3),
        fault(
            "200 with an unknown error code",
            Fault::ErrorBody200 {
                error_code: 1_003,
                message: "hm".into(),
            },
        )
        .submit(Err(UncertainSubmit), 1, 0, 0)
        .reads(Err(UnexpectedResponse), 3, 3),
        fault("reset before the request was read", Fault::ResetBeforeRead)
            .submit(Err(UncertainSubmit), 1, 0, 0)
            .reads(Err(Network), 3, 3),
        fault(
            "reset after the request was read, without effect",
            Fault::ResetAfterRead,
        )
        .submit(Err(UncertainSubmit), 1, 0, 0)
        .reads(Err(Network), 3, 3),
        fault("reset after the request took effect", Fault::ResetAfterRead)
            .with_effect()
            .submit(Err(UncertainSubmit), 1, 0, 1)
            .reads(Err(Network), 3, 3),
        fault("truncated response", Fault::TruncatedResponse)
            // The part of the response that arrives contains the request id.
            .submit(Ok("job"), 1, 0, 1)
            .reads(Err(Network), 3, 3),
        fault("garbage", Fault::Garbage)
            .submit(Err(UncertainSubmit), 1, 0, 0)
            .reads(Err(UnexpectedResponse), 3, 3),
        fault("garbage after the request took effect", Fault::Garbage)
            .with_effect()
            .submit(Err(UncertainSubmit), 1, 0, 1)
            .read(Status, Err(UnexpectedResponse), 3, 3),
        fault(
            "JSON array",
            Fault::Status {
                status: 200,
                body: json!(["x"]),
            },
        )
        .with_effect()
        .submit(Err(UncertainSubmit), 1, 0, 1)
        .reads(Err(UnexpectedResponse), 3, 3),
        fault(
            "empty object",
            Fault::Status {
                status: 200,
                body: json!({}),
            },
        )
        .with_effect()
        .submit(Err(UncertainSubmit), 1, 0, 1)
        .reads(Err(UnexpectedResponse), 3, 3),
        fault(
            "slow response",
            Fault::Slow {
                per_byte: seconds(3600),
            },
        )
        .submit(Err(UncertainSubmit), 1, 0, 1)
        .reads(Err(Network), 3, 3),
        fault("no response", Fault::Delay(seconds(3600)))
            .submit(Err(UncertainSubmit), 1, 0, 1)
            .read(Status, Err(Network), 3, 3),
        fault(
            "redirect to another origin",
            Fault::Redirect {
                status: 307,
                to: "http://127.0.0.1:9".into(),
            },
        )
        .submit(Err(UncertainSubmit), 1, 0, 0)
        .reads(Err(UnexpectedResponse), 1, 0),
        fault("unknown state", Fault::UnknownState)
            .submit(Ok("job"), 1, 0, 1)
            .read(Status, Ok("on_hold"), 1, 0)
            .read(JobResult, Ok("pending"), 1, 0)
            .read(Cancel, Ok("cancelled"), 1, 0),
        fault("unknown fields", Fault::UnknownFields)
            .submit(Ok("job"), 1, 0, 1)
            .read(Status, Ok("in_queue"), 1, 0)
            .read(JobResult, Ok("pending"), 1, 0)
            .read(Cancel, Ok("cancelled"), 1, 0),
        fault("alternative spellings", Fault::AlternativeSpelling)
            .submit(Ok("job"), 1, 0, 1)
            .read(Status, Ok("in_queue"), 1, 0)
            .read(JobResult, Ok("pending"), 1, 0)
            .read(Cancel, Ok("cancelled"), 1, 0),
        fault(
            "undocumented outcome of cancel",
            Fault::CancelOutcome(Some("cancellation_requested".into())),
        )
        .submit(Ok("job"), 1, 0, 1)
        // The `status` of the same response is `cancelled`.
        .read(Cancel, Ok("cancelled"), 1, 0),
    ]
}

async fn call(endpoint: Endpoint, client: &Client, job: Option<&Job<TextToVideo>>) -> Outcome {
    let result = match (endpoint, job) {
        (Submit, _) => client.submit(&input()).await.map(|_| "job"),
        (Status, Some(job)) => job
            .status()
            .await
            .map(|status| match status.state.as_str() {
                "in_queue" => "in_queue",
                "on_hold" => "on_hold",
                other => panic!("unexpected state {other}"),
            }),
        (JobResult, Some(job)) => job.result().await.map(|finished| match finished {
            Some(_) => "output",
            None => "pending",
        }),
        (Cancel, Some(job)) => job.cancel().await.map(|outcome| match outcome {
            CancelOutcome::Cancelled => "cancelled",
            other => panic!("unexpected outcome {other:?}"),
        }),
        _ => unreachable!("no row has another endpoint"),
    };
    result.map_err(|error| {
        if endpoint == Submit {
            let is_uncertain = error.kind() == UncertainSubmit;
            assert!(!(is_uncertain && error.is_retryable()), "{error}");
            let message = error.to_string();
            assert_eq!(is_uncertain, message.contains("may exist and be billed"));
        } else {
            assert_eq!(error.request_id(), job.map(Job::request_id), "{error}");
        }
        error.kind()
    })
}

/// Makes one call to `endpoint` while the fault of `rows` is injected, and returns what was observed.
async fn observe(rows: &Rows, endpoint: Endpoint) -> Expected {
    let sandbox = sandbox().start().await.unwrap();
    let clock = RecordingClock::default();
    let client = client_builder(sandbox.base_url(), &clock).build().unwrap();
    let job = match endpoint {
        Submit => None,
        _ => Some(submitted(&client).await),
    };
    let before = sandbox.stats();
    // Only the faults that must cause a timeout get a short one. On a slow machine, a call with another
    // fault could exceed a short timeout too.
    let timeout = match rows.fault {
        Fault::Slow { .. } | Fault::Delay(_) => Duration::from_millis(500),
        _ => seconds(60),
    };
    let client = client_builder(sandbox.base_url(), &clock)
        .request_timeout(timeout)
        .build()
        .unwrap();
    let job = job.map(|job| client.resume::<TextToVideo>(job.request_id()).unwrap());
    sandbox.plan(rows.rule(endpoint));
    let outcome = call(endpoint, &client, job.as_ref()).await;
    assert_eq!(sandbox.unfired(), [], "{}", rows.name);
    let after = sandbox.stats();
    Expected {
        outcome,
        requests: after.requests(endpoint) - before.requests(endpoint),
        delay: clock.delays().iter().sum(),
        jobs: after.accepted - before.accepted,
    }
}

#[tokio::test]
async fn every_fault_at_every_endpoint() {
    let mut differences = Vec::new();
    for rows in table() {
        for (endpoint, expected) in &rows.calls {
            let observed = observe(&rows, *endpoint).await;
            if observed != *expected {
                let name = rows.name;
                differences.push(format!(
                    "{endpoint:?}, {name}: {observed:?}, expected {expected:?}"
                ));
            }
        }
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

#[tokio::test]
async fn calls_other_than_submit_are_retried_until_they_succeed() {
    for (endpoint, fault) in [
        (Status, Fault::status(500)),
        (Status, Fault::Garbage),
        (JobResult, Fault::ResetAfterRead),
        (Cancel, Fault::TruncatedResponse),
    ] {
        let (sandbox, client, clock) = set_up().await;
        let job = submitted(&client).await;
        sandbox.plan(FaultRule::on(endpoint, fault).times(2));
        let outcome = call(endpoint, &client, Some(&job)).await;
        assert!(outcome.is_ok(), "{endpoint:?}: {outcome:?}");
        assert_eq!(sandbox.stats().requests(endpoint), 3);
        assert_eq!(clock.delays(), [seconds(1), seconds(2)]);
    }
}
