//! A copy of the client with other models, in a separate workspace.
//!
//! The tests of xtask and the benchmark include this file by its path.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use runcomfy_codegen::{Generated, manifest};
use toml_edit::{Array, DocumentMut};

/// The client's folder in the workspace and in the copy.
const CLIENT: &str = "generated-client";
/// The folder of the models, below the workspace.
const MODELS: &str = "generated-client/src/models";

/// The copy. It remains on disk, so that the next run builds incrementally.
pub(crate) struct Scratch {
    workspace: PathBuf,
    folder: PathBuf,
    target: PathBuf,
    /// Keeps other runs, and other tests of this run, out of the folder.
    _lock: File,
}

impl Scratch {
    /// Copies the hand-written part of the client in `workspace` to a folder within `target`. Cargo
    /// also uses `target` as its target folder. Waits until no other run uses `target`.
    pub(crate) fn new(workspace: &Path, target: &Path) -> io::Result<Self> {
        fs::create_dir_all(target)?;
        let lock = File::create(target.join("lock"))?;
        lock.lock()?;
        let scratch = Self {
            workspace: workspace.to_owned(),
            folder: target.join("workspace"),
            target: target.to_owned(),
            _lock: lock,
        };
        scratch.set_members(&[])?;
        let mut files = vec![".clippy.toml".to_owned()];
        for path in files_below(&workspace.join(CLIENT).join("src"))? {
            let path = below(workspace, &path);
            if !path.starts_with(MODELS) {
                files.push(path);
            }
        }
        for path in &files {
            scratch.write(path, &fs::read_to_string(workspace.join(path))?)?;
        }
        scratch.remove_others(&format!("{CLIENT}/src"), |path| {
            path.starts_with(MODELS) || files.iter().any(|file| file == path)
        })?;
        Ok(scratch)
    }

    /// The folder of the copied workspace.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder that cargo builds in.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Sets the members of the workspace: these folders and the client.
    pub(crate) fn set_members(&self, members: &[&str]) -> io::Result<()> {
        let mut manifest = parse(&fs::read_to_string(self.workspace.join("Cargo.toml"))?)?;
        // The profiles are removed, since they are tuned for the maintainer's commands.
        manifest.remove("profile");
        let members = members.iter().copied().chain([CLIENT]);
        manifest["workspace"]["members"] = toml_edit::value(Array::from_iter(members));
        self.write("Cargo.toml", &manifest.to_string())?;
        // Cargo removes unneeded packages from the copied lock file. A second copy, which cargo does
        // not modify, shows whether the original has changed.
        let lock = fs::read_to_string(self.workspace.join("Cargo.lock"))?;
        let original = self.folder.join("Cargo.lock.original");
        if fs::read_to_string(&original).ok().as_ref() != Some(&lock) {
            self.write("Cargo.lock", &lock)?;
            self.write("Cargo.lock.original", &lock)?;
        }
        Ok(())
    }

    /// Replaces the models, and their features in the client's manifest.
    pub(crate) fn set_models(&self, generated: &Generated) -> io::Result<()> {
        let mut paths = HashSet::new();
        for file in &generated.files {
            let path = format!("{CLIENT}/{}", file.path);
            self.write(&path, &file.text)?;
            paths.insert(path);
        }
        self.remove_others(MODELS, |path| paths.contains(path))?;
        let path = format!("{CLIENT}/Cargo.toml");
        let text = fs::read_to_string(self.workspace.join(&path))?;
        let text = manifest::with_features(&text, &generated.features).map_err(io::Error::other)?;
        let mut manifest = parse(&text)?;
        for table in ["dev-dependencies", "example", "test", "bench"] {
            manifest.remove(table);
        }
        self.write(&path, &manifest.to_string())
    }

    /// Writes a file of the copy. A file that already has this text is not written, since cargo rebuilds
    /// whatever is newer than the last build.
    pub(crate) fn write(&self, path: &str, text: &str) -> io::Result<()> {
        let path = self.folder.join(path);
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            return Ok(());
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)
    }

    /// `cargo <subcommand>` on the client in the copy, with the features of all its models and no others.
    pub(crate) fn cargo(&self, subcommand: &str) -> Command {
        let mut cargo = self.cargo_on(subcommand, "runcomfy-client");
        cargo.args(["--no-default-features", "--features", "all-models"]);
        cargo
    }

    /// `cargo <subcommand>` on a package of the copy.
    pub(crate) fn cargo_on(&self, subcommand: &str, package: &str) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .args([subcommand, "--quiet", "--offline", "-p", package])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_PROFILE_DEV_DEBUG", "0");
        cargo
    }

    /// Removes the files below a folder that are not to be kept.
    fn remove_others(&self, folder: &str, keep: impl Fn(&str) -> bool) -> io::Result<()> {
        for path in files_below(&self.folder.join(folder))? {
            if !keep(&below(&self.folder, &path)) {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

fn parse(text: &str) -> io::Result<DocumentMut> {
    text.parse().map_err(io::Error::other)
}

/// All files below a folder; none if it does not exist.
fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

/// Returns `path` relative to `folder`, with `/` between its segments.
fn below(folder: &Path, path: &Path) -> String {
    let path = path.strip_prefix(folder).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}
