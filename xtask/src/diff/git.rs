//! Model files as they were at a revision, read with the `git` program.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;

use runcomfy_codegen::SourceFile;

use super::fault::DiffFault;
use crate::fault::Fault;
use crate::tree::MODEL_SCHEMA;

/// Where git's environment would lead it elsewhere than to the repository around the folder, as
/// it does within a hook.
const LOCAL: &[&str] = &[
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_NAMESPACE",
];

/// A repository, seen from its folder of schemas.
pub(crate) struct Repository<'a> {
    schemas: &'a Path,
}

impl<'a> Repository<'a> {
    /// The repository around an existing folder of schemas.
    pub(crate) fn around(schemas: &'a Path) -> Result<Self, Fault> {
        let repository = Self::with(schemas);
        let output = repository.output(&["rev-parse", "--is-inside-work-tree"])?;
        if output.status.success() {
            Ok(repository)
        } else {
            Err(DiffFault::NotARepository {
                path: schemas.to_owned(),
            }
            .into())
        }
    }

    /// The repository that there may be around a folder of schemas.
    pub(crate) const fn with(schemas: &'a Path) -> Self {
        Self { schemas }
    }

    /// The folder of schemas below the top of the repository, with `/` between.
    pub(crate) fn folder(&self) -> Result<String, Fault> {
        let prefix = self.run(&["rev-parse", "--show-prefix"])?;
        let prefix = String::from_utf8_lossy(&prefix).into_owned();
        Ok(prefix
            .trim_end_matches(['\r', '\n'])
            .trim_end_matches('/')
            .to_owned())
    }

    /// The model files of a revision, sorted by path; none where the folder was not there.
    pub(crate) fn model_files(&self, revision: &str) -> Result<Vec<SourceFile>, Fault> {
        self.model_files_at(&self.commit(revision)?)
    }

    /// The model files of a commit, sorted by path; none where the folder was not there.
    pub(crate) fn model_files_at(&self, commit: &str) -> Result<Vec<SourceFile>, Fault> {
        let blobs = self.blobs(commit)?;
        let contents = self.contents(&blobs)?;
        let mut sources: Vec<SourceFile> = blobs
            .into_iter()
            .zip(contents)
            .map(|((_, path), bytes)| SourceFile { path, bytes })
            .collect();
        // As the tree is read: by the names of the folders, not by the letters of the whole path.
        sources.sort_by(|one, other| Path::new(&one.path).cmp(Path::new(&other.path)));
        Ok(sources)
    }

    /// The commit that a revision names.
    pub(crate) fn commit(&self, revision: &str) -> Result<String, Fault> {
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
            Ok(commit)
        } else {
            Err(DiffFault::NoRevision {
                revision: revision.to_owned(),
            }
            .into())
        }
    }

    /// The model files of a commit: object id, and path below the folder of schemas.
    fn blobs(&self, commit: &str) -> Result<Vec<(String, String)>, Fault> {
        // Run in a folder, `ls-tree` lists what is below it, with paths from there.
        let listing = self.run(&["ls-tree", "-r", "-z", commit])?;
        let entries = listing.split(|byte| *byte == 0);
        let blobs = entries.filter_map(|entry| {
            let entry = String::from_utf8_lossy(entry);
            let (head, path) = entry.split_once('\t')?;
            let mut head = head.split(' ');
            let (mode, id) = (head.next()?, head.nth(1)?);
            let is_file = mode.starts_with("100");
            let is_model = path.ends_with(".json") && path != MODEL_SCHEMA;
            (is_file && is_model).then(|| (id.to_owned(), path.to_owned()))
        });
        Ok(blobs.collect())
    }

    /// The contents of all blobs, in their order.
    fn contents(&self, blobs: &[(String, String)]) -> Result<Vec<Vec<u8>>, Fault> {
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
            .map_err(no_git)?;
        let stdin = git.stdin.take();
        let output = thread::scope(|scope| {
            // Both ends at once: git stops reading while nobody reads what it writes. A write that
            // fails shows as contents that are missing.
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(ids.as_bytes())));
            git.wait_with_output()
        });
        let output = succeeded(command, output.map_err(no_git)?)?;
        let contents = batch(&output).filter(|contents| contents.len() == blobs.len());
        contents.ok_or_else(|| {
            DiffFault::Git {
                command: command.to_owned(),
                message: "an object is missing".to_owned(),
            }
            .into()
        })
    }

    fn run(&self, arguments: &[&str]) -> Result<Vec<u8>, Fault> {
        succeeded(&arguments.join(" "), self.output(arguments)?)
    }

    fn output(&self, arguments: &[&str]) -> Result<Output, Fault> {
        self.command(arguments).output().map_err(no_git)
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

fn no_git(source: io::Error) -> Fault {
    Fault::Program {
        program: "git".to_owned(),
        source,
    }
}

fn succeeded(command: &str, output: Output) -> Result<Vec<u8>, Fault> {
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(DiffFault::Git {
        command: command.to_owned(),
        message: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    }
    .into())
}

/// The contents in what `git cat-file --batch` answers: `<id> <type> <size>`, a line break, the
/// content, a line break, for each object.
fn batch(mut answer: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut contents = Vec::new();
    while !answer.is_empty() {
        let end = answer.iter().position(|byte| *byte == b'\n')?;
        let head = std::str::from_utf8(&answer[..end]).ok()?;
        let size: usize = head.rsplit(' ').next()?.parse().ok()?;
        let rest = &answer[end + 1..];
        contents.push(rest.get(..size)?.to_vec());
        answer = rest.get(size + 1..)?;
    }
    Some(contents)
}
