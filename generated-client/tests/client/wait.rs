//! Waiting, progress, and resuming jobs.

use std::time::{Duration, SystemTime};

use crate::support::{
    OtherModel, TextToVideo, client_builder, plain_poll_until, sandbox, seconds, set_up,
    set_up_with, submitted,
};
use futures_util::{FutureExt, StreamExt};
use runcomfy_client::{ErrorKind, Progress, State, StoredJob};
use runcomfy_sandbox::{Endpoint, Fault, FaultRule, Outcome, Progress as SandboxProgress};
use serde_json::json;

#[tokio::test]
async fn a_finished_job_has_its_output_and_the_whole_response() {
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
    assert_eq!(clock.delays(), [seconds(1), seconds(2)]);
}

#[tokio::test]
async fn the_cost_is_included_on_request() {
    let (sandbox, _, clock) = set_up().await;
    let client = client_builder(sandbox.base_url(), &clock)
        .include_cost(true)
        .build()
        .unwrap();
    assert_eq!(
        submitted(&client).await.wait().await.unwrap().cost,
        Some(0.05)
    );
    assert!(
        sandbox.requests_to(Endpoint::Result)[0]
            .path
            .ends_with("?include_cost=true")
    );
}

#[tokio::test]
async fn undocumented_spellings_fields_and_shapes_are_tolerated() {
    for fault in [
        Fault::AlternativeSpelling,
        Fault::UnknownFields,
        Fault::SwappedOutput,
    ] {
        let (sandbox, client, _) = set_up().await;
        let job = submitted(&client).await;
        sandbox.plan(FaultRule::on(Endpoint::Status, fault.clone()).always());
        sandbox.plan(FaultRule::on(Endpoint::Result, fault.clone()).always());
        let finished = job.wait().await.unwrap();
        assert!(!finished.output.0.is_empty(), "{fault:?}");
    }
    let (sandbox, client, _) = set_up().await;
    sandbox.next_outcome(Outcome::Cancelled);
    let job = submitted(&client).await;
    sandbox.plan(FaultRule::on(Endpoint::Status, Fault::AlternativeSpelling).always());
    sandbox.plan(FaultRule::on(Endpoint::Result, Fault::AlternativeSpelling).always());
    assert_eq!(job.wait().await.unwrap_err().kind(), ErrorKind::Cancelled);
}

#[tokio::test]
async fn an_unknown_state_is_neither_success_nor_failure() {
    let (sandbox, client, clock) = set_up().await;
    let job = submitted(&client).await;
    sandbox.plan(FaultRule::on(Endpoint::Status, Fault::UnknownState).times(20));
    sandbox.plan(FaultRule::on(Endpoint::Result, Fault::UnknownState).times(5));
    job.wait().await.unwrap();
    assert_eq!(sandbox.stats().requests(Endpoint::Status), 26);
    assert_eq!(clock.delays().len(), 25);

    let (sandbox, client, _) = set_up().await;
    let job = submitted(&client).await;
    sandbox.plan(FaultRule::on(Endpoint::Status, Fault::UnknownState).always());
    let policy = plain_poll_until(seconds(300));
    let error = job.wait_with(policy).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline);
    assert!(error.to_string().contains("`on_hold`"), "{error}");
}

#[tokio::test]
async fn an_output_of_another_type_is_part_of_the_error() {
    for output in [
        json!("https://files.example/a.mp4"),
        json!(["a"]),
        json!(7),
        json!(null),
    ] {
        let (sandbox, client, _) = set_up().await;
        let job = submitted(&client).await;
        sandbox.plan(FaultRule::on(Endpoint::Result, Fault::Output(output.clone())).always());
        let error = job.wait().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
        assert_eq!(error.job_json().unwrap()["output"], output);
        assert_eq!(error.job_json().unwrap()["status"], "succeeded");
        assert!(error.body().unwrap().contains("finished_at"));
        assert_eq!(error.request_id(), Some(job.request_id()));
    }
}

#[tokio::test]
async fn a_successful_poll_resets_the_count_of_failures() {
    let (sandbox, client, _) = set_up().await;
    let job = submitted(&client).await;
    // Three failures, one success, and so on: never four consecutive failures.
    for successes in 0..4 {
        sandbox.plan(
            FaultRule::on(Endpoint::Status, Fault::status(500))
                .times(3)
                .skip(successes),
        );
    }
    job.wait().await.unwrap();

    let (sandbox, client, clock) = set_up().await;
    let job = submitted(&client).await;
    sandbox.plan(FaultRule::on(Endpoint::Status, Fault::status(500)).always());
    let error = job.wait().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ServerError);
    assert_eq!(error.request_id(), Some(job.request_id()));
    assert!(
        error.to_string().contains("4 failed polls in a row"),
        "{error}"
    );
    assert!(error.to_string().contains("may continue"), "{error}");
    assert_eq!(sandbox.stats().requests(Endpoint::Status), 4);
    assert_eq!(clock.delays(), [seconds(1), seconds(2), seconds(4)]);
}

#[tokio::test]
async fn an_unknown_job_ends_the_wait_after_a_few_polls() {
    let (sandbox, client, clock) = set_up().await;
    let job = client.resume::<TextToVideo>("never-submitted").unwrap();
    let error = job.wait().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(
        (error.http_status(), error.provider_code()),
        (Some(404), Some(404_001))
    );
    assert_eq!(clock.delays(), [seconds(1), seconds(2), seconds(4)]);

    let unauthorized = client_builder(sandbox.base_url(), &clock)
        .token("wrong")
        .build()
        .unwrap();
    let error = unauthorized
        .resume::<TextToVideo>("r")
        .unwrap()
        .wait()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.http_status()),
        (ErrorKind::Unauthorized, Some(401))
    );

    let (sandbox, _, _) = set_up_with(crate::support::sandbox().invalid_token_as_400()).await;
    let unauthorized = client_builder(sandbox.base_url(), &clock)
        .token("wrong")
        .build()
        .unwrap();
    let error = unauthorized
        .submit(&crate::support::input())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.http_status()),
        (ErrorKind::Unauthorized, Some(400))
    );
}

