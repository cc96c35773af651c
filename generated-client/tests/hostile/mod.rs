//! Whatever comes in, from a caller or from the server: a verdict or an error, never a panic, never
//! a wait without end.
//!
//! Some thousand cases, other ones each time; more of them with:
//!
//! ```sh
//! PROPTEST_CASES=100000 cargo test -p runcomfy-client --release --all-features --test hostile
//! ```

mod answers;
mod server;
mod texts;

use proptest::prelude::*;

/// Leaves bytes out, writes others over them, and puts some between.
fn damaged(bytes: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let edit = (any::<prop::sample::Index>(), 0..3_u8, any::<u8>());
    prop::collection::vec(edit, 0..4).prop_map(move |edits| {
        let mut bytes = bytes.clone();
        for (at, how, byte) in edits {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match how {
                0 => bytes.truncate(at),
                1 => bytes[at] = byte,
                _ => bytes.insert(at, byte),
            }
        }
        bytes
    })
}
