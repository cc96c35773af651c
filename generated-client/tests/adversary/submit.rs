//! Submits: each one creates one job, or returns an error that states whether a job may exist.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use runcomfy_client::{Client, ErrorKind, Job};
use tokio::net::TcpListener;

use super::client;
use super::server::{Adversary, Event, created, refused, response, response_with};
use crate::support::{Input, TOKEN, TextToVideo, input, numbered_inputs};

#[tokio::test]
async fn a_response_to_an_earlier_request_is_never_the_response_to_a_submit() {
    // On a reused connection, a stale refusal and a stale success arrive before the response.
    let server = Adversary::start(|request| {
        let mut events = Vec::new();
        if request.position > 0 {
            events.push(refused(503));
            events.push(created("stale"));
        }
        events.push(created(&format!("job-of-{}", request.prompt())));
        events
    })
    .await;
    let (client, _) = client(&server);
    let jobs = stream::iter(numbered_inputs(200)).map(|input: Input| {
        let client = &client;
        async move { (input.prompt.clone(), client.submit(&input).await.unwrap()) }
    });
    let jobs: Vec<(String, Job<TextToVideo>)> = jobs.buffer_unordered(8).collect().await;
    for (prompt, job) in &jobs {
        assert_eq!(job.request_id(), format!("job-of-{prompt}"));
    }
    assert_eq!(jobs.len(), 200);
    assert!(server.submits_by_prompt().values().all(|count| *count == 1));
    for submit in server.submits() {
        assert_eq!(submit.position, 0, "the connection was used before");
        assert_eq!(submit.headers["connection"], "close");
    }
}

