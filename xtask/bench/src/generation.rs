//! Measures code generation, both as function calls within this process and as a separate process from start
//! to exit.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use runcomfy_codegen::{analyze_all, generate};
use serde_json::{Value, json};

use crate::baselines;
use crate::error::Error;
use crate::files::{files_below, workspace, write};
use crate::measure::{Timing, candidate, in_turn, whole_runs};
use crate::models::{Source, files, generated, models};
use crate::program::{cargo, run};

/// The numbers of models that code is generated for.
pub(crate) const COUNTS: [usize; 4] = [5, 100, 1_000, 2_000];

/// The results.
pub(crate) struct Generation {
    /// For each of [`COUNTS`], the seconds that function calls within this process take: our generator, then
    /// typify.
    pub(crate) in_process: Vec<[f64; 2]>,
    /// For each of [`COUNTS`], the seconds that a separate process takes: our generator built in release,
    /// typify built in release, and our generator as `cargo xtask` builds it.
    pub(crate) whole: Vec<[f64; 3]>,
    /// Generated lines per model: ours, typify's, and typify's with builders.
    pub(crate) lines: [f64; 3],
}

/// Measures code generation. The model files and the generated clients are written below `folder`.
pub(crate) fn measure(originals: &[Source], folder: &Path) -> Result<Generation, Error> {
    let release = xtask(&["--release"], "release")?;
    let dev = xtask(&["--profile", "xtask"], "xtask")?;
    let mut in_process = Vec::new();
    let mut whole = Vec::new();
    for count in COUNTS {
        let models = models(originals, count)?;
        let rounds = if count > 100 { 3 } else { 21 };
        in_process.push(in_one_process(&models, rounds));
        let tree = Tree::new(&folder.join(count.to_string()), &models)?;
        whole.push(whole_process(&tree, &release, &dev, rounds.clamp(5, 9))?);
    }
    Ok(Generation {
        in_process,
        whole,
        lines: lines(originals)?,
    })
}

/// Builds xtask. Returns the path of the executable.
fn xtask(options: &[&str], profile: &str) -> Result<PathBuf, Error> {
    let workspace = workspace();
    run(cargo()
        .args(["build", "--quiet", "--package", "xtask"])
        .args(options)
        .current_dir(&workspace))?;
    Ok(workspace.join("target").join(profile).join("xtask"))
}

fn in_one_process(models: &[Source], rounds: usize) -> [f64; 2] {
    let sources = files(models);
    let timings = in_turn(
        vec![
            candidate("runcomfy-codegen", || {
                generate(&analyze_all(&sources)).is_ok_and(|result| result.is_ok())
            }),
            candidate("typify", || {
                let mut models = models.iter();
                models.all(|model| baselines::typify(model.schemas()).is_ok())
            }),
        ],
        rounds,
    );
    [timings[0].seconds, timings[1].seconds]
}

fn whole_process(
    tree: &Tree,
    release: &Path,
    dev: &Path,
    rounds: usize,
) -> Result<[f64; 3], Error> {
    let this = std::env::current_exe().map_err(Error::file(Path::new("this program")))?;
    let ours = |xtask: PathBuf| move || tree.generate(&xtask);
    let typify = || {
        let mut command = Command::new(&this);
        command
            .arg("--typify")
            .args([&tree.json_schemas, &tree.new_client()?]);
        Ok(run(&mut command)?.seconds)
    };
    let timings: Vec<Timing> = whole_runs(
        vec![
            (
                "release".to_owned(),
                Box::new(ours(release.to_owned())) as _,
            ),
            ("typify".to_owned(), Box::new(typify) as _),
            ("dev".to_owned(), Box::new(ours(dev.to_owned())) as _),
        ],
        rounds,
    )?;
    Ok([timings[0].seconds, timings[1].seconds, timings[2].seconds])
}

/// A git repository with model files, their JSON Schemas, and folders for generated clients. Only the model
/// files are committed.
struct Tree {
    folder: PathBuf,
    schemas: PathBuf,
    json_schemas: PathBuf,
    clients: Cell<usize>,
}

impl Tree {
    fn new(folder: &Path, models: &[Source]) -> Result<Self, Error> {
        let tree = Self {
            folder: folder.to_owned(),
            schemas: folder.join("schemas"),
            json_schemas: folder.join("json-schemas"),
            clients: Cell::new(0),
        };
        for model in models {
            write(&tree.schemas.join(&model.file.path), &model.file.bytes)?;
            let schemas = json!({ "input": model.input, "output": model.output }).to_string();
            write(
                &tree.json_schemas.join(&model.file.path),
                schemas.as_bytes(),
            )?;
        }
        for arguments in [
            &["init", "--quiet"][..],
            &["add", "schemas"],
            &["commit", "--quiet", "--message", "The model files"],
        ] {
            let mut git = Command::new("git");
            git.args(["-c", "user.name=bench", "-c", "user.email=bench@localhost"]);
            run(git.args(arguments).current_dir(&tree.folder))?;
        }
        Ok(tree)
    }

    /// Creates an empty folder for a generated client. Each call creates another one.
    fn new_client(&self) -> Result<PathBuf, Error> {
        self.clients.set(self.clients.get() + 1);
        let client = self.folder.join(format!("client-{}", self.clients.get()));
        fs::create_dir_all(&client).map_err(Error::file(&client))?;
        Ok(client)
    }

    /// Runs `xtask codegen` into a new client folder. Returns the seconds that it took.
    fn generate(&self, xtask: &Path) -> Result<f64, Error> {
        let mut command = Command::new(xtask);
        command.arg("codegen");
        command.arg("--schemas").arg(&self.schemas);
        command.arg("--client").arg(self.new_client()?);
        Ok(run(&mut command)?.seconds)
    }
}

/// Generated lines per model: our code including the module tree, typify's code, and typify's code with
/// builders.
fn lines(originals: &[Source]) -> Result<[f64; 3], Error> {
    let ours = generated(originals)?.files;
    let ours = ours.iter().map(|file| file.text.lines().count());
    let mut lines = [ours.sum(), 0, 0];
    for model in originals {
        let refused = |reason| Error::Typify {
            model: model.id.clone(),
            reason,
        };
        let typify = baselines::typify(model.schemas()).map_err(refused)?;
        lines[1] += typify.lines().count();
        let typify = baselines::typify_with_builders(model.schemas()).map_err(refused)?;
        lines[2] += typify.lines().count();
    }
    Ok(lines.map(|lines| lines as f64 / originals.len() as f64))
}

/// Reads the JSON Schemas below a folder and writes typify's code. This is the separate process that
/// `xtask codegen` is compared with.
pub(crate) fn typify_process(json_schemas: &Path, client: &Path) -> Result<(), Error> {
    for path in files_below(json_schemas)? {
        let bytes = fs::read(&path).map_err(Error::file(&path))?;
        let refused = |reason| Error::Typify {
            model: path.display().to_string(),
            reason,
        };
        let schemas: Value =
            serde_json::from_slice(&bytes).map_err(|error| refused(error.to_string()))?;
        let schemas = [("Input", &schemas["input"]), ("Output", &schemas["output"])];
        let text = baselines::typify(schemas).map_err(refused)?;
        let below = path.strip_prefix(json_schemas).unwrap_or(&path);
        write(&client.join(below).with_extension("rs"), text.as_bytes())?;
    }
    Ok(())
}
