//! Batches: order, concurrency, failures. For the journal see `batch_journal`.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::support::{
    Input, RecordingClock, client_builder, numbered_inputs, plain_poll_until, sandbox, seconds,
    set_up, set_up_with,
};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use runcomfy_client::transport::{
    BodyEnd, Transport, TransportError, TransportRequest, TransportResponse,
};
use runcomfy_client::{Batch, BatchProgress, ErrorKind};
use runcomfy_sandbox::{Endpoint, Fault, FaultRule, Outcome, Progress};
use serde_json::json;

#[tokio::test]
async fn results_are_in_the_order_of_the_inputs() {
    let (sandbox, client, _) = set_up().await;
    let results = Batch::new(client)
        .max_concurrency(4)
        .run(numbered_inputs(20))
        .await
        .unwrap();
    assert_eq!(results.len(), 20);
    for (index, result) in results.iter().enumerate() {
        let request_id = result.as_ref().unwrap().json["request_id"]
            .as_str()
            .unwrap();
        let job = sandbox.job(request_id).unwrap();
        assert_eq!(job.input["prompt"], format!("n{index}"));
    }
    assert_eq!(sandbox.stats().accepted, 20);
    assert_eq!(sandbox.stats().requests(Endpoint::Submit), 20);
}

#[tokio::test]
async fn a_stream_yields_results_in_order_of_completion() {
    let (sandbox, client, _) = set_up_with(sandbox().progress(Progress::Manual)).await;
    let sandbox = Arc::new(sandbox);
    let finishing = sandbox.clone();
    let stream = Batch::new(client)
        .max_concurrency(3)
        .on_submitted(move |index, job| {
            if index > 0 {
                finishing.finish(job.request_id()).unwrap();
            }
        })
        .stream(numbered_inputs(3))
        .await
        .unwrap();
    let mut indices = Vec::new();
    let mut stream = std::pin::pin!(stream);
    while let Some((index, result)) = stream.next().await {
        result.unwrap();
        indices.push(index);
        if indices.len() == 2 {
            let first = sandbox.jobs().into_iter();
            let mut first = first.filter(|job| job.input["prompt"] == "n0");
            sandbox.finish(&first.next().unwrap().request_id).unwrap();
        }
    }
    assert_eq!(indices.last(), Some(&0));
}

#[tokio::test]
async fn max_concurrency_limits_the_jobs_in_flight_and_is_reached() {
    for (max_concurrency, expected) in [(1, 1), (3, 3), (0, 1), (100, 12)] {
        let (sandbox, client, _) = set_up().await;
        let results = Batch::new(client)
            .max_concurrency(max_concurrency)
            .run(numbered_inputs(12))
            .await
            .unwrap();
        assert!(results.iter().all(Result::is_ok));
        // A job is in flight from its submit to its result.
        let (mut in_flight, mut largest) = (0, 0);
        for request in sandbox.requests() {
            match request.endpoint {
                Endpoint::Submit => in_flight += 1,
                Endpoint::Result => in_flight -= 1,
                _ => {}
            }
            largest = largest.max(in_flight);
        }
        assert_eq!((largest, in_flight), (expected, 0), "{max_concurrency}");
    }
}

#[tokio::test]
async fn inputs_are_taken_lazily() {
    let (_sandbox, client, _) = set_up().await;
    let taken = Arc::new(Mutex::new(0));
    let counting = taken.clone();
    let inputs = numbered_inputs(50)
        .into_iter()
        .inspect(move |_| *counting.lock().unwrap() += 1);
    let stream = Batch::new(client)
        .max_concurrency(2)
        .stream(inputs)
        .await
        .unwrap();
    let mut stream = std::pin::pin!(stream);
    stream.next().await.unwrap().1.unwrap();
    assert!(*taken.lock().unwrap() <= 4, "{taken:?}");
}

#[tokio::test]
async fn failures_do_not_affect_other_inputs() {
    let (sandbox, client, _) = set_up().await;
    // With a concurrency of 1, the outcomes and faults apply in the order of the inputs.
    sandbox.next_outcome(Outcome::Succeed);
    sandbox.next_outcome(Outcome::Fail(json!("NSFW content")));
    sandbox.next_outcome(Outcome::Cancelled);
    sandbox.plan(
        FaultRule::on(Endpoint::Submit, Fault::ResetAfterRead)
            .with_effect()
            .skip(3),
    );
    sandbox.plan(FaultRule::on(Endpoint::Submit, Fault::status(422)).skip(3));
    let mut inputs = numbered_inputs(7);
    inputs[5].prompt = "longer than ten".to_owned();
    let results = Batch::new(client)
        .max_concurrency(1)
        .run(inputs)
        .await
        .unwrap();
    let kinds: Vec<Option<ErrorKind>> = results
        .iter()
        .map(|result| result.as_ref().err().map(|error| error.kind()))
        .collect();
    assert_eq!(
        kinds,
        [
            None,
            Some(ErrorKind::FailedJob),
            Some(ErrorKind::Cancelled),
            Some(ErrorKind::UncertainSubmit),
            Some(ErrorKind::Rejected),
            Some(ErrorKind::InvalidInput),
            None
        ]
    );
    assert_eq!(sandbox.unfired(), []);
    assert_eq!(sandbox.stats().requests(Endpoint::Submit), 6);
    for result in [&results[1], &results[2]] {
        let error = result.as_ref().unwrap_err();
        sandbox.job(error.request_id().unwrap()).unwrap();
    }
}

