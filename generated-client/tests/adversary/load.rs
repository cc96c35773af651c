//! Runs up to ten thousand jobs, 64 concurrently, against a server that injects a mix of faults. Another
//! test compares the throughput of a batch with that of a plain loop of requests. That test and the run of
//! ten thousand jobs are slow and ignored by default. To print the figures:
//!
//! ```sh
//! cargo test -p runcomfy-client-tests --release adversary::load -- --include-ignored --nocapture
//! ```

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use runcomfy_client::{Batch, Client, Clock, ErrorKind, PollPolicy};
use serde_json::{Value, json};

use super::server::{Adversary, Event, Request, created, refused, response};
use crate::support::{Input, TOKEN, TextToVideo, numbered_inputs, plain_poll, plain_retry};

const CONCURRENCY: usize = 64;

/// A clock on which a delay takes no time.
#[derive(Debug)]
struct NoDelay;

impl Clock for NoDelay {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> futures_util::future::BoxFuture<'static, ()> {
        Box::pin(tokio::task::yield_now())
    }
}

/// What the server did with the submits of a prompt.
#[derive(Clone, Copy, Debug, Default)]
struct Billed {
    jobs: usize,
    is_response_whole: bool,
}

type Bill = Arc<Mutex<HashMap<String, Billed>>>;

/// A number from 0 to 99, derived only from the path, the body and the number of earlier requests with the
/// same method and path.
fn percentile(request: &Request) -> u64 {
    let text = format!("{}{:?}{}", request.path, request.body, request.earlier);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash >> 32) % 100
}

