//! A process that is really killed between submit and result, and what the next one makes of it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use runcomfy_sandbox::{Call, Phase, Progress, Sandbox};
use serde_json::{Value, json};

use super::example;

const MODEL: &str = "wan-ai/wan-2-2/image-to-video";

fn command(sandbox: &Sandbox, folder: &Path) -> Command {
    let mut command = example("resume", folder);
    command
        .env("RUNCOMFY_BASE_URL", sandbox.base_url())
        .env("RUNCOMFY_API_TOKEN", sandbox.token());
    command
}

/// A child that is gone when the test is, however it ends.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Reads what the child says until a line begins like this.
async fn says(child: &mut Killed, begin: &'static str) -> Vec<String> {
    let out = child.0.stdout.take().unwrap();
    let reading = tokio::task::spawn_blocking(move || {
        let mut said = Vec::new();
        for line in BufReader::new(out).lines() {
            let line = line.unwrap();
            let is_last = line.starts_with(begin);
            said.push(line);
            if is_last {
                return said;
            }
        }
        panic!("it ended, and said only {said:?}")
    });
    let limit = Duration::from_secs(120);
    tokio::time::timeout(limit, reading).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_process_is_carried_on_without_a_second_submit() {
    let sandbox = Sandbox::builder()
        .schemas(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas"))
        .progress(Progress::Manual)
        .start()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let stored = folder.path().join("target/runcomfy/job.json");

    let mut first = Killed(command(&sandbox, folder.path()).spawn().unwrap());
    says(&mut first, "stored").await;
    assert_eq!(sandbox.stats().accepted, 1);
    assert!(stored.is_file());
    first.0.kill().unwrap();
    assert_eq!(first.0.wait().unwrap().signal(), Some(9), "it was SIGKILL");

    let jobs = sandbox.jobs();
    let [job] = jobs.as_slice() else {
        panic!("{jobs:?}")
    };
    let told: Value = serde_json::from_slice(&fs::read(&stored).unwrap()).unwrap();
    assert_eq!(
        told,
        json!({ "model_id": MODEL, "request_id": job.request_id })
    );
    assert_eq!(job.phase, Phase::Queued, "killed before there was a result");
    assert_eq!(sandbox.stats().reached(Call::Result), 0);

    sandbox.finish(&job.request_id).unwrap();
    let mut second = command(&sandbox, folder.path());
    let second = tokio::task::spawn_blocking(move || second.output().unwrap())
        .await
        .unwrap();
    let said = String::from_utf8(second.stdout).unwrap();
    assert!(second.status.success(), "{said}");
    assert!(
        said.contains(&format!("taking up {}", job.request_id)),
        "{said}"
    );
    let saved = said
        .lines()
        .find_map(|line| line.strip_prefix("saved "))
        .unwrap();
    let bytes = fs::read(folder.path().join(saved)).unwrap();
    assert_eq!(bytes.get(4..8), Some(b"ftyp".as_slice()), "an MP4");
    assert!(!stored.exists(), "nothing is left to come back for");

    let stats = sandbox.stats();
    assert_eq!((stats.reached(Call::Submit), stats.accepted), (1, 1));
}
