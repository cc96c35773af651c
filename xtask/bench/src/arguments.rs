//! The arguments. `cargo xtask bench` parses them too, so that it handles `--help` and misuse before it
//! builds the benchmark.

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
    /// Measures nothing; compares generated code with the reference on this many pairs of a random model
    /// and a random input.
    #[arg(long, value_name = "PAIRS", conflicts_with = "only")]
    pub(crate) proof: Option<usize>,
    /// The first seed of the proof.
    #[arg(long, value_name = "SEED", default_value_t = 0, requires = "proof")]
    pub(crate) seed: u64,
    /// Runs typify on a folder of JSON Schemas: the process that generation is compared with.
    #[arg(long, hide = true, num_args = 2)]
    pub(crate) typify: Vec<PathBuf>,
}

/// A section of the table.
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
