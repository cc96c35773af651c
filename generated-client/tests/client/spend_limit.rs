//! The spend limit, with servers that report the cost of each job.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use futures_util::future::join_all;
use runcomfy_client::{About, Batch, Client, ErrorKind, Model};
use serde_json::{Value, json};

use super::transport::Fake;
use crate::support::{
    Input, RecordingClock, client_builder, input_of, numbered_inputs, plain_poll_until, seconds,
    set_up,
};

/// A server that bills `cost` in USD for each job, and the counter of its jobs.
fn billing_server(cost: Value) -> (Fake, Arc<AtomicUsize>) {
    let jobs = Arc::new(AtomicUsize::new(0));
    let counter = jobs.clone();
    let fake = Fake::new(move |request| {
        let path = request.url.path().to_owned();
        Ok((
            200,
            match path.rsplit('/').next() {
                Some("status") => json!({ "status": "completed" }),
                Some("result") => {
                    assert_eq!(request.url.query(), Some("include_cost=true"));
                    json!({ "status": "completed", "output": { "seed": 7 }, "cost": cost })
                }
                _ => {
                    json!({ "request_id": format!("j{}", counter.fetch_add(1, Ordering::SeqCst)) })
                }
            },
        ))
    });
    (fake, jobs)
}

fn client(fake: &Fake, limit: f64) -> Client {
    let builder = client_builder("https://example.com", &RecordingClock::default());
    builder
        .transport(fake.clone())
        .spend_limit(limit)
        .build()
        .unwrap()
}

#[tokio::test]
async fn jobs_are_submitted_until_their_costs_reach_the_limit() {
    let (fake, jobs) = billing_server(json!(0.3));
    let client = client(&fake, 1.0);
    let mut refused = 0;
    for input in numbered_inputs(6) {
        // Clones share the total.
        match client.clone().submit(&input).await {
            Ok(job) => drop(job.wait().await.unwrap()),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::SpendLimit);
                refused += 1;
            }
        }
    }
    assert_eq!((jobs.load(Ordering::SeqCst), refused), (3, 3));
    assert!((client.spent_usd().unwrap() - 0.9).abs() < 1e-9);
}

#[tokio::test]
async fn concurrent_submits_stay_within_the_limit() {
    let (fake, jobs) = billing_server(json!(0.3));
    let client = client(&fake, 1.0);
    // The model has no price, so the first job reserves the whole remaining budget.
    let inputs = numbered_inputs(20);
    let results = join_all(inputs.iter().map(|input| client.submit(input))).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for job in results.into_iter().flatten() {
        job.wait().await.unwrap();
    }
    // From now on, the cost of a job of this model is known.
    let results = Batch::new(client.clone())
        .run(numbered_inputs(20))
        .await
        .unwrap();
    let succeeded = results.iter().filter(|result| result.is_ok()).count();
    assert_eq!(succeeded, 2);
    assert_eq!(jobs.load(Ordering::SeqCst), 3);
    assert!(client.spent_usd().unwrap() <= 1.0);
}

#[tokio::test]
async fn a_batch_waits_for_costs_and_stops_at_the_limit() {
    let (fake, jobs) = billing_server(json!(0.3));
    let client = client(&fake, 1.0);
    // The cost of a job is not known yet, so the first job runs alone.
    let results = Batch::new(client.clone())
        .max_concurrency(8)
        .run(numbered_inputs(20))
        .await
        .unwrap();
    let errors = results.iter().filter_map(|result| result.as_ref().err());
    assert!(
        errors
            .clone()
            .all(|error| error.kind() == ErrorKind::SpendLimit)
    );
    assert_eq!((jobs.load(Ordering::SeqCst), errors.count()), (3, 17));
    assert!((client.spent_usd().unwrap() - 0.9).abs() < 1e-9);
}

