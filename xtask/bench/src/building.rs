//! Building the generated code: seconds, size, memory, against what others would generate.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use runcomfy_codegen::{SourceFile, generate, manifest};

use crate::fault::Fault;
use crate::generation::write;
use crate::measure::whole_runs;
use crate::models::{Source, models, workspace};
use crate::program::{Usage, cargo, run};
use crate::rivals::{self, Plain};

/// How many models are built side by side.
const SIDE_BY_SIDE: usize = 100;
/// How many models are built with every feature.
const AT_SCALE: usize = 120;
/// How often each side is built.
const ROUNDS: usize = 3;
/// What is built besides the client.
const RIVALS: [&str; 4] = [
    "typify-models",
    "typify-builders-models",
    "plain-models",
    "quicktype-models",
];
/// What each crate is built with to use all of its models.
const PROGRAM: &str = "everything";

/// What building one crate took.
#[derive(Clone, Debug)]
pub(crate) struct Built {
    /// The crate, or the features it was built with.
    pub(crate) name: String,
    /// Seconds, only that crate dirty.
    pub(crate) seconds: f64,
    /// Bytes of its library.
    pub(crate) size: u64,
}

/// What building took.
pub(crate) struct Building {
    /// Debug: ours, then typify's, typify's with builders, plain structs, quicktype's.
    pub(crate) debug: Vec<Built>,
    /// Release, the same.
    pub(crate) release: Vec<Built>,
    /// Debug, the same, each with a program that reads and writes an input of every model.
    pub(crate) programs: Vec<Built>,
    /// Debug, ours, one owner's feature alone.
    pub(crate) one_owner: Built,
    /// Debug, ours, no model at all: what the hand-written part costs.
    pub(crate) no_model: Built,
    /// 120 models with every feature, debug.
    pub(crate) at_scale: Usage,
    /// The same without any model.
    pub(crate) at_scale_empty: Usage,
}

