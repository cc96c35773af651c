//! The `resume` example: one process is killed after its submit, and a second one resumes the job.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use runcomfy_sandbox::{Endpoint, Phase, Progress, Sandbox};
use serde_json::{Value, json};

use super::example;
use crate::support::schemas;

const MODEL: &str = "wan-ai/wan-2-2/image-to-video";

fn command(sandbox: &Sandbox, folder: &Path) -> Command {
    let mut command = example("resume", folder);
    command
        .env("RUNCOMFY_MODEL_API_BASE", sandbox.base_url())
        .env("RUNCOMFY_API_TOKEN", sandbox.token());
    command
}

/// A child process that is killed on drop.
struct KillOnDrop(Child);

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Reads the output of the child up to the line with this prefix.
async fn read_until(child: &mut KillOnDrop, prefix: &'static str) {
    let out = child.0.stdout.take().unwrap();
    let read = tokio::task::spawn_blocking(move || {
        let mut lines = BufReader::new(out).lines().map(Result::unwrap);
        assert!(lines.any(|line| line.starts_with(prefix)), "no {prefix}");
    });
    tokio::time::timeout(Duration::from_secs(120), read)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_job_of_a_killed_process_is_resumed_without_a_second_submit() {
    let sandbox = Sandbox::builder()
        .schemas(schemas::FOLDER)
        .progress(Progress::Manual)
        .start()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let stored = folder.path().join("target/runcomfy/job.json");

    let mut first = KillOnDrop(command(&sandbox, folder.path()).spawn().unwrap());
    read_until(&mut first, "stored").await;
    assert_eq!(sandbox.stats().accepted, 1);
    assert!(stored.is_file());
    first.0.kill().unwrap();
    assert_eq!(first.0.wait().unwrap().signal(), Some(9), "SIGKILL");

    let jobs = sandbox.jobs();
    let [job] = jobs.as_slice() else {
        panic!("{jobs:?}")
    };
    let content: Value = serde_json::from_slice(&fs::read(&stored).unwrap()).unwrap();
    assert_eq!(
        content,
        json!({ "model_id": MODEL, "request_id": job.request_id })
    );
    assert_eq!(job.phase, Phase::Queued, "the job has not ended");
    assert_eq!(sandbox.stats().requests(Endpoint::Result), 0);

    sandbox.finish(&job.request_id).unwrap();
    let mut second = command(&sandbox, folder.path());
    let second = tokio::task::spawn_blocking(move || second.output().unwrap())
        .await
        .unwrap();
    let text = String::from_utf8(second.stdout).unwrap();
    assert!(second.status.success(), "{text}");
    assert!(
        text.contains(&format!("resuming {}", job.request_id)),
        "{text}"
    );
    let saved = text
        .lines()
        .find_map(|line| line.strip_prefix("saved "))
        .unwrap();
    let bytes = fs::read(folder.path().join(saved)).unwrap();
    assert_eq!(bytes.get(4..8), Some(b"ftyp".as_slice()), "an MP4");
    assert!(!stored.exists(), "the stored job is removed");

    let stats = sandbox.stats();
    assert_eq!((stats.requests(Endpoint::Submit), stats.accepted), (1, 1));
}
