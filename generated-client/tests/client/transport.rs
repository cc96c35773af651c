//! Clients with a custom transport, and clients with custom HTTP settings. The former need no server.

use std::ffi::OsStr;
use std::process::Command;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use runcomfy_client::transport::{
    BodyEnd, Transport, TransportError, TransportErrorKind, TransportRequest, TransportResponse,
};
use runcomfy_client::{Client, Clock, ErrorKind, Finished, ModelOutput};
use runcomfy_sandbox::{Endpoint, Fault, FaultRule};
use serde_json::{Value, json};

use crate::support::{
    Output, RecordingClock, TOKEN, TextToVideo, client_builder, input, sandbox, seconds, set_up,
    submitted,
};

/// The response of a [`Fake`]: a status and a body, or the kind of a transport error.
type FakeResponse = Result<(u16, Value), TransportErrorKind>;

/// A transport that responds by calling a function, and records the requests.
#[derive(Clone)]
pub(super) struct Fake {
    respond: Arc<dyn Fn(&TransportRequest) -> FakeResponse + Send + Sync>,
    requests: Arc<Mutex<Vec<TransportRequest>>>,
}

impl Fake {
    pub(super) fn new(
        respond: impl Fn(&TransportRequest) -> FakeResponse + Send + Sync + 'static,
    ) -> Self {
        Self {
            respond: Arc::new(respond),
            requests: Arc::default(),
        }
    }

    pub(super) fn respond(&self, request: &TransportRequest) -> FakeResponse {
        (self.respond)(request)
    }

    pub(super) fn requests(&self) -> Vec<TransportRequest> {
        self.requests.lock().unwrap().clone()
    }
}

impl std::fmt::Debug for Fake {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Fake")
    }
}

impl Transport for Fake {
    fn send(
        &self,
        request: TransportRequest,
    ) -> BoxFuture<'_, Result<TransportResponse, TransportError>> {
        let response = self.respond(&request);
        self.requests.lock().unwrap().push(request);
        Box::pin(async move {
            let (status, body) = response.map_err(|kind| TransportError {
                kind,
                source: "simulated failure".into(),
            })?;
            Ok(TransportResponse {
                status,
                headers: Default::default(),
                body: body.to_string().into_bytes(),
                end: BodyEnd::Complete,
            })
        })
    }
}

fn fake_client(fake: &Fake) -> (Client, RecordingClock) {
    let clock = RecordingClock::default();
    let builder = client_builder("https://example.com", &clock).transport(fake.clone());
    (builder.build().unwrap(), clock)
}

#[tokio::test]
async fn a_transport_replaces_the_server() {
    let fake = Fake::new(|request| {
        let path = request.url.path();
        Ok((
            200,
            match path.rsplit('/').next() {
                Some("status") => json!({ "status": "completed" }),
                Some("result") => {
                    json!({ "status": "completed", "output": { "video": "https://a/b" } })
                }
                _ => json!({ "request_id": "j" }),
            },
        ))
    });
    let (client, _) = fake_client(&fake);
    let finished = submitted(&client).await.wait().await.unwrap();
    assert_eq!(
        finished.output.urls(),
        [("video".to_owned(), "https://a/b".to_owned())]
    );

    let requests = fake.requests();
    let fresh: Vec<bool> = requests
        .iter()
        .map(|request| request.needs_fresh_connection)
        .collect();
    assert_eq!(fresh, [true, false, false]);
    let submit = &requests[0];
    assert_eq!(submit.method, "POST");
    assert_eq!(
        submit.url.as_str(),
        format!(
            "https://example.com{}",
            <TextToVideo as runcomfy_client::Model>::PATH
        )
    );
    let token = &submit.headers["authorization"];
    assert!(token.is_sensitive());
    assert_eq!(token.to_str().unwrap(), format!("Bearer {TOKEN}"));
    assert_eq!(
        submit.body.as_deref(),
        Some(br#"{"prompt":"a cat"}"#.as_slice())
    );
    assert!(!format!("{submit:?}").contains(TOKEN));
}

#[tokio::test]
async fn only_a_submit_that_was_not_sent_is_repeated() {
    for (kind, attempts, expected) in [
        (TransportErrorKind::NotSent, 3, ErrorKind::Network),
        (TransportErrorKind::TimedOut, 1, ErrorKind::UncertainSubmit),
        (
            TransportErrorKind::ConnectionLost,
            1,
            ErrorKind::UncertainSubmit,
        ),
    ] {
        let fake = Fake::new(move |_| Err(kind));
        let (client, clock) = fake_client(&fake);
        let error = client.submit(&input()).await.unwrap_err();
        assert_eq!(error.kind(), expected, "{kind:?}");
        assert_eq!(fake.requests().len(), attempts, "{kind:?}");
        assert_eq!(clock.delays().len(), attempts - 1, "{kind:?}");
    }
}

/// A transport whose responses end with the error `NotSent`. The error is wrong: since a response has
/// arrived, the request was sent.
#[derive(Debug)]
struct BrokenResponse;

impl Transport for BrokenResponse {
    fn send(
        &self,
        _: TransportRequest,
    ) -> BoxFuture<'_, Result<TransportResponse, TransportError>> {
        Box::pin(async {
            Ok(TransportResponse {
                status: 200,
                headers: Default::default(),
                body: Vec::new(),
                end: BodyEnd::Broken(TransportError {
                    kind: TransportErrorKind::NotSent,
                    source: "simulated failure".into(),
                }),
            })
        })
    }
}

#[tokio::test]
async fn a_submit_with_a_response_counts_as_sent() {
    let clock = RecordingClock::default();
    let builder = client_builder("https://example.com", &clock).transport(BrokenResponse);
    let error = builder.build().unwrap().submit(&input()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UncertainSubmit);
    assert!(clock.delays().is_empty(), "repeated");
}

