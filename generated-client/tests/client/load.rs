//! 10,000 jobs while a fifth of all responses is faulty. Ignored by default, because it takes long:
//!
//! ```sh
//! cargo test -p runcomfy-client-tests --release client::load -- --ignored --nocapture
//! ```

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::time::{Duration, Instant};

use crate::support::{SkippingClock, TOKEN, numbered_inputs, plain_backoff, sandbox};
use futures_util::StreamExt;
use runcomfy_client::{Batch, Client, ErrorKind, ModelOutput, PollPolicy, RetryPolicy};
use runcomfy_sandbox::{Endpoint, Fault, FaultPlan, FaultRule, Sandbox};

const JOBS: usize = 10_000;
const MAX_CONCURRENCY: usize = 64;

/// The fraction of responses that are faulty.
const FAULTY: f64 = 0.2;

/// Whether a submit with this fault is certainly refused, so that the client repeats it.
fn is_refusal(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::RateLimited { .. } | Fault::Status { status: 503, .. }
    )
}

/// Faults of submit, status and result, which together affect [`FAULTY`] of all responses.
fn plan() -> FaultPlan {
    let second = Some(Duration::from_secs(1));
    let replacing_faults = [
        Fault::RateLimited {
            retry_after: second,
        },
        Fault::RateLimited { retry_after: None },
        Fault::status(503),
        Fault::status(500),
        Fault::Garbage,
        Fault::ResetBeforeRead,
        Fault::ResetAfterRead,
    ];
    let modifying_faults = [
        Fault::TruncatedResponse,
        Fault::UnknownFields,
        Fault::AlternativeSpelling,
        Fault::SwappedOutput,
    ];
    let mut rules = Vec::new();
    for fault in replacing_faults.into_iter().chain(modifying_faults) {
        rules.push(FaultRule::on(Endpoint::Submit, fault.clone()));
        let is_uncertain = !is_refusal(&fault) && !fault.modifies_response();
        if is_uncertain && fault != Fault::ResetBeforeRead {
            // Adds a second rule under which the submit takes effect and only its response is lost.
            rules.push(FaultRule::on(Endpoint::Submit, fault.clone()).with_effect());
        }
        rules.push(FaultRule::on(Endpoint::Status, fault.clone()));
        rules.push(FaultRule::on(Endpoint::Result, fault));
    }
    for endpoint in [Endpoint::Status, Endpoint::Result] {
        rules.push(FaultRule::on(endpoint, Fault::UnknownState));
        rules.push(FaultRule::on(endpoint, Fault::State("in_queue".to_owned())));
    }
    let count = |endpoint| {
        let rules = rules.iter();
        rules.filter(|rule| rule.endpoint() == endpoint).count()
    };
    let counts: HashMap<Endpoint, usize> = [Endpoint::Submit, Endpoint::Status, Endpoint::Result]
        .map(|endpoint| (endpoint, count(endpoint)))
        .into();
    let rules = rules.into_iter().enumerate().map(|(seed, rule)| {
        // A rule sees only the requests on which no earlier rule fired.
        let count = counts[&rule.endpoint()] as f64;
        let probability = 1.0 - (1.0 - FAULTY).powf(1.0 / count);
        rule.with_probability(probability, 0x5eed + seed as u64)
    });
    rules.collect()
}

/// The outcome of one input.
enum InputOutcome {
    /// The URL of the output.
    Output(String),
    Error(ErrorKind),
}

