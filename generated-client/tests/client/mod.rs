//! Tests of the client, most of them against the sandbox.

mod batch;
mod batch_journal;
mod billing;
mod blocking;
mod every_model;
mod faults;
mod load;
mod setup;
mod spend_limit;
mod token;
mod transport;
mod untyped;
mod wait;
