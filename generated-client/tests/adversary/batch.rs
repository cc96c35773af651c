//! Batches: no input is billed twice and no request id is lost. A refused token, an empty balance or
//! permanent rate limiting stops the batch.

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use runcomfy_client::{Batch, BatchResult, Client, ErrorKind};
use serde_json::json;
use tempfile::TempDir;

use super::client;
use super::server::{Adversary, Event, Request, created, refused, response};
use crate::support::{TextToVideo, numbered_inputs};

/// The response to a poll of any job: success.
fn success(request: &Request) -> Vec<Event> {
    if request.is_status() {
        return vec![response(200, r#"{"status":"completed"}"#)];
    }
    let body = json!({ "status": "succeeded", "output": { "video": request.job() } });
    vec![response(200, &body.to_string())]
}

fn journal() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs.jsonl");
    (folder, path)
}

async fn run(client: &Client, journal: &Path, count: usize) -> Vec<BatchResult<TextToVideo>> {
    Batch::new(client.clone())
        .journal(journal)
        .run(numbered_inputs(count))
        .await
        .unwrap()
}

fn kinds(results: &[BatchResult<TextToVideo>]) -> Vec<Option<ErrorKind>> {
    let kind = |result: &BatchResult<TextToVideo>| result.as_ref().err().map(|error| error.kind());
    results.iter().map(kind).collect()
}

#[tokio::test]
async fn a_submit_whose_error_names_a_job_is_not_repeated_by_a_rerun() {
    for (status, body) in [
        (409, r#"{"request_id":"j"}"#),
        (402, r#"{"request_id":"j"}"#),
        (422, r#"{"request_id":"j"}"#),
        (499, r#"{"request_id":"j"}"#),
        (200, r#"{"error_code":400002,"request_id":"j"}"#),
    ] {
        let server = Adversary::start(move |request| {
            if request.is_submit() {
                vec![response(status, body)]
            } else {
                success(request)
            }
        })
        .await;
        let (client, _) = client(&server);
        let (_folder, journal) = journal();
        let first = run(&client, &journal, 1).await;
        assert_eq!(kinds(&first), [Some(ErrorKind::UncertainSubmit)], "{body}");
        // The job named in the error response exists and has succeeded, so the second run finds its result.
        let second = run(&client, &journal, 1).await;
        assert_eq!(kinds(&second), [None], "{body}");
        assert_eq!(server.submits().len(), 1);
    }
}

#[tokio::test]
async fn an_uncertain_job_that_the_server_does_not_know_stays_uncertain() {
    let server = Adversary::start(|request| {
        if request.is_submit() {
            vec![response(200, r#"{"error_code":400002,"request_id":"j"}"#)]
        } else {
            vec![response(404, r#"{"error_code":404001}"#)]
        }
    })
    .await;
    let (client, _) = client(&server);
    let (_folder, journal) = journal();
    run(&client, &journal, 1).await;
    let second = run(&client, &journal, 1).await;
    let error = second[0].as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UncertainSubmit);
    assert_eq!(error.request_id(), Some("j"));
    assert!(
        error.to_string().contains("remove the lines of this input"),
        "{error}"
    );
    assert_eq!(server.submits().len(), 1);
}

#[tokio::test]
async fn a_panicking_callback_loses_no_id() {
    let server = Adversary::start(|request| {
        if request.is_submit() {
            vec![created(&request.prompt())]
        } else {
            success(request)
        }
    })
    .await;
    let (client, _) = client(&server);
    let (_folder, path) = journal();
    let batch = Batch::<TextToVideo>::new(client.clone())
        .journal(&path)
        .max_concurrency(4)
        .on_submitted(|index, _| assert!(index != 3, "callback failed"));
    let panic = AssertUnwindSafe(batch.run(numbered_inputs(40)))
        .catch_unwind()
        .await
        .unwrap_err();
    assert_eq!(
        panic.downcast_ref::<&str>().copied(),
        Some("callback failed")
    );
    let billed = server.submits().len();
    assert!(billed < 40, "the batch stops");
    let results = run(&client, &path, 40).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(server.submits().len(), 40);
    assert!(server.submits_by_prompt().values().all(|count| *count == 1));
}

#[tokio::test]
async fn the_journal_is_written_before_the_callback() {
    let server = Adversary::start(|request| {
        if request.is_submit() {
            vec![created(&request.prompt())]
        } else {
            success(request)
        }
    })
    .await;
    let (client, _) = client(&server);
    let (_folder, path) = journal();
    let (read, seen) = (path.clone(), Arc::new(AtomicUsize::new(0)));
    let count = seen.clone();
    Batch::<TextToVideo>::new(client)
        .journal(&path)
        .on_submitted(move |_, job| {
            let text = std::fs::read_to_string(&read).unwrap();
            assert!(text.contains(&format!("\"request_id\":\"{}\"", job.request_id())));
            count.fetch_add(1, Ordering::Relaxed);
        })
        .run(numbered_inputs(3))
        .await
        .unwrap();
    assert_eq!(seen.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn a_refused_token_or_an_empty_balance_stops_the_batch() {
    for (status, body, kind) in [
        (401, r#"{"error_code":400004}"#, ErrorKind::Unauthorized),
        (
            400,
            r#"{"error_code":400002}"#,
            ErrorKind::InsufficientBalance,
        ),
    ] {
        let is_refusing = Arc::new(std::sync::atomic::AtomicBool::new(true));
        let refusing = is_refusing.clone();
        let server = Adversary::start(move |request| {
            if !request.is_submit() {
                return success(request);
            }
            let is_refused = refusing.load(Ordering::Relaxed) && request.earlier >= 10;
            if is_refused {
                vec![response(status, body)]
            } else {
                vec![created(&request.prompt())]
            }
        })
        .await;
        let (client, _) = client(&server);
        let (_folder, journal) = journal();
        let results = run(&client, &journal, 500).await;
        let sent = server.submits().len();
        assert!(sent < 30, "{sent} submits");
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 10);
        let unsent = results[499].as_ref().unwrap_err();
        assert_eq!(unsent.kind(), kind);
        assert!(unsent.to_string().contains("was not sent"), "{unsent}");

        is_refusing.store(false, Ordering::Relaxed);
        let results = run(&client, &journal, 500).await;
        assert!(results.iter().all(Result::is_ok));
        assert_eq!(server.submits_by_prompt().len(), 500);
    }
}

#[tokio::test]
async fn a_storm_of_429_fails_no_input() {
    // One submit in four is accepted; the others are refused without `Retry-After`.
    let count = AtomicUsize::new(0);
    let server = Adversary::start(move |request| {
        if !request.is_submit() {
            return success(request);
        }
        if count.fetch_add(1, Ordering::Relaxed) % 4 == 3 {
            vec![created(&request.prompt())]
        } else {
            vec![refused(429)]
        }
    })
    .await;
    let (client, clock) = client(&server);
    let (_folder, journal) = journal();
    let results = run(&client, &journal, 60).await;
    assert!(results.iter().all(Result::is_ok), "{:?}", kinds(&results));
    let waited: Duration = clock.delays().iter().sum();
    assert!(waited > Duration::from_secs(60), "{waited:?}");
}

#[tokio::test]
async fn a_batch_stops_when_429_never_ends() {
    let server = Adversary::start(|_| vec![refused(429)]).await;
    let (client, clock) = client(&server);
    let (_folder, journal) = journal();
    let results = run(&client, &journal, 100).await;
    assert_eq!(kinds(&results), [Some(ErrorKind::RateLimited); 100]);
    let waited: Duration = clock.delays().iter().sum();
    assert!(waited >= Duration::from_secs(300), "{waited:?}");
    assert!(server.submits().len() < 100);
}

#[tokio::test]
async fn a_rerun_of_a_finished_batch_sends_nothing() {
    let server = Adversary::start(|request| {
        if request.is_submit() {
            vec![created(&request.prompt())]
        } else if request.job() == "n1" && !request.is_status() {
            vec![response(
                200,
                r#"{"status":"failed","error":"out of memory"}"#,
            )]
        } else {
            success(request)
        }
    })
    .await;
    let (client, _) = client(&server);
    let (_folder, journal) = journal();
    let first = run(&client, &journal, 3).await;
    let sent = server.requests().len();
    let second = run(&client, &journal, 3).await;
    assert_eq!(server.requests().len(), sent);
    assert_eq!(kinds(&second), [None, Some(ErrorKind::FailedJob), None]);
    for (first, second) in first.iter().zip(&second) {
        match (first, second) {
            (Ok(first), Ok(second)) => assert_eq!(first, second),
            (Err(first), Err(second)) => assert_eq!(first.to_string(), second.to_string()),
            _ => panic!("{first:?} {second:?}"),
        }
    }
}

#[tokio::test]
async fn unchecked_inputs_are_sent_as_they_are() {
    let server = Adversary::start(|request| {
        if request.is_submit() {
            vec![created("j")]
        } else {
            success(request)
        }
    })
    .await;
    let (client, _) = client(&server);
    let input = json!({ "prompt": "longer than ten characters", "new": true });
    let results = Batch::<TextToVideo>::new(client)
        .run_unchecked([input.clone()])
        .await
        .unwrap();
    assert!(results[0].is_ok());
    assert_eq!(server.submits()[0].json(), input);
}

/// Waiting for the lock happens on another thread, so the only thread of this runtime is not blocked.
#[tokio::test]
async fn a_locked_journal_does_not_block_the_executor() {
    let server = Adversary::start(success).await;
    let (client, _) = client(&server);
    let (_folder, path) = journal();
    let other = std::fs::File::create(&path).unwrap();
    other.lock().unwrap();
    let turns = Arc::new(Mutex::new(0));
    let counter = turns.clone();
    let ticker = tokio::spawn(async move {
        loop {
            *counter.lock().unwrap() += 1;
            tokio::task::yield_now().await;
        }
    });
    let opened = Batch::<TextToVideo>::new(client)
        .journal(&path)
        .run(numbered_inputs(1))
        .await;
    ticker.abort();
    assert_eq!(opened.unwrap_err().kind(), ErrorKind::Journal);
    assert!(*turns.lock().unwrap() > 100);
}
