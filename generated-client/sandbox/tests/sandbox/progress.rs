//! Progress of jobs: by the clock, by polls, by explicit calls.

use std::time::Duration;

use runcomfy_sandbox::{Phase, Progress, Sandbox, Timings, UnknownRequest};
use serde_json::{Value, json};
use tokio::time::{Instant, advance, timeout};

use crate::http::{model, polls, result, status, submit, submitted, with_progress};

const TIMINGS: Timings = Timings {
    queued: Duration::from_secs(60),
    running: Duration::from_secs(600),
};

#[tokio::test(start_paused = true)]
async fn the_clock_advances_jobs_and_polls_do_not() {
    let sandbox = with_progress(Progress::Clock(TIMINGS)).await;
    let id = submitted(&sandbox).await;
    for _ in 0..5 {
        assert_eq!(status(&sandbox, &id).await.get("status"), "in_queue");
    }
    advance(Duration::from_millis(59_999)).await;
    assert_eq!(status(&sandbox, &id).await.get("status"), "in_queue");
    advance(Duration::from_millis(1)).await;
    assert_eq!(status(&sandbox, &id).await.get("status"), "in_progress");
    advance(Duration::from_millis(599_999)).await;
    assert_eq!(result(&sandbox, &id).await.get("status"), "in_progress");
    advance(Duration::from_secs(1)).await;
    let ended = result(&sandbox, &id).await.json();
    assert_eq!(ended["status"], "succeeded");
    let elapsed = milliseconds(&ended["finished_at"]) - milliseconds(&ended["created_at"]);
    // Modulo one day, in case the test runs at midnight.
    assert_eq!(elapsed.rem_euclid(24 * 60 * 60 * 1000), 660_000);
    assert_eq!(sandbox.job(&id).unwrap().phase, Phase::Succeeded);
    assert_eq!(sandbox.job(&id).unwrap().polls, 9);
}

/// Returns the time of day of a date such as `2026-01-31T12:34:56.789Z`, in milliseconds.
fn milliseconds(date: &Value) -> i64 {
    let (_, time) = date.as_str().unwrap().split_once('T').unwrap();
    let time = time.strip_suffix('Z').unwrap().replace('.', ":");
    let parts: Vec<i64> = time.split(':').map(|part| part.parse().unwrap()).collect();
    ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1000 + parts[3]
}

#[tokio::test(start_paused = true)]
async fn a_paused_clock_does_not_advance_during_a_request() {
    let sandbox = Sandbox::builder().model(model()).start().await.unwrap();
    let before = Instant::now();
    for _ in 0..50 {
        let response = timeout(Duration::from_secs(30), submit(&sandbox)).await;
        assert_eq!(response.expect("a response before the timeout").status, 200);
    }
    assert_eq!(before.elapsed(), Duration::ZERO);
    assert!(
        sandbox
            .requests()
            .iter()
            .all(|request| request.received_at == before)
    );
}

#[tokio::test]
async fn each_poll_advances_its_job_by_one_step() {
    let sandbox = with_progress(polls(2, 1)).await;
    let (one, other) = (submitted(&sandbox).await, submitted(&sandbox).await);
    assert_eq!(status(&sandbox, &one).await.get("status"), "in_queue");
    assert_eq!(result(&sandbox, &one).await.get("status"), "in_queue");
    assert_eq!(status(&sandbox, &one).await.get("status"), "in_progress");
    assert_eq!(status(&sandbox, &one).await.get("status"), "completed");
    assert_eq!(result(&sandbox, &one).await.get("status"), "succeeded");
    assert_eq!(
        status(&sandbox, &other).await.get("status"),
        "in_queue",
        "polls of other jobs do not count"
    );
}

#[tokio::test]
async fn a_job_without_queue_time_starts_in_progress() {
    let sandbox = with_progress(polls(0, 1)).await;
    let id = submitted(&sandbox).await;
    assert_eq!(sandbox.job(&id).unwrap().phase, Phase::Running);
    assert_eq!(status(&sandbox, &id).await.get("status"), "in_progress");
    assert_eq!(status(&sandbox, &id).await.get("status"), "completed");
}

#[tokio::test(start_paused = true)]
async fn explicit_calls_set_the_phase() {
    let sandbox = with_progress(Progress::Manual).await;
    let ids = [
        submitted(&sandbox).await,
        submitted(&sandbox).await,
        submitted(&sandbox).await,
    ];
    advance(Duration::from_secs(1_000_000)).await;
    let last = status(&sandbox, &ids[2]).await.json();
    assert_eq!(
        (&last["status"], &last["queue_position"]),
        (&json!("in_queue"), &json!(2))
    );

    sandbox.run(&ids[0]).unwrap();
    assert_eq!(status(&sandbox, &ids[0]).await.get("status"), "in_progress");
    assert_eq!(status(&sandbox, &ids[2]).await.get("queue_position"), 1);
    sandbox.finish(&ids[0]).unwrap();
    assert_eq!(result(&sandbox, &ids[0]).await.get("status"), "succeeded");

    sandbox.fail(&ids[1], "out of memory").unwrap();
    assert_eq!(status(&sandbox, &ids[1]).await.get("status"), "completed");
    let failed = result(&sandbox, &ids[1]).await.json();
    assert_eq!(
        (&failed["status"], &failed["error"]),
        (&json!("failed"), &json!("out of memory"))
    );
    assert_eq!(failed.get("output"), None);

    sandbox.cancel(&ids[2]).unwrap();
    assert_eq!(status(&sandbox, &ids[2]).await.get("status"), "cancelled");
    assert_eq!(result(&sandbox, &ids[2]).await.get("status"), "cancelled");
    assert_eq!(
        sandbox.finish("unknown"),
        Err(UnknownRequest("unknown".to_owned()))
    );
}