#[tokio::test]
async fn a_connection_that_a_poll_leaves_open_is_not_used_for_a_submit() {
    // Every connection is closed as soon as it is used a second time.
    let server = Adversary::start(|request| match request.position {
        0 if request.is_submit() => vec![created("j")],
        0 => vec![response(200, r#"{"request_id":"j","status":"in_queue"}"#)],
        _ => vec![Event::Close],
    })
    .await;
    let (client, _) = client(&server);
    for _ in 0..20 {
        let job = client.submit(&input()).await.unwrap();
        job.status().await.unwrap();
    }
    assert_eq!(server.submits().len(), 20);
}

#[tokio::test]
async fn a_refusal_in_the_form_of_the_api_is_repeated() {
    for (status, body) in [
        (503, r#"{"error_code":503001,"error_message":"busy"}"#),
        (503, r#"{"error_message":"busy"}"#),
        (429, r#"{"error_code":429001}"#),
        (429, r#"{"detail":"slow down"}"#),
    ] {
        let server = Adversary::start(move |request| match request.earlier {
            0 | 1 => vec![response(status, body)],
            _ => vec![created("j")],
        })
        .await;
        let (client, clock) = client(&server);
        let job = client.submit(&input()).await.unwrap();
        assert_eq!(job.request_id(), "j");
        assert_eq!(server.submits().len(), 3, "{body}");
        assert_eq!(clock.delays().len(), 2);
    }
}

#[tokio::test]
async fn any_other_503_or_429_is_uncertain() {
    let gzip = response_with(
        503,
        "Content-Encoding: gzip\r\n",
        r#"{"error_code":503001}"#,
    );
    let truncated = Event::Send(
        b"HTTP/1.1 503 X\r\nContent-Length: 99\r\n\r\n{\"error_code\":503001}".to_vec(),
    );
    let mut cases = vec![(vec![gzip], None), (vec![truncated, Event::Close], None)];
    for (body, id) in [
        (r#"{"error_code":1,"data":{"request_id":"j"}}"#, Some("j")),
        (r#"{"error_code":1,"ids":[{"request_id":"j"}]}"#, Some("j")),
        (r#"{"error_code":1,"requestId":"j"}"#, Some("j")),
        (r#"{"error_code":1,"request\u005fid":"j"}"#, Some("j")),
        (
            r#"{"error_code":1,"status_url":"https://x/v1/requests/j/status"}"#,
            None,
        ),
        (r#"{"error_code":1,"message":"see /v1/requests/j"}"#, None),
        (r#"{"error_code":1,"message":"request-id j"}"#, None),
        (
            r#"{"error_code":1,"jobs":["6f1d9a52-9c1e-4d11-8f6a-0e8f9f1d2a3b"]}"#,
            None,
        ),
        (
            "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
            None,
        ),
        (
            r#"{"code":503,"message":"upstream connect error or disconnect/reset before headers"}"#,
            None,
        ),
        (r#"{"message":"Service Unavailable"}"#, None),
        ("<html>busy, request_id: j</html>", None),
        ("{}", None),
        ("", None),
    ] {
        cases.push((vec![response(503, body)], id));
    }
    cases.push((vec![response(429, "")], None));
    cases.push((
        vec![response(429, r#"{"error_code":1,"request_id":"j"}"#)],
        Some("j"),
    ));
    for (events, id) in cases {
        let script = events.clone();
        let server = Adversary::start(move |_| script.clone()).await;
        let (client, _) = client(&server);
        let error = client.submit(&input()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UncertainSubmit, "{events:?}");
        assert_eq!(error.request_id(), id, "{events:?}");
        assert!(!error.is_retryable());
        assert_eq!(server.submits().len(), 1, "{events:?}");
    }
}

#[tokio::test]
async fn an_error_that_names_a_job_is_uncertain() {
    for (status, body) in [
        (402, r#"{"error_code":400002,"request_id":"j"}"#),
        (409, r#"{"request_id":"j"}"#),
        (409, r#"{"outcome":"duplicate","request_id":"j"}"#),
        (422, r#"{"detail":[{"msg":"x"}],"data":{"request_id":"j"}}"#),
        (499, r#"{"request_id":"j"}"#),
        (200, r#"{"error_code":400002,"request_id":"j"}"#),
        (200, r#"{"code":503,"request_id":"j"}"#),
        (202, r#"{"data":{"request_id":"j"}}"#),
    ] {
        let server = Adversary::start(move |_| vec![response(status, body)]).await;
        let (client, _) = client(&server);
        let error = client.submit(&input()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UncertainSubmit, "{status} {body}");
        assert_eq!(error.request_id(), Some("j"), "{status} {body}");
        assert_eq!(server.submits().len(), 1);
    }
}

#[tokio::test]
async fn a_refusal_without_a_job_is_final() {
    for (status, body, kind) in [
        (401, r#"{"error_code":400004}"#, ErrorKind::Unauthorized),
        (
            400,
            r#"{"error_code":400002}"#,
            ErrorKind::InsufficientBalance,
        ),
        (
            200,
            r#"{"error_code":400002}"#,
            ErrorKind::InsufficientBalance,
        ),
        (413, "<html>too large</html>", ErrorKind::Rejected),
        (
            400,
            r#"{"error_code":400001,"request_id":null}"#,
            ErrorKind::Rejected,
        ),
    ] {
        let server = Adversary::start(move |_| vec![response(status, body)]).await;
        let (client, _) = client(&server);
        let error = client.submit(&input()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{status} {body}");
        assert_eq!(server.submits().len(), 1);
    }
}

#[tokio::test]
async fn a_request_id_of_any_form_is_accepted_and_percent_encoded() {
    let long = "x".repeat(129);
    for (json, id, path) in [
        (r#""req:abc""#, "req:abc", "req%3Aabc"),
        (r#""a+b""#, "a+b", "a%2Bb"),
        (r#""abc==""#, "abc==", "abc%3D%3D"),
        (r#""../x""#, "../x", "..%2Fx"),
        (r#""é\n""#, "é\n", "%C3%A9%0A"),
        ("1753", "1753", "1753"),
        (&format!(r#""{long}""#), &*long, &*long),
    ] {
        let body = format!(r#"{{"request_id":{json}}}"#);
        let server = Adversary::start(move |request| {
            if request.is_submit() {
                vec![response(200, &body)]
            } else {
                vec![response(200, r#"{"status":"in_queue"}"#)]
            }
        })
        .await;
        let (client, _) = client(&server);
        let job = client.submit(&input()).await.unwrap();
        assert_eq!(job.request_id(), id);
        client
            .resume::<TextToVideo>(job.request_id())
            .unwrap()
            .status()
            .await
            .unwrap();
        assert_eq!(server.requests()[1].job(), path);
    }
}

#[tokio::test]
async fn a_truncated_number_is_no_request_id() {
    let server = Adversary::start(|_| {
        let head = b"HTTP/1.1 200 X\r\nContent-Length: 21\r\n\r\n{\"request_id\":17";
        vec![Event::Send(head.to_vec()), Event::Close]
    })
    .await;
    let (client, _) = client(&server);
    let error = client.submit(&input()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UncertainSubmit);
    assert_eq!(error.request_id(), None);
}

#[tokio::test]
async fn a_token_in_a_request_id_is_redacted() {
    let server = Adversary::start(|_| {
        let body = serde_json::json!({ "request_id": format!("id-{TOKEN}") });
        vec![response(503, &body.to_string())]
    })
    .await;
    let (client, _) = client(&server);
    let error = client.submit(&input()).await.unwrap_err();
    assert_eq!(error.request_id(), Some("id-[redacted]"));
    assert!(!format!("{error} {error:?} {error:#?}").contains(TOKEN));
}

#[tokio::test]
async fn the_longest_timeouts_do_not_overflow() {
    let server = Adversary::start(|_| vec![created("j")]).await;
    let client = Client::builder()
        .base_url(server.url())
        .token(TOKEN)
        .connect_timeout(Duration::MAX)
        .read_timeout(Duration::MAX)
        .request_timeout(Duration::MAX)
        .build()
        .unwrap();
    assert_eq!(client.submit(&input()).await.unwrap().request_id(), "j");
}

#[tokio::test]
async fn errors_name_the_host_the_cause_and_the_field() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let client_of = |base_url: &str| {
        Client::builder()
            .base_url(base_url)
            .token(TOKEN)
            .retry(runcomfy_client::RetryPolicy::never())
            .build()
            .unwrap()
    };
    let error = client_of(&format!("http://{address}"))
        .submit(&input())
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains(&address) && text.contains("refused"),
        "{text}"
    );
    assert_eq!(format!("{error:?}"), format!("Network: {text}"));

    let server = Adversary::start(|_| {
        let body = r#"{"detail":[{"loc":["body","prompt"],"msg":"field required"}]}"#;
        vec![response(422, body)]
    })
    .await;
    let error = client_of(&server.url()).submit(&input()).await.unwrap_err();
    assert!(
        error.to_string().contains("/prompt: field required"),
        "{error}"
    );
}
