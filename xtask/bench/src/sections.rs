//! Turns the measurements into the sections of the output.

use crate::building::{Building, Built, CATALOGUE};
use crate::generation::{COUNTS, Generation};
use crate::run_time::RunTime;
use crate::table::{Figure, Row, Section, Unit, seconds};

/// The maximum ratio of ours to typify with builders. It is the target for two rows: the build time of 100
/// models in debug, and the generated lines per model.
const OF_TYPIFY: f64 = 0.4;

/// The section on code generation.
pub(crate) fn generation(results: &Generation) -> Section {
    let mut rows = Vec::new();
    for (count, [ours, theirs]) in COUNTS.iter().zip(&results.in_process) {
        rows.push(row(
            format!("{count} models, in process"),
            *ours,
            "typify",
            *theirs,
            None,
        ));
    }
    for (count, [ours, theirs, dev]) in COUNTS.iter().zip(&results.whole) {
        rows.push(row(
            format!("{count} models, whole process"),
            *ours,
            "typify",
            *theirs,
            None,
        ));
        if *count == 1_000 {
            let what = format!("{count} models, whole process, as `cargo xtask` builds it");
            rows.push(row(what, *dev, "0.7 s", 0.7, Some(1.0)));
        }
    }
    let each = |index: usize, times: &[f64]| times[index] / COUNTS[index] as f64;
    let in_process: Vec<f64> = results.in_process.iter().map(|times| times[0]).collect();
    let dev: Vec<f64> = results.whole.iter().map(|times| times[2]).collect();
    for (what, times) in [("in process", in_process), ("whole process", dev)] {
        rows.push(row(
            format!("growth, {what}: each of 2,000 models"),
            each(3, &times),
            "each of 100 models",
            each(1, &times),
            Some(1.2),
        ));
    }
    let lines = |value| Figure {
        value,
        unit: Unit::Lines,
    };
    let baselines = [
        ("typify", 1, None),
        ("typify with builders", 2, Some(OF_TYPIFY)),
    ];
    rows.extend(baselines.map(|(against, index, target)| Row {
        what: "generated lines for a model".to_owned(),
        ours: lines(results.lines[0]),
        against: against.to_owned(),
        theirs: lines(results.lines[index]),
        target,
    }));
    Section {
        title: "Generation".to_owned(),
        command: "cargo xtask bench --only generation".to_owned(),
        notes: vec![
            "Our generator parses model files, checks them and generates every file. typify is given JSON \
             Schemas and uses one `TypeSpace` per model; its code is formatted with prettyplease. In \
             process: both sides work in memory. Whole process: both sides read files and write into an \
             empty folder, and are built for release unless the row says otherwise. The growth of the \
             whole process is measured with our generator as `cargo xtask` builds it. Our process also \
             compares the model files with the last git commit, and finds no changes."
                .to_owned(),
        ],
        rows,
    }
}

/// Validating inputs in memory.
pub(crate) fn validating(results: &[RunTime]) -> Section {
    let rows = results.iter().flat_map(|run| {
        let ours = run.validating[0].seconds;
        let macro_time = run.validating[3].seconds;
        run.validating[1..].iter().map(move |theirs| {
            let target = match theirs.name.as_str() {
                "by hand" => Some(1.2),
                "garde" => Some(1.0),
                _ if theirs.seconds <= macro_time => Some(1.0 / 8.0),
                _ => None,
            };
            row(run.model, ours, &theirs.name, theirs.seconds, target)
        })
    });
    Section {
        title: "Validating an input".to_owned(),
        command: "cargo xtask bench --only validating".to_owned(),
        notes: vec![
            "Valid inputs in memory. Our code, garde and the `if`s by hand check a struct. jsonschema checks \
             a `serde_json::Value`, with `is_valid` of the compile-time macro and of the compiled validator."
                .to_owned(),
        ],
        rows: rows.collect(),
    }
}

/// Reading and validating text.
pub(crate) fn reading(results: &[RunTime]) -> Section {
    let rows = results.iter().flat_map(|run| {
        let ours = run.reading[0].seconds;
        run.reading[1..].iter().map(move |theirs| {
            let target = (theirs.name == "serde alone").then_some(1.1);
            row(run.model, ours, &theirs.name, theirs.seconds, target)
        })
    });
    Section {
        title: "Reading and validating JSON text".to_owned(),
        command: "cargo xtask bench --only reading".to_owned(),
        notes: vec![
            "Valid inputs. serde alone is `derive(Deserialize)` with `deny_unknown_fields`, which \
             checks types only; with jsonschema the text is read to a `Value`, which is checked by the \
             compiled validator and then converted to the struct."
                .to_owned(),
        ],
        rows: rows.collect(),
    }
}

