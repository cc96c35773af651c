//! Generic code over every model that is compiled in: no model is named here.

use std::fs;
use std::path::PathBuf;

use futures::future::BoxFuture;
use runcomfy_client::{
    Backoff, Client, Downloads, Error, Model, ModelOutput, ModelVisitor, PollPolicy, models,
};
use runcomfy_sandbox::{Progress, Sandbox};
use serde_json::Value;

/// What became of the documented example of a model.
struct Ran {
    model_id: &'static str,
    sent: Value,
    request_id: String,
    files: Vec<(PathBuf, bool)>,
    again: Vec<(PathBuf, bool)>,
}

/// Runs the documented example of every model, from input to file.
struct Examples {
    client: Client,
    downloads: Downloads,
    runs: Vec<BoxFuture<'static, Result<Ran, Error>>>,
}

impl ModelVisitor for Examples {
    fn visit<M: Model>(&mut self, _: M) {
        let (client, downloads) = (self.client.clone(), self.downloads.clone());
        // A model that came as bare JSON may have no example.
        let Some(input) = M::example() else {
            return;
        };
        self.runs.push(Box::pin(async move {
            let job = client.submit(&input).await?;
            let finished = job.wait().await?;
            Ok(Ran {
                model_id: M::ID,
                sent: serde_json::to_value(&input).unwrap(),
                request_id: job.request_id().to_owned(),
                files: saved(&downloads, &finished.output).await,
                again: saved(&downloads, &finished.output).await,
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
async fn every_models_documented_example_ends_as_a_file() {
    let sandbox = Sandbox::builder()
        .schemas(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas"))
        .progress(Progress::Polls {
            queued: 1,
            running: 1,
        })
        .start()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let moment = std::time::Duration::from_millis(1);
    let client = Client::builder()
        .base_url(sandbox.base_url())
        .token(sandbox.token())
        .poll(PollPolicy {
            backoff: Backoff {
                initial: moment,
                factor: 1.0,
                max: moment,
                jitter: 0.0,
            },
            ..PollPolicy::default()
        })
        .build()
        .unwrap();
    let mut examples = Examples {
        client,
        downloads: Downloads::new(folder.path()),
        runs: Vec::new(),
    };
    models::visit(&mut examples);
    let ran = futures::future::try_join_all(examples.runs).await.unwrap();

    let mut ids: Vec<&str> = ran.iter().map(|ran| ran.model_id).collect();
    ids.sort_unstable();
    let documented = sandbox.models().into_iter();
    let documented: Vec<_> = documented
        .filter(|id| sandbox.example(id).is_some())
        .collect();
    assert!(documented.len() >= 5, "the first five all have examples");
    assert_eq!(ids, documented, "every model with an example, once");
    assert_eq!(sandbox.stats().accepted, ran.len() as u64);
    for ran in &ran {
        let job = sandbox.job(&ran.request_id).unwrap();
        assert_eq!(job.model_id, ran.model_id);
        assert_eq!(job.input, ran.sent, "{}", ran.model_id);
        assert_eq!(Some(&job.input), sandbox.example(ran.model_id).as_ref());
        assert!(!ran.files.is_empty(), "{}", ran.model_id);
        for ((path, kept), again) in ran.files.iter().zip(&ran.again) {
            assert!(!kept, "{path:?}");
            assert_eq!(*again, (path.clone(), true), "not fetched twice");
            let bytes = fs::read(path).unwrap();
            let is_media = bytes.get(4..8) == Some(b"ftyp".as_slice())
                || bytes.starts_with(b"\x89PNG")
                || path.extension().is_some_and(|extension| extension == "mp3");
            assert!(is_media, "{path:?}");
        }
    }
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        ran.iter().map(|ran| ran.files.len()).sum::<usize>(),
        "a file of its own for each"
    );
}
