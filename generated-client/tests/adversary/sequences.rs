//! Submits to a server that responds with random events: a submit is repeated only if every earlier
//! response was a refusal with an error body of the API.

use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use runcomfy_client::ErrorKind;
use tokio::runtime::Builder;

use super::client;
use super::server::{Adversary, Event, created, refused, response, response_with};
use crate::support::arbitrary::at_least;
use crate::support::input;

/// What the server sends in response to one submit, before it closes or resets the connection.
#[derive(Clone, Debug)]
enum Part {
    /// A refusal with an error body of the API, with this HTTP status.
    OwnRefusal(u16),
    /// Any other events.
    Other(Vec<Event>),
}

fn other() -> impl Strategy<Value = Part> {
    let body = prop_oneof![
        Just(r#"{"request_id":"j"}"#.to_owned()),
        Just(r#"{"error_code":503001,"data":{"request_id":"j"}}"#.to_owned()),
        Just(r#"{"code":503,"message":"upstream connect error","flags":"UC"}"#.to_owned()),
        Just(String::new()),
        "[ -~]{0,40}",
    ];
    let status = prop_oneof![
        Just(100_u16),
        Just(103),
        Just(200),
        Just(202),
        Just(302),
        Just(400),
        Just(408),
        Just(409),
        Just(429),
        Just(499),
        Just(500),
        Just(502),
        Just(503),
        Just(504)
    ];
    let whole = (status.clone(), body.clone()).prop_map(|(status, body)| response(status, &body));
    let encoded = (status, body)
        .prop_map(|(status, body)| response_with(status, "Content-Encoding: br\r\n", &body));
    let cut = (whole.clone(), any::<prop::sample::Index>()).prop_map(|(event, at)| match event {
        Event::Send(bytes) => Event::Send(bytes[..at.index(bytes.len())].to_vec()),
        event => event,
    });
    let bytes = prop::collection::vec(any::<u8>(), 0..60).prop_map(Event::Send);
    let event = prop_oneof![whole, encoded, cut, bytes];
    prop::collection::vec(event, 0..3).prop_map(Part::Other)
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        2 => prop_oneof![Just(429_u16), Just(503)].prop_map(Part::OwnRefusal),
        3 => other(),
    ]
}

#[test]
fn a_submit_is_received_once_unless_all_earlier_responses_were_refusals() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let script: Arc<Mutex<(Vec<Part>, Event)>> = Arc::new(Mutex::new((Vec::new(), Event::Close)));
    let current = script.clone();
    let server = runtime.block_on(Adversary::start(move |request| {
        let (parts, end) = current.lock().unwrap().clone();
        match parts.get(request.earlier) {
            Some(Part::OwnRefusal(status)) => vec![refused(*status), end],
            Some(Part::Other(events)) => events.iter().cloned().chain([end]).collect(),
            None => vec![created("last")],
        }
    }));
    let client = runtime.block_on(async { client(&server).0 });
    let end = prop_oneof![Just(Event::Close), Just(Event::Reset)];
    let cases = (prop::collection::vec(part(), 1..4), end);
    let mut runner = TestRunner::new(at_least(500));
    let result = runner.run(&cases, |(parts, end)| {
        let is_reset = matches!(end, Event::Reset);
        *script.lock().unwrap() = (parts.clone(), end);
        server.forget_requests();
        let result = runtime.block_on(client.submit(&input()));
        let refusals = parts
            .iter()
            .take_while(|part| matches!(part, Part::OwnRefusal(_)))
            .count();
        let submits = server.submits().len();
        // Normally there are `refusals + 1` submits. There are fewer if all attempts were refused, or if a
        // reset discarded a refusal before the client read it: the client then does not try again.
        prop_assert!(
            (1..=refusals + 1).contains(&submits),
            "{submits} {result:?}"
        );
        if let Err(error) = result
            && submits <= refusals
            && !is_reset
        {
            prop_assert!(matches!(
                error.kind(),
                ErrorKind::RateLimited | ErrorKind::ServerError
            ));
        }
        Ok(())
    });
    result.unwrap();
}
