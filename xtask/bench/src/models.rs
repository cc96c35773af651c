//! The models that are generated: those of the repository, those of the catalogue where it is at
//! hand, and as many copies of them under other owners as are needed.

use std::fs;
use std::path::{Path, PathBuf};

use runcomfy_codegen::lower::{self, Lowered};
use runcomfy_codegen::{SourceFile, check, dialect, json, names, normalize};
use serde_json::Value;

use crate::fault::Fault;
use crate::rivals;

/// A model file and what follows from it.
pub(crate) struct Source {
    /// The model's id.
    pub(crate) id: String,
    /// The model file.
    pub(crate) file: SourceFile,
    /// The normalised schema of the input, as typify takes it.
    pub(crate) input: Value,
    /// How many properties typify does not take as they are.
    pub(crate) tamed: usize,
    /// The normalised schema of the output.
    pub(crate) output: Value,
}

/// The workspace's folder.
pub(crate) fn workspace() -> PathBuf {
    let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
    bench.ancestors().nth(2).unwrap_or(bench).to_owned()
}

/// The models of the repository and of the catalogue.
pub(crate) fn originals() -> Result<Vec<Source>, Fault> {
    let workspace = workspace();
    let mut texts = Vec::new();
    for folder in [
        workspace.join("schemas"),
        workspace.join("../shared/catalog"),
    ] {
        if folder.is_dir() {
            collect(&folder, &mut texts)?;
        }
    }
    texts.iter().map(|text| source(text)).collect()
}

/// That many models: the originals, then copies of them under other owners.
pub(crate) fn models(originals: &[Source], count: usize) -> Result<Vec<Source>, Fault> {
    let copies = (0..count).map(|index| {
        let original = &originals[index % originals.len()];
        let text = String::from_utf8_lossy(&original.file.bytes);
        let id = match (index / originals.len(), original.id.split_once('/')) {
            (round @ 1.., Some((owner, rest))) => format!("{owner}-{round}/{rest}"),
            _ => original.id.clone(),
        };
        source(&text.replace(&format!("\"{}\"", original.id), &format!("\"{id}\"")))
    });
    copies.collect()
}

/// Calls `then` with the model as the emitters see it.
pub(crate) fn lowered<T>(
    source: &Source,
    then: impl FnOnce(&Lowered<'_>) -> T,
) -> Result<T, Fault> {
    let refused = |reason: String| Fault::Generator(format!("{}: {reason}", source.id));
    let text = String::from_utf8_lossy(&source.file.bytes);
    let json = json::parse(&text).map_err(|findings| refused(format!("{findings:?}")))?;
    let mut findings = Default::default();
    let model = dialect::read(&json, &mut findings)
        .and_then(|file| check::check(&file, &mut findings))
        .and_then(|model| Some((names::name(&model, &mut findings)?, model)));
    let Some((names, model)) = model else {
        return Err(refused(format!("{findings:?}")));
    };
    let lowered = lower::lower(&model, &names).map_err(|error| refused(error.to_string()))?;
    Ok(then(&lowered))
}

fn collect(folder: &Path, texts: &mut Vec<String>) -> Result<(), Fault> {
    let entries = fs::read_dir(folder).map_err(Fault::file(folder))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, texts)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
            && !path.ends_with("model.schema.json")
        {
            texts.push(fs::read_to_string(&path).map_err(Fault::file(&path))?);
        }
    }
    Ok(())
}

fn source(text: &str) -> Result<Source, Fault> {
    let refused = |reason: String| Fault::Generator(reason);
    let json = json::parse(text).map_err(|findings| refused(format!("{findings:?}")))?;
    let mut findings = Default::default();
    let model =
        dialect::read(&json, &mut findings).and_then(|file| check::check(&file, &mut findings));
    let model = model.ok_or_else(|| refused(format!("{findings:?}")))?;
    let id = model.id.to_string();
    let mut input = normalize::json_schema(&model.input);
    let mut output = normalize::json_schema(&model.output);
    let tamed = rivals::tame(&mut input) + rivals::tame(&mut output);
    Ok(Source {
        file: SourceFile {
            path: format!("{id}.json"),
            bytes: text.as_bytes().to_vec(),
        },
        id,
        input,
        tamed,
        output,
    })
}
