//! The journal of a batch: wherever the process is interrupted, no input that may have created a job is
//! submitted again.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{
    Input, OtherInput, OtherModel, TOKEN, TextToVideo, numbered_inputs, sandbox, seconds, set_up,
    set_up_with,
};
use futures_util::StreamExt;
use runcomfy_client::{Batch, BatchResult, Client, Error, ErrorKind, PollPolicy};
use runcomfy_sandbox::{Endpoint, Fault, FaultRule, Progress, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;

type Results = Vec<BatchResult<TextToVideo>>;

/// The path of a journal in a temporary folder.
fn journal() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs.jsonl");
    (folder, path)
}

fn batch(client: &Client, journal: &Path) -> Batch<TextToVideo> {
    Batch::new(client.clone())
        .max_concurrency(2)
        .journal(journal)
}

async fn run(client: &Client, journal: &Path, inputs: Vec<Input>) -> Result<Results, Error> {
    batch(client, journal).run(inputs).await
}

fn lines(journal: &Path) -> Vec<Value> {
    let text = fs::read_to_string(journal).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn submits(sandbox: &Sandbox) -> (u64, u64) {
    let stats = sandbox.stats();
    (stats.requests(Endpoint::Submit), stats.accepted)
}

/// Runs a batch until `condition` holds, then drops it.
async fn drop_when(batch: Batch<TextToVideo>, inputs: Vec<Input>, condition: impl Fn() -> bool) {
    let mut stream = std::pin::pin!(batch.stream(inputs).await.unwrap());
    let until_condition = async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    };
    let run = async {
        tokio::select! {
            result = stream.next() => panic!("a job ended: {result:?}"),
            () = until_condition => {}
        }
    };
    tokio::time::timeout(seconds(60), run).await.unwrap();
}

#[tokio::test]
async fn a_journal_records_every_submit_and_its_outcome() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = set_up().await;
    sandbox.plan(FaultRule::on(Endpoint::Submit, Fault::status(422)).skip(1));
    let results = batch(&client, &path)
        .max_concurrency(1)
        .run(numbered_inputs(2))
        .await
        .unwrap();
    let response = results[0].as_ref().unwrap().json.clone();
    let id = response["request_id"].clone();
    let model = "acme/Clip 1.0/text-to-video";
    assert_eq!(
        lines(&path),
        [
            json!({ "index": 0, "step": "submitting", "model_id": model, "input": { "prompt": "n0" } }),
            json!({ "index": 0, "step": "submitted", "request_id": id }),
            json!({ "index": 0, "step": "ended", "request_id": id, "response": response }),
            json!({ "index": 1, "step": "submitting", "model_id": model, "input": { "prompt": "n1" } }),
            json!({ "index": 1, "step": "refused" }),
        ]
    );
}

#[tokio::test]
async fn a_dropped_batch_resumes_without_submitting_again() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = set_up_with(sandbox().progress(Progress::Manual)).await;
    // Once both jobs are polled, both are in the journal. The third input has not been submitted.
    let both_are_polled = || {
        let jobs = sandbox.jobs();
        jobs.len() == 2 && jobs.iter().all(|job| job.polls > 0)
    };
    drop_when(batch(&client, &path), numbered_inputs(3), both_are_polled).await;
    assert_eq!(submits(&sandbox), (2, 2));

    for job in sandbox.jobs() {
        sandbox.finish(&job.request_id).unwrap();
    }
    let sandbox = std::sync::Arc::new(sandbox);
    let finishing = sandbox.clone();
    let results = batch(&client, &path)
        .on_submitted(move |index, job| {
            assert_eq!(index, 2, "called for new jobs only");
            finishing.finish(job.request_id()).unwrap();
        })
        .run(numbered_inputs(3))
        .await
        .unwrap();
    for (index, result) in results.iter().enumerate() {
        let id = result.as_ref().unwrap().json["request_id"]
            .as_str()
            .unwrap();
        assert_eq!(
            sandbox.job(id).unwrap().input["prompt"],
            format!("n{index}")
        );
    }
    assert_eq!(submits(&sandbox), (3, 3));

    // The batch runs once more, after all jobs have ended.
    let again = run(&client, &path, numbered_inputs(3)).await.unwrap();
    for (again, result) in again.iter().zip(&results) {
        assert_eq!(again.as_ref().unwrap(), result.as_ref().unwrap());
    }
    assert_eq!(submits(&sandbox), (3, 3));
}

