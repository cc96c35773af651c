//! Every fault at every call: what the caller gets, how often the server was called, how long it
//! took on the client's clock, and how many jobs were made.

use std::time::Duration;

use crate::support::{NotedClock, TextToVideo, builder, input, sandbox, seconds, submitted};
use runcomfy_client::{CancelOutcome, Client, ErrorKind, Job};
use runcomfy_sandbox::{Call, Fault, Rule};
use serde_json::json;

use Call::{Cancel, Result as Outcome, Status, Submit};

/// What a call gave, in a word.
#[derive(Debug, PartialEq)]
enum Got {
    Good(&'static str),
    Bad(ErrorKind),
}

use Got::{Bad, Good};

struct Row {
    name: &'static str,
    fault: fn() -> Rule,
    call: Call,
    got: Got,
    calls: u64,
    seconds: u64,
    /// Jobs made; only submits make any.
    jobs: u64,
}

/// The rows of one fault: what submit gives (with the jobs it made), and what the reads give.
macro_rules! fault {
    ($rows:ident, $name:literal, $fault:expr,
     submit: $submit:expr, $submits:literal, $submit_seconds:literal, $jobs:literal;
     $($call:ident: $got:expr, $calls:literal, $seconds:literal;)+) => {{
        fn on_submit() -> Rule { let fault: fn(Call) -> Rule = $fault; fault(Submit).always() }
        $rows.push(Row {
            name: $name, fault: on_submit, call: Submit,
            got: $submit, calls: $submits, seconds: $submit_seconds, jobs: $jobs,
        });
        $({
            fn on_call() -> Rule { let fault: fn(Call) -> Rule = $fault; fault($call).always() }
            $rows.push(Row {
                name: $name, fault: on_call, call: $call,
                got: $got, calls: $calls, seconds: $seconds, jobs: 0,
            });
        })+
    }};
}

fn rows() -> Vec<Row> {
    use ErrorKind::*;
    let mut rows = Vec::new();
    fault!(rows, "429 with Retry-After",
        |call| Rule::on(call, Fault::RateLimited { retry_after: Some(Duration::from_secs(7)) }),
        submit: Bad(RateLimited), 3, 14, 0;
        Status: Bad(RateLimited), 3, 14;
        Outcome: Bad(RateLimited), 3, 14;
        Cancel: Bad(RateLimited), 3, 14;
    );
    fault!(rows, "429 without Retry-After",
        |call| Rule::on(call, Fault::RateLimited { retry_after: None }),
        submit: Bad(RateLimited), 3, 3, 0;
        Status: Bad(RateLimited), 3, 3;
        Outcome: Bad(RateLimited), 3, 3;
        Cancel: Bad(RateLimited), 3, 3;
    );
    fault!(rows, "429 with an absurd Retry-After",
        |call| Rule::on(call, Fault::RateLimited { retry_after: Some(Duration::from_secs(1 << 40)) }),
        submit: Bad(RateLimited), 1, 0, 0;
        Status: Bad(RateLimited), 1, 0;
        Outcome: Bad(RateLimited), 1, 0;
        Cancel: Bad(RateLimited), 1, 0;
    );
    fault!(rows, "503", |call| Rule::on(call, Fault::status(503)),
        submit: Bad(ServerError), 3, 3, 0;
        Status: Bad(ServerError), 3, 3;
        Outcome: Bad(ServerError), 3, 3;
        Cancel: Bad(ServerError), 3, 3;
    );
    fault!(rows, "503 that names a request",
        |call| Rule::on(call, Fault::Status { status: 503, body: json!({ "request_id": "r-1" }) }).accepted(),
        submit: Bad(UncertainSubmit), 1, 0, 1;
        Status: Bad(ServerError), 3, 3;
    );
    fault!(rows, "429 that names a request",
        |call| Rule::on(call, Fault::Status { status: 429, body: json!({ "request_id": "r-1" }) }).accepted(),
        submit: Bad(UncertainSubmit), 1, 0, 1;
        Status: Bad(RateLimited), 3, 3;
    );
    fault!(rows, "500", |call| Rule::on(call, Fault::status(500)),
        submit: Bad(UncertainSubmit), 1, 0, 0;
        Status: Bad(ServerError), 3, 3;
        Outcome: Bad(ServerError), 3, 3;
        Cancel: Bad(ServerError), 3, 3;
    );
    fault!(rows, "502 after the request took effect",
        |call| Rule::on(call, Fault::status(502)).accepted(),
        submit: Bad(UncertainSubmit), 1, 0, 1;
        Status: Bad(ServerError), 3, 3;
        Outcome: Bad(ServerError), 3, 3;
        Cancel: Bad(ServerError), 3, 3;
    );
    fault!(rows, "408", |call| Rule::on(call, Fault::status(408)),
        submit: Bad(UncertainSubmit), 1, 0, 0;
        Status: Bad(Network), 3, 3;
        Outcome: Bad(Network), 3, 3;
        Cancel: Bad(Network), 3, 3;
    );
    fault!(rows, "418", |call| Rule::on(call, Fault::status(418)),
        submit: Bad(Rejected), 1, 0, 0;
        Status: Bad(Rejected), 1, 0;
        Outcome: Bad(Rejected), 1, 0;
        Cancel: Bad(Rejected), 1, 0;
    );
    fault!(rows, "200 with an error body of a known code",
        |call| Rule::on(call, Fault::no_balance_200()),
        submit: Bad(InsufficientBalance), 1, 0, 0;
        Status: Bad(InsufficientBalance), 1, 0;
        Outcome: Bad(InsufficientBalance), 1, 0;
        Cancel: Bad(InsufficientBalance), 1, 0;
    );
    fault!(rows, "200 with an error body that says 5xx",
        |call| Rule::on(call, Fault::ErrorBody200 { error_code: 503_001, message: "busy".into() }),
        submit: Bad(UncertainSubmit), 1, 0, 0;
        Status: Bad(ServerError), 3, 3;
        Outcome: Bad(ServerError), 3, 3;
        Cancel: Bad(ServerError), 3, 3;
    );
    fault!(rows, "200 with an error body of an unknown code",
        |call| Rule::on(call, Fault::ErrorBody200 { error_code: 1_003, message: "hm".into() }),
        submit: Bad(UncertainSubmit), 1, 0, 0;
        Status: Bad(UnexpectedResponse), 3, 3;
        Outcome: Bad(UnexpectedResponse), 3, 3;
        Cancel: Bad(UnexpectedResponse), 3, 3;
    );
    fault!(rows, "reset before the request was read",
        |call| Rule::on(call, Fault::ResetBeforeRead),
        submit: Bad(UncertainSubmit), 1, 0, 0;
        Status: Bad(Network), 3, 3;
        Outcome: Bad(Network), 3, 3;
        Cancel: Bad(Network), 3, 3;
    );
    fault!(rows, "reset after the request was read, without effect",
        |call| Rule::on(call, Fault::ResetAfterRead),
        submit: Bad(UncertainSubmit), 1, 0, 0;
        Status: Bad(Network), 3, 3;
        Outcome: Bad(Network), 3, 3;
        Cancel: Bad(Network), 3, 3;
    );
    fault!(rows, "reset after the request took effect",
        |call| Rule::on(call, Fault::ResetAfterRead).accepted(),
        submit: Bad(UncertainSubmit), 1, 0, 1;
        Status: Bad(Network), 3, 3;
        Outcome: Bad(Network), 3, 3;
        Cancel: Bad(Network), 3, 3;
    );
    fault!(rows, "half an answer", |call| Rule::on(call, Fault::HalfAnswer),
        // The half holds the whole request id: the job exists.
        submit: Good("job"), 1, 0, 1;
        Status: Bad(Network), 3, 3;
        Outcome: Bad(Network), 3, 3;
        Cancel: Bad(Network), 3, 3;
    );
    fault!(rows, "garbage", |call| Rule::on(call, Fault::Garbage),
        submit: Bad(UncertainSubmit), 1, 0, 0;
        Status: Bad(UnexpectedResponse), 3, 3;
        Outcome: Bad(UnexpectedResponse), 3, 3;
        Cancel: Bad(UnexpectedResponse), 3, 3;
    );
    fault!(rows, "garbage after the request took effect",
        |call| Rule::on(call, Fault::Garbage).accepted(),
        submit: Bad(UncertainSubmit), 1, 0, 1;
        Status: Bad(UnexpectedResponse), 3, 3;
    );
    fault!(rows, "JSON that is no object",
        |call| Rule::on(call, Fault::Status { status: 200, body: json!(["x"]) }).accepted(),
        submit: Bad(UncertainSubmit), 1, 0, 1;
        Status: Bad(UnexpectedResponse), 3, 3;
        Outcome: Bad(UnexpectedResponse), 3, 3;
        Cancel: Bad(UnexpectedResponse), 3, 3;
    );
    fault!(rows, "an empty object",
        |call| Rule::on(call, Fault::Status { status: 200, body: json!({}) }).accepted(),
        submit: Bad(UncertainSubmit), 1, 0, 1;
        Status: Bad(UnexpectedResponse), 3, 3;
        Outcome: Bad(UnexpectedResponse), 3, 3;
        Cancel: Bad(UnexpectedResponse), 3, 3;
    );
    fault!(rows, "slow bytes",
        |call| Rule::on(call, Fault::Slow { per_byte: Duration::from_secs(3600) }),
        submit: Bad(UncertainSubmit), 1, 0, 1;
        Status: Bad(Network), 3, 3;
        Outcome: Bad(Network), 3, 3;
        Cancel: Bad(Network), 3, 3;
    );
    fault!(rows, "no answer", |call| Rule::on(call, Fault::Delay(Duration::from_secs(3600))),
        submit: Bad(UncertainSubmit), 1, 0, 1;
        Status: Bad(Network), 3, 3;
    );
    fault!(rows, "307 to another host",
        |call| Rule::on(call, Fault::Redirect { status: 307, to: "http://127.0.0.1:9".into() }),
        submit: Bad(UncertainSubmit), 1, 0, 0;
        Status: Bad(UnexpectedResponse), 1, 0;
        Outcome: Bad(UnexpectedResponse), 1, 0;
        Cancel: Bad(UnexpectedResponse), 1, 0;
    );
    fault!(rows, "unknown state", |call| Rule::on(call, Fault::UnknownState),
        submit: Good("job"), 1, 0, 1;
        Status: Good("on_hold"), 1, 0;
        Outcome: Good("pending"), 1, 0;
        Cancel: Good("cancelled"), 1, 0;
    );
    fault!(rows, "unknown fields", |call| Rule::on(call, Fault::UnknownFields),
        submit: Good("job"), 1, 0, 1;
        Status: Good("in_queue"), 1, 0;
        Outcome: Good("pending"), 1, 0;
        Cancel: Good("cancelled"), 1, 0;
    );
    fault!(rows, "other spellings", |call| Rule::on(call, Fault::Spelling),
        submit: Good("job"), 1, 0, 1;
        Status: Good("in_queue"), 1, 0;
        Outcome: Good("pending"), 1, 0;
        Cancel: Good("cancelled"), 1, 0;
    );
    fault!(rows, "another outcome of cancel",
        |call| Rule::on(call, Fault::CancelOutcome(Some("cancellation_requested".into()))),
        submit: Good("job"), 1, 0, 1;
        // The state in the same answer says `cancelled`, which settles it.
        Cancel: Good("cancelled"), 1, 0;
    );
    rows
}

async fn run(call: Call, client: &Client, job: Option<&Job<TextToVideo>>) -> Got {
    let got = match (call, job) {
        (Submit, _) => client.submit(&input()).await.map(|_| "job".to_owned()),
        (Status, Some(job)) => job
            .status()
            .await
            .map(|status| status.state.as_str().to_owned()),
        (Outcome, Some(job)) => job.result().await.map(|result| {
            if result.is_some() {
                "output"
            } else {
                "pending"
            }
            .to_owned()
        }),
        (Cancel, Some(job)) => job.cancel().await.map(|outcome| match outcome {
            CancelOutcome::Cancelled => "cancelled".to_owned(),
            other => format!("{other:?}"),
        }),
        _ => unreachable!("no row is of another call"),
    };
    match got {
        Ok(word) => Good(word.leak()),
        Err(error) => {
            if call == Submit {
                // What is uncertain is never called repeatable, and is told of as such.
                let uncertain = error.kind() == ErrorKind::UncertainSubmit;
                assert!(!(uncertain && error.is_retryable()), "{error}");
                assert_eq!(
                    uncertain,
                    error.to_string().contains("may exist and be billed")
                );
            } else {
                assert_eq!(error.request_id(), job.map(Job::request_id), "{error}");
            }
            Bad(error.kind())
        }
    }
}

#[tokio::test]
async fn every_fault_at_every_call() {
    let mut wrong = Vec::new();
    for row in rows() {
        let sandbox = sandbox().start().await.unwrap();
        let clock = NotedClock::default();
        let healthy = builder(sandbox.base_url(), &clock).build().unwrap();
        let job = match row.call {
            Submit => None,
            _ => Some(submitted(&healthy).await),
        };
        let before = sandbox.stats();
        // Only where the server is slow by plan may a timeout ever be met.
        let timeout = match row.name {
            "slow bytes" | "no answer" => Duration::from_millis(500),
            _ => seconds(60),
        };
        let client = builder(sandbox.base_url(), &clock)
            .request_timeout(timeout)
            .build()
            .unwrap();
        let job = job.map(|job| client.resume::<TextToVideo>(job.request_id()).unwrap());
        sandbox.plan((row.fault)());
        let got = run(row.call, &client, job.as_ref()).await;
        let after = sandbox.stats();
        let took: Duration = clock.pauses().iter().sum();
        let seen = (
            got,
            after.reached(row.call) - before.reached(row.call),
            took,
            after.accepted - before.accepted,
        );
        let wanted = (row.got, row.calls, seconds(row.seconds), row.jobs);
        if seen != wanted {
            wrong.push(format!(
                "{:?}, {}: {seen:?} instead of {wanted:?}",
                row.call, row.name
            ));
        }
        assert_eq!(sandbox.unfired(), [], "{}", row.name);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_fault_that_passes_is_outlived_by_reads() {
    for (call, fault) in [
        (Status, Fault::status(500)),
        (Status, Fault::Garbage),
        (Outcome, Fault::ResetAfterRead),
        (Cancel, Fault::HalfAnswer),
    ] {
        let (sandbox, client, clock) = crate::support::set_up().await;
        let job = submitted(&client).await;
        sandbox.plan(Rule::on(call, fault).next(2));
        let got = run(call, &client, Some(&job)).await;
        assert!(matches!(got, Good(_)), "{call:?}: {got:?}");
        assert_eq!(sandbox.stats().reached(call), 3);
        assert_eq!(clock.pauses(), [seconds(1), seconds(2)]);
    }
}
