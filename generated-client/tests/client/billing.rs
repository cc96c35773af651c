//! The billing rules 1 to 5 of the README. For rule 6 see `token`.

use std::net::TcpListener;
use std::time::Duration;

use crate::support::{
    Input, RecordingClock, TextToVideo, client_builder, input, plain_poll, plain_poll_until,
    sandbox, seconds, set_up, set_up_with, submitted,
};
use runcomfy_client::{CancelOutcome, ErrorKind, PollPolicy};
use runcomfy_sandbox::{Endpoint, Fault, FaultRule, Outcome, Progress};
use serde_json::json;

#[tokio::test]
async fn rule_1_an_invalid_input_is_not_sent() {
    let (sandbox, client, _) = set_up().await;
    let invalid = Input {
        prompt: "longer than ten".to_owned(),
    };
    let error = client.submit(&invalid).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.violations().unwrap().as_slice()[0].path, "/prompt");
    assert!(!error.is_retryable());
    assert_eq!(sandbox.stats().connections, 0);
}

#[tokio::test]
async fn rule_1_submit_unchecked_skips_validation() {
    let (sandbox, client, _) = set_up().await;
    let input = json!({ "prompt": "longer than ten" });
    let job = client
        .submit_unchecked::<TextToVideo>(&input)
        .await
        .unwrap();
    assert_eq!(sandbox.job(job.request_id()).unwrap().input, input);

    let refused = client
        .submit_unchecked::<TextToVideo>(&json!({ "prompt": 1 }))
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Rejected);
    assert_eq!(refused.http_status(), Some(422));
    assert_eq!(refused.provider_code(), Some(400_000));
    assert_eq!(sandbox.stats().accepted, 1);
}

#[tokio::test]
async fn rule_2_a_submit_without_usable_response_is_not_repeated() {
    for fault in [
        Fault::ResetAfterRead,
        Fault::status(500),
        Fault::Garbage,
        Fault::status(408),
    ] {
        let (sandbox, client, clock) = set_up().await;
        sandbox.plan(FaultRule::on(Endpoint::Submit, fault.clone()).with_effect());
        let error = client.submit(&input()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UncertainSubmit, "{fault:?}");
        assert!(!error.is_retryable());
        assert_eq!(sandbox.stats().requests(Endpoint::Submit), 1, "{fault:?}");
        assert_eq!(sandbox.stats().accepted, 1, "{fault:?}");
        assert!(clock.delays().is_empty());
    }
}

#[tokio::test]
async fn rule_2_a_submit_whose_connection_breaks_is_not_repeated() {
    let (sandbox, client, _) = set_up().await;
    let job = submitted(&client).await;
    job.status().await.unwrap();
    let connections = sandbox.stats().connections;
    sandbox.plan(FaultRule::on(Endpoint::Submit, Fault::ResetAfterRead).with_effect());
    let error = client.submit(&input()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UncertainSubmit);
    let stats = sandbox.stats();
    assert_eq!(
        stats.connections,
        connections + 1,
        "no connection is shared"
    );
    assert_eq!((stats.requests(Endpoint::Submit), stats.accepted), (2, 2));
}

#[tokio::test]
async fn rule_2_a_submit_on_a_new_connection_that_breaks_is_not_repeated() {
    let (sandbox, client, clock) = set_up().await;
    sandbox.reset_connections(1);
    let error = client.submit(&input()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UncertainSubmit);
    assert_eq!(sandbox.stats().requests(Endpoint::Submit), 0);
    assert!(clock.delays().is_empty());
}

#[tokio::test]
async fn rule_2_a_refused_submit_is_repeated() {
    for fault in [Fault::RateLimited { retry_after: None }, Fault::status(503)] {
        let (sandbox, client, clock) = set_up().await;
        sandbox.plan(FaultRule::on(Endpoint::Submit, fault).times(2));
        submitted(&client).await;
        assert_eq!(sandbox.stats().requests(Endpoint::Submit), 3);
        assert_eq!(sandbox.stats().accepted, 1);
        assert_eq!(clock.delays(), [seconds(1), seconds(2)]);
    }
}

