//! Answers that are whole and well-formed, and not what one expects.

use runcomfy_sandbox::{Call, Fault, Outcome, Progress, Rule, Sandbox};
use serde_json::{Value, json};

use crate::client::{cancel, clip, job, result, status, submit};

/// Jobs that have ended, seen through one fault that is always there.
async fn through(call: Call, fault: Fault) -> Sandbox {
    Sandbox::builder()
        .model(clip())
        .progress(Progress::Polls {
            queued: 0,
            running: 0,
        })
        .plan(Rule::on(call, fault).always())
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn states_nobody_has_heard_of() {
    for call in [Call::Status, Call::Result] {
        let sandbox = through(call, Fault::UnknownState).await;
        let id = job(&sandbox).await;
        let reply = match call {
            Call::Status => status(&sandbox, &id).await,
            _ => result(&sandbox, &id).await,
        };
        assert_eq!(reply.status, 200);
        assert_eq!(reply.get("status"), "on_hold");
        assert_eq!(reply.json().get("output"), None);
    }
    let sandbox = through(Call::Result, Fault::State("COMPLETED".to_owned())).await;
    let ended = result(&sandbox, &job(&sandbox).await).await;
    assert_eq!(ended.get("status"), "COMPLETED");
    assert!(ended.get("output").is_object(), "the rest stays");
}

#[tokio::test]
async fn other_spellings() {
    let sandbox = through(Call::Result, Fault::Spelling).await;
    assert_eq!(
        result(&sandbox, &job(&sandbox).await).await.get("status"),
        "success"
    );
    sandbox.next_outcome(Outcome::Cancelled);
    assert_eq!(
        result(&sandbox, &job(&sandbox).await).await.get("status"),
        "canceled"
    );
    sandbox.next_outcome(Outcome::Fail("no".into()));
    assert_eq!(
        result(&sandbox, &job(&sandbox).await).await.get("status"),
        "failed"
    );

    let sandbox = Sandbox::builder()
        .model(clip())
        .progress(Progress::Manual)
        .start()
        .await
        .unwrap();
    sandbox.plan(Rule::on(Call::Cancel, Fault::Spelling));
    let reply = cancel(&sandbox, &job(&sandbox).await).await.json();
    assert_eq!(
        (&reply["status"], &reply["outcome"]),
        (&json!("canceled"), &json!("canceled"))
    );
}

#[tokio::test]
async fn fields_nobody_has_heard_of_leave_the_known_ones_alone() {
    let sandbox = through(Call::Result, Fault::UnknownFields).await;
    let id = job(&sandbox).await;
    let strange = result(&sandbox, &id).await.json();
    sandbox.clear_plan();
    let plain = result(&sandbox, &id).await.json();
    assert!(plain.get("trace").is_none() && strange.get("trace").is_some());
    for (field, value) in plain.as_object().unwrap() {
        match value {
            Value::Object(output) => {
                assert!(strange[field].as_object().unwrap().len() > output.len());
                assert_eq!(strange[field]["video"], output["video"]);
            }
            value => assert_eq!(&strange[field], value),
        }
    }
}

#[tokio::test]
async fn single_urls_and_arrays_change_places() {
    let sandbox = through(Call::Result, Fault::SwappedOutput).await;
    let output = result(&sandbox, &job(&sandbox).await).await.get("output");
    assert_eq!(output["video"].as_array().map(Vec::len), Some(1));
    sandbox.next_outcome(Outcome::SucceedWith(
        json!({ "images": ["a", "b"], "videos": [] }),
    ));
    let output = result(&sandbox, &job(&sandbox).await).await.get("output");
    assert_eq!(output, json!({ "images": "a", "videos": null }));
}

#[tokio::test]
async fn outputs_of_a_surprising_shape() {
    for shape in [
        json!("https://x/y.mp4"),
        json!([1, 2]),
        json!(7),
        json!(null),
    ] {
        let sandbox = through(Call::Result, Fault::Output(shape.clone())).await;
        let ended = result(&sandbox, &job(&sandbox).await).await.json();
        assert_eq!(ended["status"], "succeeded");
        assert_eq!(ended.get("output"), Some(&shape));
    }
}

#[tokio::test]
async fn an_error_is_not_reshaped() {
    let sandbox = through(Call::Result, Fault::UnknownFields).await;
    let reply = result(&sandbox, "nobody").await;
    assert_eq!((reply.status, reply.json().get("trace")), (404, None));
    let sandbox = through(Call::Submit, Fault::UnknownFields).await;
    assert!(submit(&sandbox).await.get("trace").is_object());
}
