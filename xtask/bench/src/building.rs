//! Measures the time and memory for building the client, and the size of the library, and builds the
//! baselines for comparison.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs;
use std::path::Path;
use std::process::Command;

use runcomfy_codegen::manifest;

use crate::baselines::{self, PlainStyle};
use crate::error::Error;
use crate::files::workspace;
use crate::measure::whole_runs;
use crate::models::{Source, generated, lowered, models};
use crate::program::{Usage, cargo, run};
use crate::scratch::Scratch;

/// The number of models in each compared crate. The comparison for the whole catalogue uses [`CATALOGUE`].
const SIDE_BY_SIDE: usize = 100;
/// The approximate number of models in the provider's whole catalogue.
pub(crate) const CATALOGUE: usize = 400;
/// How many timed builds are made of each crate. The result is their median.
const ROUNDS: usize = 3;
/// The client's crate.
const CLIENT: &str = "runcomfy-client";
/// The crates that the client is compared with.
const BASELINES: [&str; 4] = [
    "typify-models",
    "typify-builders-models",
    "plain-models",
    "quicktype-models",
];
/// A further baseline, measured if `quicktype` is installed.
const QUICKTYPE: &str = "quicktype-program-models";
/// A further baseline, measured if `oas3-gen` is installed.
const OAS3_GEN: &str = "oas3-gen-models";
/// The name of the example in each crate. The example uses all models of the crate.
const PROGRAM: &str = "everything";

/// The result of building one crate.
#[derive(Clone, Debug)]
pub(crate) struct Built {
    /// The crate.
    pub(crate) name: String,
    /// The build time in seconds. The dependencies are already built.
    pub(crate) seconds: f64,
    /// The size of its `.rlib` file in bytes.
    pub(crate) size: u64,
}

/// The results of all builds.
pub(crate) struct Building {
    /// Our client, then the baselines, built in debug.
    pub(crate) debug: Vec<Built>,
    /// The same crates, built in release.
    pub(crate) release: Vec<Built>,
    /// The same crates, built in debug, each with a program that reads and writes an input of every model.
    pub(crate) programs: Vec<Built>,
    /// Our client, built in debug with only the feature of one owner.
    pub(crate) one_owner: Built,
    /// Our client, built in debug without models.
    pub(crate) no_model: Built,
    /// Our client, then plain structs, built in debug with as many models as the whole catalogue.
    pub(crate) catalogue: Vec<Built>,
    /// Our client for a whole catalogue, built in debug with every feature.
    pub(crate) every_feature: Usage,
    /// Our client, built in debug with every feature except `default` and those of the models.
    pub(crate) every_feature_empty: Usage,
    /// Documenting our client for a whole catalogue, with every feature.
    pub(crate) documentation: Usage,
}

/// A crate and the options that it is built with.
type Variant = (&'static str, Vec<&'static str>);