/// Measures building in a workspace below `folder`.
pub(crate) fn measure(originals: &[Source], folder: &Path) -> Result<Building, Fault> {
    let workshop = Workshop::new(folder)?;
    let models_100 = models(originals, SIDE_BY_SIDE)?;
    workshop.client(&models_100)?;
    workshop.rivals(&models_100)?;
    let all = ["--no-default-features", "--features", "all-models"];
    let ours = |options: &[&'static str]| ("runcomfy-client", options.to_vec());
    let mut sides = vec![ours(&all)];
    sides.extend(RIVALS.map(|name| (name, Vec::new())));
    let debug = workshop.side_by_side(&sides, "debug")?;
    let release = workshop.side_by_side(&sides, "release")?;
    let programs: Vec<_> = sides.iter().map(|side| with_program(side)).collect();
    let programs = workshop.side_by_side(&programs, "debug")?;
    let owner = ours(&["--no-default-features", "--features", "wan-ai"]);
    let none = ours(&["--no-default-features"]);
    let mut alone = workshop.side_by_side(&[owner, none], "debug")?;
    let no_model = alone.pop();
    let one_owner = alone.pop();
    workshop.client(&models(originals, AT_SCALE)?)?;
    workshop.warm("runcomfy-client", &["--all-features"], "debug")?;
    let at_scale = workshop.build("runcomfy-client", &["--all-features"], "debug")?;
    let every_other: Vec<String> = workshop.features_without_models()?;
    let others = every_other.join(",");
    let without = ["--no-default-features", "--features", &others];
    workshop.warm("runcomfy-client", &without, "debug")?;
    let at_scale_empty = workshop.build("runcomfy-client", &without, "debug")?;
    let missing = || Fault::Generator("a side was not built".to_owned());
    Ok(Building {
        debug,
        release,
        programs,
        one_owner: one_owner.ok_or_else(missing)?,
        no_model: no_model.ok_or_else(missing)?,
        at_scale,
        at_scale_empty,
    })
}

/// The same side, built with its program.
fn with_program(
    (name, options): &(&'static str, Vec<&'static str>),
) -> (&'static str, Vec<&'static str>) {
    let program = ["--example", PROGRAM, "--lib"];
    (*name, [options.as_slice(), &program].concat())
}

/// A program that reads the text of an input of each of these types and writes it again.
fn program(types: impl Iterator<Item = String>, read: &str) -> String {
    let calls: String = types
        .map(|input| format!("    call::<{input}>(&text);\n"))
        .collect();
    format!(
        "{read}\nfn main() {{\n    let text = std::env::args().nth(1).unwrap_or_default();\n{calls}}}\n"
    )
}

/// How our inputs are read, which checks them too.
const OUR_READ: &str = "fn call<T: runcomfy_client::ModelInput>(text: &str) {
    match T::from_json(text) {
        Ok(input) => println!(\"{}\", serde_json::to_string(&input).unwrap_or_default()),
        Err(error) => eprintln!(\"{error}\"),
    }
}
";

/// How others' are.
const THEIR_READ: &str = "fn call<T: serde::Serialize + serde::de::DeserializeOwned>(text: &str) {
    match serde_json::from_str::<T>(text) {
        Ok(input) => println!(\"{}\", serde_json::to_string(&input).unwrap_or_default()),
        Err(error) => eprintln!(\"{error}\"),
    }
}
";

/// A workspace with the client's copy and its rivals in it.
struct Workshop {
    folder: PathBuf,
}

impl Workshop {
    fn new(folder: &Path) -> Result<Self, Fault> {
        let workspace = workspace();
        let workshop = Self {
            folder: folder.join("building"),
        };
        let text = read(&workspace.join("Cargo.toml"))?;
        let mut manifest: toml_edit::DocumentMut = parse(&text)?;
        let members = RIVALS.iter().copied().chain(["generated-client"]);
        // What speeds up our own commands is nothing that a user has.
        manifest.remove("profile");
        manifest["workspace"]["members"] = toml_edit::value(toml_edit::Array::from_iter(members));
        write(
            &workshop.folder.join("Cargo.toml"),
            manifest.to_string().as_bytes(),
        )?;
        let lock = read(&workspace.join("Cargo.lock"))?;
        write(&workshop.folder.join("Cargo.lock"), lock.as_bytes())?;
        Ok(workshop)
    }

    /// The client's copy with these models.
    fn client(&self, models: &[Source]) -> Result<(), Fault> {
        let from = workspace().join("generated-client");
        let to = self.folder.join("generated-client");
        if to.is_dir() {
            fs::remove_dir_all(&to).map_err(Fault::file(&to))?;
        }
        copy(&from.join("src"), &to.join("src"))?;
        let old = to.join("src/models");
        fs::remove_dir_all(&old).map_err(Fault::file(&old))?;
        let sources: Vec<SourceFile> = models.iter().map(|model| model.file.clone()).collect();
        let generated = generate(&sources)
            .map_err(|fault| Fault::Generator(fault.to_string()))?
            .map_err(|_| Fault::Generator("a model was refused".to_owned()))?;
        for file in &generated.files {
            write(&to.join(&file.path), file.text.as_bytes())?;
        }
        let inputs = generated
            .files
            .iter()
            .filter(|file| file.text.contains("const ID: "));
        let inputs = inputs.map(|file| {
            let modules = file.path.trim_start_matches("src/").trim_end_matches(".rs");
            format!("runcomfy_client::{}::Input", modules.replace('/', "::"))
        });
        let example = to.join(format!("examples/{PROGRAM}.rs"));
        write(&example, program(inputs, OUR_READ).as_bytes())?;
        let text = read(&from.join("Cargo.toml"))?;
        let text = manifest::with_features(&text, &generated.features)
            .map_err(|error| Fault::Generator(error.to_string()))?;
        let mut manifest: toml_edit::DocumentMut = parse(&text)?;
        for table in ["dev-dependencies", "example", "test", "bench"] {
            manifest.remove(table);
        }
        write(&to.join("Cargo.toml"), manifest.to_string().as_bytes())
    }

    /// The same models by others, a module each.
    fn rivals(&self, models: &[Source]) -> Result<(), Fault> {
        for name in RIVALS {
            let folder = self.folder.join(name);
            let mut lib = String::new();
            for (index, model) in models.iter().enumerate() {
                lib += &format!("pub mod model_{index};\n");
                let text = match name {
                    "typify-models" => rivals::typify(&model.id, rivals::schemas(model))?,
                    "typify-builders-models" => {
                        rivals::typify_builders(&model.id, rivals::schemas(model))?
                    }
                    "plain-models" => rivals::plain(model, Plain::ByHand)?,
                    _ => rivals::plain(model, Plain::Quicktype)?,
                };
                write(
                    &folder.join(format!("src/model_{index}.rs")),
                    text.as_bytes(),
                )?;
            }
            write(&folder.join("src/lib.rs"), lib.as_bytes())?;
            let krate = name.replace('-', "_");
            let inputs = (0..models.len()).map(|index| format!("{krate}::model_{index}::Input"));
            let example = folder.join(format!("examples/{PROGRAM}.rs"));
            write(&example, program(inputs, THEIR_READ).as_bytes())?;
            let manifest = format!(
                "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n\
                 [dependencies]\nserde.workspace = true\nserde_json.workspace = true\n"
            );
            write(&folder.join("Cargo.toml"), manifest.as_bytes())?;
        }
        Ok(())
    }

    /// The client's features that are not models, but for the defaults.
    fn features_without_models(&self) -> Result<Vec<String>, Fault> {
        let text = read(&self.folder.join("generated-client/Cargo.toml"))?;
        let outside = match (
            text.split_once(manifest::BEGIN),
            text.split_once(manifest::END),
        ) {
            (Some((before, _)), Some((_, after))) => format!("{before}{after}"),
            _ => text,
        };
        let manifest: toml_edit::DocumentMut = parse(&outside)?;
        let features = manifest["features"].as_table().into_iter().flatten();
        Ok(features
            .map(|(name, _)| name.to_owned())
            .filter(|name| name != "default")
            .collect())
    }

    fn side_by_side(
        &self,
        sides: &[(&'static str, Vec<&'static str>)],
        profile: &'static str,
    ) -> Result<Vec<Built>, Fault> {
        for (name, options) in sides {
            self.warm(name, options, profile)?;
        }
        let runs = sides.iter().map(|(name, options)| {
            let run = move || Ok(self.build(name, options, profile)?.seconds);
            let boxed: Box<dyn FnMut() -> Result<f64, Fault>> = Box::new(run);
            ((*name).to_owned(), boxed)
        });
        let timings = whole_runs(runs.collect(), ROUNDS)?;
        let built = timings.into_iter().map(|timing| {
            Ok(Built {
                size: self.size(&timing.name, profile)?,
                name: timing.name,
                seconds: timing.seconds,
            })
        });
        built.collect()
    }

    /// Builds a crate and what it depends on.
    fn warm(&self, name: &str, options: &[&str], profile: &str) -> Result<Usage, Fault> {
        run(self.cargo("build", name, profile).args(options))
    }

    /// Builds a crate, which alone is dirty.
    fn build(&self, name: &str, options: &[&str], profile: &str) -> Result<Usage, Fault> {
        run(&mut self.cargo("clean", name, profile))?;
        run(self.cargo("build", name, profile).args(options))
    }

    fn cargo(&self, verb: &str, name: &str, profile: &str) -> Command {
        let mut cargo = cargo();
        cargo.args([verb, "--quiet", "--offline", "--package", name]);
        cargo.args((profile == "release").then_some("--release"));
        cargo.current_dir(&self.folder);
        cargo.env("CARGO_TARGET_DIR", self.folder.join("target"));
        cargo
    }

    fn size(&self, name: &str, profile: &str) -> Result<u64, Fault> {
        let file = format!("target/{profile}/lib{}.rlib", name.replace('-', "_"));
        let path = self.folder.join(file);
        Ok(fs::metadata(&path).map_err(Fault::file(&path))?.len())
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), Fault> {
    if !from.is_dir() {
        return write(to, &fs::read(from).map_err(Fault::file(from))?);
    }
    for entry in fs::read_dir(from).map_err(Fault::file(from))?.flatten() {
        let name = entry.file_name();
        copy(&from.join(&name), &to.join(&name))?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, Fault> {
    fs::read_to_string(path).map_err(Fault::file(path))
}

fn parse(text: &str) -> Result<toml_edit::DocumentMut, Fault> {
    text.parse()
        .map_err(|error: toml_edit::TomlError| Fault::Generator(error.to_string()))
}
