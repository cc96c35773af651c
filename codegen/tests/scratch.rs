//! A copy of the client with other models in it, to be compiled.

use std::collections::HashSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use runcomfy_codegen::{Generated, manifest};
use toml_edit::{Array, DocumentMut};

use crate::common::{below, files_below, workspace};

/// Compiles, lints and documents the client with these models; any warning fails.
pub(crate) fn prove(generated: &Generated) {
    let target = target().join("fixtures");
    let scratch = target.join("scratch");
    fs::create_dir_all(&scratch).unwrap();
    // Two runs at a time would write into each other's copy.
    let lock = File::create(target.join("scratch.lock")).unwrap();
    lock.lock().unwrap();
    lay_out(&scratch, generated);
    for command in [
        "clippy --features all-models -- -D warnings",
        "clippy --features all-models,schemars -- -D warnings",
        "doc --no-deps --features all-models,schemars",
    ] {
        let (name, options) = command.split_once(' ').unwrap();
        let package = [
            "--offline",
            "-p",
            "runcomfy-client",
            "--no-default-features",
        ];
        let arguments = [
            &[name],
            &package[..],
            &options.split(' ').collect::<Vec<_>>(),
        ]
        .concat();
        let output = Command::new(env!("CARGO"))
            .args(&arguments)
            .current_dir(&scratch)
            .env("CARGO_TARGET_DIR", &target)
            .env("RUSTDOCFLAGS", "-D warnings")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "cargo {} in {}:\n{}",
            arguments.join(" "),
            scratch.display(),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// The workspace's target folder.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || workspace().join("target"),
        |target| workspace().join(target),
    )
}

/// Writes the copy. What is there already stays as it is, so that cargo need not build it again.
fn lay_out(scratch: &Path, generated: &Generated) {
    let client = workspace().join("generated-client");
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let mut files = vec![
        ("Cargo.toml".to_owned(), root_manifest()),
        (
            "generated-client/Cargo.toml".to_owned(),
            client_manifest(&read(&client.join("Cargo.toml")), generated),
        ),
    ];
    for (name, copy) in [
        ("clippy.toml", "clippy.toml"),
        ("Cargo.lock", "Cargo.lock.original"),
    ] {
        files.push((copy.to_owned(), read(&workspace().join(name))));
    }
    for path in files_below(&client.join("src"), ".rs") {
        let name = below(&workspace(), &path);
        if !name.starts_with("generated-client/src/models/") {
            files.push((name, read(&path)));
        }
    }
    for file in &generated.files {
        files.push((format!("generated-client/{}", file.path), file.text.clone()));
    }
    let wanted: HashSet<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    for path in files_below(scratch, ".rs") {
        if !wanted.contains(below(scratch, &path).as_str()) {
            fs::remove_file(path).unwrap();
        }
    }
    for (name, text) in files {
        let path = scratch.join(name);
        if fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            // Cargo removes from its lock file what the client does not need.
            if let Some(lock) = path.to_str().unwrap().strip_suffix(".original") {
                fs::write(lock, &text).unwrap();
            }
            fs::write(path, text).unwrap();
        }
    }
}

/// The workspace's manifest with the client as its only member.
fn root_manifest() -> String {
    let text = fs::read_to_string(workspace().join("Cargo.toml")).unwrap();
    let mut manifest: DocumentMut = text.parse().unwrap();
    manifest["workspace"]["members"] = toml_edit::value(Array::from_iter(["generated-client"]));
    manifest.to_string()
}

/// The client's manifest with the features of these models, and without what it is tested with.
fn client_manifest(text: &str, generated: &Generated) -> String {
    let text = manifest::with_features(text, &generated.features).unwrap();
    let mut manifest: DocumentMut = text.parse().unwrap();
    for table in ["dev-dependencies", "example", "test", "bench"] {
        manifest.remove(table);
    }
    manifest.to_string()
}
