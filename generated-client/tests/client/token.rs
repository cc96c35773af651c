//! Billing rule 6: the token is sent to the configured origin only, and occurs nowhere else.

use std::error::Error as _;
use std::io::{self, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use crate::support::{
    RecordingClock, TOKEN, TextToVideo, client_builder, input, plain_poll_until, sandbox, seconds,
    set_up, submitted,
};
use runcomfy_client::{Client, Error, Job};
use runcomfy_sandbox::{Endpoint, Fault, FaultRule};
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

/// The log of this process, at every level and of every library.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Starts logging once per process, and returns the log.
fn log() -> Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::default();
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(log.clone())
            .init();
        log
    })
    .clone()
}

/// Fails if a text contains the token or one of three parts of it. A token in which some characters are
/// escaped still contains at least one of the parts.
fn assert_no_token(text: &str) {
    assert!(!text.contains(TOKEN), "{text}");
    for part in ["rc-7Kq", "secret", "9f2e"] {
        assert!(!text.contains(part), "{text}");
    }
}

fn assert_no_token_in_error(error: &Error) {
    assert_no_token(&error.to_string());
    assert_no_token(&format!("{error:?} {error:#?}"));
    assert_no_token(error.body().unwrap_or_default());
    assert_no_token(
        &error
            .job_json()
            .map(ToString::to_string)
            .unwrap_or_default(),
    );
    let mut source = error.source();
    while let Some(cause) = source {
        assert_no_token(&format!("{cause} {cause:?}"));
        source = cause.source();
    }
}

async fn every_call(client: &Client, job: &Job<TextToVideo>) -> Vec<Error> {
    let mut errors = Vec::new();
    errors.extend(client.submit(&input()).await.err());
    errors.extend(job.status().await.err());
    errors.extend(job.result().await.err());
    errors.extend(job.cancel().await.err());
    // Without a deadline, an unknown state would be polled forever.
    errors.extend(job.wait_with(plain_poll_until(seconds(20))).await.err());
    errors
}

const ENDPOINTS: [Endpoint; 4] = [
    Endpoint::Submit,
    Endpoint::Status,
    Endpoint::Result,
    Endpoint::Cancel,
];

