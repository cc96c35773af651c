//! Polls and results: every output is returned or part of the error, and stale, temporary or misdirected
//! responses do not end a wait.

use std::time::Duration;

use runcomfy_client::{CancelOutcome, ErrorKind, PollPolicy};
use serde_json::json;

use super::server::{Adversary, created, response, response_with};
use super::{client, client_with_poll};
use crate::support::{input, plain_poll, seconds};

/// Starts a server that creates the job `j` and responds to its polls with `statuses` and `results`, each
/// in order. The last status and the last result repeat. A body that starts with a number and a space is
/// sent with that HTTP status, any other body with 200.
async fn server(statuses: &[&str], results: &[&str]) -> Adversary {
    let owned = |bodies: &[&str]| bodies.iter().map(|&body| body.to_owned()).collect();
    let (statuses, results): (Vec<String>, Vec<String>) = (owned(statuses), owned(results));
    Adversary::start(move |request| {
        if request.is_submit() {
            return vec![created("j")];
        }
        let bodies = if request.is_status() {
            &statuses
        } else {
            &results
        };
        let body = bodies.get(request.earlier).or(bodies.last()).unwrap();
        match body
            .split_once(' ')
            .map(|(first, rest)| (first.parse(), rest))
        {
            Some((Ok(status), rest)) => vec![response(status, rest)],
            _ => vec![response(200, body)],
        }
    })
    .await
}

const QUEUED: &str = r#"{"request_id":"j","status":"in_queue"}"#;
const COMPLETED: &str = r#"{"request_id":"j","status":"completed"}"#;
const SUCCEEDED: &str = r#"{"status":"succeeded","output":{"video":"https://x/v.mp4"}}"#;
const NOT_FOUND: &str = r#"404 {"error_code":404001}"#;

#[tokio::test]
async fn an_output_is_handed_over_whatever_the_result_says() {
    for result in [
        r#"{"status":"completed","output":{"video":"https://x/v.mp4"}}"#,
        r#"{"status":"done","output":{"video":"https://x/v.mp4"}}"#,
        r#"{"status":"in_progress","output":{"video":"https://x/v.mp4"}}"#,
        r#"{"output":{"video":"https://x/v.mp4"}}"#,
        r#"{"status":"ok","error_code":500001,"output":{"video":"https://x/v.mp4"}}"#,
    ] {
        let server = server(&[COMPLETED], &[result]).await;
        let (client, _) = client(&server);
        let job = client.submit(&input()).await.unwrap();
        let finished = job
            .wait()
            .await
            .unwrap_or_else(|error| panic!("{result}: {error}"));
        assert_eq!(finished.output.0["video"], "https://x/v.mp4");
    }
    for (result, output) in [
        (
            r#"{"status":"completed","output":["https://x/v.mp4"]}"#,
            json!(["https://x/v.mp4"]),
        ),
        (
            r#"{"status":"succeeded","output":"https://x/v.mp4"}"#,
            json!("https://x/v.mp4"),
        ),
        (r#"{"status":"done","output":7}"#, json!(7)),
    ] {
        let server = server(&[COMPLETED], &[result]).await;
        let (client, _) = client(&server);
        let job = client.submit(&input()).await.unwrap();
        for error in [
            job.wait().await.unwrap_err(),
            job.result().await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::UnexpectedResponse, "{result}");
            assert_eq!(error.job_json().unwrap()["output"], output);
        }
    }
}

#[tokio::test]
async fn a_job_that_ended_without_an_output_ends_the_wait() {
    let result = r#"{"status":"completed","note":"nothing"}"#;
    let server = server(&[COMPLETED], &[result]).await;
    let (client, _) = client(&server);
    let job = client.submit(&input()).await.unwrap();
    let error = job.wait().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
    assert_eq!(error.job_json().unwrap()["note"], "nothing");
}

