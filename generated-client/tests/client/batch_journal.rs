//! The journal of a batch: whatever happens to the process, nothing is paid for twice.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::support::{Input, Other, OtherInput, TextToVideo, numbered, sandbox, set_up, with};
use futures::StreamExt;
use runcomfy_client::{Batch, BatchResult, Client, Error, ErrorKind, PollPolicy};
use runcomfy_sandbox::{Call, Fault, Progress, Rule, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;

type Results = Vec<BatchResult<TextToVideo>>;

/// A journal in a folder that is gone after the test.
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
    (stats.reached(Call::Submit), stats.accepted)
}

/// Drives a batch until `enough`, then drops it, as a process that dies does.
async fn drop_when(batch: Batch<TextToVideo>, inputs: Vec<Input>, enough: impl Fn() -> bool) {
    let mut stream = std::pin::pin!(batch.stream(inputs).unwrap());
    let until = async {
        while !enough() {
            tokio::task::yield_now().await;
        }
    };
    let driven = async {
        tokio::select! {
            ended = stream.next() => panic!("a job ended: {ended:?}"),
            () = until => {}
        }
    };
    let limit = Duration::from_secs(60);
    tokio::time::timeout(limit, driven).await.unwrap();
}

#[tokio::test]
async fn a_journal_tells_what_was_sent_and_what_came_of_it() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = set_up().await;
    sandbox.plan(Rule::on(Call::Submit, Fault::status(422)).after(1));
    let results = batch(&client, &path)
        .max_concurrency(1)
        .run(numbered(2))
        .await
        .unwrap();
    let id = results[0].as_ref().unwrap().json["request_id"].clone();
    let model = "acme/Clip 1.0/text-to-video";
    assert_eq!(
        lines(&path),
        [
            json!({ "index": 0, "step": "submitting", "model_id": model, "input": { "prompt": "n0" } }),
            json!({ "index": 0, "step": "submitted", "request_id": id }),
            json!({ "index": 1, "step": "submitting", "model_id": model, "input": { "prompt": "n1" } }),
            json!({ "index": 1, "step": "refused" }),
        ]
    );
}

#[tokio::test]
async fn a_batch_that_was_dropped_goes_on_without_a_second_submit() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = with(sandbox().progress(Progress::Manual)).await;
    // Two jobs are asked after, so both are in the journal; the third has not begun.
    let both_are_waited_for = || {
        let jobs = sandbox.jobs();
        jobs.len() == 2 && jobs.iter().all(|job| job.polls > 0)
    };
    drop_when(batch(&client, &path), numbered(3), both_are_waited_for).await;
    assert_eq!(submits(&sandbox), (2, 2));

    for job in sandbox.jobs() {
        sandbox.finish(&job.request_id).unwrap();
    }
    let seen = std::sync::Arc::new(sandbox);
    let finishing = seen.clone();
    let results = batch(&client, &path)
        .on_submitted(move |index, job| {
            assert_eq!(index, 2, "only what is new is told of");
            finishing.finish(job.request_id()).unwrap();
        })
        .run(numbered(3))
        .await
        .unwrap();
    for (index, result) in results.iter().enumerate() {
        let id = result.as_ref().unwrap().json["request_id"]
            .as_str()
            .unwrap();
        assert_eq!(seen.job(id).unwrap().input["prompt"], format!("n{index}"));
    }
    assert_eq!(submits(&seen), (3, 3));

    // And once more, when all is over.
    let again = run(&client, &path, numbered(3)).await.unwrap();
    for (again, result) in again.iter().zip(&results) {
        assert_eq!(again.as_ref().unwrap(), result.as_ref().unwrap());
    }
    assert_eq!(submits(&seen), (3, 3));
}

