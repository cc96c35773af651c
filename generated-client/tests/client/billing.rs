//! The billing rules, one test or more for each.

use std::net::TcpListener;

use crate::support::{
    Input, NotedClock, TextToVideo, builder, input, plain_poll, sandbox, seconds, set_up,
    submitted, with,
};
use runcomfy_client::{CancelOutcome, ErrorKind, PollPolicy};
use runcomfy_sandbox::{Call, Fault, Outcome, Progress, Rule};
use serde_json::json;

#[tokio::test]
async fn rule_1_an_input_that_breaks_its_schema_is_not_sent() {
    let (sandbox, client, _) = set_up().await;
    let long = Input {
        prompt: "longer than ten".to_owned(),
    };
    let error = client.submit(&long).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.violations().unwrap().as_slice()[0].path, "/prompt");
    assert!(!error.is_retryable());
    assert_eq!(sandbox.stats().connections, 0);
}

#[tokio::test]
async fn rule_1_has_one_named_way_past_it() {
    let (sandbox, client, _) = set_up().await;
    let ahead = json!({ "prompt": "longer than ten" });
    let job = client
        .submit_unchecked::<TextToVideo>(&ahead)
        .await
        .unwrap();
    assert_eq!(sandbox.job(job.request_id()).unwrap().input, ahead);

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
async fn rule_2_a_submit_whose_answer_was_lost_is_not_repeated() {
    for fault in [
        Fault::ResetAfterRead,
        Fault::status(500),
        Fault::Garbage,
        Fault::status(408),
    ] {
        let (sandbox, client, clock) = set_up().await;
        sandbox.plan(Rule::on(Call::Submit, fault.clone()).accepted());
        let error = client.submit(&input()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UncertainSubmit, "{fault:?}");
        assert!(!error.is_retryable());
        assert_eq!(sandbox.stats().reached(Call::Submit), 1, "{fault:?}");
        assert_eq!(sandbox.stats().accepted, 1, "{fault:?}");
        assert!(clock.pauses().is_empty());
    }
}

#[tokio::test]
async fn rule_2_a_connection_out_of_the_pool_that_breaks_is_no_proof() {
    let (sandbox, client, _) = set_up().await;
    let job = submitted(&client).await;
    job.status().await.unwrap();
    let connections = sandbox.stats().connections;
    sandbox.plan(Rule::on(Call::Submit, Fault::ResetAfterRead).accepted());
    let error = client.submit(&input()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UncertainSubmit);
    let stats = sandbox.stats();
    assert_eq!(stats.connections, connections, "the pool was used");
    assert_eq!((stats.reached(Call::Submit), stats.accepted), (2, 2));
}

#[tokio::test]
async fn rule_2_a_connection_that_is_made_and_breaks_is_no_proof() {
    let (sandbox, client, clock) = set_up().await;
    sandbox.reset_connections(1);
    let error = client.submit(&input()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UncertainSubmit);
    assert_eq!(sandbox.stats().reached(Call::Submit), 0);
    assert!(clock.pauses().is_empty());
}

#[tokio::test]
async fn rule_2_a_submit_that_was_turned_away_is_repeated() {
    for fault in [Fault::RateLimited { retry_after: None }, Fault::status(503)] {
        let (sandbox, client, clock) = set_up().await;
        sandbox.plan(Rule::on(Call::Submit, fault).next(2));
        submitted(&client).await;
        assert_eq!(sandbox.stats().reached(Call::Submit), 3);
        assert_eq!(sandbox.stats().accepted, 1);
        assert_eq!(clock.pauses(), [seconds(1), seconds(2)]);
    }
}

#[tokio::test]
async fn rule_2_a_submit_without_a_connection_is_repeated() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let clock = NotedClock::default();
    let client = builder(&format!("http://{closed}"), &clock)
        .build()
        .unwrap();
    let error = client.submit(&input()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network);
    assert!(error.is_retryable());
    assert_eq!(clock.pauses(), [seconds(1), seconds(2)]);
}

#[tokio::test]
async fn rule_2_a_job_that_an_odd_answer_names_is_taken() {
    let odd = |body: serde_json::Value, status| Fault::Status { status, body };
    for fault in [
        odd(json!({ "request_id": "r-1", "error_code": 400_002 }), 200),
        odd(json!({ "request_id": "r-1" }), 202),
        odd(
            json!({ "request_id": "r-1", "status_url": 5, "status": [] }),
            201,
        ),
    ] {
        let (sandbox, client, _) = set_up().await;
        sandbox.plan(Rule::on(Call::Submit, fault));
        assert_eq!(submitted(&client).await.request_id(), "r-1");
    }
    let (sandbox, client, _) = set_up().await;
    sandbox.plan(Rule::on(
        Call::Submit,
        odd(json!({ "request_id": "../../v1/models" }), 200),
    ));
    let error = client.submit(&input()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.request_id()),
        (ErrorKind::UncertainSubmit, None)
    );
}

#[tokio::test]
async fn rule_3_one_lost_poll_does_not_end_a_wait() {
    for fault in [
        Fault::status(502),
        Fault::ResetAfterRead,
        Fault::Garbage,
        Fault::HalfAnswer,
    ] {
        for call in [Call::Status, Call::Result] {
            let (sandbox, client, _) = set_up().await;
            let job = submitted(&client).await;
            sandbox.plan(Rule::on(call, fault.clone()).next(3));
            job.wait().await.unwrap();
            assert_eq!(sandbox.unfired(), []);
        }
    }
}