#[tokio::test]
async fn rule_2_a_submit_that_never_connected_is_repeated() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let clock = RecordingClock::default();
    let client = client_builder(&format!("http://{closed}"), &clock)
        .build()
        .unwrap();
    let error = client.submit(&input()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network);
    assert!(error.is_retryable());
    assert_eq!(clock.delays(), [seconds(1), seconds(2)]);
}

#[tokio::test]
async fn rule_2_a_request_id_in_an_unexpected_response_is_accepted() {
    let response = |status, body: serde_json::Value| Fault::Status { status, body };
    for fault in [
        response(200, json!({ "request_id": "r-1", "error_code": 0 })),
        response(202, json!({ "request_id": "r-1" })),
        response(
            201,
            json!({ "request_id": "r-1", "status_url": 5, "status": [] }),
        ),
    ] {
        let (sandbox, client, _) = set_up().await;
        sandbox.plan(FaultRule::on(Endpoint::Submit, fault));
        assert_eq!(submitted(&client).await.request_id(), "r-1");
    }
    let (sandbox, client, _) = set_up().await;
    sandbox.plan(FaultRule::on(
        Endpoint::Submit,
        response(200, json!({ "request_id": ".." })),
    ));
    let error = client.submit(&input()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.request_id()),
        (ErrorKind::UncertainSubmit, None)
    );
}

#[tokio::test]
async fn rule_3_failed_polls_do_not_end_a_wait() {
    for fault in [
        Fault::status(502),
        Fault::ResetAfterRead,
        Fault::Garbage,
        Fault::TruncatedResponse,
    ] {
        for call in [Endpoint::Status, Endpoint::Result] {
            let (sandbox, client, _) = set_up().await;
            let job = submitted(&client).await;
            sandbox.plan(FaultRule::on(call, fault.clone()).times(3));
            job.wait().await.unwrap();
            assert_eq!(sandbox.unfired(), []);
        }
    }
}

#[tokio::test]
async fn rule_3_retry_after_is_a_minimum_delay() {
    let (sandbox, client, clock) = set_up().await;
    let job = submitted(&client).await;
    sandbox.plan(FaultRule::on(
        Endpoint::Status,
        Fault::RateLimited {
            retry_after: Some(seconds(30)),
        },
    ));
    job.wait().await.unwrap();
    assert_eq!(clock.delays()[0], seconds(30));

    let (sandbox, client, clock) = set_up().await;
    sandbox.plan(FaultRule::on(
        Endpoint::Submit,
        Fault::RateLimited {
            retry_after: Some(seconds(30)),
        },
    ));
    submitted(&client).await;
    assert_eq!(clock.delays(), [seconds(30)]);
}

#[tokio::test]
async fn rule_3_the_deadline_applies_while_the_job_runs() {
    let (sandbox, client, clock) = set_up_with(sandbox().progress(Progress::Manual)).await;
    let job = submitted(&client).await;
    sandbox.run(job.request_id()).unwrap();
    let policy = plain_poll_until(seconds(60));
    let error = job.wait_with(policy).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline);
    let waited: Duration = clock.delays().iter().sum();
    assert!(waited <= seconds(60) && waited >= seconds(58), "{waited:?}");
    // Polls are sent after 0, 1, 3 and 7 seconds, then every 8 seconds, and once more just before the
    // deadline.
    assert_eq!(sandbox.stats().requests(Endpoint::Status), 11);
}

#[tokio::test]
async fn rule_3_the_deadline_applies_while_polls_fail() {
    let (sandbox, client, clock) = set_up().await;
    let job = submitted(&client).await;
    sandbox.plan(FaultRule::on(Endpoint::Status, Fault::status(500)).always());
    let policy = PollPolicy {
        deadline: Some(seconds(10)),
        max_consecutive_failures: 1_000,
        ..plain_poll()
    };
    let error = job.wait_with(policy).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline);
    assert!(clock.delays().iter().sum::<Duration>() <= seconds(10));
}

