//! Arbitrary data from callers and servers: the result is a value or an error, never a panic or an
//! endless wait.
//!
//! Each run tries thousands of random cases. To try more:
//!
//! ```sh
//! PROPTEST_CASES=100000 cargo test -p runcomfy-client-tests --release hostile
//! ```

mod inputs;
mod responses;
mod server;

use proptest::prelude::*;

/// Applies up to three random edits. Each truncates the data, or overwrites or inserts one byte.
fn damaged(bytes: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let edit = (any::<prop::sample::Index>(), 0..3_u8, any::<u8>());
    prop::collection::vec(edit, 0..4).prop_map(move |edits| {
        let mut bytes = bytes.clone();
        for (position, edit, byte) in edits {
            if bytes.is_empty() {
                break;
            }
            let position = position.index(bytes.len());
            match edit {
                0 => bytes.truncate(position),
                1 => bytes[position] = byte,
                _ => bytes.insert(position, byte),
            }
        }
        bytes
    })
}