fn succeeded(request: &Request) -> Vec<Event> {
    if request.is_status() {
        return vec![response(200, r#"{"status":"completed"}"#)];
    }
    let body = json!({
        "request_id": request.job(),
        "status": "succeeded",
        "output": { "video": request.job() },
    });
    vec![response(200, &body.to_string())]
}

/// Refuses the submit, or creates a job and responds in one of many ways.
fn submit(request: &Request, bill: &Bill) -> Vec<Event> {
    let prompt = request.prompt();
    // The percentile also depends on the number of earlier submits, so a repeated submit gets a new one
    // and an input is rarely refused many times in a row.
    let percentile = percentile(request);
    let mut bill = bill.lock().unwrap();
    let entry = bill.entry(prompt.clone()).or_default();
    if percentile < 10 {
        return vec![refused(if percentile < 5 { 429 } else { 503 })];
    }
    entry.jobs += 1;
    let cut = |bytes: usize| match created(&prompt) {
        Event::Send(all) => Event::Send(all[..bytes].to_vec()),
        event => event,
    };
    match percentile {
        10 | 11 => vec![Event::Close],
        12 | 13 => vec![Event::Reset],
        14 | 15 => vec![cut(30), Event::Close],
        16 => vec![response(503, "upstream connect error")],
        17 => vec![response(
            503,
            r#"{"error_code":1,"data":{"request_id":"x"}}"#,
        )],
        18 => vec![response(500, r#"{"error_code":500001}"#)],
        19 => vec![response(200, "<html>")],
        20 => vec![response(302, "")],
        _ => {
            entry.is_response_whole = true;
            let unsolicited = match percentile {
                21..=30 => Some(refused(503)),
                31..=40 => Some(created("another")),
                _ => None,
            };
            [created(&prompt)].into_iter().chain(unsolicited).collect()
        }
    }
}

fn poll(request: &Request) -> Vec<Event> {
    let stale = response(200, r#"{"request_id":"another","status":"failed"}"#);
    match percentile(request) {
        0..=2 => vec![response(500, "")],
        3 | 4 => vec![Event::Close],
        5 | 6 => vec![refused(429)],
        7 | 8 if request.earlier == 0 => vec![response(404, r#"{"error_code":404001}"#)],
        9..=18 if request.position > 0 => [stale].into_iter().chain(succeeded(request)).collect(),
        _ => succeeded(request),
    }
}

async fn run(jobs: usize) {
    let bill = Bill::default();
    let server_bill = bill.clone();
    let server = Adversary::start(move |request| {
        if request.is_submit() {
            submit(request, &server_bill)
        } else {
            poll(request)
        }
    })
    .await;
    server.keep_no_requests();
    let client = client(&server);
    let results = Batch::<TextToVideo>::new(client)
        .max_concurrency(CONCURRENCY)
        .run(numbered_inputs(jobs))
        .await
        .unwrap();
    let bill = bill.lock().unwrap();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for (index, result) in results.iter().enumerate() {
        let prompt = format!("n{index}");
        let billed = bill.get(&prompt).copied().unwrap_or_default();
        assert!(
            billed.jobs <= 1,
            "{prompt} was billed {} times",
            billed.jobs
        );
        let kind = match result {
            Ok(finished) => {
                assert_eq!(finished.output.0["video"], *prompt);
                "Ok".to_owned()
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::UncertainSubmit, "{error}");
                assert!(!billed.is_response_whole, "{prompt}: {error}");
                format!("{:?}", error.kind())
            }
        };
        *kinds.entry(kind).or_default() += 1;
    }
    println!("{jobs} jobs, {CONCURRENCY} concurrent: {kinds:?}, none billed twice");
}

fn client(server: &Adversary) -> Client {
    let poll = PollPolicy {
        max_consecutive_failures: 20,
        ..plain_poll()
    };
    Client::builder()
        .base_url(server.url())
        .token(TOKEN)
        .clock(NoDelay)
        .retry(runcomfy_client::RetryPolicy {
            attempts: 20,
            ..plain_retry()
        })
        .poll(poll)
        .build()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_job_is_billed_twice_under_a_mix_of_all_faults() {
    run(500).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while; see the head of this file"]
async fn ten_thousand_jobs_under_a_mix_of_all_faults() {
    run(10_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures throughput; see the head of this file"]
async fn throughput_next_to_a_plain_loop() {
    const JOBS: usize = 10_000;
    let server = Adversary::start(|request| {
        if request.is_submit() {
            vec![created(&request.prompt())]
        } else {
            succeeded(request)
        }
    })
    .await;
    server.keep_no_requests();
    let mut rows: Vec<(&str, Duration)> = Vec::new();
    for _ in 0..2 {
        let start = Instant::now();
        let results = Batch::<TextToVideo>::new(client(&server))
            .max_concurrency(CONCURRENCY)
            .run(numbered_inputs(JOBS))
            .await
            .unwrap();
        assert!(results.iter().all(Result::is_ok));
        rows.push(("Batch, a connection for each submit", start.elapsed()));
        for (name, idle) in [
            ("plain loop, shared connections", usize::MAX),
            ("plain loop, a connection for each submit", 0),
        ] {
            let start = Instant::now();
            plain_loop(&server, JOBS, idle).await;
            rows.push((name, start.elapsed()));
        }
    }
    for (name, time) in rows {
        println!("{name}: {:.0} jobs/s", JOBS as f64 / time.as_secs_f64());
    }
}

/// Submits each job and requests its status and result, without any checks.
async fn plain_loop(server: &Adversary, jobs: usize, idle_submit_connections: usize) {
    let reads = reqwest::Client::new();
    let submits = reqwest::Client::builder()
        .pool_max_idle_per_host(idle_submit_connections)
        .build()
        .unwrap();
    let base = &server.url();
    stream::iter(numbered_inputs(jobs))
        .for_each_concurrent(CONCURRENCY, |input: Input| {
            let (reads, submits) = (&reads, &submits);
            async move {
                let url = format!("{base}/v1/models/acme/clip");
                let request = submits.post(url).bearer_auth(TOKEN).json(&input);
                let job: Value = request.send().await.unwrap().json().await.unwrap();
                let id = job["request_id"].as_str().unwrap();
                for call in ["status", "result"] {
                    let url = format!("{base}/v1/requests/{id}/{call}");
                    let response = reads.get(url).bearer_auth(TOKEN).send().await.unwrap();
                    let _: Value = response.json().await.unwrap();
                }
            }
        })
        .await;
}
