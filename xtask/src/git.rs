//! Model files of a git revision, read with the `git` program.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use runcomfy_codegen::SourceFile;
use runcomfy_codegen::dialect::MODEL_SCHEMA_FILE;
use thiserror::Error;

/// The name of the staging folder. Each folder that a command writes to has one while its files are being
/// replaced. It contains the new files before they are moved into place, and copies of the old ones.
pub(crate) const STAGING: &str = ".codegen";

/// Environment variables that make git use another repository than the one that contains its current folder.
/// Git sets some of them when it runs a hook.
const LOCAL: &[&str] = &[
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_NAMESPACE",
];

/// The model files of a revision could not be read.
#[derive(Debug, Error)]
pub(crate) enum GitError {
    /// The folder is not in a repository.
    #[error(
        "{} is not in a git repository, so there is no revision to compare with; \
         compare two folders instead: `cargo xtask diff OLD NEW`",
        path.display()
    )]
    NotARepository {
        /// The folder of schemas.
        path: PathBuf,
    },
    /// There is no such revision.
    #[error("git knows no revision `{}`; give one with --base", revision.escape_debug())]
    NoRevision {
        /// The revision.
        revision: String,
    },
    /// git failed for another reason.
    #[error("`git {command}` failed: {message}")]
    Failed {
        /// The arguments of git.
        command: String,
        /// What git printed.
        message: String,
    },
    /// git could not be started.
    #[error("could not run `git`: {0}")]
    NotRun(io::Error),
}

/// The model files that differ between a revision and the working tree.
#[derive(Debug)]
pub(crate) struct ChangedFiles {
    /// The differing files that exist in the revision, with their contents in that revision, sorted by path.
    pub(crate) old: Vec<SourceFile>,
    /// The paths of all differing files, whether they are in the revision, the working tree or both. Paths
    /// are relative to the folder of schemas.
    pub(crate) paths: BTreeSet<String>,
}

/// The repository around a folder of schemas.
pub(crate) struct Repository<'a> {
    schemas: &'a Path,
}

impl<'a> Repository<'a> {
    /// The repository around a folder. Does not check that the folder is in a repository.
    pub(crate) const fn new(schemas: &'a Path) -> Self {
        Self { schemas }
    }

    /// The path of the folder below the top of the repository, separated by `/`.
    pub(crate) fn folder(&self) -> Result<String, GitError> {
        let prefix = self.run(&["rev-parse", "--show-prefix"])?;
        let prefix = String::from_utf8_lossy(&prefix).into_owned();
        Ok(prefix
            .trim_end_matches(['\r', '\n'])
            .trim_end_matches('/')
            .to_owned())
    }

    /// The model files of a revision, sorted by path; none if it did not have the folder.
    pub(crate) fn model_files(&self, revision: &str) -> Result<Vec<SourceFile>, GitError> {
        let blobs = self.blobs(&self.commit(revision)?)?;
        self.sources(blobs)
    }

    /// Reads the contents of these blobs; returns them as files, sorted by path.
    fn sources(&self, blobs: Vec<(String, String)>) -> Result<Vec<SourceFile>, GitError> {
        let contents = self.contents(&blobs)?;
        let mut sources: Vec<SourceFile> = blobs
            .into_iter()
            .zip(contents)
            .map(|((_, path), bytes)| SourceFile { path, bytes })
            .collect();
        // Sorted by path components, not by characters, like the files read from disk.
        sources.sort_by(|one, other| Path::new(&one.path).cmp(Path::new(&other.path)));
        Ok(sources)
    }

    /// The model files that differ between a revision and the working tree.
    pub(crate) fn changed_model_files(&self, revision: &str) -> Result<ChangedFiles, GitError> {
        let commit = self.commit(revision)?;
        let diff = [
            "diff",
            "--raw",
            "-z",
            "--no-abbrev",
            "--no-renames",
            "--no-ext-diff",
            "--relative",
            &commit,
            "--",
            ".",
        ];
        let tracked = self.run(&diff)?;
        // Includes ignored files, since model files are read whether git ignores them or not.
        let untracked = self.run(&["ls-files", "--others", "-z", "--", "."])?;
        let mut paths = BTreeSet::new();
        // A map, since git may list a path in a merge conflict more than once.
        let mut blobs = BTreeMap::new();
        let mut entries = tracked.split(|byte| *byte == 0);
        // `:<old mode> <new mode> <old id> <new id> <status>`, then the path.
        while let (Some(head), Some(path)) = (entries.next(), entries.next()) {
            let (head, path) = (String::from_utf8_lossy(head), String::from_utf8_lossy(path));
            if !is_model_path(&path) {
                continue;
            }
            let mut head = head.split(' ');
            let is_file = head.next().is_some_and(|mode| mode.starts_with(":100"));
            if let Some(id) = head.nth(1).filter(|_| is_file) {
                blobs.insert(path.to_string(), id.to_owned());
            }
            paths.insert(path.into_owned());
        }
        let untracked = untracked.split(|byte| *byte == 0);
        let untracked = untracked.map(|path| String::from_utf8_lossy(path).into_owned());
        paths.extend(untracked.filter(|path| is_model_path(path)));
        let blobs = blobs.into_iter().map(|(path, id)| (id, path)).collect();
        Ok(ChangedFiles {
            old: self.sources(blobs)?,
            paths,
        })
    }

