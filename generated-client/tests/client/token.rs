//! Billing rule 6: the token goes to the configured origin only, and shows nowhere else.

use std::error::Error as _;
use std::io::{self, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use crate::support::{
    NotedClock, TOKEN, TextToVideo, builder, input, plain_poll, sandbox, seconds, set_up, submitted,
};
use runcomfy_client::{Client, Error, Job, PollPolicy};
use runcomfy_sandbox::{Call, Fault, Rule};
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

/// All that was logged in this process, at every level and by every library.
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

/// Starts to log, once, and gives the log of all tests.
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

/// Fails where a text holds the token, or the part of it that no escaping changes.
fn assert_silent(text: &str) {
    assert!(!text.contains(TOKEN), "{text}");
    for part in ["rc-7Kq", "secret", "9f2e"] {
        assert!(!text.contains(part), "{text}");
    }
}

fn assert_error_silent(error: &Error) {
    assert_silent(&error.to_string());
    assert_silent(&format!("{error:?} {error:#?}"));
    assert_silent(error.body().unwrap_or_default());
    assert_silent(
        &error
            .job_json()
            .map(ToString::to_string)
            .unwrap_or_default(),
    );
    let mut source = error.source();
    while let Some(cause) = source {
        assert_silent(&format!("{cause} {cause:?}"));
        source = cause.source();
    }
}

async fn every_call(client: &Client, job: &Job<TextToVideo>) -> Vec<Error> {
    let mut errors = Vec::new();
    errors.extend(client.submit(&input()).await.err());
    errors.extend(job.status().await.err());
    errors.extend(job.result().await.err());
    errors.extend(job.cancel().await.err());
    // With a deadline: a state that nobody has heard of is waited out.
    errors.extend(
        job.wait_with(PollPolicy {
            deadline: Some(seconds(20)),
            ..plain_poll()
        })
        .await
        .err(),
    );
    errors
}

const CALLS: [Call; 4] = [Call::Submit, Call::Status, Call::Result, Call::Cancel];

/// The token in every way that a server may send it back.
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
            echoes.push(Fault::Answer {
                status,
                headers,
                body,
            });
        }
    }
    echoes
}

#[tokio::test]
async fn rule_6_the_token_shows_nowhere_even_if_the_server_sends_it_back() {
    let log = log();
    let (sandbox, client, clock) = set_up().await;
    let job = submitted(&client).await;
    let mut errors = 0;
    for echo in echoes() {
        sandbox.clear_plan();
        for call in CALLS {
            sandbox.plan(Rule::on(call, echo.clone()).always());
        }
        for error in every_call(&client, &job).await {
            assert_error_silent(&error);
            errors += 1;
        }
    }
    assert!(errors > 100, "{errors} errors were looked at");

    let small = builder(sandbox.base_url(), &clock)
        .max_response_bytes(20)
        .build()
        .unwrap();
    let cut = Fault::Answer {
        status: 200,
        headers: vec![],
        body: format!("{{\"a\":\"{TOKEN}\"}}"),
    };
    sandbox.clear_plan();
    sandbox.plan(Rule::on(Call::Status, cut).always());
    let job = small.resume::<TextToVideo>(job.request_id()).unwrap();
    let error = job.status().await.unwrap_err();
    assert!(error.body().unwrap().contains("[redacted]"));
    assert_error_silent(&error);

    let settings = builder(sandbox.base_url(), &clock);
    assert_silent(&format!(
        "{settings:?} {client:#?} {job:?} {:?}",
        job.stored()
    ));
    assert_silent(&serde_json::to_string(&job).unwrap());

    // The sandbox did receive it, and the log is not empty because nothing was logged.
    assert_eq!(
        sandbox.calls()[0].header("authorization"),
        Some(&*format!("Bearer {TOKEN}"))
    );
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for source in [
        "runcomfy_client::client::api::submit",
        "reqwest::connect",
        job.request_id(),
    ] {
        assert!(logged.contains(source), "nothing of {source} in the log");
    }
    for line in logged.lines() {
        assert_silent(line);
    }
}

#[tokio::test]
async fn rule_6_no_redirect_and_no_url_of_an_answer_leads_away() {
    let (sandbox, client, _) = set_up().await;
    let elsewhere = crate::support::sandbox().start().await.unwrap();
    let to = elsewhere.base_url().to_owned();
    let job = submitted(&client).await;
    for status in [301, 302, 303, 307, 308] {
        sandbox.clear_plan();
        for call in CALLS {
            sandbox.plan(
                Rule::on(
                    call,
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
    sandbox.plan(Rule::on(
        Call::Submit,
        Fault::Status {
            status: 200,
            body: urls,
        },
    ));
    let job = submitted(&client).await;
    job.wait().await.unwrap();
    job.cancel().await.unwrap();
    assert_eq!(elsewhere.stats().connections, 0, "another host was called");
}

/// Set in the process that [`rule_6_a_proxy_never_sees_a_token_without_tls`] starts.
const CHILD: &str = "RUNCOMFY_CLIENT_TEST_CHILD";

#[tokio::test]
async fn child_with_an_environment_of_its_own() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let sandbox = sandbox().start().await.unwrap();
    let client = Client::builder()
        .base_url(sandbox.base_url())
        .clock(NotedClock::default())
        .connect_timeout(Duration::from_secs(60))
        .build()
        .unwrap();
    submitted(&client).await.wait().await.unwrap();
}

#[test]
fn rule_6_a_proxy_never_sees_a_token_without_tls() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args([
            "--exact",
            "client::token::child_with_an_environment_of_its_own",
        ])
        .env(CHILD, "1")
        // With the line end that a shell or a file may add.
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
