//! Ten thousand jobs with a fifth of all answers faulty. Ignored by default, as it takes a while:
//!
//! ```sh
//! cargo test -p runcomfy-client --release --test load -- --ignored --nocapture
//! ```

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::time::{Duration, Instant};

use crate::support::{TOKEN, numbered, plain_backoff, sandbox};
use futures::StreamExt;
use futures::future::BoxFuture;
use runcomfy_client::{Batch, Client, Clock, ErrorKind, ModelOutput, PollPolicy, RetryPolicy};
use runcomfy_sandbox::{Call, Fault, FaultPlan, Rule, Sandbox};

const JOBS: usize = 10_000;
const AT_ONCE: usize = 64;

/// The share of answers that are faulty.
const FAULTY: f64 = 0.2;

/// A clock on which a pause takes no time.
#[derive(Clone, Copy, Debug)]
struct NoPauses;

impl Clock for NoPauses {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::task::yield_now())
    }
}

/// Whether the server says by this fault that it took nothing, so that the submit is sent again.
fn turns_away(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::RateLimited { .. } | Fault::Status { status: 503, .. }
    )
}

/// Faults at submit, status and result, together a fifth of all answers.
fn plan() -> FaultPlan {
    let second = Some(Duration::from_secs(1));
    let replacing = [
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
    let changing = [
        Fault::HalfAnswer,
        Fault::UnknownFields,
        Fault::Spelling,
        Fault::SwappedOutput,
    ];
    let mut rules = Vec::new();
    for fault in replacing.into_iter().chain(changing) {
        rules.push(Rule::on(Call::Submit, fault.clone()));
        let lost = !turns_away(&fault) && !fault.changes_answer();
        if lost && fault != Fault::ResetBeforeRead {
            // The submit took effect, and only its answer was spoilt.
            rules.push(Rule::on(Call::Submit, fault.clone()).accepted());
        }
        rules.push(Rule::on(Call::Status, fault.clone()));
        rules.push(Rule::on(Call::Result, fault));
    }
    for call in [Call::Status, Call::Result] {
        rules.push(Rule::on(call, Fault::UnknownState));
        rules.push(Rule::on(call, Fault::State("in_queue".to_owned())));
    }
    let of = |call| rules.iter().filter(|rule| rule.call() == call).count();
    let counts: HashMap<Call, usize> = [Call::Submit, Call::Status, Call::Result]
        .map(|call| (call, of(call)))
        .into();
    let rules = rules.into_iter().enumerate().map(|(seed, rule)| {
        // A rule only sees what those before it let pass.
        let count = counts[&rule.call()] as f64;
        let each = 1.0 - (1.0 - FAULTY).powf(1.0 / count);
        rule.chance(each, 0x5eed + seed as u64)
    });
    rules.collect()
}

/// What became of one input.
enum End {
    /// Its job, by the URL of its output.
    Job(String),
    Error(ErrorKind),
}

#[tokio::test]
#[ignore = "takes a while; see the head of this file"]
async fn ten_thousand_jobs_with_a_fifth_of_all_answers_faulty() {
    // The log of calls would be the larger part of the memory.
    let sandbox = sandbox().keep_calls(0).plan(plan());
    let sandbox = sandbox.start().await.unwrap();
    let client = client(&sandbox);
    let idle = peak_memory();
    let began = Instant::now();
    let stream = Batch::new(client)
        .max_concurrency(AT_ONCE)
        .stream(numbered(JOBS));
    let mut stream = std::pin::pin!(stream.unwrap());
    let mut ends: Vec<Option<End>> = std::iter::repeat_with(|| None).take(JOBS).collect();
    let mut memory = Vec::new();
    let mut done = 0;
    while let Some((index, result)) = stream.next().await {
        let end = match result {
            Ok(finished) => {
                let urls = finished.output.urls();
                let [(_, url)] = urls.as_slice() else {
                    panic!("not one URL, but {urls:?}")
                };
                End::Job(url.clone())
            }
            Err(error) => End::Error(error.kind()),
        };
        assert!(
            ends[index].replace(end).is_none(),
            "two results for {index}"
        );
        done += 1;
        if done % (JOBS / 10) == 0 {
            memory.push(peak_memory());
        }
    }
    let took = began.elapsed();
    assert_eq!(done, JOBS);

    let kinds = judge(&sandbox, &ends);
    let stats = sandbox.stats();
    let answers: u64 = stats.reached.values().sum();
    let share = stats.faults as f64 / answers as f64;
    assert!(
        (share - FAULTY).abs() < 0.02,
        "{share} of all answers faulty"
    );
    for (rule, fired) in sandbox.fired() {
        assert!(fired > 0, "{rule:?} never acted");
    }
    let grew = memory.last().unwrap().saturating_sub(memory[0]);
    assert!(grew < 64, "{grew} MB more from the first tenth to the last");
    println!(
        "{JOBS} jobs in {took:.1?}: {:.0} jobs/s, {:.0} answers/s\n\
         {answers} answers, {} faulty ({:.1} %), {} connections\n\
         results: {kinds:?}\n\
         submits: {} reached the server, {} accepted\n\
         peak memory, client and server: {idle} MB before, {memory:?} MB after each tenth",
        JOBS as f64 / took.as_secs_f64(),
        answers as f64 / took.as_secs_f64(),
        stats.faults,
        share * 100.0,
        stats.connections,
        stats.reached(Call::Submit),
        stats.accepted,
    );
}

/// Each end is true, and not one submit was too many. Gives the ends by kind.
fn judge(sandbox: &Sandbox, ends: &[Option<End>]) -> BTreeMap<String, usize> {
    let jobs = sandbox.jobs();
    let mut by_prompt = HashMap::new();
    for job in &jobs {
        let prompt = job.input["prompt"].as_str().unwrap();
        let before = by_prompt.insert(prompt, job.request_id.as_str());
        assert_eq!(
            before, None,
            "{prompt} was accepted twice, and is billed twice"
        );
    }
    let mut kinds = BTreeMap::<String, usize>::new();
    let (mut own, mut lost, mut exhausted) = (HashSet::new(), 0, 0);
    for (input, end) in numbered(ends.len()).iter().zip(ends) {
        let job = by_prompt.get(input.prompt.as_str());
        let kind = match end.as_ref().unwrap() {
            End::Job(url) => {
                // /files/{request_id}/{name}
                let id = url.rsplit('/').nth(1).unwrap();
                assert_eq!(
                    job,
                    Some(&id),
                    "the result of {} is another's",
                    input.prompt
                );
                assert!(own.insert(id.to_owned()));
                "its own result".to_owned()
            }
            End::Error(ErrorKind::UncertainSubmit) => {
                lost += usize::from(job.is_some());
                format!(
                    "uncertain, {}",
                    if job.is_some() {
                        "billed"
                    } else {
                        "not billed"
                    }
                )
            }
            End::Error(kind @ (ErrorKind::RateLimited | ErrorKind::ServerError)) => {
                assert_eq!(job, None, "{} is said to have no job", input.prompt);
                exhausted += 1;
                format!("{kind:?}")
            }
            End::Error(kind) => panic!("{} ended as {kind:?}", input.prompt),
        };
        *kinds.entry(kind).or_default() += 1;
    }
    // Each job is accounted for: its output is here, or its caller was told that it may exist.
    assert_eq!(jobs.len(), own.len() + lost);
    assert_eq!(sandbox.stats().accepted, jobs.len() as u64);
    // Each submit was the first of its input, or followed one that was turned away.
    let fired = sandbox.fired().into_iter();
    let turned_away: u64 = fired
        .filter(|(rule, _)| rule.call() == Call::Submit && turns_away(rule.fault()))
        .map(|(_, fired)| fired)
        .sum();
    let submits = sandbox.stats().reached(Call::Submit);
    assert_eq!(submits, ends.len() as u64 + turned_away - exhausted);
    kinds
}

fn client(sandbox: &Sandbox) -> Client {
    let builder = Client::builder()
        .base_url(sandbox.base_url())
        .token(TOKEN)
        .clock(NoPauses);
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

/// The most memory that this process has had, in MB; 0 where the system does not tell.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}
