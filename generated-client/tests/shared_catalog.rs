//! The models of the catalogue, generated into a copy of the workspace: they compile without
//! warnings, validate as the reference does, and return their JSON Schemas.
//!
//! The copy and its build are kept below the target folder, so that a second run builds little.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use crate::support::reference::Reference;

/// The models of the catalogue, which are not part of the project.
const CATALOG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/catalog");
/// The workspace that is copied.
const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
/// The copied files and folders.
const PARTS: [&str; 9] = [
    "Cargo.toml",
    "Cargo.lock",
    "README.md",
    "clippy.toml",
    ".cargo",
    "codegen",
    "generated-client",
    "xtask",
    "schemas",
];

#[test]
#[ignore = "needs ../shared/catalog, which is not part of the project"]
fn the_models_of_the_catalogue_compile_without_warnings_and_agree_with_the_reference() {
    let scratch = Scratch::new();
    let models = scratch.add_catalogue();
    scratch.cargo(
        "generate",
        &["run", "--quiet", "--package", "xtask", "--", "codegen"],
        b"",
    );
    let only_models = ["--no-default-features", "--features", "all-models"];
    let package = ["--quiet", "--package", "runcomfy-client"];

    let clippy = [
        &["clippy"],
        &package[..],
        &only_models,
        &["--", "-D", "warnings"],
    ]
    .concat();
    scratch.cargo("lint", &clippy, b"");

    let cases: Vec<(&str, Value, bool)> = models.iter().flat_map(cases).collect();
    let lines = cases
        .iter()
        .map(|(id, input, _)| json!({ "model_id": id, "input": input }));
    let lines: String = lines.map(|line| format!("{line}\n")).collect();
    let validate = [
        &["run"],
        &package[..],
        &only_models,
        &["--example", "validate"],
    ]
    .concat();
    let responses = scratch.cargo("validate", &validate, lines.as_bytes());

    assert_eq!(responses.lines().count(), cases.len());
    let mut valid = 0;
    for ((id, input, expected), response) in cases.iter().zip(responses.lines()) {
        let response: Value = serde_json::from_str(response).unwrap();
        assert_eq!(response["valid"], *expected, "{id}: {input}: {response}");
        valid += usize::from(*expected);
    }
    println!(
        "{} models, {} inputs, {valid} of them valid",
        models.len(),
        cases.len()
    );
    let invalid = cases.len() - valid;
    assert!(models.len() > 5 && valid > 20 * models.len() && invalid > 100 * models.len());

    scratch.add_describing_program();
    let with_schemas = ["--no-default-features", "--features", "all-models,schemars"];
    let describe = [
        &["run"],
        &package[..],
        &with_schemas,
        &["--example", "describe"],
    ]
    .concat();
    let described = scratch.cargo("describe", &describe, b"");
    let described: HashMap<String, Value> = described
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(described.len(), models.len());
    for (id, text) in &models {
        assert_eq!(described[id], Reference::of(text).schema, "{id}");
    }
}

/// Inputs of one model, and whether each is valid.
fn cases((id, text): &(String, String)) -> impl Iterator<Item = (&str, Value, bool)> {
    let reference = Reference::of(text);
    let inputs = crate::support::boundary::inputs(&reference.schema).into_iter();
    inputs.map(move |input| {
        let expected = reference.is_valid(&input);
        (id.as_str(), input, expected)
    })
}

/// A copy of the workspace, with its own target folder.
struct Scratch {
    workspace: PathBuf,
    target: PathBuf,
}

impl Scratch {
    fn new() -> Self {
        let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let workspace = tmp.join("catalog");
        for part in PARTS {
            copy(&Path::new(WORKSPACE).join(part), &workspace.join(part));
        }
        // Dev-dependencies are slow to build, and not needed here.
        let manifest = workspace.join("generated-client/Cargo.toml");
        let text = fs::read_to_string(&manifest).unwrap();
        write(
            &manifest,
            without_section(&text, "dev-dependencies").as_bytes(),
        );
        Self {
            workspace,
            target: tmp.join("../scratch"),
        }
    }

