//! The command-line arguments. `cargo xtask bench` parses them before it builds the benchmark, so that
//! `--help` and invalid arguments need no build. The benchmark then parses them again.

use std::path::PathBuf;

use clap::ValueEnum;

/// Measures this project and other tools side by side.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Measures only these sections.
    #[arg(long, value_enum, value_name = "SECTION")]
    pub(crate) only: Vec<Part>,
    /// The folder for bench.md and bench.svg.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Instead of measuring, compares the validation of generated code with a JSON Schema validator, on at
    /// least this many pairs of a random model and a random input.
    #[arg(long, value_name = "PAIRS", conflicts_with = "only")]
    pub(crate) proof: Option<usize>,
    /// The first random seed for `--proof`.
    #[arg(long, value_name = "SEED", default_value_t = 0, requires = "proof")]
    pub(crate) seed: u64,
    /// Reads the JSON Schemas in the first folder and writes typify's code to the second. The benchmark
    /// runs itself with this option to compare typify with the generator as whole processes.
    #[arg(long, hide = true, num_args = 2)]
    pub(crate) typify: Vec<PathBuf>,
}

/// A section of the benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Generating.
    Generation,
    /// Validating an input.
    Validating,
    /// Reading and validating JSON text.
    Reading,
    /// Building the generated code.
    Building,
}
