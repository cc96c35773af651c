//! Faults of the connection and of the whole response, as seen on the wire.

use std::time::Duration;

use runcomfy_sandbox::{Endpoint, Fault, FaultPlan, FaultRule, Sandbox};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::http::{End, get, model, request, send, status, submit, submitted};

async fn with(plan: impl Into<FaultPlan>) -> Sandbox {
    Sandbox::builder()
        .model(model())
        .plan(plan)
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn retry_after_is_in_whole_seconds_rounded_up() {
    for (retry_after, header) in [
        (Some(Duration::from_secs(7)), Some("7")),
        (Some(Duration::from_millis(1500)), Some("2")),
        (Some(Duration::ZERO), Some("0")),
        (None, None),
    ] {
        let sandbox = with(FaultRule::on(
            Endpoint::Submit,
            Fault::RateLimited { retry_after },
        ))
        .await;
        let response = submit(&sandbox).await;
        assert_eq!(
            (response.status, response.header("retry-after")),
            (429, header)
        );
        assert_eq!(sandbox.stats().accepted, 0);
        assert_eq!(submit(&sandbox).await.status, 200, "the rule fires once");
    }
}

#[tokio::test]
async fn status_headers_and_body_can_be_planned() {
    let body = json!({ "detail": ["over", "loaded"] });
    let html = Fault::Response {
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
            .rule(FaultRule::on(
                Endpoint::Submit,
                Fault::Status {
                    status: 500,
                    body: body.clone(),
                },
            ))
            .rule(FaultRule::on(Endpoint::Submit, html))
            .rule(FaultRule::on(
                Endpoint::Submit,
                Fault::insufficient_balance_200(),
            ))
            .rule(FaultRule::on(Endpoint::Submit, Fault::status(100))),
    )
    .await;
    let response = submit(&sandbox).await;
    assert_eq!((response.status, response.json()), (500, body));
    let response = submit(&sandbox).await;
    assert_eq!(
        (response.status, response.body.as_slice()),
        (503, b"<h1>busy</h1>".as_slice())
    );
    assert_eq!(
        response.header("retry-after"),
        Some("Wed, 21 Oct 2026 07:28:00 GMT")
    );
    assert_eq!(response.header("content-type"), Some("text/html"));
    let response = submit(&sandbox).await;
    assert_eq!(
        (response.status, response.get("error_code")),
        (200, json!(400_002))
    );
    assert_eq!(response.get("request_id"), json!(null));
    assert_eq!(
        submit(&sandbox).await.status,
        500,
        "100 is not a final response, so 500 is sent instead"
    );
    assert_eq!(sandbox.stats().accepted, 0);
}

#[tokio::test]
async fn a_reset_submit_creates_a_job_only_if_the_rule_says_so() {
    let reset = FaultRule::on(Endpoint::Submit, Fault::ResetAfterRead);
    for (rule, jobs, is_read) in [
        (reset.clone(), 0, true),
        (reset.with_effect(), 1, true),
        (
            FaultRule::on(Endpoint::Submit, Fault::ResetBeforeRead).with_effect(),
            0,
            false,
        ),
    ] {
        let sandbox = with(rule).await;
        let response = submit(&sandbox).await;
        assert_eq!(
            (response.end, response.head.as_str()),
            (End::Reset, ""),
            "the server resets the connection without a response"
        );
        assert_eq!(
            (sandbox.stats().accepted, sandbox.jobs().len()),
            (jobs, jobs as usize)
        );
        let request = sandbox.requests().remove(0);
        assert_eq!(!request.body.is_empty(), is_read);
        assert_eq!(request.status, None);
        assert_eq!(
            request.created_job,
            sandbox.jobs().pop().map(|job| job.request_id)
        );
    }
}

#[tokio::test]
async fn a_reset_before_the_body_is_read_interrupts_a_large_body() {
    let sandbox = with(FaultRule::on(Endpoint::Submit, Fault::ResetBeforeRead)).await;
    let body = "x".repeat(32 << 20);
    let path = "/v1/models/acme/clip/text-to-video";
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    let sent = stream.write_all(&request("POST", path, &[], &body)).await;
    assert!(sent.is_err(), "32 MiB exceed all buffers");
    assert!(sandbox.requests()[0].body.is_empty());
}

#[tokio::test]
async fn a_connection_can_be_reset_before_anything_is_read() {
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
        (
            stats.connections,
            stats.faults,
            stats.requests(Endpoint::Submit)
        ),
        (3, 2, 1)
    );
}