/// Builds the client and the baselines in a workspace below `folder`, and measures the builds.
pub(crate) fn measure(originals: &[Source], folder: &Path) -> Result<Building, Error> {
    let mut baselines = BASELINES.to_vec();
    if baselines::has_quicktype() {
        baselines.push(QUICKTYPE);
    }
    let oas3_gen = baselines::oas3_gen_dependencies();
    if oas3_gen.is_some() {
        baselines.push(OAS3_GEN);
    }
    let workshop = Workshop::new(folder, &baselines)?;
    let models_100 = models(originals, SIDE_BY_SIDE)?;
    workshop.write_client(&models_100)?;
    for name in &baselines {
        let more = oas3_gen.as_deref().filter(|_| *name == OAS3_GEN);
        workshop.write_baseline(name, more.unwrap_or_default(), &models_100)?;
    }
    if oas3_gen.is_some() {
        workshop.fetch()?;
    }
    let ours = |options: &[&'static str]| (CLIENT, options.to_vec());
    let all = ["--no-default-features", "--features", "all-models"];
    let mut variants = vec![ours(&all)];
    variants.extend(baselines.iter().map(|name| (*name, Vec::new())));
    let debug = workshop.side_by_side(&variants, "debug")?;
    let release = workshop.side_by_side(&variants, "release")?;
    let programs: Vec<_> = variants.iter().map(with_program).collect();
    let programs = workshop.side_by_side(&programs, "debug")?;
    let owner = ours(&["--no-default-features", "--features", "wan-ai"]);
    let none = ours(&["--no-default-features"]);
    let mut alone = workshop.side_by_side(&[owner, none], "debug")?;
    let no_model = alone.pop();
    let one_owner = alone.pop();
    let catalogue = models(originals, CATALOGUE)?;
    workshop.write_client(&catalogue)?;
    workshop.write_baseline("plain-models", "", &catalogue)?;
    let plain = ("plain-models", Vec::new());
    let catalogue = workshop.side_by_side(&[ours(&all), plain], "debug")?;
    let every_feature = workshop.run_warm("build", &["--all-features"])?;
    let documentation = workshop.run_warm("doc", &["--all-features", "--no-deps"])?;
    let other_features = workshop.features_without_models()?.join(",");
    let without_models = ["--no-default-features", "--features", &other_features];
    let every_feature_empty = workshop.run_warm("build", &without_models)?;
    let missing = || Error::Generator("a variant was not built".to_owned());
    Ok(Building {
        debug,
        release,
        programs,
        one_owner: one_owner.ok_or_else(missing)?,
        no_model: no_model.ok_or_else(missing)?,
        catalogue,
        every_feature,
        every_feature_empty,
        documentation,
    })
}

/// Adds options to a variant, so that its example [`PROGRAM`] is built in addition to the library.
fn with_program((name, options): &Variant) -> Variant {
    let program = ["--example", PROGRAM, "--lib"];
    (*name, [options.as_slice(), &program].concat())
}

/// The source of a program that calls `call` for each of these types, to read an input and write it again.
/// `read` is the source of `call`.
fn program(types: impl Iterator<Item = String>, read: &str) -> String {
    let calls: String = types
        .map(|input| format!("    call::<{input}>(&text);\n"))
        .collect();
    format!(
        "{read}\nfn main() {{\n    let text = std::env::args().nth(1).unwrap_or_default();\n{calls}}}\n"
    )
}

/// The function that reads and writes an input of our client. Reading also validates the input.
const OUR_READ: &str = "fn call<T: runcomfy_client::ModelInput>(text: &str) {
    match T::from_json(text) {
        Ok(input) => println!(\"{}\", serde_json::to_string(&input).unwrap_or_default()),
        Err(error) => eprintln!(\"{error}\"),
    }
}
";

/// The function that reads and writes an input of a baseline, with serde.
const BASELINE_READ: &str =
    "fn call<T: serde::Serialize + serde::de::DeserializeOwned>(text: &str) {
    match serde_json::from_str::<T>(text) {
        Ok(input) => println!(\"{}\", serde_json::to_string(&input).unwrap_or_default()),
        Err(error) => eprintln!(\"{error}\"),
    }
}
";

/// A workspace with a copy of the client and the baselines.
struct Workshop {
    scratch: Scratch,
}

impl Workshop {
    fn new(folder: &Path, baselines: &[&str]) -> Result<Self, Error> {
        let scratch = Scratch::new(&workspace(), &folder.join("building"));
        let scratch = scratch.map_err(Error::Scratch)?;
        scratch.set_members(baselines).map_err(Error::Scratch)?;
        Ok(Self { scratch })
    }

    fn write(&self, path: &str, text: &str) -> Result<(), Error> {
        self.scratch.write(path, text).map_err(Error::Scratch)
    }

    /// Replaces the client's models with these, and writes the example [`PROGRAM`].
    fn write_client(&self, models: &[Source]) -> Result<(), Error> {
        let generated = generated(models)?;
        self.scratch
            .set_models(&generated)
            .map_err(Error::Scratch)?;
        let inputs = generated
            .files
            .iter()
            .filter(|file| file.text.contains("const ID: "));
        let inputs = inputs.map(|file| {
            let modules = file.path.trim_start_matches("src/").trim_end_matches(".rs");
            format!("runcomfy_client::{}::Input", modules.replace('/', "::"))
        });
        self.write(
            &format!("generated-client/examples/{PROGRAM}.rs"),
            &program(inputs, OUR_READ),
        )
    }

    /// Writes a baseline for these models, one module per model. `dependencies` are its dependencies other
    /// than serde and serde_json, as lines of its manifest.
    fn write_baseline(
        &self,
        name: &str,
        dependencies: &str,
        models: &[Source],
    ) -> Result<(), Error> {
        let mut lib = String::new();
        // Most models are copies that differ only in the id, so the code is generated once per schema.
        let mut written: HashMap<String, String> = HashMap::new();
        for (index, model) in models.iter().enumerate() {
            lib += &format!("pub mod model_{index};\n");
            let schemas = format!("{} {}", model.input, model.output);
            let text = match written.entry(schemas) {
                Entry::Occupied(text) => text.into_mut(),
                Entry::Vacant(entry) => entry.insert(baseline(name, model)?),
            };
            self.write(&format!("{name}/src/model_{index}.rs"), text)?;
        }
        self.write(&format!("{name}/src/lib.rs"), &lib)?;
        let krate = name.replace('-', "_");
        let inputs = (0..models.len()).map(|index| format!("{krate}::model_{index}::Input"));
        let program = program(inputs, BASELINE_READ);
        self.write(&format!("{name}/examples/{PROGRAM}.rs"), &program)?;
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n\
             [dependencies]\nserde.workspace = true\nserde_json.workspace = true\n\
             {dependencies}"
        );
        self.write(&format!("{name}/Cargo.toml"), &manifest)
    }

    /// Downloads the baselines' dependencies that are not among the client's. All other cargo commands run
    /// offline.
    fn fetch(&self) -> Result<(), Error> {
        let mut cargo = cargo();
        cargo.args(["fetch", "--quiet"]);
        run(cargo.current_dir(self.scratch.folder())).map(drop)
    }

    /// The client's features, except `default` and those of the models.
    fn features_without_models(&self) -> Result<Vec<String>, Error> {
        let path = workspace().join("generated-client/Cargo.toml");
        let text = fs::read_to_string(&path).map_err(Error::file(&path))?;
        let without_models = match (
            text.split_once(manifest::BEGIN),
            text.split_once(manifest::END),
        ) {
            (Some((before, _)), Some((_, after))) => format!("{before}{after}"),
            _ => text,
        };
        let manifest: toml_edit::DocumentMut = without_models
            .parse()
            .map_err(|error: toml_edit::TomlError| Error::Generator(error.to_string()))?;
        let features = manifest["features"].as_table().into_iter().flatten();
        Ok(features
            .map(|(name, _)| name.to_owned())
            .filter(|name| name != "default")
            .collect())
    }

    fn side_by_side(
        &self,
        variants: &[Variant],
        profile: &'static str,
    ) -> Result<Vec<Built>, Error> {
        for (name, options) in variants {
            run(self.cargo("build", name, profile).args(options))?;
        }
        let runs = variants.iter().map(|(name, options)| {
            let run = move || Ok(self.run_dirty("build", name, options, profile)?.seconds);
            let boxed: Box<dyn FnMut() -> Result<f64, Error>> = Box::new(run);
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

    /// Builds or documents the client twice and returns the usage of the second run. In the second run, the
    /// dependencies are already built.
    fn run_warm(&self, subcommand: &str, options: &[&str]) -> Result<Usage, Error> {
        run(self.cargo(subcommand, CLIENT, "debug").args(options))?;
        self.run_dirty(subcommand, CLIENT, options, "debug")
    }

    /// Builds or documents a crate after removing its build artifacts, but not those of its dependencies.
    fn run_dirty(
        &self,
        subcommand: &str,
        name: &str,
        options: &[&str],
        profile: &str,
    ) -> Result<Usage, Error> {
        run(&mut self.cargo("clean", name, profile))?;
        run(self.cargo(subcommand, name, profile).args(options))
    }

    fn cargo(&self, subcommand: &str, name: &str, profile: &str) -> Command {
        let mut cargo = cargo();
        cargo.args([subcommand, "--quiet", "--offline", "--package", name]);
        cargo.args((profile == "release").then_some("--release"));
        cargo.current_dir(self.scratch.folder());
        cargo.env("CARGO_TARGET_DIR", self.scratch.target());
        cargo
    }

    fn size(&self, name: &str, profile: &str) -> Result<u64, Error> {
        let file = format!("{profile}/lib{}.rlib", name.replace('-', "_"));
        let path = self.scratch.target().join(file);
        Ok(fs::metadata(&path).map_err(Error::file(&path))?.len())
    }
}

/// The code of a baseline for a model.
fn baseline(name: &str, model: &Source) -> Result<String, Error> {
    let refused = |reason| Error::Typify {
        model: model.id.clone(),
        reason,
    };
    match name {
        "typify-models" => baselines::typify(model.schemas()).map_err(refused),
        "typify-builders-models" => {
            baselines::typify_with_builders(model.schemas()).map_err(refused)
        }
        QUICKTYPE => baselines::quicktype(model.schemas()),
        OAS3_GEN => baselines::oas3_gen(model.schemas()),
        "plain-models" => lowered(model, |model| baselines::plain(model, PlainStyle::ByHand)),
        _ => lowered(model, |model| {
            baselines::plain(model, PlainStyle::Quicktype)
        }),
    }
}
