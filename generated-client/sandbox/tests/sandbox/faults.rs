//! Faults of the connection and of the whole answer, as they look on the wire.

use std::time::Duration;

use runcomfy_sandbox::{Call, Fault, FaultPlan, Rule, Sandbox};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::client::{End, clip, exchange, get, job, request, status, submit};

async fn with(plan: impl Into<FaultPlan>) -> Sandbox {
    Sandbox::builder()
        .model(clip())
        .plan(plan)
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn rate_limits_say_when_to_come_back_in_whole_seconds() {
    for (wait, header) in [
        (Some(Duration::from_secs(7)), Some("7")),
        (Some(Duration::from_millis(1500)), Some("2")),
        (Some(Duration::ZERO), Some("0")),
        (None, None),
    ] {
        let sandbox = with(Rule::on(
            Call::Submit,
            Fault::RateLimited { retry_after: wait },
        ))
        .await;
        let reply = submit(&sandbox).await;
        assert_eq!((reply.status, reply.header("retry-after")), (429, header));
        assert_eq!(sandbox.stats().accepted, 0);
        assert_eq!(submit(&sandbox).await.status, 200, "once");
    }
}

#[tokio::test]
async fn any_status_body_and_header_can_be_planned() {
    let body = json!({ "detail": ["over", "loaded"] });
    let html = Fault::Answer {
        status: 503,
        headers: vec![
            (
                "Retry-After".to_owned(),
                "Wed, 21 Oct 2026 07:28:00 GMT".to_owned(),
            ),
            ("Content-Type".to_owned(), "text/html".to_owned()),
            ("not a header".to_owned(), String::new()),
        ],
        body: "<h1>busy</h1>".to_owned(),
    };
    let sandbox = with(
        FaultPlan::new()
            .rule(Rule::on(
                Call::Submit,
                Fault::Status {
                    status: 500,
                    body: body.clone(),
                },
            ))
            .rule(Rule::on(Call::Submit, html))
            .rule(Rule::on(Call::Submit, Fault::no_balance_200()))
            .rule(Rule::on(Call::Submit, Fault::status(100))),
    )
    .await;
    let reply = submit(&sandbox).await;
    assert_eq!((reply.status, reply.json()), (500, body));
    let reply = submit(&sandbox).await;
    assert_eq!(
        (reply.status, reply.body.as_slice()),
        (503, b"<h1>busy</h1>".as_slice())
    );
    assert_eq!(
        reply.header("retry-after"),
        Some("Wed, 21 Oct 2026 07:28:00 GMT")
    );
    assert_eq!(reply.header("content-type"), Some("text/html"));
    let reply = submit(&sandbox).await;
    assert_eq!(
        (reply.status, reply.get("error_code")),
        (200, json!(400_002))
    );
    assert_eq!(reply.get("request_id"), json!(null));
    assert_eq!(submit(&sandbox).await.status, 500, "100 would be no answer");
    assert_eq!(sandbox.stats().accepted, 0);
}

#[tokio::test]
async fn a_reset_is_a_reset_and_the_plan_says_whether_the_job_exists() {
    let reset = Rule::on(Call::Submit, Fault::ResetAfterRead);
    for (rule, jobs, read) in [
        (reset.clone(), 0, true),
        (reset.accepted(), 1, true),
        (
            Rule::on(Call::Submit, Fault::ResetBeforeRead).accepted(),
            0,
            false,
        ),
    ] {
        let sandbox = with(rule).await;
        let reply = submit(&sandbox).await;
        assert_eq!(
            (reply.end, reply.head.as_str()),
            (End::Reset, ""),
            "not a byte"
        );
        assert_eq!(
            (sandbox.stats().accepted, sandbox.jobs().len()),
            (jobs, jobs as usize)
        );
        let record = sandbox.calls().remove(0);
        assert_eq!(!record.body.is_empty(), read);
        assert_eq!(record.status, None);
        assert_eq!(
            record.accepted,
            sandbox.jobs().pop().map(|job| job.request_id)
        );
    }
}

#[tokio::test]
async fn a_reset_before_the_body_was_read_stops_a_large_one_on_its_way() {
    let sandbox = with(Rule::on(Call::Submit, Fault::ResetBeforeRead)).await;
    let body = "x".repeat(32 << 20);
    let path = "/v1/models/acme/clip/text-to-video";
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    let sent = stream.write_all(&request("POST", path, &[], &body)).await;
    assert!(sent.is_err(), "32 MiB fit in no buffer between");
    assert!(sandbox.calls()[0].body.is_empty());
}

#[tokio::test]
async fn a_connection_can_be_reset_before_a_byte_was_read() {
    let sandbox = with(FaultPlan::new()).await;
    sandbox.reset_connections(2);
    for _ in 0..2 {
        let stream = TcpStream::connect(sandbox.address()).await.unwrap();
        stream.readable().await.unwrap();
        let error = stream.try_read(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    }
    assert_eq!(submit(&sandbox).await.status, 200);
    let stats = sandbox.stats();
    assert_eq!(
        (stats.connections, stats.faults, stats.reached(Call::Submit)),
        (3, 2, 1)
    );
}

#[tokio::test]
async fn a_kept_connection_can_be_reset_in_its_second_request() {
    let sandbox = with(Rule::on(Call::Submit, Fault::ResetAfterRead).after(1)).await;
    let body = r#"{"prompt":"p"}"#;
    let request = format!(
        "POST /v1/models/acme/clip/text-to-video HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer sandbox\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut first = Vec::new();
    while !first.ends_with(b"}") {
        assert_ne!(stream.read_buf(&mut first).await.unwrap(), 0);
    }
    assert!(first.starts_with(b"HTTP/1.1 200"));
    stream.write_all(request.as_bytes()).await.unwrap();
    let error = stream.read(&mut [0; 64]).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(
        (sandbox.stats().connections, sandbox.stats().accepted),
        (1, 1)
    );
}

#[tokio::test]
async fn half_an_answer_promises_the_whole() {
    let rules = [Call::Submit, Call::File].map(|call| Rule::on(call, Fault::HalfAnswer));
    let sandbox = with(FaultPlan::from_iter(rules)).await;
    for half in [
        submit(&sandbox).await,
        get(&sandbox, "/files/r/video.mp4").await,
    ] {
        assert_eq!((half.status, half.end), (200, End::Short));
        let promised: usize = half.header("content-length").unwrap().parse().unwrap();
        assert_eq!(half.body.len(), promised / 2);
    }
    assert_eq!(
        sandbox.stats().accepted,
        1,
        "the job exists, its id is lost"
    );
}

#[tokio::test]
async fn garbage_calls_itself_json() {
    let sandbox = with(Rule::on(Call::Status, Fault::Garbage)).await;
    let id = job(&sandbox).await;
    let reply = status(&sandbox, &id).await;
    assert_eq!((reply.status, reply.end), (200, End::Whole));
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert!(serde_json::from_slice::<serde_json::Value>(&reply.body).is_err());
    assert_eq!(
        sandbox.job(&id).unwrap().polls,
        0,
        "not a poll that was answered"
    );
}

#[tokio::test(start_paused = true)]
async fn slow_bytes_come_one_by_one() {
    let per_byte = Duration::from_millis(250);
    let sandbox = with(Rule::on(Call::Submit, Fault::Slow { per_byte })).await;
    let before = Instant::now();
    let reply = submit(&sandbox).await;
    assert_eq!((reply.status, reply.end), (200, End::Whole));
    assert_eq!(
        before.elapsed(),
        per_byte * u32::try_from(reply.body.len()).unwrap()
    );

    sandbox.plan(Rule::on(Call::Catalogue, Fault::Slow { per_byte }));
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    let headers = [("Authorization", "Bearer sandbox")];
    stream
        .write_all(&request("GET", "/v1/models", &headers, ""))
        .await
        .unwrap();
    let before = Instant::now();
    let head = stream.read(&mut [0; 4096]).await.unwrap();
    assert!(
        head > 50 && before.elapsed() < per_byte * 2,
        "the head comes at once"
    );
    assert_eq!(stream.read(&mut [0; 4096]).await.unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_delayed_answer_comes_too_late_but_the_job_exists() {
    let hour = Duration::from_secs(3600);
    let sandbox = with(Rule::on(Call::Submit, Fault::Delay(hour)).next(2)).await;
    assert!(
        timeout(Duration::from_secs(30), submit(&sandbox))
            .await
            .is_err()
    );
    assert_eq!(sandbox.stats().accepted, 1);
    let record = sandbox.calls().remove(0);
    assert!(record.accepted.is_some() && record.status.is_none());
    let before = Instant::now();
    assert_eq!(submit(&sandbox).await.status, 200);
    assert_eq!(before.elapsed(), hour);
}

#[tokio::test]
async fn a_redirect_leads_to_the_same_path_of_another_host() {
    for code in [301, 302, 303, 307, 308] {
        let other = with(FaultPlan::new()).await;
        let redirect = Fault::Redirect {
            status: code,
            to: format!("{}/", other.base_url()),
        };
        let sandbox = with(Rule::on(Call::Catalogue, redirect).always()).await;
        let reply = get(&sandbox, "/v1/models?limit=1").await;
        assert_eq!(reply.status, code);
        let location = format!("{}/v1/models?limit=1", other.base_url());
        assert_eq!(reply.header("location"), Some(location.as_str()));
        let path = location.strip_prefix(other.base_url()).unwrap();
        exchange(
            other.address(),
            &request("GET", path, &[("Authorization", "leak")], ""),
        )
        .await;
        assert_eq!(
            other.calls()[0].header("authorization"),
            Some("leak"),
            "a leak is seen"
        );
    }
}