#[tokio::test]
async fn a_kept_alive_connection_can_be_reset_at_its_second_request() {
    let sandbox = with(FaultRule::on(Endpoint::Submit, Fault::ResetAfterRead).skip(1)).await;
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
async fn a_truncated_response_announces_its_full_length() {
    let rules = [Endpoint::Submit, Endpoint::File]
        .map(|endpoint| FaultRule::on(endpoint, Fault::TruncatedResponse));
    let sandbox = with(FaultPlan::from_iter(rules)).await;
    for truncated in [
        submit(&sandbox).await,
        get(&sandbox, "/files/r/video.mp4").await,
    ] {
        assert_eq!((truncated.status, truncated.end), (200, End::Truncated));
        let length: usize = truncated.header("content-length").unwrap().parse().unwrap();
        assert_eq!(truncated.body.len(), length / 2);
    }
    assert_eq!(sandbox.stats().accepted, 1, "the job exists");
}

#[tokio::test]
async fn garbage_is_declared_as_json() {
    let sandbox = with(FaultRule::on(Endpoint::Status, Fault::Garbage)).await;
    let id = submitted(&sandbox).await;
    let response = status(&sandbox, &id).await;
    assert_eq!((response.status, response.end), (200, End::Complete));
    assert_eq!(response.header("content-type"), Some("application/json"));
    assert!(serde_json::from_slice::<serde_json::Value>(&response.body).is_err());
    assert_eq!(
        sandbox.job(&id).unwrap().polls,
        0,
        "a replaced response is not a poll"
    );
}

#[tokio::test(start_paused = true)]
async fn slow_responses_are_sent_byte_by_byte() {
    let per_byte = Duration::from_millis(250);
    let sandbox = with(FaultRule::on(Endpoint::Submit, Fault::Slow { per_byte })).await;
    let before = Instant::now();
    let response = submit(&sandbox).await;
    assert_eq!((response.status, response.end), (200, End::Complete));
    assert_eq!(
        before.elapsed(),
        per_byte * u32::try_from(response.body.len()).unwrap()
    );

    sandbox.plan(FaultRule::on(Endpoint::Catalogue, Fault::Slow { per_byte }));
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
        "the head is sent without delay"
    );
    assert_eq!(stream.read(&mut [0; 4096]).await.unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_delayed_response_takes_effect_at_once() {
    let hour = Duration::from_secs(3600);
    let sandbox = with(FaultRule::on(Endpoint::Submit, Fault::Delay(hour)).times(2)).await;
    assert!(
        timeout(Duration::from_secs(30), submit(&sandbox))
            .await
            .is_err()
    );
    assert_eq!(sandbox.stats().accepted, 1);
    let request = sandbox.requests().remove(0);
    assert!(request.created_job.is_some() && request.status.is_none());
    let before = Instant::now();
    assert_eq!(submit(&sandbox).await.status, 200);
    assert_eq!(before.elapsed(), hour);
}

#[tokio::test]
async fn a_redirect_keeps_path_and_query() {
    for code in [301, 302, 303, 307, 308] {
        let other = with(FaultPlan::new()).await;
        let redirect = Fault::Redirect {
            status: code,
            to: format!("{}/", other.base_url()),
        };
        let sandbox = with(FaultRule::on(Endpoint::Catalogue, redirect).always()).await;
        let response = get(&sandbox, "/v1/models?limit=1").await;
        assert_eq!(response.status, code);
        let location = format!("{}/v1/models?limit=1", other.base_url());
        assert_eq!(response.header("location"), Some(location.as_str()));
        let path = location.strip_prefix(other.base_url()).unwrap();
        send(
            other.address(),
            &request("GET", path, &[("Authorization", "leak")], ""),
        )
        .await;
        assert_eq!(
            other.requests()[0].header("authorization"),
            Some("leak"),
            "a leaked token would be recorded"
        );
    }
}
