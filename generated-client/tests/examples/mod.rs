//! The examples, run as programs.

mod quickstart;
#[cfg(unix)]
mod resume;
mod validate;
mod web;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A command that runs an example in a folder. The examples must have been built: `cargo test --workspace`
/// builds them, `cargo test -p runcomfy-client-tests` does not.
pub(crate) fn example(name: &str, folder: &Path) -> Command {
    let mut command = Command::new(path(name));
    command
        .current_dir(folder)
        .env_remove("RUNCOMFY_MODEL_API_BASE")
        .env_remove("RUNCOMFY_API_TOKEN")
        .env_remove("RUNCOMFY_TOKEN")
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command
}

fn path(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    // target/<profile>/deps/<this test>
    let profile = test.ancestors().nth(2).unwrap();
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let path = profile.join("examples").join(file);
    assert!(
        path.is_file(),
        "{} is missing: build it with `cargo build -p runcomfy-client --all-features --example {name}`, \
         or run `cargo test --workspace`",
        path.display()
    );
    path
}