#[tokio::test]
async fn a_batch_resumes_after_its_deadline_without_submitting_again() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = set_up_with(sandbox().progress(Progress::Manual)).await;
    let policy = PollPolicy::with_deadline(seconds(5));
    let results = batch(&client, &path)
        .poll(policy)
        .run(numbered_inputs(5))
        .await
        .unwrap();
    for result in results {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Deadline);
    }
    for job in sandbox.jobs() {
        sandbox.finish(&job.request_id).unwrap();
    }
    let results = run(&client, &path, numbered_inputs(5)).await.unwrap();
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(submits(&sandbox), (5, 5));
}

#[tokio::test]
async fn an_interrupted_submit_is_not_repeated() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = set_up().await;
    // The job is created, but the batch is dropped before the response.
    sandbox.plan(FaultRule::on(
        Endpoint::Submit,
        Fault::Delay(seconds(86_400)),
    ));
    drop_when(batch(&client, &path), numbered_inputs(1), || {
        sandbox.stats().accepted == 1
    })
    .await;

    for _ in 0..2 {
        let results = run(&client, &path, numbered_inputs(1)).await.unwrap();
        let error = results[0].as_ref().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UncertainSubmit);
        assert!(error.to_string().contains("input 0"), "{error}");
        assert!(!error.is_retryable());
    }
    assert_eq!(submits(&sandbox), (1, 1));

    // The input can be submitted again once its line is removed from the journal.
    fs::write(&path, "").unwrap();
    assert!(run(&client, &path, numbered_inputs(1)).await.unwrap()[0].is_ok());
    assert_eq!(submits(&sandbox), (2, 2));
}

#[tokio::test]
async fn an_uncertain_submit_is_not_repeated() {
    for fault in [Fault::ResetAfterRead, Fault::Garbage, Fault::status(500)] {
        let (_folder, path) = journal();
        let (sandbox, client, _) = set_up().await;
        sandbox.plan(FaultRule::on(Endpoint::Submit, fault.clone()).with_effect());
        for _ in 0..2 {
            let results = run(&client, &path, numbered_inputs(1)).await.unwrap();
            let error = results[0].as_ref().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UncertainSubmit, "{fault:?}");
        }
        assert_eq!(submits(&sandbox), (1, 1), "{fault:?}");
    }
}

#[tokio::test]
async fn a_refused_input_is_submitted_again_and_may_be_changed() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = set_up().await;
    sandbox.plan(FaultRule::on(Endpoint::Submit, Fault::status(422)).times(2));
    let results = run(&client, &path, numbered_inputs(2)).await.unwrap();
    for result in results {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Rejected);
    }
    let mut changed = numbered_inputs(2);
    changed[1].prompt = "changed".to_owned();
    for _ in 0..2 {
        let results = run(&client, &path, changed.clone()).await.unwrap();
        assert!(results.iter().all(Result::is_ok), "{results:?}");
    }
    assert_eq!(submits(&sandbox), (4, 2));
}

#[tokio::test]
async fn an_invalid_input_is_not_recorded() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = set_up().await;
    let invalid = vec![Input {
        prompt: "longer than ten".to_owned(),
    }];
    let results = run(&client, &path, invalid).await.unwrap();
    assert_eq!(
        results[0].as_ref().unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    assert!(lines(&path).is_empty());
    assert!(run(&client, &path, numbered_inputs(1)).await.unwrap()[0].is_ok());
    assert_eq!(submits(&sandbox), (1, 1));
}

#[tokio::test]
async fn a_journal_of_other_inputs_is_refused_before_anything_is_sent() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = set_up().await;
    run(&client, &path, numbered_inputs(2)).await.unwrap();
    let before = fs::read(&path).unwrap();

    let mut other = numbered_inputs(2);
    other[1].prompt = "another".to_owned();
    // An input inserted at the front shifts the indices of the inputs that were already submitted.
    let mut shifted = numbered_inputs(2);
    shifted.insert(0, other[1].clone());
    for inputs in [other, shifted] {
        let error = run(&client, &path, inputs.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Journal);

        // A stream reports the error in its results, and submits nothing after it.
        let stream = batch(&client, &path)
            .max_concurrency(8)
            .stream(inputs)
            .await
            .unwrap();
        let mut results: Vec<_> = stream.collect().await;
        results.sort_by_key(|(index, _)| *index);
        let (_, last) = results.last().unwrap();
        assert_eq!(last.as_ref().unwrap_err().kind(), ErrorKind::Journal);
    }
    assert_eq!(submits(&sandbox), (2, 2));
    assert_eq!(fs::read(&path).unwrap(), before);

    // Appended inputs are submitted.
    let results = run(&client, &path, numbered_inputs(3)).await.unwrap();
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(submits(&sandbox), (3, 3));
}

