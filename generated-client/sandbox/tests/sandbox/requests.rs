//! Recorded requests, counters, and how often each fault rule has fired.

use std::time::Duration;

use runcomfy_sandbox::{Endpoint, Fault, FaultPlan, FaultRule, Sandbox};
use serde_json::json;
use tokio::net::TcpStream;

use crate::http::{call, cancel, get, model, result, status, submit, submitted};

#[tokio::test]
async fn requests_and_accepted_submits_are_counted() {
    let sandbox = Sandbox::builder().model(model()).start().await.unwrap();
    let id = submitted(&sandbox).await;
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
        Endpoint::Submit,
        Endpoint::Status,
        Endpoint::Result,
        Endpoint::Cancel,
        Endpoint::Catalogue,
        Endpoint::File,
        Endpoint::Other,
    ]
    .map(|endpoint| stats.requests(endpoint))
    .to_vec();
    assert_eq!(counts, [2, 3, 1, 1, 1, 1, 1]);
    assert_eq!((stats.accepted, stats.cancelled, stats.faults), (1, 1, 0));
    assert_eq!(stats.connections, 10);
}

#[tokio::test]
async fn old_requests_are_dropped_but_counted() {
    for max in [0, 2] {
        let sandbox = Sandbox::builder()
            .max_recorded_requests(max)
            .start()
            .await
            .unwrap();
        for number in 0..5 {
            get(&sandbox, &format!("/v1/models?page={number}")).await;
        }
        let paths: Vec<String> = sandbox
            .requests()
            .into_iter()
            .map(|request| request.path)
            .collect();
        let last = ["/v1/models?page=3", "/v1/models?page=4"];
        assert_eq!(paths, last[2 - max..]);
        assert_eq!(sandbox.stats().requests(Endpoint::Catalogue), 5);
    }
}

#[tokio::test]
async fn fire_counts_are_reported_for_each_rule() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let rules = [
        FaultRule::on(Endpoint::Catalogue, Fault::Garbage).times(2),
        FaultRule::on(Endpoint::Submit, Fault::Garbage),
    ];
    sandbox.plan(rules.iter().cloned().collect::<FaultPlan>());
    for _ in 0..3 {
        get(&sandbox, "/v1/models").await;
    }
    let [first, second] = rules;
    assert_eq!(sandbox.fire_counts(), [(first, 2), (second.clone(), 0)]);
    assert_eq!(sandbox.unfired(), [second]);
}

#[tokio::test(start_paused = true)]
async fn a_recorded_request_has_its_content_time_and_response() {
    let sandbox = Sandbox::builder().model(model()).start().await.unwrap();
    sandbox.plan(FaultRule::on(Endpoint::Submit, Fault::status(502)).with_effect());
    submit(&sandbox).await;
    tokio::time::advance(Duration::from_secs(5)).await;
    get(&sandbox, "/v1/models?search=a%20b").await;
    let requests = sandbox.requests();
    let [first, second] = requests.as_slice() else {
        panic!("{requests:?}")
    };
    assert_eq!(
        (first.seq, first.endpoint, first.method.as_str()),
        (0, Endpoint::Submit, "POST")
    );
    assert_eq!(first.path, "/v1/models/acme/clip/text-to-video");
    assert_eq!(first.header("AUTHORIZATION"), Some("Bearer sandbox"));
    assert_eq!(first.json(), Some(json!({ "prompt": "a tin robot" })));
    assert_eq!(
        (first.fault.clone(), first.status),
        (Some(Fault::status(502)), Some(502))
    );
    assert_eq!(
        first.created_job.as_deref(),
        Some(sandbox.jobs()[0].request_id.as_str())
    );
    assert_eq!(sandbox.jobs()[0].input, json!({ "prompt": "a tin robot" }));

    assert_eq!(
        (second.seq, second.path.as_str()),
        (1, "/v1/models?search=a%20b")
    );
    assert_eq!((second.fault.clone(), second.status), (None, Some(200)));
    assert_eq!(
        second.received_at - first.received_at,
        Duration::from_secs(5)
    );
    assert_eq!(sandbox.requests_to(Endpoint::Catalogue).len(), 1);
}

#[tokio::test]
async fn only_the_first_rule_that_fires_applies() {
    let sandbox = Sandbox::builder().model(model()).start().await.unwrap();
    let unfired = FaultRule::on(Endpoint::Cancel, Fault::Garbage);
    sandbox.plan(FaultRule::on(Endpoint::Submit, Fault::status(500)));
    sandbox.plan(FaultRule::on(Endpoint::Submit, Fault::status(501)).always());
    sandbox.plan(unfired.clone());
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(submit(&sandbox).await.status);
    }
    assert_eq!(statuses, [500, 501, 501]);
    assert_eq!(sandbox.unfired(), [unfired]);
    assert_eq!(sandbox.stats().faults, 3);
    sandbox.clear_plan();
    assert_eq!(submit(&sandbox).await.status, 200);
}

#[tokio::test]
async fn shutdown_and_drop_close_the_port_and_all_connections() {
    let sandbox = Sandbox::builder().model(model()).start().await.unwrap();
    let address = sandbox.address();
    assert_eq!(sandbox.base_url(), format!("http://{address}"));
    assert!(address.ip().is_loopback());
    submit(&sandbox).await;
    let open = TcpStream::connect(address).await.unwrap();
    sandbox.shutdown().await;
    let error = TcpStream::connect(address).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
    open.readable().await.unwrap();
    assert!(matches!(open.try_read(&mut [0]), Ok(0) | Err(_)));

    let dropped = Sandbox::builder().start().await.unwrap();
    let open = TcpStream::connect(dropped.address()).await.unwrap();
    drop(dropped);
    open.readable().await.unwrap();
    assert!(matches!(open.try_read(&mut [0]), Ok(0) | Err(_)));
}