#[tokio::test]
async fn rule_4_completed_is_not_success() {
    let (sandbox, client, _) = set_up().await;
    sandbox.next_outcome(Outcome::Fail(json!({
        "error_code": "500123", "error_message": "NSFW content", "node": 17
    })));
    let job = submitted(&client).await;
    let error = job.wait().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::FailedJob);
    assert!(error.to_string().contains("NSFW content"), "{error}");
    assert_eq!(error.provider_code(), Some(500_123));
    assert_eq!(error.job_json().unwrap()["node"], 17);
    assert_eq!(error.request_id(), Some(job.request_id()));
    assert_eq!(job.result().await.unwrap_err().kind(), ErrorKind::FailedJob);
}

#[tokio::test]
async fn rule_4_completed_is_polled_until_the_result_has_an_outcome() {
    let not_yet = || Fault::Status {
        status: 200,
        body: json!({ "status": "in_progress" }),
    };
    let (sandbox, client, _) = set_up().await;
    let job = submitted(&client).await;
    sandbox.plan(FaultRule::on(Endpoint::Result, not_yet()).times(3));
    job.wait().await.unwrap();
    assert_eq!(sandbox.stats().requests(Endpoint::Result), 4);

    let (sandbox, client, _) = set_up().await;
    let job = submitted(&client).await;
    sandbox.plan(FaultRule::on(Endpoint::Result, not_yet()).always());
    let policy = plain_poll_until(seconds(100));
    assert_eq!(
        job.wait_with(policy).await.unwrap_err().kind(),
        ErrorKind::Deadline
    );
}

#[tokio::test]
async fn rule_5_a_deadline_error_states_that_the_job_continues() {
    let (sandbox, client, _) = set_up_with(sandbox().progress(Progress::Manual)).await;
    let job = submitted(&client).await;
    sandbox.run(job.request_id()).unwrap();
    let policy = plain_poll_until(seconds(5));
    let error = job.wait_with(policy).await.unwrap_err();
    assert_eq!(error.request_id(), Some(job.request_id()));
    let text = error.to_string();
    for part in [
        "continues and is billed",
        "`in_progress`",
        "Client::resume",
        job.request_id(),
    ] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(
        sandbox.stats().requests(Endpoint::Cancel),
        0,
        "a deadline does not cancel"
    );

    sandbox.finish(job.request_id()).unwrap();
    let again = client
        .resume::<TextToVideo>(error.request_id().unwrap())
        .unwrap();
    again.wait().await.unwrap();
}

#[tokio::test]
async fn rule_5_cancel_returns_the_actual_outcome() {
    let (sandbox, client, _) = set_up_with(sandbox().progress(Progress::Manual)).await;
    let queued = submitted(&client).await;
    assert_eq!(queued.cancel().await.unwrap(), CancelOutcome::Cancelled);
    let error = queued.wait().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(error.job_json().unwrap()["status"], "cancelled");

    let running = submitted(&client).await;
    sandbox.run(running.request_id()).unwrap();
    assert_eq!(running.cancel().await.unwrap(), CancelOutcome::TooLate);
    sandbox.plan(FaultRule::on(
        Endpoint::Cancel,
        Fault::CancelOutcome(Some("cancellation_requested".into())),
    ));
    assert_eq!(
        running.cancel().await.unwrap(),
        CancelOutcome::Unknown("cancellation_requested".to_owned())
    );
    sandbox.plan(FaultRule::on(Endpoint::Cancel, Fault::CancelOutcome(None)));
    assert_eq!(running.cancel().await.unwrap(), CancelOutcome::TooLate);
}

#[tokio::test]
async fn rule_5_a_retried_cancel_returns_the_actual_outcome() {
    let (sandbox, client, _) = set_up_with(sandbox().progress(Progress::Manual)).await;
    let job = submitted(&client).await;
    sandbox.plan(FaultRule::on(Endpoint::Cancel, Fault::ResetAfterRead).with_effect());
    let too_late = json!({ "outcome": "not_cancellable" });
    sandbox.plan(FaultRule::on(
        Endpoint::Cancel,
        Fault::Status {
            status: 202,
            body: too_late,
        },
    ));
    assert_eq!(job.cancel().await.unwrap(), CancelOutcome::Cancelled);
    assert_eq!(sandbox.unfired(), []);
    assert_eq!(sandbox.stats().requests(Endpoint::Status), 1);
}
