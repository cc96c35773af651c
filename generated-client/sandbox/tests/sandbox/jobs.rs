//! How jobs end, and what a cancel call does.

use runcomfy_sandbox::{Call, UnknownRequest};
use runcomfy_sandbox::{Fault, Outcome, Phase, Progress, Rule, Sandbox};
use serde_json::{Value, json};

use crate::client::{cancel, clip, job, result, status};

async fn sandbox(queued: u64, running: u64) -> Sandbox {
    let polls = Progress::Polls { queued, running };
    Sandbox::builder()
        .model(clip())
        .progress(polls)
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn each_job_ends_as_planned_for_it_and_the_rest_as_planned_for_all() {
    let sandbox = Sandbox::builder()
        .model(clip())
        .progress(Progress::Polls {
            queued: 0,
            running: 0,
        })
        .outcome(Outcome::Fail("all fail".into()))
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
        let id = job(&sandbox).await;
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
    let verdicts: Vec<&Value> = results.iter().map(|result| &result["status"]).collect();
    assert_eq!(
        verdicts,
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
async fn only_a_job_in_the_queue_can_be_cancelled() {
    let sandbox = sandbox(2, 1).await;
    let (queued, running, ended) = (
        job(&sandbox).await,
        job(&sandbox).await,
        job(&sandbox).await,
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
        let reply = cancel(&sandbox, id).await;
        assert_eq!(reply.status, 202);
        let wanted = json!({ "request_id": id, "status": state, "outcome": outcome });
        assert_eq!(reply.json(), wanted);
    }
    assert_eq!(sandbox.job(&queued).unwrap().phase, Phase::Cancelled);
    assert_eq!(
        result(&sandbox, &running).await.get("status"),
        "succeeded",
        "it runs on"
    );
    assert_eq!(sandbox.stats().cancelled, 1);
    assert_eq!(
        sandbox.job("nobody"),
        Err(UnknownRequest("nobody".to_owned()))
    );
}

#[tokio::test]
async fn a_cancel_can_answer_otherwise_and_still_cancel() {
    let sandbox = sandbox(9, 0).await;
    for outcome in [Some("cancellation_requested".to_owned()), None] {
        sandbox.plan(Rule::on(
            Call::Cancel,
            Fault::CancelOutcome(outcome.clone()),
        ));
        let id = job(&sandbox).await;
        let reply = cancel(&sandbox, &id).await.json();
        assert_eq!(
            reply.get("outcome").and_then(Value::as_str),
            outcome.as_deref()
        );
        assert_eq!(sandbox.job(&id).unwrap().phase, Phase::Cancelled);
    }
}

#[tokio::test]
async fn a_lost_cancel_has_worked_only_if_the_plan_says_so() {
    let sandbox = sandbox(9, 0).await;
    let (lost, deaf) = (job(&sandbox).await, job(&sandbox).await);
    sandbox.plan(Rule::on(Call::Cancel, Fault::ResetAfterRead).accepted());
    sandbox.plan(Rule::on(Call::Cancel, Fault::ResetAfterRead));
    cancel(&sandbox, &lost).await;
    cancel(&sandbox, &deaf).await;
    assert_eq!(sandbox.job(&lost).unwrap().phase, Phase::Cancelled);
    assert_eq!(sandbox.job(&deaf).unwrap().phase, Phase::Queued);
}
