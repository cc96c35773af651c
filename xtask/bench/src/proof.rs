//! The long differential proof.

use std::time::Instant;

use crate::fault::Fault;
use crate::models::workspace;
use crate::random::copy::Copy;
use crate::random::{Plan, Tally, batch};

/// Models that are compiled at once.
const MODELS: usize = 100;
/// Inputs for each of them.
const INPUTS: usize = 2_000;

/// Tries at least `pairs` pairs; whether the two sides agreed on all of them.
pub(crate) fn run(pairs: usize, seed: u64) -> Result<bool, Fault> {
    let workspace = workspace();
    let target = workspace.join("target/random");
    let copy = Copy::new(&workspace, &target).map_err(Fault::Proof)?;
    let start = Instant::now();
    let mut tally = Tally::default();
    for seed in seed.. {
        if tally.pairs >= pairs {
            break;
        }
        let plan = Plan {
            seed,
            models: MODELS,
            inputs: INPUTS,
        };
        let found = batch(&copy, plan).map_err(Fault::Proof)?;
        for disagreement in &found.disagreements {
            println!("{disagreement}\n");
        }
        tally += found;
        eprintln!(
            "{} pairs, {} of them good, {} models, {} models with disagreements, {:.0} s",
            tally.pairs,
            tally.good,
            tally.models,
            tally.disagreements.len(),
            start.elapsed().as_secs_f64(),
        );
    }
    println!(
        "{} pairs of a random model and a random input, {} of them good, on {} models, in {:.0} s: {}",
        tally.pairs,
        tally.good,
        tally.models,
        start.elapsed().as_secs_f64(),
        if tally.disagreements.is_empty() {
            "the generated code and the reference agree on all of them"
        } else {
            "they disagree"
        }
    );
    Ok(tally.disagreements.is_empty())
}
