//! `cargo xtask bench`: prints tables of ratios and draws a plot of them. Both sides of a ratio are measured
//! in the same run, except where the other side is a fixed time.
//!
//! With `--proof` it measures nothing: it compares generated code with the `jsonschema` crate on random
//! models.
//!
//! Exit codes of this program: 0 done, 1 generated code and the `jsonschema` crate disagree, 2 misuse or a
//! failure. `cargo xtask bench` exits with 2 instead of 1.

mod arguments;
mod baselines;
mod building;
mod error;
mod files;
mod generation;
mod measure;
mod models;
mod plot;
mod program;
mod proof;
#[path = "../../../codegen/tests/random/mod.rs"]
mod random;
mod run_time;
#[path = "../../../codegen/tests/scratch.rs"]
mod scratch;
mod sections;
mod table;

use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

use clap::Parser;

use crate::arguments::{Arguments, Part};
use crate::error::Error;
use crate::models::Source;
use crate::table::Section;

/// Measures this project and other tools side by side.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench")]
struct Program {
    #[command(flatten)]
    arguments: Arguments,
}

fn main() -> ExitCode {
    let Program { arguments } = Program::parse();
    let folder = files::workspace().join("target/bench");
    let result = if let [json_schemas, client] = arguments.typify.as_slice() {
        generation::typify_process(json_schemas, client).map(|()| true)
    } else if let Some(pairs) = arguments.proof {
        proof::run(pairs, arguments.seed)
    } else {
        let out = arguments.out.clone().unwrap_or_else(|| folder.clone());
        bench(&arguments.only, &folder, &out).map(|()| true)
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn bench(only: &[Part], folder: &Path, out: &Path) -> Result<(), Error> {
    let wants = |part: Part| only.is_empty() || only.contains(&part);
    // typify panics on some schemas. These panics are caught, and this hook keeps them from being printed.
    // The list above the tables states how many properties cause a panic.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !panic
            .location()
            .is_some_and(|place| place.file().contains("typify-impl"))
        {
            hook(panic);
        }
    }));
    let originals = models::originals()?;
    // The temporary folder is removed only after all measurements, because creating files right after others
    // were removed may take several times as long.
    std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
    let temporary = tempfile::tempdir_in(folder).map_err(Error::file(folder))?;
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
    files::write(&table, text.as_bytes())?;
    files::write(&plot, plot::plot(&sections)?.as_bytes())?;
    eprintln!("{}\n{}", table.display(), plot.display());
    Ok(())
}

/// The list above the tables: the date, the machine, the models and the method.
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
            "models: {} distinct ones, and copies of them under other owners; {} properties on which \
             typify panics are given to it without their `format` or `enum`",
            originals.len(),
            originals.iter().map(|model| model.stripped).sum::<usize>(),
        ),
        "method: our side and the other tools take turns, one sample each per round; the median of 301 \
         samples of at least 2 ms for validating and reading, and of 3 to 21 samples elsewhere"
            .to_owned(),
    ]
}
