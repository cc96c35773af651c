//! The settings of a client, and the requests that it sends.

use std::time::Duration;

use crate::support::{
    RecordingClock, TOKEN, TextToVideo, client_builder, input, seconds, set_up, submitted,
};
use runcomfy_client::{Client, ErrorKind, Job, RetryPolicy};
use runcomfy_sandbox::{Endpoint, Fault, FaultRule};
use serde_json::json;

#[test]
fn clients_and_jobs_are_send_and_small() {
    fn assert_shareable<T: Clone + Send + Sync + 'static>() {}
    assert_shareable::<Client>();
    assert_shareable::<Job<TextToVideo>>();
    assert_eq!(size_of::<runcomfy_client::Error>(), size_of::<usize>());
    assert_eq!(size_of::<Client>(), size_of::<usize>());
}

#[test]
fn futures_are_send() {
    fn assert_send<T: Send>(_: T) {}
    let client = Client::new(TOKEN).unwrap();
    let job = client.resume::<TextToVideo>("r").unwrap();
    assert_send(client.submit(&input()));
    assert_send(job.wait());
    assert_send(job.cancel());
    assert_send(job.progress());
}

#[tokio::test]
async fn a_submit_sends_the_documented_request() {
    let (sandbox, client, _) = set_up().await;
    let job = submitted(&client).await;
    let request = &sandbox.requests()[0];
    assert_eq!(request.path, "/v1/models/acme/Clip%201.0/text-to-video");
    assert_eq!(
        request.header("authorization"),
        Some(&*format!("Bearer {TOKEN}"))
    );
    assert_eq!(request.header("content-type"), Some("application/json"));
    let agent = format!("runcomfy-client/{}", env!("CARGO_PKG_VERSION"));
    assert_eq!(request.header("user-agent"), Some(&*agent));
    assert_eq!(request.json(), Some(json!({ "prompt": "a cat" })));
    assert_eq!(request.created_job.as_deref(), Some(job.request_id()));
}

#[tokio::test]
async fn clones_share_the_connection_of_their_polls() {
    let (sandbox, client, _) = set_up().await;
    submitted(&client.clone()).await.wait().await.unwrap();
    submitted(&client).await.wait().await.unwrap();
    // Each of the two submits uses a separate connection; all polls share the third.
    assert_eq!(sandbox.stats().connections, 3);
}

#[tokio::test]
async fn a_base_url_may_have_a_path() {
    let (sandbox, _, clock) = set_up().await;
    let base_url = format!("{}/api/gateway/", sandbox.base_url());
    let client = client_builder(&base_url, &clock).build().unwrap();
    let error = client.submit(&input()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = client
        .resume::<TextToVideo>("r")
        .unwrap()
        .status()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let paths: Vec<String> = sandbox
        .requests()
        .into_iter()
        .map(|request| request.path)
        .collect();
    assert_eq!(
        paths,
        [
            "/api/gateway/v1/models/acme/Clip%201.0/text-to-video",
            "/api/gateway/v1/requests/r/status"
        ]
    );
}

#[test]
fn invalid_settings_are_refused() {
    let clock = RecordingClock::default();
    for base_url in [
        "http://model-api.runcomfy.net",
        "https://a:b@host",
        "host",
        "ftp://host",
    ] {
        let error = client_builder(base_url, &clock).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{base_url}");
    }
    for token in ["", " \n", "a\u{7f}b", "a\nb"] {
        let error = Client::new(token).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{token:?}");
    }
}

#[tokio::test]
async fn responses_are_read_up_to_the_size_limit() {
    let (sandbox, client, clock) = set_up().await;
    let job = submitted(&client).await;
    let body = json!({ "status": "in_progress", "padding": "x".repeat(2_000) });
    let length = body.to_string().len();
    sandbox.plan(FaultRule::on(Endpoint::Status, Fault::Status { status: 200, body }).always());
    for (limit, fits) in [(length, true), (length - 1, false)] {
        let client = client_builder(sandbox.base_url(), &clock)
            .max_response_bytes(limit)
            .build()
            .unwrap();
        let status = client
            .resume::<TextToVideo>(job.request_id())
            .unwrap()
            .status()
            .await;
        match status {
            Ok(_) => assert!(fits),
            Err(error) => {
                assert!(!fits, "{error}");
                assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
                assert_eq!(error.body().unwrap().len(), limit);
            }
        }
    }
    assert!(
        clock.delays().is_empty(),
        "too large a response is not retried"
    );
}

#[tokio::test]
async fn a_stalled_response_ends_at_the_read_timeout() {
    let (sandbox, client, clock) = set_up().await;
    let job = submitted(&client).await;
    let stalled = Fault::Slow {
        per_byte: Duration::from_secs(3600),
    };
    sandbox.plan(FaultRule::on(Endpoint::Status, stalled).always());
    let client = client_builder(sandbox.base_url(), &clock)
        .read_timeout(Duration::from_millis(500))
        .request_timeout(seconds(3600))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let error = client
        .resume::<TextToVideo>(job.request_id())
        .unwrap()
        .status()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network);
    assert!(error.is_retryable());
}

#[tokio::test]
async fn jitter_depends_on_the_seed() {
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let (sandbox, _, clock) = set_up().await;
        let client = client_builder(sandbox.base_url(), &clock)
            .retry(RetryPolicy {
                attempts: 6,
                ..RetryPolicy::default()
            })
            .seed(seed)
            .build()
            .unwrap();
        sandbox.plan(FaultRule::on(Endpoint::Submit, Fault::status(503)).always());
        client.submit(&input()).await.unwrap_err();
        runs.push(clock.delays());
    }
    assert_eq!(runs[0].len(), 5);
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}
