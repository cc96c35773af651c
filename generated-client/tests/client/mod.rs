//! The client with the sandbox.

mod batch;
mod batch_journal;
mod billing;
mod blocking;
mod every_model;
mod faults;
mod load;
mod setup;
mod token;
mod wait;
