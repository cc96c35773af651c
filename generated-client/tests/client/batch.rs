//! Batches: order, bounded concurrency, and nothing lost when some fail. The journal has its own
//! tests in `batch_journal`.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use crate::support::{Input, numbered, plain_poll, sandbox, seconds, set_up, with};
use futures::StreamExt;
use runcomfy_client::{Batch, ErrorKind, PollPolicy};
use runcomfy_sandbox::{Call, Fault, Outcome, Progress, Rule};
use serde_json::json;

#[tokio::test]
async fn there_is_one_result_for_each_input_in_order() {
    let (sandbox, client, _) = set_up().await;
    let results = Batch::new(client)
        .max_concurrency(4)
        .run(numbered(20))
        .await
        .unwrap();
    assert_eq!(results.len(), 20);
    for (index, result) in results.iter().enumerate() {
        let request_id = result.as_ref().unwrap().json["request_id"]
            .as_str()
            .unwrap();
        let job = sandbox.job(request_id).unwrap();
        assert_eq!(job.input["prompt"], format!("n{index}"), "its own result");
    }
    assert_eq!(sandbox.stats().accepted, 20);
    assert_eq!(sandbox.stats().reached(Call::Submit), 20);
}

#[tokio::test]
async fn the_order_is_that_of_the_inputs_even_if_the_first_ends_last() {
    let (sandbox, client, _) = with(sandbox().progress(Progress::Manual)).await;
    let sandbox = Arc::new(sandbox);
    let seen = sandbox.clone();
    let stream = Batch::new(client)
        .max_concurrency(3)
        .on_submitted(move |index, job| {
            if index > 0 {
                seen.finish(job.request_id()).unwrap();
            }
        })
        .stream(numbered(3))
        .unwrap();
    let mut came = Vec::new();
    let mut stream = std::pin::pin!(stream);
    while let Some((index, result)) = stream.next().await {
        result.unwrap();
        came.push(index);
        if came.len() == 2 {
            let first = sandbox.jobs().into_iter();
            let mut first = first.filter(|job| job.input["prompt"] == "n0");
            sandbox.finish(&first.next().unwrap().request_id).unwrap();
        }
    }
    assert_eq!(came.last(), Some(&0), "the stream gives them as they come");
}

#[tokio::test]
async fn no_more_jobs_are_in_flight_than_allowed() {
    for (at_once, bound) in [(1, 1), (3, 3), (0, 1), (100, 12)] {
        let (sandbox, client, _) = set_up().await;
        let results = Batch::new(client)
            .max_concurrency(at_once)
            .run(numbered(12))
            .await
            .unwrap();
        assert!(results.iter().all(Result::is_ok));
        // From the submit of a job to the answer that gave its result.
        let (mut in_flight, mut most) = (0, 0);
        for call in sandbox.calls() {
            match call.call {
                Call::Submit => in_flight += 1,
                Call::Result => in_flight -= 1,
                _ => {}
            }
            most = most.max(in_flight);
        }
        assert!(most <= bound, "{most} jobs in flight, {at_once} allowed");
        assert_eq!((most, in_flight), (bound, 0), "as many as allowed");
    }
}

#[tokio::test]
async fn inputs_are_taken_only_as_there_is_room() {
    let (_sandbox, client, _) = set_up().await;
    let taken = Arc::new(Mutex::new(0));
    let counting = taken.clone();
    let inputs = numbered(50)
        .into_iter()
        .inspect(move |_| *counting.lock().unwrap() += 1);
    let stream = Batch::new(client)
        .max_concurrency(2)
        .stream(inputs)
        .unwrap();
    let mut stream = std::pin::pin!(stream);
    stream.next().await.unwrap().1.unwrap();
    assert!(*taken.lock().unwrap() <= 4, "{taken:?}");
}

#[tokio::test]
async fn some_fail_and_the_others_are_kept() {
    let (sandbox, client, _) = set_up().await;
    // One at a time, so that it is known which submit is whose.
    sandbox.next_outcome(Outcome::Succeed);
    sandbox.next_outcome(Outcome::Fail(json!("NSFW content")));
    sandbox.next_outcome(Outcome::Cancelled);
    sandbox.plan(
        Rule::on(Call::Submit, Fault::ResetAfterRead)
            .accepted()
            .after(3),
    );
    sandbox.plan(Rule::on(Call::Submit, Fault::status(422)).after(3));
    let mut inputs = numbered(7);
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
    assert_eq!(sandbox.stats().reached(Call::Submit), 6);
    for result in [&results[1], &results[2]] {
        let error = result.as_ref().unwrap_err();
        sandbox.job(error.request_id().unwrap()).unwrap();
    }
}

#[tokio::test]
async fn each_job_is_told_of_before_anything_is_asked_of_it() {
    let (sandbox, client, _) = set_up().await;
    let sandbox = Arc::new(sandbox);
    let (seen, told) = (sandbox.clone(), Arc::new(Mutex::new(Vec::new())));
    let telling = told.clone();
    let results = Batch::new(client)
        .max_concurrency(3)
        .on_submitted(move |index, job| {
            let id = job.request_id().to_owned();
            let mut asked = seen.calls_of(Call::Status);
            asked.retain(|call| call.path.contains(&id));
            telling.lock().unwrap().push((index, id, asked.len()));
        })
        .run(numbered(9))
        .await
        .unwrap();
    let told = told.lock().unwrap();
    assert_eq!(told.len(), 9);
    for (index, id, asked) in told.iter() {
        let result = results[*index].as_ref().unwrap();
        assert_eq!(result.json["request_id"], id.as_str());
        assert_eq!(*asked, 0, "{id} was polled before its caller knew of it");
    }
    let ids: HashSet<&String> = told.iter().map(|(_, id, _)| id).collect();
    assert_eq!(ids.len(), 9, "each once");
}

#[tokio::test]
async fn a_batch_waits_by_a_policy_of_its_own() {
    let (sandbox, client, clock) = with(sandbox().progress(Progress::Manual)).await;
    let policy = PollPolicy {
        deadline: Some(seconds(30)),
        ..plain_poll()
    };
    let results = Batch::new(client)
        .max_concurrency(1)
        .poll(policy)
        .run(numbered(2))
        .await
        .unwrap();
    for result in &results {
        assert_eq!(result.as_ref().unwrap_err().kind(), ErrorKind::Deadline);
    }
    assert!(clock.pauses().iter().sum::<std::time::Duration>() <= seconds(60));
    assert_eq!(sandbox.stats().cancelled, 0, "giving up cancels nothing");
}

#[tokio::test]
async fn a_batch_of_nothing_has_no_results() {
    let (sandbox, client, _) = set_up().await;
    let results = Batch::new(client).run(Vec::<Input>::new()).await.unwrap();
    assert!(results.is_empty());
    assert_eq!(sandbox.stats().connections, 0);
}
