//! What moves a job: the clock, its polls, a hand.

use std::time::Duration;

use runcomfy_sandbox::{Phase, Progress, Sandbox, Timings, UnknownRequest};
use serde_json::{Value, json};
use tokio::time::{Instant, advance, timeout};

use crate::client::{clip, job, result, status, submit};

const TIMINGS: Timings = Timings {
    queued: Duration::from_secs(60),
    running: Duration::from_secs(600),
};

#[tokio::test(start_paused = true)]
async fn the_clock_of_the_test_moves_jobs_and_nothing_else_does() {
    let sandbox = Sandbox::builder()
        .model(clip())
        .timings(TIMINGS)
        .start()
        .await
        .unwrap();
    let id = job(&sandbox).await;
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
    let took = milliseconds(&ended["finished_at"]) - milliseconds(&ended["created_at"]);
    // Midnight may lie between the two.
    assert_eq!(took.rem_euclid(24 * 60 * 60 * 1000), 660_000);
    assert_eq!(sandbox.job(&id).unwrap().phase, Phase::Succeeded);
    assert_eq!(sandbox.job(&id).unwrap().polls, 9);
}

/// Milliseconds of `2026-01-31T12:34:56.789Z` within its day.
fn milliseconds(date: &Value) -> i64 {
    let (_, time) = date.as_str().unwrap().split_once('T').unwrap();
    let time = time.strip_suffix('Z').unwrap().replace('.', ":");
    let parts: Vec<i64> = time.split(':').map(|part| part.parse().unwrap()).collect();
    ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1000 + parts[3]
}

#[tokio::test(start_paused = true)]
async fn a_paused_clock_does_not_leap_while_an_exchange_is_under_way() {
    let sandbox = Sandbox::builder().model(clip()).start().await.unwrap();
    let before = Instant::now();
    for _ in 0..50 {
        let reply = timeout(Duration::from_secs(30), submit(&sandbox)).await;
        assert_eq!(reply.expect("an answer before the deadline").status, 200);
    }
    assert_eq!(before.elapsed(), Duration::ZERO);
    assert!(sandbox.calls().iter().all(|record| record.at == before));
}

#[tokio::test]
async fn polls_move_a_job_each_by_one() {
    let polls = Progress::Polls {
        queued: 2,
        running: 1,
    };
    let sandbox = Sandbox::builder()
        .model(clip())
        .progress(polls)
        .start()
        .await
        .unwrap();
    let (one, other) = (job(&sandbox).await, job(&sandbox).await);
    assert_eq!(status(&sandbox, &one).await.get("status"), "in_queue");
    assert_eq!(result(&sandbox, &one).await.get("status"), "in_queue");
    assert_eq!(status(&sandbox, &one).await.get("status"), "in_progress");
    assert_eq!(status(&sandbox, &one).await.get("status"), "completed");
    assert_eq!(result(&sandbox, &one).await.get("status"), "succeeded");
    assert_eq!(
        status(&sandbox, &other).await.get("status"),
        "in_queue",
        "each has its own"
    );
}

#[tokio::test]
async fn a_job_without_a_wait_is_never_in_the_queue() {
    let polls = Progress::Polls {
        queued: 0,
        running: 1,
    };
    let sandbox = Sandbox::builder()
        .model(clip())
        .progress(polls)
        .start()
        .await
        .unwrap();
    let id = job(&sandbox).await;
    assert_eq!(sandbox.job(&id).unwrap().phase, Phase::Running);
    assert_eq!(status(&sandbox, &id).await.get("status"), "in_progress");
    assert_eq!(status(&sandbox, &id).await.get("status"), "completed");
}

#[tokio::test(start_paused = true)]
async fn by_hand_a_job_goes_where_it_is_put() {
    let sandbox = Sandbox::builder()
        .model(clip())
        .progress(Progress::Manual)
        .start()
        .await
        .unwrap();
    let ids = [
        job(&sandbox).await,
        job(&sandbox).await,
        job(&sandbox).await,
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
        sandbox.finish("nobody"),
        Err(UnknownRequest("nobody".to_owned()))
    );
}
