//! 100,000 pairs of a random model and a random input: the verdict of the generated code is that of
//! the `jsonschema` crate. `cargo xtask bench --proof 10000000` tries more.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod random;

use std::path::Path;

use random::copy::Copy;
use random::{Plan, Tally, batch};

#[test]
fn generated_code_agrees_with_the_reference_on_random_models() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace.join("target"), |target| workspace.join(target));
    let copy = Copy::new(workspace, &target.join("random")).unwrap();
    let mut tally = Tally::default();
    for seed in 0..2 {
        let plan = Plan {
            seed,
            models: 50,
            inputs: 1_000,
        };
        tally += batch(&copy, plan).unwrap();
    }
    for disagreement in &tally.disagreements {
        eprintln!("{disagreement}\n");
    }
    assert!(tally.disagreements.is_empty());
    let (pairs, good) = (tally.pairs, tally.good);
    println!(
        "{pairs} pairs, {good} of them good, on {} models",
        tally.models
    );
    // Neither side of the limits may be forgotten.
    assert!(pairs >= 100_000 && good > pairs / 5 && good < pairs * 4 / 5);
}