#[tokio::test]
async fn rule_3_retry_after_is_a_minimum() {
    let (sandbox, client, clock) = set_up().await;
    let job = submitted(&client).await;
    sandbox.plan(Rule::on(
        Call::Status,
        Fault::RateLimited {
            retry_after: Some(seconds(30)),
        },
    ));
    job.wait().await.unwrap();
    assert_eq!(clock.pauses()[0], seconds(30));

    let (sandbox, client, clock) = set_up().await;
    sandbox.plan(Rule::on(
        Call::Submit,
        Fault::RateLimited {
            retry_after: Some(seconds(30)),
        },
    ));
    submitted(&client).await;
    assert_eq!(clock.pauses(), [seconds(30)]);
}

#[tokio::test]
async fn rule_3_the_deadline_binds_while_the_job_runs() {
    let (sandbox, client, clock) = with(sandbox().progress(Progress::Manual)).await;
    let job = submitted(&client).await;
    sandbox.run(job.request_id()).unwrap();
    let policy = PollPolicy {
        deadline: Some(seconds(60)),
        ..plain_poll()
    };
    let error = job.wait_with(policy).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline);
    let took: std::time::Duration = clock.pauses().iter().sum();
    assert!(took <= seconds(60) && took >= seconds(58), "{took:?}");
    // 1 + 2 + 4, then 8 each, and the last just before the end.
    assert_eq!(sandbox.stats().reached(Call::Status), 11);
}

#[tokio::test]
async fn rule_3_the_deadline_binds_while_polls_are_lost() {
    let (sandbox, client, clock) = set_up().await;
    let job = submitted(&client).await;
    sandbox.plan(Rule::on(Call::Status, Fault::status(500)).always());
    let policy = PollPolicy {
        deadline: Some(seconds(10)),
        max_consecutive_failures: 1_000,
        ..plain_poll()
    };
    let error = job.wait_with(policy).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline);
    assert!(clock.pauses().iter().sum::<std::time::Duration>() <= seconds(10));
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
async fn rule_4_completed_waits_for_the_verdict_of_the_result() {
    let (sandbox, client, _) = set_up().await;
    let job = submitted(&client).await;
    sandbox.plan(Rule::on(Call::Result, Fault::State("in_progress".to_owned())).next(3));
    job.wait().await.unwrap();
    assert_eq!(sandbox.stats().reached(Call::Result), 4);

    let (sandbox, client, _) = set_up().await;
    let job = submitted(&client).await;
    sandbox.plan(Rule::on(Call::Result, Fault::State("in_progress".to_owned())).always());
    let policy = PollPolicy {
        deadline: Some(seconds(100)),
        ..plain_poll()
    };
    assert_eq!(
        job.wait_with(policy).await.unwrap_err().kind(),
        ErrorKind::Deadline
    );
}

#[tokio::test]
async fn rule_5_giving_up_says_that_the_job_goes_on() {
    let (sandbox, client, _) = with(sandbox().progress(Progress::Manual)).await;
    let job = submitted(&client).await;
    sandbox.run(job.request_id()).unwrap();
    let policy = PollPolicy {
        deadline: Some(seconds(5)),
        ..plain_poll()
    };
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
        sandbox.stats().reached(Call::Cancel),
        0,
        "giving up does not cancel"
    );

    sandbox.finish(job.request_id()).unwrap();
    let again = client
        .resume::<TextToVideo>(error.request_id().unwrap())
        .unwrap();
    again.wait().await.unwrap();
}

#[tokio::test]
async fn rule_5_cancel_says_what_really_happened() {
    let (sandbox, client, _) = with(sandbox().progress(Progress::Manual)).await;
    let queued = submitted(&client).await;
    assert_eq!(queued.cancel().await.unwrap(), CancelOutcome::Cancelled);
    let error = queued.wait().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(error.job_json().unwrap()["status"], "cancelled");

    let running = submitted(&client).await;
    sandbox.run(running.request_id()).unwrap();
    assert_eq!(running.cancel().await.unwrap(), CancelOutcome::TooLate);
    sandbox.plan(Rule::on(
        Call::Cancel,
        Fault::CancelOutcome(Some("cancellation_requested".into())),
    ));
    assert_eq!(
        running.cancel().await.unwrap(),
        CancelOutcome::Unknown("cancellation_requested".to_owned())
    );
    sandbox.plan(Rule::on(Call::Cancel, Fault::CancelOutcome(None)));
    assert_eq!(running.cancel().await.unwrap(), CancelOutcome::TooLate);
}

#[tokio::test]
async fn rule_5_a_cancel_whose_answer_was_lost_still_says_what_happened() {
    let (sandbox, client, _) = with(sandbox().progress(Progress::Manual)).await;
    let job = submitted(&client).await;
    sandbox.plan(Rule::on(Call::Cancel, Fault::ResetAfterRead).accepted());
    let silent = json!({ "outcome": "not_cancellable" });
    sandbox.plan(Rule::on(
        Call::Cancel,
        Fault::Status {
            status: 202,
            body: silent,
        },
    ));
    assert_eq!(job.cancel().await.unwrap(), CancelOutcome::Cancelled);
    assert_eq!(sandbox.unfired(), []);
    assert_eq!(sandbox.stats().reached(Call::Status), 1);
}
