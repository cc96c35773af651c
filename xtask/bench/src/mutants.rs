//! Broken checks, one at a time, each of which must be found: in a copy of the client, never in the
//! tree.

use std::fs;
use std::path::Path;
use std::process::Command;

use runcomfy_codegen::Generated;

use crate::fault::Fault;
use crate::models::workspace;
use crate::program::cargo;
use crate::random::copy::Copy;
use crate::random::{Plan, batch, batch_with};

/// A way to break the client.
struct Mutant {
    name: &'static str,
    how: How,
}

/// What is broken.
enum How {
    /// The hand-written part: in these files, this text becomes that.
    Runtime(&'static [(&'static str, &'static str, &'static str)]),
    /// Every generated file.
    Generated(fn(&str) -> String),
}

const JUDGE: &str = "src/validate/judge.rs";
const CHECKER: &str = "src/validate/checker.rs";
const READ: &str = "src/wire/read.rs";
const ENUMS: &str = "src/wire/string_enum.rs";

const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "every integer `maximum` is one more",
        how: How::Generated(maximum_plus_one),
    },
    Mutant {
        name: "`minimum` refuses the bound itself",
        how: How::Runtime(&[
            (JUDGE, "*value < limit", "*value <= limit"),
            (CHECKER, "value < limit", "value <= limit"),
        ]),
    },
    Mutant {
        name: "`maximum` refuses the bound itself",
        how: How::Runtime(&[
            (JUDGE, "*value > limit", "*value >= limit"),
            (CHECKER, "value > limit", "value >= limit"),
        ]),
    },
    Mutant {
        name: "`exclusiveMaximum` accepts the bound itself",
        how: How::Runtime(&[(JUDGE, "*value >= limit", "*value > limit")]),
    },
    Mutant {
        name: "`multipleOf` is not checked",
        how: How::Runtime(&[(JUDGE, "!value.is_multiple_of(limit)", "false")]),
    },
    Mutant {
        name: "`maxLength` counts bytes",
        how: How::Runtime(&[(
            JUDGE,
            "text.len() <= limit || text.chars().count() <= limit",
            "text.len() <= limit",
        )]),
    },
    Mutant {
        name: "`minLength` counts bytes",
        how: How::Runtime(&[(
            JUDGE,
            "text.len() / 4 >= limit || text.chars().count() >= limit",
            "text.len() >= limit",
        )]),
    },
    Mutant {
        name: "`minItems` is one less",
        how: How::Runtime(&[(JUDGE, "count >= limit", "count + 1 >= limit")]),
    },
    Mutant {
        name: "an enum of strings has lost its last value",
        how: How::Generated(lose_value),
    },
    Mutant {
        name: "an enum of integers is not checked",
        how: How::Runtime(&[(JUDGE, "!limit.contains(value)", "false")]),
    },
    Mutant {
        name: "values of enums are compared without regard to case",
        how: How::Runtime(&[(ENUMS, "*name == text", "name.eq_ignore_ascii_case(text)")]),
    },
    Mutant {
        name: "objects within objects are not checked",
        how: How::Runtime(&[(JUDGE, "value.check(self)", "()")]),
    },
    Mutant {
        name: "a missing required property goes unnoticed",
        how: How::Runtime(&[(
            READ,
            "if !seen.contains(index)",
            "if false && !seen.contains(index)",
        )]),
    },
    Mutant {
        name: "5.0 is no integer",
        how: How::Runtime(&[(READ, "found.fract() == 0.0", "found.is_nan()")]),
    },
];

const PLAN: Plan = Plan {
    seed: 0,
    models: 50,
    inputs: 500,
};

/// Breaks one check after the other; whether each was found.
pub(crate) fn run(folder: &Path) -> Result<bool, Fault> {
    let workspace = workspace();
    let target = workspace.join("target/random");
    let copied = || Copy::new(&workspace, &target).map_err(Fault::Proof);
    let pairs = PLAN.models * PLAN.inputs;
    let sound = batch(&copied()?, PLAN).map_err(Fault::Proof)?;
    println!(
        "unbroken: {} disagreements in {pairs} pairs\n",
        sound.disagreements.len()
    );
    let mut all = sound.disagreements.is_empty();
    for mutant in MUTANTS {
        // A fresh copy each time, so that nothing is left of the one before.
        let copy = copied()?;
        let tally = match mutant.how {
            How::Runtime(changes) => {
                for (file, from, to) in changes {
                    replace(&copy.client().join(file), from, to)?;
                }
                batch(&copy, PLAN)
            }
            How::Generated(change) => batch_with(&copy, PLAN, |generated| {
                rewrite(generated, change);
            }),
        };
        let tally = tally.map_err(Fault::Proof)?;
        match tally.disagreements.first() {
            Some(first) => println!(
                "found: {}, on {} of {} models; the first:\n{first}\n",
                mutant.name,
                tally.disagreements.len(),
                tally.models
            ),
            None => {
                println!("NOT FOUND: {}\n", mutant.name);
                all = false;
            }
        }
    }
    // Restores the copy.
    drop(copied()?);
    all &= media_rule(folder)?;
    Ok(all)
}