    /// Adds the catalogue to the schemas. Returns the id and the text of all model files.
    fn add_catalogue(&self) -> Vec<(String, String)> {
        let mut models = crate::support::schemas::model_files();
        for entry in fs::read_dir(CATALOG).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            let file: Value = serde_json::from_str(&text).unwrap();
            let id = file["model_id"].as_str().unwrap().to_owned();
            if models.iter().any(|(known, _)| *known == id) {
                continue;
            }
            let path = self.workspace.join("schemas").join(format!("{id}.json"));
            write(&path, text.as_bytes());
            models.push((id, text));
        }
        models
    }

    /// Adds an example that prints the id and the JSON Schema of every input.
    ///
    /// It names each model, because no trait states that every input has a JSON Schema.
    fn add_describing_program(&self) {
        let client = self.workspace.join("generated-client");
        let mut calls = String::new();
        let mut folders = vec![client.join("src/models")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = fs::read_to_string(&path).unwrap();
                if !text.contains("const ID: ") {
                    continue;
                }
                let below = path.strip_prefix(client.join("src")).unwrap();
                let modules: Vec<&str> = below.iter().map(|part| part.to_str().unwrap()).collect();
                let input = modules.join("::").replace(".rs", "::Input");
                calls += &format!("    print::<runcomfy_client::{input}>();\n");
            }
        }
        let program = format!(
            "fn print<I: ModelInput + JsonSchema>() {{\n\
             \x20   let mut schema = schema_for!(I).to_value();\n\
             \x20   schema.as_object_mut().unwrap().remove(\"$schema\");\n\
             \x20   println!(\"{{}}\", json!([<I::Model as Model>::ID, schema]));\n\
             }}\n\n\
             fn main() {{\n{calls}}}\n"
        );
        let uses = "use runcomfy_client::{Model, ModelInput};\n\
                    use schemars::{JsonSchema, schema_for};\n\
                    use serde_json::json;\n\n";
        let path = client.join("examples/describe.rs");
        write(&path, (uses.to_owned() + &program).as_bytes());
    }

    /// Runs cargo in the copy and returns its standard output. Panics with all output if it fails.
    fn cargo(&self, step: &str, arguments: &[&str], input: &[u8]) -> String {
        let start = Instant::now();
        let mut child = Command::new(env!("CARGO"))
            .args([arguments[0], "--offline"])
            .args(&arguments[1..])
            .current_dir(&self.workspace)
            .env("CARGO_TARGET_DIR", &self.target)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // If the program fails before it has read all input, its own error is reported.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let [out, err] =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        assert!(output.status.success(), "{step} failed:\n{err}\n{out}");
        println!("{step}: {:.1} s", start.elapsed().as_secs_f64());
        out
    }
}

/// Makes `to` equal to `from`. Writes only files that differ, so that cargo does not rebuild them.
fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        return write(to, &fs::read(from).unwrap());
    }
    fs::create_dir_all(to).unwrap();
    let names = |folder: &Path| {
        let entries = fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name())
            .collect::<Vec<_>>()
    };
    let mut wanted = names(from);
    wanted.retain(|name| name != "target");
    for name in names(to).iter().filter(|name| !wanted.contains(name)) {
        remove(&to.join(name));
    }
    for name in &wanted {
        copy(&from.join(name), &to.join(name));
    }
}

fn remove(path: &Path) {
    if path.is_dir() {
        fs::remove_dir_all(path).unwrap();
    } else {
        fs::remove_file(path).unwrap();
    }
}

fn write(path: &Path, bytes: &[u8]) {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// A manifest without one of its sections.
fn without_section(manifest: &str, name: &str) -> String {
    let header = format!("[{name}]");
    let mut is_in = false;
    let mut kept = String::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            is_in = line == header;
        }
        if !is_in {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}
