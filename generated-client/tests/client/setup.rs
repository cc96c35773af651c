//! How a client is set up, and what it sends.

use std::time::Duration;

use crate::support::{NotedClock, TOKEN, TextToVideo, builder, input, seconds, set_up, submitted};
use runcomfy_client::{Client, ErrorKind, Job, RetryPolicy};
use runcomfy_sandbox::{Call, Fault, Rule};
use serde_json::json;

#[test]
fn clients_and_jobs_cross_threads_and_errors_are_small() {
    fn crosses<T: Clone + Send + Sync + 'static>() {}
    crosses::<Client>();
    crosses::<Job<TextToVideo>>();
    assert_eq!(size_of::<runcomfy_client::Error>(), size_of::<usize>());
    assert_eq!(size_of::<Client>(), size_of::<usize>());
}

#[test]
fn futures_are_send() {
    fn sends<T: Send>(_: T) {}
    let client = Client::new(TOKEN).unwrap();
    let job = client.resume::<TextToVideo>("r").unwrap();
    sends(client.submit(&input()));
    sends(job.wait());
    sends(job.cancel());
    sends(job.progress());
}

#[tokio::test]
async fn a_submit_is_the_documented_request() {
    let (sandbox, client, _) = set_up().await;
    let job = submitted(&client).await;
    let call = &sandbox.calls()[0];
    assert_eq!(call.path, "/v1/models/acme/Clip%201.0/text-to-video");
    assert_eq!(
        call.header("authorization"),
        Some(&*format!("Bearer {TOKEN}"))
    );
    assert_eq!(call.header("content-type"), Some("application/json"));
    let agent = format!("runcomfy-client/{}", env!("CARGO_PKG_VERSION"));
    assert_eq!(call.header("user-agent"), Some(&*agent));
    assert_eq!(call.json(), Some(json!({ "prompt": "a cat" })));
    assert_eq!(call.accepted.as_deref(), Some(job.request_id()));
}

#[tokio::test]
async fn calls_share_one_connection() {
    let (sandbox, client, _) = set_up().await;
    submitted(&client.clone()).await.wait().await.unwrap();
    submitted(&client).await.wait().await.unwrap();
    assert_eq!(sandbox.stats().connections, 1);
}

#[tokio::test]
async fn a_base_url_may_have_a_path() {
    let (sandbox, _, clock) = set_up().await;
    let base_url = format!("{}/gate/way/", sandbox.base_url());
    let client = builder(&base_url, &clock).build().unwrap();
    let error = client.submit(&input()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = client
        .resume::<TextToVideo>("r")
        .unwrap()
        .status()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let paths: Vec<String> = sandbox.calls().into_iter().map(|call| call.path).collect();
    assert_eq!(
        paths,
        [
            "/gate/way/v1/models/acme/Clip%201.0/text-to-video",
            "/gate/way/v1/requests/r/status"
        ]
    );
}

#[test]
fn what_cannot_work_is_refused_max_concurrency() {
    let clock = NotedClock::default();
    for base_url in [
        "http://model-api.runcomfy.net",
        "https://a:b@host",
        "host",
        "ftp://host",
    ] {
        let error = builder(base_url, &clock).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{base_url}");
    }
    for token in ["", " \n", "a\u{7f}b", "a\nb"] {
        let error = Client::new(token).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{token:?}");
    }
}

#[tokio::test]
async fn an_answer_is_read_up_to_the_limit() {
    let (sandbox, client, clock) = set_up().await;
    let job = submitted(&client).await;
    let body = json!({ "status": "in_progress", "fill": "x".repeat(2_000) });
    let length = body.to_string().len();
    sandbox.plan(Rule::on(Call::Status, Fault::Status { status: 200, body }).always());
    for (limit, good) in [(length, true), (length - 1, false)] {
        let client = builder(sandbox.base_url(), &clock)
            .max_response_bytes(limit)
            .build()
            .unwrap();
        let status = client
            .resume::<TextToVideo>(job.request_id())
            .unwrap()
            .status()
            .await;
        match status {
            Ok(_) => assert!(good),
            Err(error) => {
                assert!(!good, "{error}");
                assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
                assert_eq!(error.body().unwrap().len(), limit);
            }
        }
    }
    assert!(clock.pauses().is_empty(), "it would be as large again");
}

#[tokio::test]
async fn an_answer_that_stands_still_meets_the_read_timeout() {
    let (sandbox, client, clock) = set_up().await;
    let job = submitted(&client).await;
    let stalled = Fault::Slow {
        per_byte: Duration::from_secs(3600),
    };
    sandbox.plan(Rule::on(Call::Status, stalled).always());
    let client = builder(sandbox.base_url(), &clock)
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
async fn jitter_is_the_same_for_the_same_seed() {
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let (sandbox, _, clock) = set_up().await;
        let client = builder(sandbox.base_url(), &clock)
            .retry(RetryPolicy {
                attempts: 6,
                ..RetryPolicy::default()
            })
            .seed(seed)
            .build()
            .unwrap();
        sandbox.plan(Rule::on(Call::Submit, Fault::status(503)).always());
        client.submit(&input()).await.unwrap_err();
        runs.push(clock.pauses());
    }
    assert_eq!(runs[0].len(), 5);
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}
