//! Faults that modify the JSON of a response.

use runcomfy_sandbox::{Endpoint, Fault, FaultRule, Outcome, Progress, Sandbox};
use serde_json::{Value, json};

use crate::http::{cancel, polls, result, status, submit, submitted, with_progress};

/// A sandbox whose jobs end immediately, with one fault that always fires.
async fn with_fault(endpoint: Endpoint, fault: Fault) -> Sandbox {
    let sandbox = with_progress(polls(0, 0)).await;
    sandbox.plan(FaultRule::on(endpoint, fault).always());
    sandbox
}

#[tokio::test]
async fn unknown_state_replaces_the_status_and_removes_the_output() {
    for endpoint in [Endpoint::Status, Endpoint::Result] {
        let sandbox = with_fault(endpoint, Fault::UnknownState).await;
        let id = submitted(&sandbox).await;
        let response = match endpoint {
            Endpoint::Status => status(&sandbox, &id).await,
            _ => result(&sandbox, &id).await,
        };
        assert_eq!(response.status, 200);
        assert_eq!(response.get("status"), "on_hold");
        assert_eq!(response.json().get("output"), None);
    }
    let sandbox = with_fault(Endpoint::Result, Fault::State("COMPLETED".to_owned())).await;
    let ended = result(&sandbox, &submitted(&sandbox).await).await;
    assert_eq!(ended.get("status"), "COMPLETED");
    assert!(ended.get("output").is_object(), "the output is unchanged");
}

#[tokio::test]
async fn alternative_spellings_replace_the_documented_ones() {
    let sandbox = with_fault(Endpoint::Result, Fault::AlternativeSpelling).await;
    assert_eq!(
        result(&sandbox, &submitted(&sandbox).await)
            .await
            .get("status"),
        "success"
    );
    sandbox.next_outcome(Outcome::Cancelled);
    assert_eq!(
        result(&sandbox, &submitted(&sandbox).await)
            .await
            .get("status"),
        "canceled"
    );
    sandbox.next_outcome(Outcome::Fail("no".into()));
    assert_eq!(
        result(&sandbox, &submitted(&sandbox).await)
            .await
            .get("status"),
        "failed"
    );

    let sandbox = with_progress(Progress::Manual).await;
    sandbox.plan(FaultRule::on(Endpoint::Cancel, Fault::AlternativeSpelling));
    let response = cancel(&sandbox, &submitted(&sandbox).await).await.json();
    assert_eq!(
        (&response["status"], &response["outcome"]),
        (&json!("canceled"), &json!("canceled"))
    );
}

#[tokio::test]
async fn unknown_fields_leave_known_fields_unchanged() {
    let sandbox = with_fault(Endpoint::Result, Fault::UnknownFields).await;
    let id = submitted(&sandbox).await;
    let modified = result(&sandbox, &id).await.json();
    sandbox.clear_plan();
    let regular = result(&sandbox, &id).await.json();
    assert!(regular.get("trace").is_none() && modified.get("trace").is_some());
    for (field, value) in regular.as_object().unwrap() {
        match value {
            Value::Object(output) => {
                assert!(modified[field].as_object().unwrap().len() > output.len());
                assert_eq!(modified[field]["video"], output["video"]);
            }
            value => assert_eq!(&modified[field], value),
        }
    }
}

#[tokio::test]
async fn single_urls_and_arrays_are_swapped() {
    let sandbox = with_fault(Endpoint::Result, Fault::SwappedOutput).await;
    let output = result(&sandbox, &submitted(&sandbox).await)
        .await
        .get("output");
    assert_eq!(output["video"].as_array().map(Vec::len), Some(1));
    sandbox.next_outcome(Outcome::SucceedWith(
        json!({ "images": ["a", "b"], "videos": [] }),
    ));
    let output = result(&sandbox, &submitted(&sandbox).await)
        .await
        .get("output");
    assert_eq!(output, json!({ "images": "a", "videos": null }));
}

#[tokio::test]
async fn the_output_is_replaced_by_any_value() {
    for shape in [
        json!("https://x/y.mp4"),
        json!([1, 2]),
        json!(7),
        json!(null),
    ] {
        let sandbox = with_fault(Endpoint::Result, Fault::Output(shape.clone())).await;
        let ended = result(&sandbox, &submitted(&sandbox).await).await.json();
        assert_eq!(ended["status"], "succeeded");
        assert_eq!(ended.get("output"), Some(&shape));
    }
}

#[tokio::test]
async fn errors_are_not_modified() {
    let sandbox = with_fault(Endpoint::Result, Fault::UnknownFields).await;
    let response = result(&sandbox, "unknown").await;
    assert_eq!((response.status, response.json().get("trace")), (404, None));
    let sandbox = with_fault(Endpoint::Submit, Fault::UnknownFields).await;
    assert!(submit(&sandbox).await.get("trace").is_object());
}

#[tokio::test]
async fn only_unfinished_jobs_get_another_state_word() {
    for endpoint in [Endpoint::Status, Endpoint::Result] {
        let sandbox = with_progress(polls(1, 1)).await;
        let fault = Fault::UnfinishedState("processing".to_owned());
        sandbox.plan(FaultRule::on(endpoint, fault).always());
        let id = submitted(&sandbox).await;
        let mut states = Vec::new();
        for _ in 0..3 {
            let response = match endpoint {
                Endpoint::Status => status(&sandbox, &id).await,
                _ => result(&sandbox, &id).await,
            };
            states.push(response.get("status"));
        }
        assert_eq!(states[..2], ["processing", "processing"]);
        assert!(states[2] == "completed" || states[2] == "succeeded");
    }
}

#[tokio::test]
async fn an_unfinished_result_can_be_an_error() {
    let sandbox = with_progress(polls(1, 1)).await;
    sandbox.plan(FaultRule::on(Endpoint::Result, Fault::UnfinishedAs400).always());
    let id = submitted(&sandbox).await;
    for _ in 0..2 {
        let response = result(&sandbox, &id).await;
        assert_eq!(response.status, 400);
        assert_eq!(response.get("error_code"), 400_005);
        assert_eq!(response.json().get("status"), None);
    }
    let response = result(&sandbox, &id).await;
    assert_eq!(
        (response.status, response.get("status")),
        (200, json!("succeeded"))
    );
}