#[tokio::test]
async fn a_retry_after_beyond_the_deadline_ends_the_wait_at_once() {
    for retry_after in [61, 1 << 40] {
        let (sandbox, client, clock) = set_up().await;
        let job = submitted(&client).await;
        let fault = Fault::RateLimited {
            retry_after: Some(seconds(retry_after)),
        };
        sandbox.plan(FaultRule::on(Endpoint::Status, fault));
        let policy = plain_poll_until(seconds(60));
        assert_eq!(
            job.wait_with(policy).await.unwrap_err().kind(),
            ErrorKind::Deadline
        );
        assert!(clock.delays().is_empty());
        assert_eq!(sandbox.stats().requests(Endpoint::Status), 1);
    }
}

#[tokio::test]
async fn the_deadline_applies_to_a_poll_without_response() {
    let (sandbox, _, clock) = set_up().await;
    let client = client_builder(sandbox.base_url(), &clock)
        .request_timeout(seconds(3600))
        .read_timeout(seconds(3600))
        .build()
        .unwrap();
    let job = submitted(&client).await;
    sandbox.plan(FaultRule::on(Endpoint::Status, Fault::Delay(seconds(3600))).always());
    let policy = plain_poll_until(Duration::from_millis(200));
    let wait = tokio::time::timeout(seconds(20), job.wait_with(policy));
    let error = wait
        .await
        .expect("the poll ends at the deadline")
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline);
    assert_eq!(sandbox.stats().requests(Endpoint::Status), 1);
}

#[tokio::test]
async fn an_excessive_retry_after_ends_a_wait_without_deadline() {
    let (sandbox, client, clock) = set_up().await;
    let job = submitted(&client).await;
    let retry_after = seconds(1 << 40);
    sandbox.plan(FaultRule::on(
        Endpoint::Status,
        Fault::RateLimited {
            retry_after: Some(retry_after),
        },
    ));
    let error = job.wait().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.retry_after()),
        (ErrorKind::RateLimited, Some(retry_after))
    );
    assert!(error.is_retryable());
    assert!(clock.delays().is_empty());
}

#[tokio::test]
async fn retry_after_may_be_a_date_in_a_successful_response() {
    let (sandbox, client, clock) = set_up().await;
    let job = submitted(&client).await;
    // The delay is `Retry-After` minus the `Date` of the response. The sandbox sets `Date` to the current
    // time.
    let at = SystemTime::now() + Duration::from_secs(100);
    let fault = Fault::Response {
        status: 200,
        headers: vec![("retry-after".to_owned(), httpdate::fmt_http_date(at))],
        body: r#"{"status": "in_progress"}"#.to_owned(),
    };
    sandbox.plan(FaultRule::on(Endpoint::Status, fault));
    job.wait().await.unwrap();
    let first = clock.delays()[0];
    assert!(first > seconds(90) && first <= seconds(101), "{first:?}");
}

#[tokio::test]
async fn progress_yields_every_poll_and_ends_with_the_output() {
    let (sandbox, client, _) = set_up_with(sandbox().progress(SandboxProgress::Polls {
        queued: 2,
        running: 1,
    }))
    .await;
    let job = submitted(&client).await;
    sandbox.plan(FaultRule::on(Endpoint::Status, Fault::UnknownState).skip(2));
    let steps: Vec<_> = job.progress().map(Result::unwrap).collect().await;
    assert_eq!(steps[0], Progress::Queued { position: Some(0) });
    assert_eq!(steps[1], Progress::Queued { position: Some(0) });
    assert_eq!(steps[2], Progress::Unknown("on_hold".to_owned()));
    assert!(matches!(&steps[3], Progress::Done(done) if done.output.0.contains_key("video")));
    assert_eq!(steps.len(), 4);
}

#[tokio::test]
async fn progress_ends_with_the_error() {
    let (sandbox, client, _) = set_up().await;
    sandbox.next_outcome(Outcome::Fail("out of memory".into()));
    let steps: Vec<_> = submitted(&client).await.progress().collect().await;
    let error = steps.last().unwrap().as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::FailedJob);
    assert!(error.to_string().contains("out of memory"), "{error}");
    assert_eq!(steps.len(), 3);
}

#[tokio::test]
async fn a_dropped_wait_can_be_repeated() {
    let (sandbox, client, _) = set_up().await;
    let job = submitted(&client).await;
    for _ in 0..3 {
        // Polls the future once and drops it. At most one request is sent.
        assert!(job.wait().now_or_never().is_none());
    }
    job.wait().await.unwrap();
    assert_eq!(sandbox.stats().accepted, 1);
    assert_eq!(sandbox.stats().requests(Endpoint::Cancel), 0);
}

#[tokio::test]
async fn a_stored_job_is_resumed() {
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

    let error = serde_json::from_str::<StoredJob<OtherModel>>(&text).unwrap_err();
    assert!(error.to_string().contains("acme/other"), "{error}");
    let invalid = text.replace(job.request_id(), "..");
    assert!(serde_json::from_str::<StoredJob<TextToVideo>>(&invalid).is_err());
    let error = client.resume::<TextToVideo>("").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn status_and_result_do_not_wait() {
    let (sandbox, client, _) = set_up_with(sandbox().progress(SandboxProgress::Manual)).await;
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
