//! Commands that run other programs.

use std::process::Command;

/// Runs xtask with a cargo that does not exist, so that nothing can be built.
fn xtask_without_cargo(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .env("CARGO", "no-such-cargo")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

#[test]
fn bench_answers_help_and_misuse_without_building_the_benchmark() {
    let (code, help) = xtask_without_cargo(&["bench", "--help"]);
    assert_eq!(code, Some(0), "{help}");
    assert!(
        help.contains("--only") && help.contains("--proof"),
        "{help}"
    );

    let (code, error) = xtask_without_cargo(&["bench", "--only", "everything"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("possible values"), "{error}");

    let (code, error) = xtask_without_cargo(&["bench", "--only", "generation"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("could not run"), "{error}");
}

#[test]
fn ci_runs_cargo_without_a_shell() {
    let (code, error) = xtask_without_cargo(&["ci"]);
    assert_eq!(code, Some(2));
    assert!(
        error.contains("could not run `cargo fmt --all --check`"),
        "{error}"
    );
}
