//! The blocking client. The sandbox runs on a separate Tokio runtime.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::support::{
    RecordingClock, TextToVideo, client_builder, input, numbered_inputs, sandbox,
};
use runcomfy_client::blocking::{Client, Job};
use runcomfy_client::{Batch, CancelOutcome, ErrorKind, State};
use runcomfy_sandbox::{Endpoint, Fault, FaultRule, Sandbox, SandboxBuilder};
use serde_json::json;
use tokio::runtime::Runtime;

/// A sandbox, its runtime, and a blocking client.
fn start(sandbox: SandboxBuilder) -> (Runtime, Sandbox, Client) {
    let runtime = Runtime::new().unwrap();
    let sandbox = runtime.block_on(sandbox.start()).unwrap();
    let settings = client_builder(sandbox.base_url(), &RecordingClock::default());
    let client = Client::build(settings).unwrap();
    (runtime, sandbox, client)
}

#[test]
fn a_job_runs_from_submit_to_file() {
    let (_runtime, sandbox, client) = start(sandbox());
    let job = client.submit(&input()).unwrap();
    assert_eq!(job.status().unwrap().state, State::Queued);
    assert_eq!(job.result().unwrap(), None);
    let finished = job.wait().unwrap();
    assert_eq!(job.result().unwrap().as_ref(), Some(&finished));
    let folder = tempfile::tempdir().unwrap();
    let files = client
        .fetch(&client.downloads(folder.path()), &finished.output)
        .unwrap();
    let [file] = files.as_slice() else {
        panic!("{files:?}")
    };
    assert!(file.result.as_ref().unwrap().path.is_file());
    assert_eq!(sandbox.stats().accepted, 1);
}

#[test]
fn a_job_is_resumed_by_request_id_and_as_stored() {
    let (_runtime, sandbox, client) = start(sandbox());
    let job = client
        .submit_unchecked::<TextToVideo>(&json!({ "prompt": "p" }))
        .unwrap();
    let resumed: Job<TextToVideo> = client.resume(job.request_id()).unwrap();
    resumed.wait().unwrap();
    client.resume_stored(job.stored()).wait().unwrap();
    assert_eq!(sandbox.stats().accepted, 1);
}

#[test]
fn a_queued_job_is_cancelled() {
    let (_runtime, _sandbox, client) = start(sandbox());
    let job = client.submit(&input()).unwrap();
    assert_eq!(job.cancel().unwrap(), CancelOutcome::Cancelled);
    assert_eq!(job.wait().unwrap_err().kind(), ErrorKind::Cancelled);
}

#[test]
fn progress_is_an_iterator_that_ends() {
    let (_runtime, _sandbox, client) = start(sandbox());
    let job = client.submit(&input()).unwrap();
    let steps: Vec<_> = job.progress().map(Result::unwrap).collect();
    assert_eq!(steps.len(), 3, "{steps:?}");
    let unknown = client.resume::<TextToVideo>("no-such-job").unwrap();
    let mut failing = unknown.progress();
    assert_eq!(
        failing.next().unwrap().unwrap_err().kind(),
        ErrorKind::NotFound
    );
    assert!(failing.next().is_none());
}

#[test]
fn a_batch_has_one_result_for_each_input() {
    let (_runtime, sandbox, client) = start(sandbox());
    let results = client
        .run(
            |client| Batch::new(client).max_concurrency(3),
            numbered_inputs(6),
        )
        .unwrap();
    assert!(results.len() == 6 && results.iter().all(Result::is_ok));
    assert_eq!(sandbox.stats().accepted, 6);
}

#[test]
fn an_uncertain_submit_is_not_repeated() {
    let (_runtime, sandbox, client) = start(sandbox());
    sandbox.plan(FaultRule::on(Endpoint::Submit, Fault::ResetAfterRead).with_effect());
    let error = client.submit(&input()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UncertainSubmit);
    assert_eq!(sandbox.stats().requests(Endpoint::Submit), 1);
}

#[test]
fn clones_work_in_parallel() {
    let (_runtime, sandbox, client) = start(sandbox());
    thread::scope(|scope| {
        for _ in 0..4 {
            let client = client.clone();
            scope.spawn(move || client.submit(&input()).unwrap().wait().unwrap());
        }
    });
    assert_eq!(sandbox.stats().accepted, 4);
}

#[test]
fn calls_in_an_async_runtime_are_errors() {
    let (runtime, sandbox, client) = start(sandbox());
    let job = client.resume::<TextToVideo>("r-1").unwrap();
    let calls = move || {
        let errors = [
            client.submit(&input()).unwrap_err(),
            job.wait().unwrap_err(),
            job.progress().next().unwrap().unwrap_err(),
        ];
        assert_eq!(job.progress().count(), 1);
        // The closure owns the client and the job, so their runtime is dropped with the closure, after
        // `block_on`.
        errors.map(|error| error.kind())
    };
    let kinds = runtime.block_on(async { calls() });
    assert_eq!(kinds, [ErrorKind::Configuration; 3]);
    assert_eq!(sandbox.stats().connections, 0);
}

/// Responds to one submit on each of two connections. Closes each connection after a message on `close`.
/// When the client has closed its side as well, sends a message on `closed`.
fn closing_server(listener: TcpListener, close: Receiver<()>, closed: Sender<()>) {
    for id in ["r-1", "r-2"] {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"}") {
            let mut part = [0; 1024];
            let length = stream.read(&mut part).unwrap();
            assert!(length > 0, "an incomplete request");
            request.extend_from_slice(&part[..length]);
        }
        let body = json!({ "request_id": id }).to_string();
        let length = body.len();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
        stream.write_all((head + &body).as_bytes()).unwrap();
        close.recv_timeout(LIMIT).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        assert_eq!(stream.read(&mut [0]).unwrap(), 0);
        closed.send(()).unwrap();
    }
}

/// The time limit of every step of the test, long enough for busy machines.
const LIMIT: Duration = Duration::from_secs(20);

/// The client must process the end of a connection while no call is running. Otherwise a later poll could be
/// sent on a closed connection. Submits are not affected, because each uses a new connection.
#[test]
fn a_connection_closed_between_calls_is_not_reused() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let ((close, close_receiver), (closed, closed_receiver)) = (channel(), channel());
    let server = thread::spawn(move || closing_server(listener, close_receiver, closed));
    let settings = client_builder(&format!("http://{address}"), &RecordingClock::default());
    let client = Client::build(settings).unwrap();
    for id in ["r-1", "r-2"] {
        assert_eq!(client.submit(&input()).unwrap().request_id(), id);
        close.send(()).unwrap();
        closed_receiver.recv_timeout(2 * LIMIT).unwrap();
    }
    server.join().unwrap();
}
