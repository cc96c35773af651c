//! Waiting, progress, and taking up a job again.

use std::time::{Duration, SystemTime};

use crate::support::{
    Other, TextToVideo, builder, plain_poll, sandbox, seconds, set_up, submitted, with,
};
use futures::{FutureExt, StreamExt};
use runcomfy_client::{ErrorKind, PollPolicy, Progress, State, StoredJob};
use runcomfy_sandbox::{Call, Fault, Outcome, Progress as Moves, Rule};
use serde_json::json;

#[tokio::test]
async fn a_job_gives_its_output_and_all_that_came_with_it() {
    let (sandbox, client, clock) = set_up().await;
    let finished = submitted(&client).await.wait().await.unwrap();
    assert!(
        finished.output.0["video"]
            .as_str()
            .unwrap()
            .starts_with(sandbox.base_url())
    );
    assert_eq!(finished.json["output"]["video"], finished.output.0["video"]);
    assert_eq!(
        finished.created_at.as_deref(),
        finished.json["created_at"].as_str()
    );
    assert!(finished.finished_at.is_some());
    assert_eq!(finished.cost, None);
    assert_eq!(clock.pauses(), [seconds(1), seconds(2)]);
}

#[tokio::test]
async fn the_cost_comes_when_it_is_asked_for() {
    let (sandbox, _, clock) = set_up().await;
    let client = builder(sandbox.base_url(), &clock)
        .include_cost(true)
        .build()
        .unwrap();
    assert_eq!(
        submitted(&client).await.wait().await.unwrap().cost,
        Some(0.05)
    );
    assert!(
        sandbox.calls_of(Call::Result)[0]
            .path
            .ends_with("?include_cost=true")
    );
}

#[tokio::test]
async fn the_service_may_speak_otherwise_than_documented() {
    for fault in [Fault::Spelling, Fault::UnknownFields, Fault::SwappedOutput] {
        let (sandbox, client, _) = set_up().await;
        let job = submitted(&client).await;
        sandbox.plan(Rule::on(Call::Status, fault.clone()).always());
        sandbox.plan(Rule::on(Call::Result, fault.clone()).always());
        let finished = job.wait().await.unwrap();
        assert!(!finished.output.0.is_empty(), "{fault:?}");
    }
    let (sandbox, client, _) = set_up().await;
    sandbox.next_outcome(Outcome::Cancelled);
    let job = submitted(&client).await;
    sandbox.plan(Rule::on(Call::Status, Fault::Spelling).always());
    sandbox.plan(Rule::on(Call::Result, Fault::Spelling).always());
    assert_eq!(job.wait().await.unwrap_err().kind(), ErrorKind::Cancelled);
}

#[tokio::test]
async fn an_unknown_state_is_neither_success_nor_failure() {
    let (sandbox, client, clock) = set_up().await;
    let job = submitted(&client).await;
    sandbox.plan(Rule::on(Call::Status, Fault::UnknownState).next(20));
    sandbox.plan(Rule::on(Call::Result, Fault::UnknownState).next(5));
    job.wait().await.unwrap();
    assert_eq!(sandbox.stats().reached(Call::Status), 26);
    assert_eq!(clock.pauses().len(), 25);

    let (sandbox, client, _) = set_up().await;
    let job = submitted(&client).await;
    sandbox.plan(Rule::on(Call::Status, Fault::UnknownState).always());
    let policy = PollPolicy {
        deadline: Some(seconds(300)),
        ..plain_poll()
    };
    let error = job.wait_with(policy).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline);
    assert!(error.to_string().contains("`on_hold`"), "{error}");
}

#[tokio::test]
async fn an_output_that_cannot_be_typed_is_not_lost() {
    for odd in [
        json!("https://files.example/a.mp4"),
        json!(["a"]),
        json!(7),
        json!(null),
    ] {
        let (sandbox, client, _) = set_up().await;
        let job = submitted(&client).await;
        sandbox.plan(Rule::on(Call::Result, Fault::Output(odd.clone())).always());
        let error = job.wait().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
        assert_eq!(error.job_json().unwrap()["output"], odd);
        assert_eq!(error.job_json().unwrap()["status"], "succeeded");
        assert!(error.body().unwrap().contains("finished_at"));
        assert_eq!(error.request_id(), Some(job.request_id()));
    }
}

