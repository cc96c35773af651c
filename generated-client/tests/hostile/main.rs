//! Whatever comes in, from a caller or from the server: a verdict or an error, never a panic, never
//! a wait without end.
//!
//! Some thousand cases, other ones each time; more of them with:
//!
//! ```sh
//! PROPTEST_CASES=100000 cargo test -p runcomfy-client --release --all-features --test hostile
//! ```
#![cfg(all(feature = "all-models", feature = "client"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod server;
mod texts;

use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::Value;

/// At least so many cases, more where `PROPTEST_CASES` says so.
fn at_least(cases: u32) -> Config {
    let default = Config::default();
    Config {
        cases: default.cases.max(cases),
        failure_persistence: None,
        ..default
    }
}

/// Any JSON value, not deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-30_i64..200).prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        "https?://[a-z]{1,8}(/[a-z.]{0,8}){0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(".{0,4}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

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
