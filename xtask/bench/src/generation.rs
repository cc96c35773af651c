//! Generating: in process and whole process, from nothing, without a change and after one.

use std::cell::Cell;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use runcomfy_codegen::{SourceFile, generate};
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::measure::{Timing, in_turn, side, whole_runs};
use crate::models::{Source, models, workspace};
use crate::program::{cargo, run};
use crate::rivals;

/// How many models are generated.
pub(crate) const COUNTS: [usize; 4] = [5, 100, 1_000, 2_000];
/// The count of which a no-change run and a run after one change are made.
const CHANGED: usize = 1_000;

/// What generating took.
pub(crate) struct Generation {
    /// For each of [`COUNTS`]: in process, ours and typify's.
    pub(crate) in_process: Vec<[f64; 2]>,
    /// For each of [`COUNTS`]: the whole process, ours in release, typify's in release, and ours as
    /// `cargo xtask` builds it.
    pub(crate) whole: Vec<[f64; 3]>,
    /// What follows a change, or none.
    pub(crate) changes: Changes,
    /// Generated lines for each model: ours, typify's, and typify's with builders.
    pub(crate) lines: [f64; 3],
}

/// Runs over 1,000 models, as `cargo xtask` builds it.
pub(crate) struct Changes {
    /// A run into an empty folder.
    pub(crate) all: f64,
    /// A run that finds nothing changed.
    pub(crate) none: f64,
    /// How many files that run touched, at most.
    pub(crate) none_files: usize,
    /// A run after one schema changed.
    pub(crate) one: f64,
    /// How many files that run touched, at most.
    pub(crate) one_files: usize,
}

/// Measures generating, with folders of models and clients below `folder`.
pub(crate) fn measure(originals: &[Source], folder: &Path) -> Result<Generation, Fault> {
    let release = xtask(&["--release"], "release")?;
    let dev = xtask(&[], "debug")?;
    let mut in_process = Vec::new();
    let mut whole = Vec::new();
    for count in COUNTS {
        let models = models(originals, count)?;
        let rounds = if count > 100 { 3 } else { 21 };
        in_process.push(in_one_process(&models, rounds));
        let place = Place::new(&folder.join(count.to_string()), &models)?;
        whole.push(whole_process(&place, &release, &dev, rounds.clamp(5, 9))?);
    }
    let place = Place::new(&folder.join("changed"), &models(originals, CHANGED)?)?;
    let client = place.client()?;
    place.generate(&dev, &client)?;
    let changes = changes(&place, &dev, &client)?;
    Ok(Generation {
        in_process,
        whole,
        changes,
        lines: lines(originals)?,
    })
}

/// Builds xtask and gives its path.
fn xtask(options: &[&str], profile: &str) -> Result<PathBuf, Fault> {
    let workspace = workspace();
    run(cargo()
        .args(["build", "--quiet", "--package", "xtask"])
        .args(options)
        .current_dir(&workspace))?;
    Ok(workspace.join("target").join(profile).join("xtask"))
}

fn in_one_process(models: &[Source], rounds: usize) -> [f64; 2] {
    let sources: Vec<SourceFile> = models.iter().map(|model| model.file.clone()).collect();
    let timings = in_turn(
        vec![
            side("runcomfy-codegen", || {
                generate(&sources).is_ok_and(|result| result.is_ok())
            }),
            side("typify", || {
                models
                    .iter()
                    .all(|model| rivals::typify(&model.id, rivals::schemas(model)).is_ok())
            }),
        ],
        rounds,
    );
    [timings[0].seconds, timings[1].seconds]
}

fn whole_process(
    place: &Place,
    release: &Path,
    dev: &Path,
    rounds: usize,
) -> Result<[f64; 3], Fault> {
    let this = std::env::current_exe().map_err(Fault::file(Path::new("this program")))?;
    let afresh = |xtask: PathBuf| move || place.generate(&xtask, &place.client()?);
    let typify = || {
        let mut command = Command::new(&this);
        command
            .arg("--typify")
            .args([&place.normalised, &place.client()?]);
        Ok(run(&mut command)?.seconds)
    };
    let timings: Vec<Timing> = whole_runs(
        vec![
            (
                "release".to_owned(),
                Box::new(afresh(release.to_owned())) as _,
            ),
            ("typify".to_owned(), Box::new(typify) as _),
            ("dev".to_owned(), Box::new(afresh(dev.to_owned())) as _),
        ],
        rounds,
    )?;
    Ok([timings[0].seconds, timings[1].seconds, timings[2].seconds])
}

/// Folders with model files and their normalised schemas, and clients to generate into.
struct Place {
    folder: PathBuf,
    schemas: PathBuf,
    normalised: PathBuf,
    clients: Cell<usize>,
    /// A model whose schema has a limit to change.
    changed: Option<String>,
}

impl Place {
    fn new(folder: &Path, models: &[Source]) -> Result<Self, Fault> {
        let place = Self {
            folder: folder.to_owned(),
            schemas: folder.join("schemas"),
            normalised: folder.join("normalised"),
            clients: Cell::new(0),
            changed: models
                .iter()
                .rev()
                .map(|model| &model.file)
                .find(|file| String::from_utf8_lossy(&file.bytes).contains(LIMIT))
                .map(|file| file.path.clone()),
        };
        for model in models {
            write(&place.schemas.join(&model.file.path), &model.file.bytes)?;
            let schemas = json!({ "input": model.input, "output": model.output }).to_string();
            write(&place.normalised.join(&model.file.path), schemas.as_bytes())?;
        }
        for arguments in [
            &["init", "--quiet"][..],
            &["add", "schemas"],
            &["commit", "--quiet", "--message", "The model files"],
        ] {
            let mut git = Command::new("git");
            git.args(["-c", "user.name=bench", "-c", "user.email=bench@localhost"]);
            run(git.args(arguments).current_dir(&place.folder))?;
        }
        Ok(place)
    }

