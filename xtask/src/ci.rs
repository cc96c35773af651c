//! `cargo xtask ci`: formatting, lints, documentation, features and all tests, on any platform.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::error::Error;
use crate::files::workspace;
use crate::outcome::Outcome;
use crate::program::{self, cargo};

/// The client's package.
const CLIENT: &str = "runcomfy-client";
/// Packages that the client must not depend on if all of its features are disabled.
const NETWORK_PACKAGES: [&str; 6] = [
    "hyper",
    "native-tls",
    "openssl",
    "reqwest",
    "rustls",
    "tokio",
];

/// Why the run stops.
enum Stop {
    /// A step found a fault, which has been printed.
    Failed,
    /// A step could not be carried out.
    Error(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// Runs all steps up to the first that fails.
pub(crate) fn run() -> Result<Outcome, Error> {
    match steps() {
        Ok(()) => Ok(Outcome::Done),
        Err(Stop::Failed) => Ok(Outcome::Failed),
        Err(Stop::Error(error)) => Err(error),
    }
}

fn steps() -> Result<(), Stop> {
    cargo_step("fmt --all --check")?;
    xtask_step(&["codegen", "--check"])?;
    cargo_step("clippy --workspace --all-targets --all-features -- -D warnings")?;
    // The benchmark is a separate workspace. It is checked here but not run.
    let bench = "--manifest-path xtask/bench/Cargo.toml";
    cargo_step(&format!("fmt {bench} --check"))?;
    cargo_step(&format!(
        "clippy {bench} --all-targets --target-dir target -- -D warnings"
    ))?;
    step(
        "cargo doc --workspace --no-deps --all-features",
        cargo()
            .args(["doc", "--workspace", "--no-deps", "--all-features"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    // Checks the client without features, with each feature alone, and with two features that share code.
    let check = format!("check -p {CLIENT} --no-default-features");
    cargo_step(&check)?;
    for feature in client_features()? {
        cargo_step(&format!("{check} --features {feature}"))?;
    }
    cargo_step(&format!("{check} --features client,media"))?;
    no_network_stack_without_client()?;
    cargo_step("test --workspace --all-features")?;
    // The folder `shared` beside the project may contain saved documentation pages and further models.
    let shared = workspace().join("../shared");
    if shared.join("pages").is_dir() {
        import_changes_nothing(&shared.join("pages"))?;
    }
    if shared.join("catalog").is_dir() {
        cargo_step("test --workspace --all-features -- --ignored shared")?;
    }
    Ok(())
}

/// Prints a command and runs it.
fn step(text: &str, command: &mut Command) -> Result<(), Stop> {
    eprintln!("\n==> {text}");
    if program::run(text, command)?.success() {
        Ok(())
    } else {
        fail(&format!("`{text}` failed"))
    }
}

fn fail<T>(reason: &str) -> Result<T, Stop> {
    eprintln!("error: {reason}");
    Err(Stop::Failed)
}

/// Runs cargo with the arguments in `arguments`, which are separated by spaces.
fn cargo_step(arguments: &str) -> Result<(), Stop> {
    step(
        &format!("cargo {arguments}"),
        cargo().args(arguments.split(' ')),
    )
}

/// Runs another xtask command through cargo. The current executable is not used: if it was started from
/// `target/debug`, building the tests may have replaced it.
fn xtask_step(arguments: &[&str]) -> Result<(), Stop> {
    step(
        &format!("cargo xtask {}", arguments.join(" ")),
        cargo().arg("xtask").args(arguments),
    )
}

/// The output of cargo.
fn cargo_output(arguments: &str) -> Result<String, Stop> {
    let text = format!("cargo {arguments}");
    let output = cargo()
        .args(arguments.split(' '))
        .current_dir(workspace())
        .output()
        .map_err(|source| Error::Program {
            program: text.clone(),
            source,
        })?;
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        return fail(&format!("`{text}` failed"));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The client's features, except the one that is named `default`.
fn client_features() -> Result<Vec<String>, Stop> {
    let metadata = cargo_output("metadata --no-deps --format-version 1")?;
    let metadata: Value = serde_json::from_str(&metadata).unwrap_or_default();
    let packages = metadata["packages"].as_array();
    let client = packages
        .into_iter()
        .flatten()
        .find(|package| package["name"] == CLIENT);
    match client.and_then(|package| package["features"].as_object()) {
        Some(features) => Ok(features
            .keys()
            .filter(|feature| *feature != "default")
            .cloned()
            .collect()),
        None => fail(&format!("`cargo metadata` does not list {CLIENT}")),
    }
}

/// Checks that the client without features depends on none of [`NETWORK_PACKAGES`]. Dependencies of its
/// tests and examples do not count.
fn no_network_stack_without_client() -> Result<(), Stop> {
    let arguments = format!("tree -p {CLIENT} --no-default-features --edges normal --prefix none");
    eprintln!("\n==> cargo {arguments}");
    let tree = cargo_output(&arguments)?;
    let name = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
    let found = tree.lines().map(name);
    match found
        .into_iter()
        .find(|name| NETWORK_PACKAGES.contains(&name.as_str()))
    {
        Some(name) => fail(&format!(
            "{CLIENT} depends on {name} without the `client` feature"
        )),
        None => Ok(()),
    }
}

/// Checks that importing the saved pages would not change the committed model files.
fn import_changes_nothing(pages: &Path) -> Result<(), Stop> {
    let entries = fs::read_dir(pages)
        .and_then(|entries| entries.collect::<Result<Vec<_>, _>>())
        .map_err(Error::io("could not list", pages))?;
    let mut pages: Vec<String> = entries
        .iter()
        .map(|page| page.path().display().to_string())
        .collect();
    pages.sort();
    let mut arguments = vec!["import", "--check"];
    arguments.extend(pages.iter().map(String::as_str));
    xtask_step(&arguments)
}