/// Building the generated code.
pub(crate) fn building(results: &Building) -> Section {
    let mut rows = Vec::new();
    for (profile, built) in [("debug", &results.debug), ("release", &results.release)] {
        for baseline in &built[1..] {
            let target = match (profile, baseline.name.as_str()) {
                ("debug", "typify-builders-models") => Some(OF_TYPIFY),
                ("debug", "quicktype-models") => Some(1.0),
                _ => None,
            };
            rows.push(row(
                format!("100 models, {profile}"),
                built[0].seconds,
                name(baseline),
                baseline.seconds,
                target,
            ));
        }
        for baseline in &built[1..] {
            rows.push(size(
                format!("100 models, {profile}, library"),
                &built[0],
                baseline,
            ));
        }
    }
    for baseline in &results.programs[1..] {
        rows.push(row(
            "100 models, debug, with a program that reads and writes each",
            results.programs[0].seconds,
            name(baseline),
            baseline.seconds,
            None,
        ));
    }
    let all = &results.debug[0];
    rows.push(row(
        "one owner's three models, debug",
        results.one_owner.seconds,
        "all 100 models",
        all.seconds,
        None,
    ));
    rows.push(row(
        "no model, debug",
        results.no_model.seconds,
        "all 100 models",
        all.seconds,
        None,
    ));
    let one_more = (all.seconds - results.no_model.seconds).max(0.0) / 100.0;
    for baseline in &results.debug[1..3] {
        let theirs = baseline.seconds / 100.0;
        rows.push(row(
            "one model more, debug",
            one_more,
            name(baseline),
            theirs,
            None,
        ));
    }
    rows.push(row(
        format!("{CATALOGUE} models, debug"),
        results.catalogue[0].seconds,
        name(&results.catalogue[1]),
        results.catalogue[1].seconds,
        Some(0.6),
    ));
    let (full, empty) = (results.every_feature, results.every_feature_empty);
    let each = |one: f64, other: f64| (one - other).max(0.0) / CATALOGUE as f64;
    Section {
        title: "Building the generated code".to_owned(),
        command: "cargo xtask bench --only building".to_owned(),
        notes: vec![
            "Seconds of `cargo build` with only the measured crate dirty, in one workspace. Plain structs \
             and quicktype's style are written from the same models: structs and enums with `Serialize` \
             and `Deserialize`, which check types and no limits. quicktype and oas3-gen themselves are \
             measured where they are installed; quicktype's code checks no limits either; oas3-gen's code \
             derives `validator::Validate`, which checks lengths, ranges and URLs. typify is measured with \
             its defaults, and with builders, which correspond to our setters; the target for typify \
             applies only with builders. Our \
             functions are inline, so the machine code for the models that a program uses is built \
             with the program: the rows with a program measure the crate and the program. For us, \
             \"one model more\" is a hundredth of the difference between our crate with 100 models and \
             without models. The other crates contain only models, so for them it is a hundredth of the \
             whole time."
                .to_owned(),
            format!(
                "{CATALOGUE} models with every feature, debug: {:.2} s ({:.2} s of processor time), at \
                 most {:.0} MB of memory. Without a model: {:.2} s ({:.2} s), {:.0} MB. One model costs \
                 {:.1} ms, {:.1} ms of processor time and {:.2} MB. Documenting the crate with all \
                 {CATALOGUE} models takes {:.2} s and at most {:.0} MB.",
                full.seconds,
                full.processor,
                full.peak as f64 / 1e6,
                empty.seconds,
                empty.processor,
                empty.peak as f64 / 1e6,
                each(full.seconds, empty.seconds) * 1e3,
                each(full.processor, empty.processor) * 1e3,
                each(full.peak as f64, empty.peak as f64) / 1e6,
                results.documentation.seconds,
                results.documentation.peak as f64 / 1e6,
            ),
        ],
        rows,
    }
}

fn name(built: &Built) -> &str {
    match built.name.as_str() {
        "typify-models" => "typify",
        "typify-builders-models" => "typify with builders",
        "plain-models" => "plain structs",
        "quicktype-program-models" => "quicktype",
        "oas3-gen-models" => "oas3-gen",
        _ => "quicktype's style",
    }
}

fn size(what: String, ours: &Built, theirs: &Built) -> Row {
    let bytes = |built: &Built| Figure {
        value: built.size as f64,
        unit: Unit::Bytes,
    };
    Row {
        what,
        ours: bytes(ours),
        against: name(theirs).to_owned(),
        theirs: bytes(theirs),
        target: None,
    }
}

fn row(what: impl Into<String>, ours: f64, against: &str, theirs: f64, target: Option<f64>) -> Row {
    Row {
        what: what.into(),
        ours: seconds(ours),
        against: against.to_owned(),
        theirs: seconds(theirs),
        target,
    }
}