/// Responses that contain the token in several places and encodings.
fn echoes() -> Vec<Fault> {
    let escaped = TOKEN.replace('/', "\\/").replace('s', "\\u0073");
    let mut echoes = Vec::new();
    for status in [200, 400, 401, 404, 429, 500, 503] {
        for body in [
            json!({ "error_code": 400_004, "message": format!("Bearer {TOKEN} has expired") }),
            json!({ "detail": [{ "msg": TOKEN, TOKEN: TOKEN }] }),
            json!({ "status": TOKEN, "outcome": TOKEN, "echo": { "authorization": TOKEN } }),
            json!({ "status": "failed", "error": format!("as {TOKEN}") }),
            json!({ "status": "succeeded", "output": TOKEN }),
        ] {
            echoes.push(Fault::Status { status, body });
        }
        for body in [
            format!("<html>Authorization: Bearer {TOKEN}</html>"),
            format!(r#"{{"message": "{escaped}"}}"#),
            format!(r#"{{"message": "{TOKEN}"#),
            format!("{}{TOKEN}", "x".repeat(395)),
        ] {
            let headers = vec![
                ("x-echo".to_owned(), TOKEN.to_owned()),
                ("location".to_owned(), format!("/?t={TOKEN}")),
            ];
            echoes.push(Fault::Response {
                status,
                headers,
                body,
            });
        }
    }
    echoes
}

#[tokio::test]
async fn rule_6_the_token_is_redacted_even_if_the_server_echoes_it() {
    let log = log();
    let (sandbox, client, clock) = set_up().await;
    let job = submitted(&client).await;
    let mut errors = 0;
    for echo in echoes() {
        sandbox.clear_plan();
        for endpoint in ENDPOINTS {
            sandbox.plan(FaultRule::on(endpoint, echo.clone()).always());
        }
        for error in every_call(&client, &job).await {
            assert_no_token_in_error(&error);
            errors += 1;
        }
    }
    assert!(errors > 100, "only {errors} errors");

    let small = client_builder(sandbox.base_url(), &clock)
        .max_response_bytes(20)
        .build()
        .unwrap();
    let truncated = Fault::Response {
        status: 200,
        headers: vec![],
        body: format!("{{\"a\":\"{TOKEN}\"}}"),
    };
    sandbox.clear_plan();
    sandbox.plan(FaultRule::on(Endpoint::Status, truncated).always());
    let job = small.resume::<TextToVideo>(job.request_id()).unwrap();
    let error = job.status().await.unwrap_err();
    assert!(error.body().unwrap().contains("[redacted]"));
    assert_no_token_in_error(&error);

    let settings = client_builder(sandbox.base_url(), &clock);
    assert_no_token(&format!(
        "{settings:?} {client:#?} {job:?} {:?}",
        job.stored()
    ));
    assert_no_token(&serde_json::to_string(&job).unwrap());

    // The test had something to redact: the token was sent, and both the client and `reqwest` have
    // written to the log.
    assert_eq!(
        sandbox.requests()[0].header("authorization"),
        Some(&*format!("Bearer {TOKEN}"))
    );
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for source in [
        "runcomfy_client::client::api::submit",
        "reqwest::connect",
        job.request_id(),
    ] {
        assert!(logged.contains(source), "the log does not contain {source}");
    }
    for line in logged.lines() {
        assert_no_token(line);
    }
}

#[tokio::test]
async fn rule_6_redirects_and_urls_of_responses_are_not_followed() {
    let (sandbox, client, _) = set_up().await;
    let other = crate::support::sandbox().start().await.unwrap();
    let to = other.base_url().to_owned();
    let job = submitted(&client).await;
    for status in [301, 302, 303, 307, 308] {
        sandbox.clear_plan();
        for endpoint in ENDPOINTS {
            sandbox.plan(
                FaultRule::on(
                    endpoint,
                    Fault::Redirect {
                        status,
                        to: to.clone(),
                    },
                )
                .always(),
            );
        }
        assert_eq!(every_call(&client, &job).await.len(), 5);
    }
    sandbox.clear_plan();
    let urls = json!({
        "request_id": job.request_id(), "status_url": to, "result_url": to, "cancel_url": to
    });
    sandbox.plan(FaultRule::on(
        Endpoint::Submit,
        Fault::Status {
            status: 200,
            body: urls,
        },
    ));
    let job = submitted(&client).await;
    job.wait().await.unwrap();
    job.cancel().await.unwrap();
    assert_eq!(other.stats().connections, 0, "another origin was contacted");
}

/// The environment variable that marks the child process of [`rule_6_proxies_are_not_used_without_tls`].
const CHILD: &str = "RUNCOMFY_CLIENT_TEST_CHILD";

#[tokio::test]
async fn child_process_with_proxy_variables() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let sandbox = sandbox().start().await.unwrap();
    let client = Client::builder()
        .base_url(sandbox.base_url())
        .clock(RecordingClock::default())
        .connect_timeout(Duration::from_secs(60))
        .build()
        .unwrap();
    submitted(&client).await.wait().await.unwrap();
}

#[test]
fn rule_6_proxies_are_not_used_without_tls() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args([
            "--exact",
            "client::token::child_process_with_proxy_variables",
        ])
        .env(CHILD, "1")
        // With a line break, as when the value is read from a file.
        .env("RUNCOMFY_API_TOKEN", format!("{TOKEN}\n"))
        .env_remove("NO_PROXY")
        .env_remove("no_proxy");
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        child.env(name, &address);
    }
    let output = child.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
    assert_eq!(
        proxy.accept().unwrap_err().kind(),
        io::ErrorKind::WouldBlock,
        "the proxy was used"
    );
}
