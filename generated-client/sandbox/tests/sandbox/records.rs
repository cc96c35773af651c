//! The evidence: counters, the log, and the fault plan's own books.

use std::time::Duration;

use runcomfy_sandbox::{Call, Fault, FaultPlan, Rule, Sandbox};
use serde_json::json;
use tokio::net::TcpStream;

use crate::client::{call, cancel, clip, get, job, result, status, submit};

#[tokio::test]
async fn every_call_is_counted_and_accepted_submits_are_told_apart() {
    let sandbox = Sandbox::builder().model(clip()).start().await.unwrap();
    let id = job(&sandbox).await;
    call(&sandbox, "POST", "/v1/models/acme/clip/text-to-video", "{}").await;
    for _ in 0..3 {
        status(&sandbox, &id).await;
    }
    result(&sandbox, &id).await;
    cancel(&sandbox, &id).await;
    get(&sandbox, "/v1/models").await;
    get(&sandbox, "/files/r/image.png").await;
    get(&sandbox, "/nowhere").await;
    let stats = sandbox.stats();
    let counts: Vec<u64> = [
        Call::Submit,
        Call::Status,
        Call::Result,
        Call::Cancel,
        Call::Catalogue,
        Call::File,
        Call::Other,
    ]
    .map(|call| stats.reached(call))
    .to_vec();
    assert_eq!(counts, [2, 3, 1, 1, 1, 1, 1]);
    assert_eq!((stats.accepted, stats.cancelled, stats.faults), (1, 1, 0));
    assert_eq!(stats.connections, 10);
}

#[tokio::test]
async fn of_many_calls_the_last_are_kept_and_all_are_counted() {
    for kept in [0, 2] {
        let sandbox = Sandbox::builder().keep_calls(kept).start().await.unwrap();
        for number in 0..5 {
            get(&sandbox, &format!("/v1/models?page={number}")).await;
        }
        let paths: Vec<String> = sandbox.calls().into_iter().map(|call| call.path).collect();
        let last = ["/v1/models?page=3", "/v1/models?page=4"];
        assert_eq!(paths, last[2 - kept..]);
        assert_eq!(sandbox.stats().reached(Call::Catalogue), 5);
    }
}

#[tokio::test]
async fn it_is_told_how_often_each_rule_acted() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let rules = [
        Rule::on(Call::Catalogue, Fault::Garbage).next(2),
        Rule::on(Call::Submit, Fault::Garbage),
    ];
    sandbox.plan(rules.iter().cloned().collect::<FaultPlan>());
    for _ in 0..3 {
        get(&sandbox, "/v1/models").await;
    }
    let [first, second] = rules;
    assert_eq!(sandbox.fired(), [(first, 2), (second.clone(), 0)]);
    assert_eq!(sandbox.unfired(), [second]);
}

#[tokio::test(start_paused = true)]
async fn the_log_has_what_was_sent_when_and_what_became_of_it() {
    let sandbox = Sandbox::builder().model(clip()).start().await.unwrap();
    sandbox.plan(Rule::on(Call::Submit, Fault::status(502)).accepted());
    submit(&sandbox).await;
    tokio::time::advance(Duration::from_secs(5)).await;
    get(&sandbox, "/v1/models?search=a%20b").await;
    let calls = sandbox.calls();
    let [first, second] = calls.as_slice() else {
        panic!("{calls:?}")
    };
    assert_eq!(
        (first.seq, first.call, first.method.as_str()),
        (0, Call::Submit, "POST")
    );
    assert_eq!(first.path, "/v1/models/acme/clip/text-to-video");
    assert_eq!(first.header("AUTHORIZATION"), Some("Bearer sandbox"));
    assert_eq!(first.json(), Some(json!({ "prompt": "a tin robot" })));
    assert_eq!(
        (first.fault.clone(), first.status),
        (Some(Fault::status(502)), Some(502))
    );
    assert_eq!(
        first.accepted.as_deref(),
        Some(sandbox.jobs()[0].request_id.as_str())
    );
    assert_eq!(sandbox.jobs()[0].input, json!({ "prompt": "a tin robot" }));

    assert_eq!(
        (second.seq, second.path.as_str()),
        (1, "/v1/models?search=a%20b")
    );
    assert_eq!((second.fault.clone(), second.status), (None, Some(200)));
    assert_eq!(second.at - first.at, Duration::from_secs(5));
    assert_eq!(sandbox.calls_of(Call::Catalogue).len(), 1);
}

#[tokio::test]
async fn the_first_rule_that_acts_is_the_only_one_and_idle_ones_are_known() {
    let sandbox = Sandbox::builder().model(clip()).start().await.unwrap();
    let idle = Rule::on(Call::Cancel, Fault::Garbage);
    sandbox.plan(Rule::on(Call::Submit, Fault::status(500)));
    sandbox.plan(Rule::on(Call::Submit, Fault::status(501)).always());
    sandbox.plan(idle.clone());
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(submit(&sandbox).await.status);
    }
    assert_eq!(seen, [500, 501, 501]);
    assert_eq!(sandbox.unfired(), [idle]);
    assert_eq!(sandbox.stats().faults, 3);
    sandbox.clear_plan();
    assert_eq!(submit(&sandbox).await.status, 200);
}

#[tokio::test]
async fn a_chance_hits_the_same_requests_in_every_run() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let rule = Rule::on(Call::Catalogue, Fault::status(503)).chance(0.5, 42);
        let sandbox = Sandbox::builder().plan(rule).start().await.unwrap();
        let mut run = Vec::new();
        for _ in 0..20 {
            run.push(get(&sandbox, "/v1/models").await.status);
        }
        assert!(run.contains(&200) && run.contains(&503), "{run:?}");
        runs.push(run);
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn a_closed_sandbox_refuses_connections_and_cuts_those_it_has() {
    let sandbox = Sandbox::builder().model(clip()).start().await.unwrap();
    let address = sandbox.address();
    assert_eq!(sandbox.base_url(), format!("http://{address}"));
    assert!(address.ip().is_loopback());
    submit(&sandbox).await;
    let kept = TcpStream::connect(address).await.unwrap();
    sandbox.shutdown().await;
    let error = TcpStream::connect(address).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
    kept.readable().await.unwrap();
    assert!(matches!(kept.try_read(&mut [0]), Ok(0) | Err(_)));

    let dropped = Sandbox::builder().start().await.unwrap();
    let kept = TcpStream::connect(dropped.address()).await.unwrap();
    drop(dropped);
    kept.readable().await.unwrap();
    assert!(matches!(kept.try_read(&mut [0]), Ok(0) | Err(_)));
}