    /// The commit of a revision.
    fn commit(&self, revision: &str) -> Result<String, GitError> {
        let name = format!("{revision}^{{commit}}");
        let output = self.output(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &name,
        ])?;
        let commit = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if output.status.success() && !commit.is_empty() {
            return Ok(commit);
        }
        let is_repository = self.output(&["rev-parse", "--is-inside-work-tree"])?;
        Err(if is_repository.status.success() {
            GitError::NoRevision {
                revision: revision.to_owned(),
            }
        } else {
            GitError::NotARepository {
                path: self.schemas.to_owned(),
            }
        })
    }

    /// The object id of each model file of a commit, and its path relative to the folder of schemas.
    fn blobs(&self, commit: &str) -> Result<Vec<(String, String)>, GitError> {
        // Lists only files below the current folder, which is the folder of schemas, with relative paths.
        let listing = self.run(&["ls-tree", "-r", "-z", commit])?;
        let entries = listing.split(|byte| *byte == 0);
        let blobs = entries.filter_map(|entry| {
            let entry = String::from_utf8_lossy(entry);
            let (head, path) = entry.split_once('\t')?;
            let mut head = head.split(' ');
            let (mode, id) = (head.next()?, head.nth(1)?);
            let is_file = mode.starts_with("100");
            (is_file && is_model_path(path)).then(|| (id.to_owned(), path.to_owned()))
        });
        Ok(blobs.collect())
    }

    /// The contents of the blobs, in their order.
    fn contents(&self, blobs: &[(String, String)]) -> Result<Vec<Vec<u8>>, GitError> {
        if blobs.is_empty() {
            return Ok(Vec::new());
        }
        let command = "cat-file --batch";
        let ids: String = blobs.iter().map(|(id, _)| format!("{id}\n")).collect();
        let mut git = self
            .command(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(GitError::NotRun)?;
        let stdin = git.stdin.take();
        let output = thread::scope(|scope| {
            // Git stops reading its input while nobody reads its output, so another thread writes the input.
            // A write error is ignored here: contents are then missing, which is an error below.
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(ids.as_bytes())));
            git.wait_with_output()
        });
        let output = stdout(command, output.map_err(GitError::NotRun)?)?;
        let contents = parse_batch(&output).filter(|contents| contents.len() == blobs.len());
        contents.ok_or_else(|| GitError::Failed {
            command: command.to_owned(),
            message: "an object is missing".to_owned(),
        })
    }

    fn run(&self, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
        stdout(&arguments.join(" "), self.output(arguments)?)
    }

    fn output(&self, arguments: &[&str]) -> Result<Output, GitError> {
        self.command(arguments).output().map_err(GitError::NotRun)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut git = Command::new("git");
        git.current_dir(self.schemas)
            .args(arguments)
            .stdin(Stdio::null());
        for variable in LOCAL {
            git.env_remove(variable);
        }
        git
    }
}

/// Whether a path, relative to the folder of schemas, is the path of a model file.
fn is_model_path(path: &str) -> bool {
    let is_staged = path.split('/').any(|step| step == STAGING);
    Path::new(path)
        .extension()
        .is_some_and(|extension| extension == "json")
        && path != MODEL_SCHEMA_FILE
        && !is_staged
}

/// The standard output of a git command that succeeded.
fn stdout(command: &str, output: Output) -> Result<Vec<u8>, GitError> {
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(GitError::Failed {
        command: command.to_owned(),
        message: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

/// The contents in the output of `git cat-file --batch`: `<id> <type> <size>`, a line break, the
/// content and a line break for each object.
fn parse_batch(mut output: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut contents = Vec::new();
    while !output.is_empty() {
        let end = output.iter().position(|byte| *byte == b'\n')?;
        let head = std::str::from_utf8(&output[..end]).ok()?;
        let size: usize = head.rsplit(' ').next()?.parse().ok()?;
        let rest = &output[end + 1..];
        contents.push(rest.get(..size)?.to_vec());
        output = rest.get(size + 1..)?;
    }
    Some(contents)
}
