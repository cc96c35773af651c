//! Runs a batch in a child process, which is killed at random moments and started again. The last process
//! runs until the batch is finished.
#![cfg(unix)]

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use runcomfy_client::{Batch, Client, ErrorKind, RetryPolicy};
use serde_json::json;

use super::server::{Adversary, Event, created, refused, response};
use crate::support::{TOKEN, TextToVideo, numbered_inputs, plain_backoff, plain_poll};

const JOBS: usize = 40;
const CHILD_URL: &str = "RUNCOMFY_TEST_KILL_URL";
const CHILD_JOURNAL: &str = "RUNCOMFY_TEST_KILL_JOURNAL";

/// Runs in a separate process, which is killed.
#[tokio::test]
async fn child_with_a_batch() {
    let (Ok(url), Ok(journal)) = (std::env::var(CHILD_URL), std::env::var(CHILD_JOURNAL)) else {
        return;
    };
    let quick = runcomfy_client::Backoff {
        initial: Duration::from_millis(1),
        ..plain_backoff()
    };
    let client = Client::builder()
        .base_url(url)
        .token(TOKEN)
        .retry(RetryPolicy {
            backoff: quick,
            ..RetryPolicy::default()
        })
        .poll(runcomfy_client::PollPolicy {
            backoff: quick,
            ..plain_poll()
        })
        .build()
        .unwrap();
    let results = Batch::<TextToVideo>::new(client)
        .journal(journal)
        .run(numbered_inputs(JOBS))
        .await
        .unwrap();
    let kinds = results.iter().map(|result| match result {
        Ok(finished) => json!(finished.output.0["video"]),
        Err(error) => json!({ "error": format!("{:?}", error.kind()) }),
    });
    println!("RESULTS {}", serde_json::Value::from_iter(kinds));
}

/// Returns the number of kills and of uncertain submits.
async fn run(kills: usize, seed: u64) -> (usize, usize) {
    let jobs: Arc<Mutex<HashMap<String, usize>>> = Arc::default();
    let billed = jobs.clone();
    let server = Adversary::start(move |request| {
        if request.is_submit() {
            if request.earlier % 7 == 3 {
                return vec![refused(503)];
            }
            let prompt = request.prompt();
            *billed.lock().unwrap().entry(prompt.clone()).or_default() += 1;
            return match request.earlier % 11 {
                5 => vec![Event::Close],
                _ => vec![created(&prompt)],
            };
        }
        match request.earlier {
            0 if request.is_status() => vec![response(200, r#"{"status":"in_progress"}"#)],
            1 => vec![response(500, "")],
            _ if request.is_status() => vec![response(200, r#"{"status":"completed"}"#)],
            _ => {
                let body = json!({ "status": "succeeded", "output": { "video": request.job() } });
                vec![response(200, &body.to_string())]
            }
        }
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("jobs.jsonl");
    let mut rng = fastrand::Rng::with_seed(seed);
    for _ in 0..kills {
        let mut child = child(&server, &journal).spawn().unwrap();
        let moment = Duration::from_micros(rng.u64(5_000..120_000));
        tokio::time::sleep(moment).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let output = tokio::task::spawn_blocking({
        let mut child = child(&server, &journal);
        move || child.output().unwrap()
    })
    .await
    .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let results = text
        .lines()
        .find_map(|line| line.split_once("RESULTS "))
        .unwrap_or_else(|| panic!("{text}"));
    let results: Vec<serde_json::Value> = serde_json::from_str(results.1).unwrap();
    assert_eq!(results.len(), JOBS);
    let billed = jobs.lock().unwrap();
    let mut uncertain = 0;
    for (index, result) in results.iter().enumerate() {
        let prompt = format!("n{index}");
        let times = billed.get(&prompt).copied().unwrap_or_default();
        assert!(times <= 1, "{prompt} was billed {times} times");
        if *result == json!({ "error": format!("{:?}", ErrorKind::UncertainSubmit) }) {
            uncertain += 1;
        } else {
            assert_eq!(*result, json!(prompt));
        }
    }
    (kills, uncertain)
}

fn child(server: &Adversary, journal: &PathBuf) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "--exact",
            "adversary::kill::child_with_a_batch",
            "--nocapture",
        ])
        .env(CHILD_URL, server.url())
        .env(CHILD_JOURNAL, journal)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_is_killed_bills_nothing_twice_and_loses_nothing() {
    run(8, 1).await;
}

/// `cargo test -p runcomfy-client-tests --release adversary::kill -- --include-ignored --nocapture`
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while"]
async fn a_batch_that_is_killed_two_hundred_times() {
    let (mut kills, mut uncertain) = (0, 0);
    for seed in 0..20 {
        let of_seed = run(10, seed).await;
        kills += of_seed.0;
        uncertain += of_seed.1;
    }
    println!(
        "{kills} kills over {} jobs: none billed twice, none lost, {uncertain} uncertain",
        20 * JOBS
    );
}