#[tokio::test]
async fn a_batch_that_gave_up_goes_on_without_a_second_submit() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = with(sandbox().progress(Progress::Manual)).await;
    let soon = PollPolicy::with_deadline(crate::support::seconds(5));
    let results = batch(&client, &path)
        .poll(soon)
        .run(numbered(5))
        .await
        .unwrap();
    for result in results {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Deadline);
    }
    for job in sandbox.jobs() {
        sandbox.finish(&job.request_id).unwrap();
    }
    let results = run(&client, &path, numbered(5)).await.unwrap();
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(submits(&sandbox), (5, 5));
}

#[tokio::test]
async fn a_batch_that_dies_while_it_submits_does_not_submit_again() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = set_up().await;
    // The job is made, and the answer does not come while the process lives.
    sandbox.plan(Rule::on(
        Call::Submit,
        Fault::Delay(crate::support::seconds(86_400)),
    ));
    drop_when(batch(&client, &path), numbered(1), || {
        sandbox.stats().accepted == 1
    })
    .await;

    for _ in 0..2 {
        let results = run(&client, &path, numbered(1)).await.unwrap();
        let error = results[0].as_ref().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UncertainSubmit);
        assert!(error.to_string().contains("input 0"), "{error}");
        assert!(!error.is_retryable());
    }
    assert_eq!(submits(&sandbox), (1, 1));

    // The named way on: whoever knows that there is no such job takes the line out.
    fs::write(&path, "").unwrap();
    assert!(run(&client, &path, numbered(1)).await.unwrap()[0].is_ok());
    assert_eq!(submits(&sandbox), (2, 2));
}

#[tokio::test]
async fn an_uncertain_submit_is_not_sent_again() {
    for fault in [Fault::ResetAfterRead, Fault::Garbage, Fault::status(500)] {
        let (_folder, path) = journal();
        let (sandbox, client, _) = set_up().await;
        sandbox.plan(Rule::on(Call::Submit, fault.clone()).accepted());
        for _ in 0..2 {
            let results = run(&client, &path, numbered(1)).await.unwrap();
            let error = results[0].as_ref().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UncertainSubmit, "{fault:?}");
        }
        assert_eq!(submits(&sandbox), (1, 1), "{fault:?}");
    }
}

#[tokio::test]
async fn an_input_that_was_refused_is_sent_again_and_may_be_mended() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = set_up().await;
    sandbox.plan(Rule::on(Call::Submit, Fault::status(422)).next(2));
    let results = run(&client, &path, numbered(2)).await.unwrap();
    for result in results {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Rejected);
    }
    let mut mended = numbered(2);
    mended[1].prompt = "mended".to_owned();
    for _ in 0..2 {
        let results = run(&client, &path, mended.clone()).await.unwrap();
        assert!(results.iter().all(Result::is_ok), "{results:?}");
    }
    assert_eq!(submits(&sandbox), (4, 2));
}

#[tokio::test]
async fn an_input_that_breaks_its_schema_leaves_no_line() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = set_up().await;
    let long = vec![Input {
        prompt: "longer than ten".to_owned(),
    }];
    let results = run(&client, &path, long).await.unwrap();
    assert_eq!(
        results[0].as_ref().unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    assert!(lines(&path).is_empty());
    assert!(run(&client, &path, numbered(1)).await.unwrap()[0].is_ok());
    assert_eq!(submits(&sandbox), (1, 1));
}

#[tokio::test]
async fn a_journal_of_other_inputs_is_refused_before_anything_is_sent() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = set_up().await;
    run(&client, &path, numbered(2)).await.unwrap();
    let before = fs::read(&path).unwrap();

    let mut other = numbered(2);
    other[1].prompt = "another".to_owned();
    // One more at the front: the last is not in the journal at its place, but was sent before.
    let mut moved = numbered(2);
    moved.insert(0, other[1].clone());
    for inputs in [other, moved] {
        let error = run(&client, &path, inputs.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Journal);

        // As a stream it shows on the way, and still nothing behind it is sent.
        let stream = batch(&client, &path)
            .max_concurrency(8)
            .stream(inputs)
            .unwrap();
        let mut results: Vec<_> = stream.collect().await;
        results.sort_by_key(|(index, _)| *index);
        let (_, last) = results.last().unwrap();
        assert_eq!(last.as_ref().unwrap_err().kind(), ErrorKind::Journal);
    }
    assert_eq!(submits(&sandbox), (2, 2));
    assert_eq!(fs::read(&path).unwrap(), before);

    // At the end there may be more.
    let results = run(&client, &path, numbered(3)).await.unwrap();
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(submits(&sandbox), (3, 3));
}

