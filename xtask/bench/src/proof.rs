//! `cargo xtask bench --proof`: compares generated code with the `jsonschema` crate on many random models and
//! inputs.

use std::time::Instant;

use crate::error::Error;
use crate::files::workspace;
use crate::random::{self, Plan, Tally};
use crate::scratch::Scratch;

/// The number of models per batch. The models of a batch are compiled together.
const MODELS: usize = 100;
/// The number of inputs for each model.
const INPUTS: usize = 2_000;

/// Tries at least `pairs` pairs of a random model and a random input. Returns whether generated code and the
/// `jsonschema` crate agree on all of them.
pub(crate) fn run(pairs: usize, seed: u64) -> Result<bool, Error> {
    let workspace = workspace();
    let scratch = Scratch::new(&workspace, &workspace.join("target/scratch-client"));
    let scratch = scratch.map_err(Error::Scratch)?;
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
        let found = random::run(&scratch, plan).map_err(Error::Scratch)?;
        for disagreement in &found.disagreements {
            println!("{disagreement}\n");
        }
        tally += found;
        eprintln!("{tally}; {:.0} s", start.elapsed().as_secs_f64());
    }
    println!("{tally}; {:.0} s", start.elapsed().as_secs_f64());
    Ok(tally.disagreements.is_empty())
}