#[tokio::test]
async fn max_consecutive_failures_are_counted_in_a_row() {
    let (sandbox, client, _) = set_up().await;
    let job = submitted(&client).await;
    // Three lost, one good, three lost, and so on: never four in a row.
    for turn in 0..4 {
        sandbox.plan(
            Rule::on(Call::Status, Fault::status(500))
                .next(3)
                .after(turn),
        );
    }
    job.wait().await.unwrap();

    let (sandbox, client, clock) = set_up().await;
    let job = submitted(&client).await;
    sandbox.plan(Rule::on(Call::Status, Fault::status(500)).always());
    let error = job.wait().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ServerError);
    assert_eq!(error.request_id(), Some(job.request_id()));
    assert!(
        error.to_string().contains("4 failed polls in a row"),
        "{error}"
    );
    assert!(error.to_string().contains("may continue"), "{error}");
    assert_eq!(sandbox.stats().reached(Call::Status), 4);
    assert_eq!(clock.pauses(), [seconds(1), seconds(2), seconds(4)]);
}

#[tokio::test]
async fn a_poll_that_is_refused_ends_the_wait_max_concurrency() {
    let (sandbox, client, clock) = set_up().await;
    let job = client.resume::<TextToVideo>("never-submitted").unwrap();
    let error = job.wait().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(
        (error.http_status(), error.provider_code()),
        (Some(404), Some(404_001))
    );
    assert!(clock.pauses().is_empty());

    let stranger = builder(sandbox.base_url(), &clock)
        .token("wrong")
        .build()
        .unwrap();
    let error = stranger
        .resume::<TextToVideo>("r")
        .unwrap()
        .wait()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.http_status()),
        (ErrorKind::Unauthorized, Some(401))
    );

    let (sandbox, _, _) = with(crate::support::sandbox().bad_token_as_400()).await;
    let stranger = builder(sandbox.base_url(), &clock)
        .token("wrong")
        .build()
        .unwrap();
    let error = stranger.submit(&crate::support::input()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.http_status()),
        (ErrorKind::Unauthorized, Some(400))
    );
}

#[tokio::test]
async fn a_retry_after_beyond_the_deadline_ends_the_wait_max_concurrency() {
    for wish in [61, 1 << 40] {
        let (sandbox, client, clock) = set_up().await;
        let job = submitted(&client).await;
        let fault = Fault::RateLimited {
            retry_after: Some(seconds(wish)),
        };
        sandbox.plan(Rule::on(Call::Status, fault));
        let policy = PollPolicy {
            deadline: Some(seconds(60)),
            ..plain_poll()
        };
        assert_eq!(
            job.wait_with(policy).await.unwrap_err().kind(),
            ErrorKind::Deadline
        );
        assert!(clock.pauses().is_empty());
        assert_eq!(sandbox.stats().reached(Call::Status), 1);
    }
}

#[tokio::test]
async fn the_deadline_binds_while_a_poll_is_not_answered() {
    let (sandbox, _, clock) = set_up().await;
    let client = builder(sandbox.base_url(), &clock)
        .request_timeout(seconds(3600))
        .read_timeout(seconds(3600))
        .build()
        .unwrap();
    let job = submitted(&client).await;
    sandbox.plan(Rule::on(Call::Status, Fault::Delay(seconds(3600))).always());
    let policy = PollPolicy {
        deadline: Some(Duration::from_millis(200)),
        ..plain_poll()
    };
    let wait = tokio::time::timeout(seconds(20), job.wait_with(policy));
    let error = wait
        .await
        .expect("the poll outlived the deadline")
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline);
    assert_eq!(sandbox.stats().reached(Call::Status), 1);
}

#[tokio::test]
async fn an_absurd_retry_after_ends_a_wait_without_a_deadline() {
    let (sandbox, client, clock) = set_up().await;
    let job = submitted(&client).await;
    let wish = seconds(1 << 40);
    sandbox.plan(Rule::on(
        Call::Status,
        Fault::RateLimited {
            retry_after: Some(wish),
        },
    ));
    let error = job.wait().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.retry_after()),
        (ErrorKind::RateLimited, Some(wish))
    );
    assert!(error.is_retryable());
    assert!(clock.pauses().is_empty());
}