#[tokio::test]
#[ignore = "takes long, see the documentation of the module"]
async fn ten_thousand_jobs_with_faults_lose_nothing_and_submit_nothing_twice() {
    // Recorded requests would take most of the memory.
    let sandbox = sandbox().max_recorded_requests(0).plan(plan());
    let sandbox = sandbox.start().await.unwrap();
    let client = client(&sandbox);
    let idle = peak_memory();
    let start = Instant::now();
    let stream = Batch::new(client)
        .max_concurrency(MAX_CONCURRENCY)
        .stream(numbered_inputs(JOBS))
        .await;
    let mut stream = std::pin::pin!(stream.unwrap());
    let mut outcomes: Vec<Option<InputOutcome>> =
        std::iter::repeat_with(|| None).take(JOBS).collect();
    let mut memory = Vec::new();
    let mut done = 0;
    while let Some((index, result)) = stream.next().await {
        let outcome = match result {
            Ok(finished) => {
                let urls = finished.output.urls();
                let [(_, url)] = urls.as_slice() else {
                    panic!("expected one URL: {urls:?}")
                };
                InputOutcome::Output(url.clone())
            }
            Err(error) => InputOutcome::Error(error.kind()),
        };
        assert!(
            outcomes[index].replace(outcome).is_none(),
            "two results for {index}"
        );
        done += 1;
        if done % (JOBS / 10) == 0 {
            memory.push(peak_memory());
        }
    }
    let elapsed = start.elapsed();
    assert_eq!(done, JOBS);

    let kinds = check(&sandbox, &outcomes);
    let stats = sandbox.stats();
    let responses: u64 = stats.requests.values().sum();
    let faulty = stats.faults as f64 / responses as f64;
    assert!(
        (faulty - FAULTY).abs() < 0.02,
        "{faulty} of all responses are faulty"
    );
    for (rule, fired) in sandbox.fire_counts() {
        assert!(fired > 0, "{rule:?} never fired");
    }
    let growth = memory.last().unwrap().saturating_sub(memory[0]);
    assert!(
        growth < 64,
        "{growth} MB more after the last tenth than after the first"
    );
    println!(
        "{JOBS} jobs in {elapsed:.1?}: {:.0} jobs/s, {:.0} responses/s\n\
         {responses} responses, {} faulty ({:.1} %), {} connections\n\
         results: {kinds:?}\n\
         submits: {} received, {} accepted\n\
         peak memory, client and server: {idle} MB before, {memory:?} MB after each tenth",
        JOBS as f64 / elapsed.as_secs_f64(),
        responses as f64 / elapsed.as_secs_f64(),
        stats.faults,
        faulty * 100.0,
        stats.connections,
        stats.requests(Endpoint::Submit),
        stats.accepted,
    );
}

/// Compares every outcome with the jobs of the sandbox, and checks how many submits were sent. Returns the
/// number of outcomes of each kind.
fn check(sandbox: &Sandbox, outcomes: &[Option<InputOutcome>]) -> BTreeMap<String, usize> {
    let jobs = sandbox.jobs();
    let mut by_prompt = HashMap::new();
    for job in &jobs {
        let prompt = job.input["prompt"].as_str().unwrap();
        let previous = by_prompt.insert(prompt, job.request_id.as_str());
        assert_eq!(previous, None, "{prompt} was accepted twice");
    }
    let mut kinds = BTreeMap::<String, usize>::new();
    let (mut returned, mut uncertain_jobs, mut exhausted) = (HashSet::new(), 0, 0);
    for (input, outcome) in numbered_inputs(outcomes.len()).iter().zip(outcomes) {
        let job = by_prompt.get(input.prompt.as_str());
        let kind = match outcome.as_ref().unwrap() {
            InputOutcome::Output(url) => {
                // /files/{request_id}/{name}
                let id = url.rsplit('/').nth(1).unwrap();
                assert_eq!(
                    job,
                    Some(&id),
                    "{} has the output of another job",
                    input.prompt
                );
                assert!(returned.insert(id.to_owned()));
                "output".to_owned()
            }
            InputOutcome::Error(ErrorKind::UncertainSubmit) => {
                uncertain_jobs += usize::from(job.is_some());
                format!(
                    "uncertain, {}",
                    if job.is_some() {
                        "billed"
                    } else {
                        "not billed"
                    }
                )
            }
            InputOutcome::Error(kind @ (ErrorKind::RateLimited | ErrorKind::ServerError)) => {
                assert_eq!(job, None, "{} has a job despite its error", input.prompt);
                exhausted += 1;
                format!("{kind:?}")
            }
            InputOutcome::Error(kind) => panic!("{} ended as {kind:?}", input.prompt),
        };
        *kinds.entry(kind).or_default() += 1;
    }
    // Every job has returned its output, or has been reported as uncertain.
    assert_eq!(jobs.len(), returned.len() + uncertain_jobs);
    assert_eq!(sandbox.stats().accepted, jobs.len() as u64);
    // Every submit was either the first for its input or a retry after a refusal.
    let fired = sandbox.fire_counts().into_iter();
    let refused: u64 = fired
        .filter(|(rule, _)| rule.endpoint() == Endpoint::Submit && is_refusal(rule.fault()))
        .map(|(_, fired)| fired)
        .sum();
    let submits = sandbox.stats().requests(Endpoint::Submit);
    assert_eq!(submits, outcomes.len() as u64 + refused - exhausted);
    kinds
}

fn client(sandbox: &Sandbox) -> Client {
    let builder = Client::builder()
        .base_url(sandbox.base_url())
        .token(TOKEN)
        .clock(SkippingClock::default());
    builder
        .retry(RetryPolicy {
            attempts: 8,
            backoff: plain_backoff(),
            ..RetryPolicy::default()
        })
        .poll(PollPolicy {
            backoff: plain_backoff(),
            ..PollPolicy::default()
        })
        .build()
        .unwrap()
}

/// The peak memory of this process, in MB. 0 if the system does not report it.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}
