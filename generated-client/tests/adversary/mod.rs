//! Tests of the client, above all of its billing rules, against a server that reads and writes raw bytes
//! and shares no code with the sandbox.

mod batch;
mod files;
mod kill;
mod load;
mod results;
mod sequences;
mod server;
mod submit;

use runcomfy_client::{Client, PollPolicy};

use crate::support::{RecordingClock, TOKEN, plain_poll, plain_retry};
use server::Adversary;

/// A client with three attempts and without real delays, and its clock.
fn client(server: &Adversary) -> (Client, RecordingClock) {
    client_with_poll(server, plain_poll())
}

fn client_with_poll(server: &Adversary, poll: PollPolicy) -> (Client, RecordingClock) {
    let clock = RecordingClock::default();
    let client = Client::builder()
        .base_url(server.url())
        .token(TOKEN)
        .clock(clock.clone())
        .retry(plain_retry())
        .poll(poll)
        .build()
        .unwrap();
    (client, clock)
}