#[test]
fn a_result_can_be_made_for_a_test() {
    let output = Output::from_value(json!({ "video": "https://a/b" })).unwrap();
    let finished = Finished::new(output.clone());
    assert_eq!(finished.output, output);
    assert_eq!(finished.cost, None);
}

#[tokio::test]
async fn http_settings_apply_but_cannot_weaken_the_billing_rules() {
    let (sandbox, _, clock) = set_up().await;
    let client = client_builder(sandbox.base_url(), &clock)
        .http(|settings| {
            settings
                .default_headers(
                    [("x-team".parse().unwrap(), "films".parse().unwrap())]
                        .into_iter()
                        .collect(),
                )
                .user_agent("theirs")
                .redirect(reqwest::redirect::Policy::limited(10))
                .retry(reqwest::retry::for_host("127.0.0.1").max_retries_per_request(5))
        })
        .build()
        .unwrap();
    let job = submitted(&client).await;
    job.status().await.unwrap();
    for request in sandbox.requests() {
        assert_eq!(request.header("x-team"), Some("films"));
        assert!(
            request
                .header("user-agent")
                .unwrap()
                .starts_with("runcomfy-client/")
        );
    }

    // The redirect leads to the same server. If it were followed, the input would be submitted again.
    let elsewhere = Fault::Redirect {
        status: 307,
        to: sandbox.base_url().to_owned(),
    };
    sandbox.plan(FaultRule::on(Endpoint::Submit, elsewhere));
    let error = client.submit(&input()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UncertainSubmit);
    sandbox.plan(FaultRule::on(Endpoint::Submit, Fault::ResetAfterRead));
    let error = client.submit(&input()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UncertainSubmit);
    assert_eq!(sandbox.stats().requests(Endpoint::Submit), 3);
}

#[tokio::test]
async fn with_methods_do_not_change_the_original_client() {
    let fake = Fake::new(|_| Err(TransportErrorKind::NotSent));
    let (client, _) = fake_client(&fake);
    let impatient = client
        .with_retry(runcomfy_client::RetryPolicy::never())
        .with_request_timeout(seconds(5));
    impatient.submit(&input()).await.unwrap_err();
    assert_eq!(fake.requests().len(), 1);
    assert_eq!(fake.requests()[0].timeout, seconds(5));
    client.submit(&input()).await.unwrap_err();
    assert_eq!(fake.requests().len(), 4);
    assert_eq!(fake.requests()[3].timeout, seconds(60));

    let fake = Fake::new(|_| Ok((200, json!({ "status": "in_queue", "request_id": "j" }))));
    let (client, clock) = fake_client(&fake);
    let client = client.with_poll(crate::support::plain_poll_until(seconds(10)));
    let error = submitted(&client).await.wait().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline);
    assert!(clock.now() <= seconds(10));
}

/// The environment variable that marks the child process of
/// [`the_environment_names_the_token_and_the_base_url`].
const CHILD: &str = "RUNCOMFY_CLIENT_TEST_FROM_ENV";

/// Configures a client from environment variables. If this fails, prints the error. Otherwise, prints the
/// base URL of the client and the kind of the error that a call returns.
#[tokio::test]
async fn child_process_with_settings() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    match Client::from_env() {
        Ok(client) => {
            println!("base={}", client.base_url());
            let error = client.resume::<TextToVideo>("r").unwrap().status().await;
            let kind = error.unwrap_err().kind();
            let blocking = std::thread::spawn(|| {
                let client = runcomfy_client::blocking::Client::from_env().unwrap();
                client.resume::<TextToVideo>("r").unwrap().status()
            });
            assert_eq!(blocking.join().unwrap().unwrap_err().kind(), kind);
            println!("kind={kind:?}");
        }
        Err(error) => println!("error={error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_names_the_token_and_the_base_url() {
    let sandbox = sandbox().start().await.unwrap();
    let base_url = sandbox.base_url().to_owned();
    let run = |variables: &[(&str, &OsStr)]| {
        let output = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "--nocapture",
                "client::transport::child_process_with_settings",
            ])
            .env_remove("RUNCOMFY_API_TOKEN")
            .env_remove("RUNCOMFY_TOKEN")
            .env(CHILD, "1")
            .env("RUNCOMFY_MODEL_API_BASE", format!("{base_url}/v1/"))
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    for variables in [
        &[("RUNCOMFY_API_TOKEN", OsStr::new(TOKEN))][..],
        &[("RUNCOMFY_TOKEN", OsStr::new(TOKEN))],
        &[
            ("RUNCOMFY_API_TOKEN", OsStr::new(TOKEN)),
            ("RUNCOMFY_TOKEN", OsStr::new("another")),
        ],
    ] {
        let text = run(variables);
        assert!(text.contains(&format!("base={base_url}")), "{text}");
        // The sandbox refuses any other token with `Unauthorized`.
        assert!(text.contains("kind=NotFound"), "{text}");
    }
    assert!(run(&[]).contains("error=there is no token"), "{}", run(&[]));
    let text = run(&[("RUNCOMFY_API_TOKEN", OsStr::new("Bearer abc"))]);
    assert!(text.contains("error=") && !text.contains("abc"), "{text}");
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        let base_url = OsStr::from_bytes(b"https://example.com/\xff");
        let text = run(&[
            ("RUNCOMFY_API_TOKEN", OsStr::new(TOKEN)),
            ("RUNCOMFY_MODEL_API_BASE", base_url),
        ]);
        assert!(
            text.contains("error=") && text.contains("base URL"),
            "{text}"
        );
    }
}