/// A media rule is no JSON Schema, so that the reference knows nothing of it: the test of every
/// constraint must find that one is missing.
fn media_rule(folder: &Path) -> Result<bool, Fault> {
    let from = workspace();
    let to = folder.join("mutants");
    for part in [
        "Cargo.toml",
        "Cargo.lock",
        "README.md",
        "clippy.toml",
        "codegen",
        "generated-client",
        "schemas",
        "xtask",
    ] {
        copy(&from.join(part), &to.join(part))?;
    }
    let file = "generated-client/src/models/wan_ai/wan_2_2/image_to_video.rs";
    let path = to.join(file);
    let mut test = cargo();
    test.args([
        "test",
        "--quiet",
        "--offline",
        "--package",
        "runcomfy-client",
    ]);
    test.args(["--test", "validation_constraints"]);
    test.current_dir(&to)
        .env("CARGO_TARGET_DIR", folder.join("mutants-target"));
    let (passes, _) = passes(&mut test)?;
    let text = fs::read_to_string(&path).map_err(Fault::file(&path))?;
    let Some(line) = text
        .lines()
        .find(|line| line.trim_start().starts_with("MediaRule::"))
    else {
        return Err(Fault::Generator(format!(
            "there is no media rule in {file}"
        )));
    };
    fs::write(&path, text.replacen(line, "", 1)).map_err(Fault::file(&path))?;
    let (passes_still, output) = self::passes(&mut test)?;
    fs::write(&path, &text).map_err(Fault::file(&path))?;
    let found = passes && !passes_still;
    let verdict = if found { "found" } else { "NOT FOUND" };
    println!(
        "{verdict}: the media rule `{}` is dropped, by the test of every constraint",
        line.trim()
    );
    for line in output.lines().filter(|line| {
        line.contains("panicked") || line.contains("left:") || line.contains("right:")
    }) {
        println!("  {line}");
    }
    Ok(found)
}

fn passes(test: &mut Command) -> Result<(bool, String), Fault> {
    let output = test.output().map_err(Fault::Proof)?;
    let text = [output.stdout, output.stderr].concat();
    Ok((
        output.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    ))
}

fn replace(path: &Path, from: &str, to: &str) -> Result<(), Fault> {
    let text = fs::read_to_string(path).map_err(Fault::file(path))?;
    if !text.contains(from) {
        let message = format!("`{from}` does not stand in {}", path.display());
        return Err(Fault::Generator(message));
    }
    fs::write(path, text.replace(from, to)).map_err(Fault::file(path))
}

fn rewrite(generated: &mut Generated, change: fn(&str) -> String) {
    for file in &mut generated.files {
        file.text = change(&file.text);
    }
}

fn maximum_plus_one(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let bound = line
            .trim_start()
            .strip_prefix("on.maximum(")
            .and_then(|rest| rest.strip_suffix(");")?.rsplit_once(", "))
            .and_then(|(_, bound)| Some((bound, bound.replace('_', "").parse::<i64>().ok()?)));
        match bound {
            Some((bound, number)) => {
                let start = &line[..line.len() - bound.len() - 2];
                format!("{start}{});\n", number.saturating_add(1))
            }
            None => format!("{line}\n"),
        }
    });
    lines.collect()
}

/// Leaves out the last row of every table of string values that has another.
fn lose_value(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let mut rows = 0;
    for line in text.lines() {
        let is_row =
            line.starts_with("        ") && line.contains(" = \"") && line.ends_with("\",");
        if line == "    }" && rows > 1 {
            lines.pop();
        }
        rows = if is_row { rows + 1 } else { 0 };
        lines.push(line);
    }
    lines.join("\n") + "\n"
}

fn copy(from: &Path, to: &Path) -> Result<(), Fault> {
    if from.ends_with("xtask/bench") || from.ends_with("target") {
        return Ok(());
    }
    if !from.is_dir() {
        let bytes = fs::read(from).map_err(Fault::file(from))?;
        // What is as it was keeps its time, so that cargo need not build it again.
        if fs::read(to).is_ok_and(|old| old == bytes) {
            return Ok(());
        }
        return crate::generation::write(to, &bytes);
    }
    for entry in fs::read_dir(from).map_err(Fault::file(from))?.flatten() {
        let name = entry.file_name();
        copy(&from.join(&name), &to.join(&name))?;
    }
    Ok(())
}