#[tokio::test]
async fn a_deadline_carries_the_last_response_and_the_elapsed_time() {
    let server = server(&[r#"{"status":"odd","note":1}"#], &[]).await;
    let poll = PollPolicy {
        deadline: Some(seconds(10)),
        ..plain_poll()
    };
    let (client, clock) = client_with_poll(&server, poll);
    let job = client.submit(&input()).await.unwrap();
    let error = job.wait().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline);
    assert_eq!(error.job_json().unwrap()["note"], 1);
    let elapsed: Duration = clock.delays().iter().sum();
    assert!(elapsed < seconds(10));
    assert!(
        error.to_string().contains(&format!("after {elapsed:.1?}")),
        "{error} {elapsed:?}"
    );
}

#[tokio::test]
async fn retry_after_on_a_successful_poll_is_limited() {
    let server = Adversary::start(|request| match request.earlier {
        _ if request.is_submit() => vec![created("j")],
        0 if request.is_status() => {
            vec![response_with(200, "Retry-After: 31536000\r\n", QUEUED)]
        }
        _ if request.is_status() => vec![response(200, COMPLETED)],
        _ => vec![response(200, SUCCEEDED)],
    })
    .await;
    let (client, clock) = client(&server);
    let job = client.submit(&input()).await.unwrap();
    job.wait().await.unwrap();
    assert_eq!(clock.delays(), [seconds(300)]);
}

#[tokio::test]
async fn a_few_not_found_responses_are_tolerated_where_servers_lag() {
    let (n, q, c, s) = (NOT_FOUND, QUEUED, COMPLETED, SUCCEEDED);
    for (statuses, results) in [
        (vec![n, n, n, q, c], vec![s]),
        (vec![n, q, c], vec![n, n, n, s]),
        (vec![c], vec![n, s]),
    ] {
        let server = server(&statuses, &results).await;
        let (client, _) = client(&server);
        let job = client.submit(&input()).await.unwrap();
        job.wait().await.unwrap();
    }
    for (statuses, results) in [
        (vec![n], vec![s]),
        (vec![q, n], vec![s]),
        (vec![c], vec![n]),
    ] {
        let server = server(&statuses, &results).await;
        let (client, _) = client(&server);
        let job = client.submit(&input()).await.unwrap();
        let error = job.wait().await.unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::NotFound,
            "{statuses:?} {results:?}"
        );
        assert_eq!(error.request_id(), Some("j"));
    }
}

#[tokio::test]
async fn an_error_code_about_the_balance_is_a_failed_poll() {
    let no_balance = r#"{"error_code":400002,"error_message":"no balance"}"#;
    let server = server(&[no_balance, no_balance, COMPLETED], &[SUCCEEDED]).await;
    let (client, _) = client(&server);
    let job = client.submit(&input()).await.unwrap();
    job.wait().await.unwrap();
}

#[tokio::test]
async fn a_result_that_is_not_available_yet_is_pending() {
    let not_yet = r#"400 {"error_code":400005,"error_message":"not finished"}"#;
    let server = server(&[COMPLETED], &[not_yet, not_yet, SUCCEEDED]).await;
    let (client, _) = client(&server);
    let job = client.submit(&input()).await.unwrap();
    assert!(job.result().await.unwrap().is_none());
    job.wait().await.unwrap();
}

#[tokio::test]
async fn a_response_that_names_another_request_is_asked_for_again_on_a_new_connection() {
    // From the third request on a connection, the server responds with the status of another job.
    let server = Adversary::start(|request| {
        let job = request.job();
        let body = match request.position {
            _ if request.is_submit() => return vec![created(&request.prompt())],
            0 | 1 => format!(r#"{{"request_id":"{job}","status":"in_queue"}}"#),
            _ => r#"{"request_id":"another","status":"failed"}"#.to_owned(),
        };
        vec![response(200, &body)]
    })
    .await;
    let (client, _) = client(&server);
    let job = client.submit(&input()).await.unwrap();
    for _ in 0..4 {
        assert_eq!(job.status().await.unwrap().state.as_str(), "in_queue");
    }
    // The first cancel took effect, although its response named another request.
    let server = Adversary::start(|request| {
        let body = match request.earlier {
            _ if request.is_submit() => return vec![created(&request.prompt())],
            _ if request.is_status() => r#"{"status":"cancelled"}"#,
            0 => r#"{"request_id":"another","outcome":"cancelled"}"#,
            _ => r#"{"outcome":"not_cancellable"}"#,
        };
        vec![response(200, body)]
    })
    .await;
    let (client, _) = super::client(&server);
    let job = client.submit(&input()).await.unwrap();
    assert_eq!(job.cancel().await.unwrap(), CancelOutcome::Cancelled);
    // If the response on the new connection also has another request id, it is accepted.
    let server = self::server(&[r#"{"request_id":"canonical","status":"in_queue"}"#], &[]).await;
    let (client, _) = super::client(&server);
    let job = client.submit(&input()).await.unwrap();
    assert_eq!(job.status().await.unwrap().state.as_str(), "in_queue");
}
