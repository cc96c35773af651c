//! The outcomes of jobs, and cancellation.

use runcomfy_sandbox::{Endpoint, Fault, FaultRule, Outcome, Phase, Sandbox, UnknownRequest};
use serde_json::{Value, json};

use crate::http::{cancel, model, polls, result, status, submit, submitted, with_progress};

#[tokio::test]
async fn jobs_end_with_their_planned_outcome_or_else_the_default() {
    let sandbox = Sandbox::builder()
        .model(model())
        .progress(polls(0, 0))
        .default_outcome(Outcome::Fail("all fail".into()))
        .start()
        .await
        .unwrap();
    sandbox.next_outcome(Outcome::Succeed);
    sandbox.next_outcome(Outcome::SucceedWith(json!(["a", 1])));
    sandbox.next_outcome(Outcome::Cancelled);
    sandbox.next_outcome(Outcome::Fail(
        json!({ "error_message": "NSFW", "error_code": 7 }),
    ));
    let mut results = Vec::new();
    let mut states = Vec::new();
    for _ in 0..5 {
        let id = submitted(&sandbox).await;
        states.push(status(&sandbox, &id).await.get("status"));
        results.push(result(&sandbox, &id).await.json());
    }
    assert_eq!(
        states,
        [
            "completed",
            "completed",
            "cancelled",
            "completed",
            "completed"
        ]
    );
    let result_states: Vec<&Value> = results.iter().map(|result| &result["status"]).collect();
    assert_eq!(
        result_states,
        ["succeeded", "succeeded", "cancelled", "failed", "failed"]
    );
    assert!(results[0]["output"]["video"].is_string());
    assert_eq!(results[1]["output"], json!(["a", 1]));
    assert_eq!(
        (&results[3]["error_message"], &results[3]["error_code"]),
        (&json!("NSFW"), &json!(7))
    );
    assert_eq!(results[4]["error"], "all fail");
    for ended in &results[2..] {
        assert_eq!(ended.get("output"), None);
        assert!(ended["finished_at"].is_string());
    }
}

#[tokio::test]
async fn only_queued_jobs_can_be_cancelled() {
    let sandbox = with_progress(polls(2, 1)).await;
    let (queued, running, ended) = (
        submitted(&sandbox).await,
        submitted(&sandbox).await,
        submitted(&sandbox).await,
    );
    status(&sandbox, &queued).await;
    for _ in 0..3 {
        status(&sandbox, &running).await;
    }
    for _ in 0..4 {
        status(&sandbox, &ended).await;
    }
    for (id, state, outcome) in [
        (&queued, "cancelled", "cancelled"),
        (&running, "in_progress", "not_cancellable"),
        (&ended, "completed", "not_cancellable"),
        (&queued, "cancelled", "not_cancellable"),
    ] {
        let response = cancel(&sandbox, id).await;
        assert_eq!(response.status, 202);
        let expected = json!({ "request_id": id, "status": state, "outcome": outcome });
        assert_eq!(response.json(), expected);
    }
    assert_eq!(sandbox.job(&queued).unwrap().phase, Phase::Cancelled);
    assert_eq!(
        result(&sandbox, &running).await.get("status"),
        "succeeded",
        "it is not cancelled"
    );
    assert_eq!(sandbox.stats().cancelled, 1);
    assert_eq!(
        sandbox.job("unknown"),
        Err(UnknownRequest("unknown".to_owned()))
    );
}

#[tokio::test]
async fn a_modified_cancel_response_does_not_prevent_the_cancellation() {
    let sandbox = with_progress(polls(9, 0)).await;
    for outcome in [Some("cancellation_requested".to_owned()), None] {
        sandbox.plan(FaultRule::on(
            Endpoint::Cancel,
            Fault::CancelOutcome(outcome.clone()),
        ));
        let id = submitted(&sandbox).await;
        let response = cancel(&sandbox, &id).await.json();
        assert_eq!(
            response.get("outcome").and_then(Value::as_str),
            outcome.as_deref()
        );
        assert_eq!(sandbox.job(&id).unwrap().phase, Phase::Cancelled);
    }
}

#[tokio::test]
async fn a_cancel_without_response_takes_effect_only_if_the_rule_says_so() {
    let sandbox = with_progress(polls(9, 0)).await;
    let (cancelled, unaffected) = (submitted(&sandbox).await, submitted(&sandbox).await);
    sandbox.plan(FaultRule::on(Endpoint::Cancel, Fault::ResetAfterRead).with_effect());
    sandbox.plan(FaultRule::on(Endpoint::Cancel, Fault::ResetAfterRead));
    cancel(&sandbox, &cancelled).await;
    cancel(&sandbox, &unaffected).await;
    assert_eq!(sandbox.job(&cancelled).unwrap().phase, Phase::Cancelled);
    assert_eq!(sandbox.job(&unaffected).unwrap().phase, Phase::Queued);
}

#[tokio::test]
async fn a_rule_can_let_the_job_of_a_submit_fail() {
    let sandbox = with_progress(polls(0, 0)).await;
    let fault = Fault::FailedJob("out of memory".into());
    sandbox.plan(FaultRule::on(Endpoint::Submit, fault).skip(1));
    let mut results = Vec::new();
    for _ in 0..3 {
        let id = submitted(&sandbox).await;
        let result = result(&sandbox, &id).await;
        results.push((result.get("status"), result.get("error")));
    }
    let succeeded = (json!("succeeded"), Value::Null);
    assert_eq!(
        results,
        [
            succeeded.clone(),
            (json!("failed"), json!("out of memory")),
            succeeded
        ]
    );
}

#[tokio::test]
async fn a_503_after_acceptance_creates_a_job() {
    let sandbox = with_progress(polls(0, 0)).await;
    sandbox.plan(FaultRule::on(Endpoint::Submit, Fault::status(503)).with_effect());
    assert_eq!(submit(&sandbox).await.status, 503);
    assert_eq!(sandbox.stats().accepted, 1);
}