#[tokio::test]
async fn a_journal_of_another_model_is_refused_before_anything_is_sent() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = set_up().await;
    run(&client, &path, numbered_inputs(1)).await.unwrap();
    let other = Batch::<OtherModel>::new(client.clone()).journal(&path);
    let error = other.run([OtherInput {}]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Journal);
    assert!(error.to_string().contains("acme/other"), "{error}");
    assert_eq!(submits(&sandbox), (1, 1));
}

#[tokio::test]
async fn an_unreadable_journal_is_refused_before_anything_is_sent() {
    let (sandbox, client, _) = set_up().await;
    for text in [
        "not a journal\n",
        "[]\n",
        "{\"index\":0,\"step\":\"paid\"}\n",
        "\0\0\0\0\n",
        // `submitted` without `submitting`. If this line were ignored, input 0 could be submitted again.
        "{\"index\":0,\"step\":\"submitted\",\"request_id\":\"r-1\"}\n",
    ] {
        let (_folder, path) = journal();
        fs::write(&path, text).unwrap();
        let error = run(&client, &path, numbered_inputs(1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Journal, "{text:?}");
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            text,
            "the file is unchanged"
        );
    }
    let error = run(&client, Path::new("/no/such/folder/j"), numbered_inputs(1))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Journal);
    assert_eq!(sandbox.stats().connections, 0);
}

/// A crash while writing may truncate the journal at any byte.
#[tokio::test]
async fn a_journal_truncated_at_any_byte_causes_no_second_submit() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = set_up().await;
    let inputs = || {
        vec![Input {
            prompt: "größer \"ö".to_owned(),
        }]
    };
    let results = run(&client, &path, inputs()).await.unwrap();
    let finished = results[0].as_ref().unwrap();
    let complete = fs::read(&path).unwrap();
    // The positions of the line breaks after `submitting` and `submitted`.
    let mut breaks = complete
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n');
    let first = breaks.next().unwrap().0;
    let last = breaks.next().unwrap().0;

    for end in 0..=complete.len() {
        fs::write(&path, &complete[..end]).unwrap();
        let (before, _) = submits(&sandbox);
        let results = run(&client, &path, inputs()).await.unwrap();
        let sent = submits(&sandbox).0 - before;
        match &results[0] {
            // The `submitting` line is missing or incomplete. It is written before the submit, so the input
            // counts as not submitted.
            Ok(other) if end < first => {
                assert_eq!(sent, 1, "{end}");
                assert_ne!(other.json["request_id"], finished.json["request_id"]);
            }
            Err(error) if (first..last).contains(&end) => {
                assert_eq!(error.kind(), ErrorKind::UncertainSubmit, "{end}");
                assert_eq!(sent, 0, "{end}");
            }
            Ok(same) if end >= last => {
                assert_eq!((same, sent), (finished, 0), "{end}");
            }
            other => panic!("truncated at {end}, line breaks at {first} and {last}: {other:?}"),
        }
        // Lines appended after the truncated one are read as well.
        let (before, _) = submits(&sandbox);
        let again = run(&client, &path, inputs()).await.unwrap();
        assert_eq!(again[0].is_ok(), results[0].is_ok(), "{end}");
        assert_eq!(submits(&sandbox).0, before, "{end}");
    }
}

#[tokio::test]
async fn a_journal_is_used_by_one_batch_at_a_time() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = set_up_with(sandbox().progress(Progress::Manual)).await;
    let first = batch(&client, &path)
        .stream(numbered_inputs(1))
        .await
        .unwrap();
    let error = run(&client, &path, numbered_inputs(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Journal);
    assert!(error.to_string().contains("in use"), "{error}");
    assert_eq!(sandbox.stats().connections, 0);
    drop(first);
    let policy = PollPolicy::with_deadline(seconds(5));
    batch(&client, &path)
        .poll(policy)
        .run(numbered_inputs(1))
        .await
        .unwrap();
    assert_eq!(submits(&sandbox), (1, 1));
}

#[tokio::test]
async fn a_journal_does_not_contain_the_token() {
    let (_folder, path) = journal();
    let (_sandbox, client, _) = set_up().await;
    run(&client, &path, numbered_inputs(2)).await.unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains(TOKEN), "{text}");
}