#[tokio::test]
async fn a_batch_waits_for_the_costs_of_resumed_jobs() {
    let (billing, jobs) = billing_server(json!(0.3));
    let calls = Arc::new(AtomicUsize::new(0));
    let is_first_run = Arc::new(AtomicBool::new(true));
    let first_run = is_first_run.clone();
    let fake = Fake::new(move |request| {
        if first_run.load(Ordering::SeqCst) {
            if request.url.path().ends_with("/status") {
                return Ok((200, json!({ "status": "in_progress" })));
            }
            if calls.fetch_add(1, Ordering::SeqCst) == 0 {
                return Ok((422, json!({ "error_code": 422_001 })));
            }
        }
        billing.respond(request)
    });
    let client = client(&fake, 1.0);
    let folder = tempfile::tempdir().unwrap();
    let batch = || {
        Batch::new(client.clone())
            .max_concurrency(4)
            .journal(folder.path().join("jobs.jsonl"))
    };
    // The first input is refused. The second creates a job of unknown cost, which reserves the whole limit.
    let results = batch()
        .max_concurrency(1)
        .poll(plain_poll_until(seconds(10)))
        .run(numbered_inputs(2))
        .await
        .unwrap();
    let kinds = results
        .iter()
        .map(|result| result.as_ref().unwrap_err().kind());
    assert_eq!(
        kinds.collect::<Vec<_>>(),
        [ErrorKind::Rejected, ErrorKind::Deadline]
    );
    is_first_run.store(false, Ordering::SeqCst);
    // The job of input 1 is resumed. Inputs 0 and 2 wait for its cost.
    let results = batch().run(numbered_inputs(3)).await.unwrap();
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(jobs.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_job_that_costs_nothing_is_no_estimate_of_the_next() {
    let (fake, jobs) = billing_server(json!(0));
    let client = client(&fake, 1.0);
    let inputs = numbered_inputs(5);
    let job = client.submit(&inputs[0]).await.unwrap();
    job.wait().await.unwrap();
    let results = join_all(inputs.iter().map(|input| client.submit(input))).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert_eq!(jobs.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_batch_whose_jobs_cost_nothing_ends() {
    let (fake, jobs) = billing_server(json!(0));
    let results = Batch::new(client(&fake, 1.0))
        .run(numbered_inputs(20))
        .await;
    assert!(results.unwrap().iter().all(Result::is_ok));
    assert_eq!(jobs.load(Ordering::SeqCst), 20);
}

#[tokio::test]
async fn failed_and_cancelled_jobs_are_settled() {
    for (state, cost, expected) in [
        ("failed", json!(0.2), 0.2),
        ("failed", Value::Null, 0.5),
        ("cancelled", json!(0.2), 0.2),
        ("cancelled", Value::Null, 0.0),
    ] {
        let response = json!({ "status": state, "cost": cost });
        let fake = Fake::new(move |request| {
            let is_submit = request.method == "POST";
            Ok((
                200,
                if is_submit {
                    json!({ "request_id": "j" })
                } else {
                    response.clone()
                },
            ))
        });
        let client = client(&fake, 2.0);
        let job = client.submit(&PricedInput { duration: 5 }).await.unwrap();
        job.wait().await.unwrap_err();
        let spent = client.spent_usd().unwrap();
        assert!((spent - expected).abs() < 1e-9, "{state} {cost}: {spent}");
        job.result().await.unwrap_err();
        assert_eq!(client.spent_usd(), Some(spent));
    }
}

#[tokio::test]
async fn an_uncertain_submit_with_an_id_is_settled_by_its_result() {
    let fake = Fake::new(|request| {
        Ok(if request.method == "POST" {
            (500, json!({ "request_id": "j", "error_message": "late" }))
        } else {
            (
                200,
                json!({ "status": "completed", "output": { "seed": 7 }, "cost": 0.9 }),
            )
        })
    });
    let client = client(&fake, 2.0);
    let error = client
        .submit(&PricedInput { duration: 5 })
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UncertainSubmit);
    assert!((client.spent_usd().unwrap() - 0.5).abs() < 1e-9);
    let job = client
        .resume::<Priced>(error.request_id().unwrap())
        .unwrap();
    job.wait().await.unwrap();
    assert!((client.spent_usd().unwrap() - 0.9).abs() < 1e-9);
}

/// A model with a price for each second.
#[derive(Clone, Copy, Debug)]
struct Priced;

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct PricedInput {
    duration: u32,
}

impl Model for Priced {
    type Input = PricedInput;
    type Output = crate::support::Output;
    const ID: &'static str = "acme/priced";
    const PATH: &'static str = "/v1/models/acme/priced";
    const ABOUT: About = {
        let mut about = About::NONE;
        about.base_price_usd = Some(0.1);
        about.price_unit = Some("second");
        about
    };
}

impl runcomfy_client::Validate for PricedInput {
    fn check(&self, _: &mut impl runcomfy_client::codegen_support::ConstraintVisitor) {}
}

input_of!(PricedInput, Priced);

#[tokio::test]
async fn estimates_count_until_the_cost_is_known() {
    let (fake, jobs) = billing_server(json!(0.9));
    let client = client(&fake, 2.0);
    let first = client.submit(&PricedInput { duration: 5 }).await.unwrap();
    assert!((client.spent_usd().unwrap() - 0.5).abs() < 1e-9);
    first.wait().await.unwrap();
    assert!((client.spent_usd().unwrap() - 0.9).abs() < 1e-9);
    // The next job counts with the known cost of 0.9 USD, because its estimate of 0.5 USD is lower.
    client.submit(&PricedInput { duration: 5 }).await.unwrap();
    assert!((client.spent_usd().unwrap() - 1.8).abs() < 1e-9);
    let error = client
        .submit(&PricedInput { duration: 5 })
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SpendLimit);
    assert_eq!(jobs.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_submit_that_creates_no_job_costs_nothing_and_an_uncertain_one_counts() {
    let status = Arc::new(Mutex::new(400));
    let answered = status.clone();
    let fake = Fake::new(move |_| {
        Ok((
            *answered.lock().unwrap(),
            json!({ "error_code": 400_001, "error_message": "no" }),
        ))
    });
    let client = client(&fake, 2.0);
    let input = PricedInput { duration: 5 };
    client.submit(&input).await.unwrap_err();
    assert_eq!(client.spent_usd(), Some(0.0));
    *status.lock().unwrap() = 500;
    let error = client.submit(&input).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UncertainSubmit);
    assert!((client.spent_usd().unwrap() - 0.5).abs() < 1e-9);
}

#[tokio::test]
async fn without_a_limit_nothing_is_counted() {
    let (_sandbox, client, clock) = set_up().await;
    assert_eq!(client.spent_usd(), None);
    let numbered: Vec<Input> = numbered_inputs(1);
    client.submit(&numbered[0]).await.unwrap();
    for limit in [-0.1, f64::NAN, f64::INFINITY] {
        let builder = client_builder("https://example.com", &clock);
        let error = builder.spend_limit(limit).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
    }
}
