//! The tests of the client pass with any models that the generator accepts, not only with those that
//! the repository has today.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::random;
use crate::support::workspace;

/// The number of random models that are added to the models of the repository.
const MODELS: usize = 200;

/// Schemas that the generator only just accepts.
fn edges() -> [(&'static str, serde_json::Value); 5] {
    let one = |schema| json!({ "type": "object", "properties": { "a": schema } });
    [
        (
            "edge/no/properties",
            json!({ "type": "object", "properties": {} }),
        ),
        ("edge/no/keys", json!({ "type": "object" })),
        (
            "edge/whole/range",
            one(json!({ "type": "integer", "minimum": i64::MIN, "maximum": i64::MAX })),
        ),
        (
            "edge/long/text",
            one(json!({ "type": "string", "minLength": 1, "maxLength": u32::MAX })),
        ),
        (
            "edge/many/items",
            one(json!({ "type": "array", "maxItems": u32::MAX })),
        ),
    ]
}

/// Copies a folder, except `target` and hidden entries other than `.cargo`.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        let is_hidden = name.to_string_lossy().starts_with('.') && name != ".cargo";
        let (from, to) = (entry.path(), to.join(&name));
        if name == "target" || is_hidden {
            continue;
        }
        if from.is_dir() {
            copy(&from, &to);
        } else if fs::read(&to).ok() != Some(fs::read(&from).unwrap()) {
            fs::copy(&from, &to).unwrap();
        }
    }
}

/// Runs cargo in the copy.
fn cargo(folder: &Path, arguments: &[&str]) {
    let status = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.with_extension("target"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_PROFILE_TEST_DEBUG", "0")
        .status()
        .unwrap();
    assert!(status.success(), "cargo {}", arguments.join(" "));
}

#[test]
#[ignore = "takes ten minutes: tests the client with 200 random models added"]
fn the_tests_of_the_client_hold_for_any_tree() {
    let folder = workspace().join("target/any-tree");
    // Otherwise files that the workspace no longer has would remain from an earlier run.
    for gone in ["codegen", "generated-client", "schemas", "xtask"] {
        let _ = fs::remove_dir_all(folder.join(gone));
    }
    copy(&workspace(), &folder);
    let mut models = random::model_files(1, MODELS).unwrap();
    models.extend(edges().map(|(id, input)| {
        let file = json!({ "model_id": id, "input": input });
        (format!("{id}.json"), file.to_string())
    }));
    for (path, text) in models {
        let path = folder.join("schemas").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    cargo(&folder, &["run", "--package", "xtask", "--", "codegen"]);
    cargo(
        &folder,
        &[
            "test",
            "--package",
            "runcomfy-client-tests",
            "--package",
            "runcomfy-client",
            "--all-features",
        ],
    );
}
