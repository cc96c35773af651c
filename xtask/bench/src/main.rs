//! `cargo xtask bench`: one table of ratios, all sides of a row measured in the same run, and a plot
//! of them.
//!
//! With `--proof` and `--mutants` it proves instead of measuring: that generated code and the
//! `jsonschema` crate agree on random models, and that broken code is found out.
//!
//! Exit codes: 0 done, 1 the two sides disagree or a mutant was not found, 2 misuse or a fault.

mod building;
mod fault;
mod generation;
mod measure;
mod models;
mod mutants;
mod plot;
mod program;
mod proof;
#[path = "../../../codegen/tests/random/mod.rs"]
mod random;
mod rivals;
mod run_time;
mod sections;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use clap::{Parser, ValueEnum};

use crate::fault::Fault;
use crate::models::Source;
use crate::table::Section;

/// Measures the ratios to other tools.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench")]
struct Arguments {
    /// Measures these sections alone.
    #[arg(long, value_enum, value_name = "SECTION")]
    only: Vec<Part>,
    /// Where bench.md and bench.svg are written.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Measures nothing; compares the verdicts on that many random pairs with the reference.
    #[arg(long, value_name = "PAIRS", conflicts_with = "only")]
    proof: Option<usize>,
    /// Where the random models of the proof begin.
    #[arg(long, value_name = "SEED", default_value_t = 0, requires = "proof")]
    seed: u64,
    /// Measures nothing; breaks checks one at a time and shows that each is found.
    #[arg(long, conflicts_with_all = ["only", "proof"])]
    mutants: bool,
    /// What the generation is compared with, as a process of its own.
    #[arg(long, hide = true, num_args = 2)]
    typify: Vec<PathBuf>,
}

/// A section of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Generating.
    Generation,
    /// Validating an input.
    Validating,
    /// Reading and validating JSON text.
    Reading,
    /// Building the generated code.
    Building,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let folder = models::workspace().join("target/bench");
    let result = if let [normalised, client] = arguments.typify.as_slice() {
        generation::typify_process(normalised, client).map(|()| true)
    } else if let Some(pairs) = arguments.proof {
        proof::run(pairs, arguments.seed)
    } else if arguments.mutants {
        mutants::run(&folder)
    } else {
        let out = arguments.out.clone().unwrap_or_else(|| folder.clone());
        bench(&arguments.only, &folder, &out).map(|()| true)
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::from(2)
        }
    }
}

fn bench(only: &[Part], folder: &Path, out: &Path) -> Result<(), Fault> {
    let wants = |part: Part| only.is_empty() || only.contains(&part);
    // typify panics on some schemas, which is caught and noted in the table.
    std::panic::set_hook(Box::new(|panic| {
        let text = panic.payload_as_str().unwrap_or_default();
        eprintln!("panic: {}", text.lines().next().unwrap_or_default());
    }));
    let originals = models::originals()?;
    // Removed when everything is measured: a file system that is asked for files just after others
    // were removed may take several times as long.
    std::fs::create_dir_all(folder).map_err(Fault::file(folder))?;
    let temporary = tempfile::tempdir_in(folder).map_err(Fault::file(folder))?;
    let mut sections: Vec<Section> = Vec::new();
    if wants(Part::Validating) || wants(Part::Reading) {
        eprintln!("validating and reading …");
        let times = run_time::measure();
        let both = [
            (Part::Validating, sections::validating(&times)),
            (Part::Reading, sections::reading(&times)),
        ];
        sections.extend(
            both.into_iter()
                .filter(|(part, _)| wants(*part))
                .map(|(_, section)| section),
        );
    }
    if wants(Part::Generation) {
        eprintln!("generating …");
        sections.push(sections::generation(&generation::measure(
            &originals,
            temporary.path(),
        )?));
    }
    if wants(Part::Building) {
        eprintln!("building …");
        sections.push(sections::building(&building::measure(&originals, folder)?));
    }
    let text = table::markdown(&about(&originals), &sections);
    print!("{text}");
    let (table, plot) = (out.join("bench.md"), out.join("bench.svg"));
    generation::write(&table, text.as_bytes())?;
    generation::write(&plot, plot::plot(&sections).as_bytes())?;
    eprintln!("{}\n{}", table.display(), plot.display());
    Ok(())
}

/// The machine, and how it was measured.
fn about(originals: &[Source]) -> Vec<String> {
    let machine = std::fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("model name"))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        });
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let compiler = std::process::Command::new("rustc")
        .arg("--version")
        .output();
    let compiler = compiler.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    vec![
        format!(
            "one run, {}; machine: {}, {cores} processors, {} {}; {}",
            now.split('T').next().unwrap_or_default(),
            machine.unwrap_or_else(|| "unknown".to_owned()),
            std::env::consts::OS,
            std::env::consts::ARCH,
            compiler.unwrap_or_else(|_| "an unknown compiler".to_owned()),
        ),
        format!(
            "models: {} of their own, copies of them under other owners beyond that; {} properties \
             on which typify panics are given to it without their `format` or `enum`",
            originals.len(),
            originals.iter().map(|model| model.tamed).sum::<usize>(),
        ),
        "method: the sides take turns, round after round, and the median of each is taken: of \
         301 samples of 2 ms where nanoseconds are measured, of 3 to 21 runs elsewhere"
            .to_owned(),
    ]
}