#[tokio::test]
async fn retry_after_may_be_a_date_and_come_with_a_good_answer() {
    let (sandbox, client, clock) = set_up().await;
    let job = submitted(&client).await;
    // The `Date` of the answer is that of the server now.
    let at = SystemTime::now() + Duration::from_secs(100);
    let fault = Fault::Answer {
        status: 200,
        headers: vec![("retry-after".to_owned(), httpdate::fmt_http_date(at))],
        body: r#"{"status": "in_progress"}"#.to_owned(),
    };
    sandbox.plan(Rule::on(Call::Status, fault));
    job.wait().await.unwrap();
    let first = clock.pauses()[0];
    assert!(first > seconds(90) && first <= seconds(101), "{first:?}");
}

#[tokio::test]
async fn progress_tells_of_every_poll_and_ends_with_the_output() {
    let (sandbox, client, _) = with(sandbox().progress(Moves::Polls {
        queued: 2,
        running: 1,
    }))
    .await;
    let job = submitted(&client).await;
    sandbox.plan(Rule::on(Call::Status, Fault::UnknownState).after(2));
    let told: Vec<_> = job.progress().map(Result::unwrap).collect().await;
    assert_eq!(told[0], Progress::Queued { position: Some(0) });
    assert_eq!(told[1], Progress::Queued { position: Some(0) });
    assert_eq!(told[2], Progress::Unknown("on_hold".to_owned()));
    assert!(matches!(&told[3], Progress::Done(done) if done.output.0.contains_key("video")));
    assert_eq!(told.len(), 4);
}

#[tokio::test]
async fn progress_ends_with_its_error() {
    let (sandbox, client, _) = set_up().await;
    sandbox.next_outcome(Outcome::Fail("out of memory".into()));
    let told: Vec<_> = submitted(&client).await.progress().collect().await;
    let error = told.last().unwrap().as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::FailedJob);
    assert!(error.to_string().contains("out of memory"), "{error}");
    assert_eq!(told.len(), 3);
}

#[tokio::test]
async fn a_wait_that_is_dropped_loses_nothing() {
    let (sandbox, client, _) = set_up().await;
    let job = submitted(&client).await;
    for _ in 0..3 {
        // One poll of the future sends a request at most; then it is dropped.
        assert!(job.wait().now_or_never().is_none());
    }
    job.wait().await.unwrap();
    assert_eq!(sandbox.stats().accepted, 1);
    assert_eq!(sandbox.stats().reached(Call::Cancel), 0);
}

#[tokio::test]
async fn a_stored_job_is_taken_up_again() {
    let (_sandbox, client, _) = set_up().await;
    let job = submitted(&client).await;
    let text = serde_json::to_string(&job).unwrap();
    assert_eq!(
        text,
        json!({ "model_id": "acme/Clip 1.0/text-to-video", "request_id": job.request_id() })
            .to_string()
    );
    let stored: StoredJob<TextToVideo> = serde_json::from_str(&text).unwrap();
    assert_eq!(stored, job.stored());
    client.resume_stored(stored).wait().await.unwrap();

    let error = serde_json::from_str::<StoredJob<Other>>(&text).unwrap_err();
    assert!(error.to_string().contains("acme/other"), "{error}");
    let evil = text.replace(job.request_id(), "../../models");
    assert!(serde_json::from_str::<StoredJob<TextToVideo>>(&evil).is_err());
    let error = client.resume::<TextToVideo>("a/../b").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn single_calls_tell_what_they_see() {
    let (sandbox, client, _) = with(sandbox().progress(Moves::Manual)).await;
    let job = submitted(&client).await;
    let status = job.status().await.unwrap();
    assert_eq!(
        (status.state, status.queue_position),
        (State::Queued, Some(0))
    );
    assert_eq!(job.result().await.unwrap(), None);
    sandbox.finish(job.request_id()).unwrap();
    assert_eq!(job.status().await.unwrap().state, State::Completed);
    assert!(job.result().await.unwrap().is_some());
}
