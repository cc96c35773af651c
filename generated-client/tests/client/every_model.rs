//! Submits the documented example of every model, with code that is generic over the model.

use std::fs;
use std::path::PathBuf;

use futures_util::future::BoxFuture;
use runcomfy_client::{
    Backoff, Client, Downloads, Error, Model, ModelOutput, ModelVisitor, PollPolicy, models,
};
use runcomfy_sandbox::{Progress, Sandbox};
use serde_json::Value;

use crate::support::schemas;

/// The run of one example.
struct Run {
    model_id: &'static str,
    input: Value,
    request_id: String,
    /// For each of two downloads, the saved files and whether they were already present.
    files: [Vec<(PathBuf, bool)>; 2],
}

/// Runs the example of every model, from the input to files.
struct Examples {
    client: Client,
    downloads: Downloads,
    runs: Vec<BoxFuture<'static, Result<Run, Error>>>,
}

impl ModelVisitor for Examples {
    fn visit<M: Model>(&mut self, _: M) {
        let (client, downloads) = (self.client.clone(), self.downloads.clone());
        // The example is optional.
        let Some(input) = M::example() else {
            return;
        };
        self.runs.push(Box::pin(async move {
            let job = client.submit(&input).await?;
            let finished = job.wait().await?;
            Ok(Run {
                model_id: M::ID,
                input: serde_json::to_value(&input).unwrap(),
                request_id: job.request_id().to_owned(),
                files: [
                    saved(&downloads, &finished.output).await,
                    saved(&downloads, &finished.output).await,
                ],
            })
        }));
    }
}

async fn saved(downloads: &Downloads, output: &impl ModelOutput) -> Vec<(PathBuf, bool)> {
    let files = downloads.fetch(output).await.into_iter();
    files
        .map(|file| file.result.unwrap())
        .map(|saved| (saved.path, saved.already_present))
        .collect()
}

#[tokio::test]
async fn the_example_of_every_model_ends_as_a_file() {
    let sandbox = Sandbox::builder()
        .schemas(schemas::FOLDER)
        .progress(Progress::Polls {
            queued: 1,
            running: 1,
        })
        .start()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let delay = std::time::Duration::from_millis(1);
    let client = Client::builder()
        .base_url(sandbox.base_url())
        .token(sandbox.token())
        .poll(PollPolicy {
            backoff: Backoff {
                initial: delay,
                factor: 1.0,
                max: delay,
                jitter: 0.0,
            },
            ..PollPolicy::default()
        })
        .build()
        .unwrap();
    let mut examples = Examples {
        downloads: client.downloads(folder.path()),
        client,
        runs: Vec::new(),
    };
    models::visit(&mut examples);
    let runs = futures_util::future::try_join_all(examples.runs)
        .await
        .unwrap();

    let mut ids: Vec<&str> = runs.iter().map(|run| run.model_id).collect();
    ids.sort_unstable();
    let documented = sandbox.models().into_iter();
    let documented: Vec<_> = documented
        .filter(|id| sandbox.example(id).is_some())
        .collect();
    assert!(documented.len() >= 5);
    assert_eq!(ids, documented);
    assert_eq!(sandbox.stats().accepted, runs.len() as u64);
    for run in &runs {
        let job = sandbox.job(&run.request_id).unwrap();
        assert_eq!(job.model_id, run.model_id);
        assert_eq!(job.input, run.input, "{}", run.model_id);
        assert_eq!(Some(&job.input), sandbox.example(run.model_id).as_ref());
        let [first, second] = &run.files;
        assert!(!first.is_empty(), "{}", run.model_id);
        for ((path, already_present), second) in first.iter().zip(second) {
            assert!(!already_present, "{path:?}");
            assert_eq!(*second, (path.clone(), true), "fetched twice");
            let bytes = fs::read(path).unwrap();
            let is_media = bytes.get(4..8) == Some(b"ftyp".as_slice())
                || bytes.starts_with(b"\x89PNG")
                || path.extension().is_some_and(|extension| extension == "mp3");
            assert!(is_media, "{path:?}");
        }
    }
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        runs.iter().map(|run| run.files[0].len()).sum::<usize>(),
        "two URLs with the same file name"
    );
}