#[tokio::test]
async fn a_journal_of_another_model_is_refused_before_anything_is_sent() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = set_up().await;
    run(&client, &path, numbered(1)).await.unwrap();
    let other = Batch::<Other>::new(client.clone()).journal(&path);
    let error = other.run([OtherInput {}]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Journal);
    assert!(error.to_string().contains("acme/other"), "{error}");
    assert_eq!(submits(&sandbox), (1, 1));
}

#[tokio::test]
async fn a_journal_that_cannot_be_understood_is_refused_before_anything_is_sent() {
    let (sandbox, client, _) = set_up().await;
    for text in [
        "not a journal\n",
        "[]\n",
        "{\"index\":0,\"step\":\"paid\"}\n",
        "\0\0\0\0\n",
        // A job whose input nobody knows: to pass it over is to pay for the input again.
        "{\"index\":0,\"step\":\"submitted\",\"request_id\":\"r-1\"}\n",
    ] {
        let (_folder, path) = journal();
        fs::write(&path, text).unwrap();
        let error = run(&client, &path, numbered(1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Journal, "{text:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "it is left alone");
    }
    let error = run(&client, Path::new("/no/such/folder/j"), numbered(1))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Journal);
    assert_eq!(sandbox.stats().connections, 0);
}

/// The process, or the machine, dies while it writes: the journal may end anywhere.
#[tokio::test]
async fn a_journal_that_ends_anywhere_is_read_as_far_as_it_goes() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = set_up().await;
    let inputs = || {
        vec![Input {
            prompt: "größer \"ö".to_owned(),
        }]
    };
    let results = run(&client, &path, inputs()).await.unwrap();
    let finished = results[0].as_ref().unwrap();
    let whole = fs::read(&path).unwrap();
    let first = whole.iter().position(|byte| *byte == b'\n').unwrap();
    let last = whole.len() - 1;

    for end in 0..=whole.len() {
        fs::write(&path, &whole[..end]).unwrap();
        let (before, _) = submits(&sandbox);
        let results = run(&client, &path, inputs()).await.unwrap();
        let sent = submits(&sandbox).0 - before;
        match &results[0] {
            // Nothing is sent before its line is whole and on the disk.
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
            other => panic!("cut at {end} of {first} and {last}: {other:?}"),
        }
        // What was written behind the torn line is read as well.
        let (before, _) = submits(&sandbox);
        let again = run(&client, &path, inputs()).await.unwrap();
        assert_eq!(again[0].is_ok(), results[0].is_ok(), "{end}");
        assert_eq!(submits(&sandbox).0, before, "{end}");
    }
}

#[tokio::test]
async fn two_batches_do_not_share_a_journal() {
    let (_folder, path) = journal();
    let (sandbox, client, _) = with(sandbox().progress(Progress::Manual)).await;
    let first = batch(&client, &path).stream(numbered(1)).unwrap();
    let error = run(&client, &path, numbered(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Journal);
    assert!(error.to_string().contains("in use"), "{error}");
    assert_eq!(sandbox.stats().connections, 0);
    drop(first);
    let soon = PollPolicy::with_deadline(crate::support::seconds(5));
    batch(&client, &path)
        .poll(soon)
        .run(numbered(1))
        .await
        .unwrap();
    assert_eq!(submits(&sandbox), (1, 1));
}

#[tokio::test]
async fn a_journal_holds_no_token() {
    let (_folder, path) = journal();
    let (_sandbox, client, _) = set_up().await;
    run(&client, &path, numbered(2)).await.unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains(crate::support::TOKEN), "{text}");
}