    /// A client's folder, empty, another one each time.
    fn client(&self) -> Result<PathBuf, Fault> {
        self.clients.set(self.clients.get() + 1);
        let client = self.folder.join(format!("client-{}", self.clients.get()));
        fs::create_dir_all(&client).map_err(Fault::file(&client))?;
        Ok(client)
    }

    /// Runs `xtask codegen`.
    fn generate(&self, xtask: &Path, client: &Path) -> Result<f64, Fault> {
        let mut command = Command::new(xtask);
        // Its stamp goes with the folder.
        command.env("CARGO_TARGET_DIR", self.folder.join("target"));
        command.arg("codegen");
        command.arg("--schemas").arg(&self.schemas);
        command.arg("--client").arg(client);
        Ok(run(&mut command)?.seconds)
    }
}

/// Generates all, nothing, and what one change of a limit asks for, in turn.
fn changes(place: &Place, xtask: &Path, client: &Path) -> Result<Changes, Fault> {
    let no_limit = || Fault::Generator(format!("no model has {LIMIT}"));
    let path = place
        .schemas
        .join(place.changed.as_ref().ok_or_else(no_limit)?);
    let text = fs::read_to_string(&path).map_err(Fault::file(&path))?;
    let (mut none_files, mut one_files, mut bound) = (0, 0, 500);
    let counted = |most: &mut usize| {
        let before = times(client)?;
        let seconds = place.generate(xtask, client)?;
        *most = touched(client, &before)?.max(*most);
        Ok(seconds)
    };
    let all = || place.generate(xtask, &place.client()?);
    let none = || counted(&mut none_files);
    let one = || {
        bound += 1;
        let limit = format!("\"maxLength\": {bound}");
        write(&path, text.replacen(LIMIT, &limit, 1).as_bytes())?;
        counted(&mut one_files)
    };
    let timings = whole_runs(
        vec![
            ("all".to_owned(), Box::new(all) as _),
            ("none".to_owned(), Box::new(none) as _),
            ("one".to_owned(), Box::new(one) as _),
        ],
        9,
    )?;
    Ok(Changes {
        all: timings[0].seconds,
        none: timings[1].seconds,
        none_files,
        one: timings[2].seconds,
        one_files,
    })
}

/// All files below a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).map_err(Fault::file(&folder))?;
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    Ok(files)
}

/// When each file was written.
fn times(client: &Path) -> Result<HashMap<PathBuf, SystemTime>, Fault> {
    let timed = files(client)?.into_iter().map(|path| {
        let facts = fs::metadata(&path).and_then(|facts| facts.modified());
        let time = facts.map_err(Fault::file(&path))?;
        Ok((path, time))
    });
    timed.collect()
}

/// How many files were written since.
fn touched(client: &Path, before: &HashMap<PathBuf, SystemTime>) -> Result<usize, Fault> {
    let now = times(client)?;
    Ok(now
        .iter()
        .filter(|(path, time)| before.get(*path) != Some(time))
        .count())
}

/// The limit that is changed.
const LIMIT: &str = "\"maxLength\": 500";

/// Generated lines for each model of the originals: ours, the files of the owners included,
/// typify's, and typify's with builders.
fn lines(originals: &[Source]) -> Result<[f64; 3], Fault> {
    let sources: Vec<SourceFile> = originals.iter().map(|model| model.file.clone()).collect();
    let generated = generate(&sources)
        .map_err(|fault| Fault::Generator(fault.to_string()))?
        .map_err(|_| Fault::Generator("a model was refused".to_owned()))?;
    let texts = generated.files.iter().map(|file| file.text.as_str());
    let mut lines = [texts.map(|text| text.lines().count()).sum(), 0, 0];
    for model in originals {
        let schemas = rivals::schemas(model);
        lines[1] += rivals::typify(&model.id, schemas)?.lines().count();
        lines[2] += rivals::typify_builders(&model.id, schemas)?.lines().count();
    }
    Ok(lines.map(|lines| lines as f64 / originals.len() as f64))
}

/// The other side of the whole process: reads normalised schemas, writes typify's code.
pub(crate) fn typify_process(normalised: &Path, client: &Path) -> Result<(), Fault> {
    for path in files(normalised)? {
        let bytes = fs::read(&path).map_err(Fault::file(&path))?;
        let id = path.display().to_string();
        let schemas: Value = serde_json::from_slice(&bytes).map_err(|error| Fault::Typify {
            model: id.clone(),
            reason: error.to_string(),
        })?;
        let parts = [("Input", &schemas["input"]), ("Output", &schemas["output"])];
        let below = path.strip_prefix(normalised).unwrap_or(&path);
        let text = rivals::typify(&id, parts)?;
        write(&client.join(below).with_extension("rs"), text.as_bytes())?;
    }
    Ok(())
}

/// Writes a file and the folders above it.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Fault::file(folder))?;
    }
    fs::write(path, bytes).map_err(Fault::file(path))
}