#[tokio::test]
async fn on_submitted_is_called_once_for_each_job_before_its_first_poll() {
    let (sandbox, client, _) = set_up().await;
    let sandbox = Arc::new(sandbox);
    let (observed, submitted) = (sandbox.clone(), Arc::new(Mutex::new(Vec::new())));
    let recorder = submitted.clone();
    let results = Batch::new(client)
        .max_concurrency(3)
        .on_submitted(move |index, job| {
            let id = job.request_id().to_owned();
            let mut polls = observed.requests_to(Endpoint::Status);
            polls.retain(|request| request.path.contains(&id));
            recorder.lock().unwrap().push((index, id, polls.len()));
        })
        .run(numbered_inputs(9))
        .await
        .unwrap();
    let submitted = submitted.lock().unwrap();
    assert_eq!(submitted.len(), 9);
    for (index, id, polls) in submitted.iter() {
        let result = results[*index].as_ref().unwrap();
        assert_eq!(result.json["request_id"], id.as_str());
        assert_eq!(*polls, 0, "{id}");
    }
    let ids: HashSet<&String> = submitted.iter().map(|(_, id, _)| id).collect();
    assert_eq!(ids.len(), 9, "duplicate calls");
}

#[tokio::test]
async fn a_batch_has_its_own_poll_policy() {
    let (sandbox, client, clock) = set_up_with(sandbox().progress(Progress::Manual)).await;
    let policy = plain_poll_until(seconds(30));
    let results = Batch::new(client)
        .max_concurrency(1)
        .poll(policy)
        .run(numbered_inputs(2))
        .await
        .unwrap();
    for result in &results {
        assert_eq!(result.as_ref().unwrap_err().kind(), ErrorKind::Deadline);
    }
    assert!(clock.delays().iter().sum::<std::time::Duration>() <= seconds(60));
    assert_eq!(sandbox.stats().cancelled, 0, "a deadline does not cancel");
}

/// Counts the submits in flight, each of which takes a second, and refuses the first one.
#[derive(Debug)]
struct SlowSubmits {
    in_flight: AtomicUsize,
    /// For each submit, the number in flight when it was sent, including itself.
    counts: Arc<Mutex<Vec<usize>>>,
}

impl Transport for SlowSubmits {
    fn send(
        &self,
        request: TransportRequest,
    ) -> BoxFuture<'_, Result<TransportResponse, TransportError>> {
        let path = request.url.path().to_owned();
        Box::pin(async move {
            let (status, body) = match path.rsplit('/').next() {
                Some("status") => (200, json!({ "status": "completed" })),
                Some("result") => (
                    200,
                    json!({ "status": "completed", "output": { "seed": 7 } }),
                ),
                _ => {
                    let count = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
                    let sent = {
                        let mut counts = self.counts.lock().unwrap();
                        counts.push(count);
                        counts.len()
                    };
                    tokio::time::sleep(seconds(1)).await;
                    self.in_flight.fetch_sub(1, Ordering::SeqCst);
                    match sent {
                        1 => (429, json!({ "error_code": 429_000 })),
                        _ => (200, json!({ "request_id": format!("j{sent}") })),
                    }
                }
            };
            Ok(TransportResponse {
                status,
                headers: Default::default(),
                body: body.to_string().into_bytes(),
                end: BodyEnd::Complete,
            })
        })
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_refusal_submits_become_concurrent_again() {
    let counts: Arc<Mutex<Vec<usize>>> = Arc::default();
    let client = client_builder("https://example.com", &RecordingClock::default())
        .transport(SlowSubmits {
            in_flight: AtomicUsize::new(0),
            counts: counts.clone(),
        })
        .build()
        .unwrap();
    let results = Batch::new(client)
        .max_concurrency(4)
        .run(numbered_inputs(40))
        .await
        .unwrap();
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    let counts = counts.lock().unwrap();
    assert_eq!(counts[..4], [1, 2, 3, 4]);
    // The repetition of the refused submit and the seven submits after it are sent one at a time.
    assert_eq!(counts[4..12], [1; 8]);
    assert_eq!(counts[13..].iter().max(), Some(&4), "{counts:?}");
}

#[tokio::test]
async fn an_empty_batch_sends_nothing() {
    let (sandbox, client, _) = set_up().await;
    let results = Batch::new(client).run(Vec::<Input>::new()).await.unwrap();
    assert!(results.is_empty());
    assert_eq!(sandbox.stats().connections, 0);
}

#[tokio::test]
async fn progress_counts_jobs_and_results() {
    let (sandbox, client, _) = set_up().await;
    let failed = Fault::Status {
        status: 422,
        body: json!({ "error_code": 422_001, "error_message": "no" }),
    };
    sandbox.plan(FaultRule::on(Endpoint::Submit, failed));
    let seen: Arc<Mutex<Vec<BatchProgress>>> = Arc::default();
    let recorder = seen.clone();
    let results = Batch::new(client)
        .max_concurrency(2)
        .on_progress(move |progress| recorder.lock().unwrap().push(progress))
        .run(numbered_inputs(5))
        .await
        .unwrap();
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 4);
    let seen = seen.lock().unwrap();
    let last = seen.last().unwrap();
    assert_eq!((last.jobs, last.succeeded, last.failed), (4, 4, 1));
    let sums: Vec<usize> = seen
        .iter()
        .map(|progress| progress.jobs + progress.succeeded + progress.failed)
        .collect();
    assert!(sums.is_sorted() && sums.len() == 9, "{sums:?}");
}
