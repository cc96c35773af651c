//! The sandbox on the wire, seen by a client that is no more than a TCP socket.

#![expect(
    clippy::unwrap_used,
    reason = "in the helpers of a test, too, a panic is a failed test"
)]

mod calls;
mod catalogue;
mod client;
mod clock;
mod faults;
mod files;
mod jobs;
mod records;
mod shapes;
