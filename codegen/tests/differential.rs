//! Generated code and the `jsonschema` crate agree on 100,000 pairs of a random model and a random
//! input. `cargo xtask bench --proof 10000000` tries more.

use crate::random::{Plan, Tally, run};
use crate::support::scratch;

#[test]
fn generated_code_agrees_with_the_reference_on_random_models() {
    let scratch = scratch();
    let mut tally = Tally::default();
    for seed in 0..2 {
        let plan = Plan {
            seed,
            models: 50,
            inputs: 1_000,
        };
        tally += run(&scratch, plan).unwrap();
    }
    for disagreement in &tally.disagreements {
        eprintln!("{disagreement}\n");
    }
    assert!(tally.disagreements.is_empty());
    println!("{tally}");
    // Both valid and invalid inputs must occur often.
    let (pairs, valid) = (tally.pairs, tally.valid);
    assert!(pairs >= 100_000 && valid > pairs / 5 && valid < pairs * 4 / 5);
}
