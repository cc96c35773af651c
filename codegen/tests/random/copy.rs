//! A copy of the client with other models in it, compiled, and asked for its verdicts.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use runcomfy_codegen::{Generated, manifest};
use toml_edit::{Array, DocumentMut};

/// The copy.
pub(crate) struct Copy {
    /// Its workspace's folder.
    folder: PathBuf,
    /// Where it is built; kept, so that a second run builds little.
    target: PathBuf,
    /// Keeps another run out of the folder.
    _lock: fs::File,
}

impl Copy {
    /// Copies the client of `workspace`, without its models, to below `target`.
    pub(crate) fn new(workspace: &Path, target: &Path) -> io::Result<Self> {
        fs::create_dir_all(target)?;
        let lock = fs::File::create(target.join("lock"))?;
        lock.lock()?;
        let folder = target.join("workspace");
        write(
            &folder.join("Cargo.toml"),
            &root_manifest(&fs::read_to_string(workspace.join("Cargo.toml"))?)?,
        )?;
        // Cargo removes from the copy what the client alone does not need.
        fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        let client = Path::new("generated-client");
        for part in ["src", "examples/validate.rs"] {
            copy(
                &workspace.join(client).join(part),
                &folder.join(client).join(part),
            )?;
        }
        let manifest = client.join("Cargo.toml");
        fs::copy(workspace.join(&manifest), folder.join(&manifest))?;
        Ok(Self {
            folder,
            target: target.to_owned(),
            _lock: lock,
        })
    }

    /// The folder of the client's copy.
    pub(crate) fn client(&self) -> PathBuf {
        self.folder.join("generated-client")
    }

    /// Replaces the models, builds, and starts what answers for them.
    pub(crate) fn start(&self, generated: &Generated) -> io::Result<Answers> {
        let client = self.client();
        match fs::remove_dir_all(client.join("src/models")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        for file in &generated.files {
            write(&client.join(&file.path), &file.text)?;
        }
        let path = client.join("Cargo.toml");
        let text = client_manifest(&fs::read_to_string(&path)?, generated)?;
        write(&path, &text)?;
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["build", "--quiet", "--offline", "-p", "runcomfy-client"])
            .args(["--no-default-features", "--features", "all-models"])
            .args(["--example", "validate"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .output()?;
        if !output.status.success() {
            let error = String::from_utf8_lossy(&output.stderr);
            return Err(io::Error::other(format!(
                "the copy does not build:\n{error}"
            )));
        }
        Answers::start(&self.target.join("debug/examples/validate"))
    }
}

/// A running `validate` example: asked a line, it answers a line.
pub(crate) struct Answers {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Answers {
    fn start(program: &Path) -> io::Result<Self> {
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(questions), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the example has no pipes"));
        };
        Ok(Self {
            child,
            questions,
            answers: BufReader::new(answers),
        })
    }

    /// The two ends, to be used from two threads: the pipes hold only so much.
    pub(crate) fn split(&mut self) -> (impl Write + Send, impl BufRead + Send) {
        (&mut self.questions, &mut self.answers)
    }

    /// Asks one question and waits for its answer.
    pub(crate) fn ask(&mut self, model: &str, input: &str) -> io::Result<String> {
        question(&mut self.questions, model, input)?;
        self.questions.flush()?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        Ok(answer)
    }

    /// Ends the program.
    pub(crate) fn stop(self) -> io::Result<()> {
        let Self {
            mut child,
            questions,
            ..
        } = self;
        drop(questions);
        child.wait().map(drop)
    }
}

/// Writes a line of the program's standard input; `input` is JSON on one line.
pub(crate) fn question(to: &mut impl Write, model: &str, input: &str) -> io::Result<()> {
    writeln!(to, r#"{{"model_id":"{model}","input":{input}}}"#)
}

/// The workspace's manifest with the client as its only member.
fn root_manifest(text: &str) -> io::Result<String> {
    let mut manifest: DocumentMut = text.parse().map_err(io::Error::other)?;
    manifest["workspace"]["members"] = toml_edit::value(Array::from_iter(["generated-client"]));
    Ok(manifest.to_string())
}

/// The client's manifest with the features of these models, and without what it is tested with.
fn client_manifest(text: &str, generated: &Generated) -> io::Result<String> {
    let text = manifest::with_features(text, &generated.features).map_err(io::Error::other)?;
    let mut manifest: DocumentMut = text.parse().map_err(io::Error::other)?;
    for table in ["dev-dependencies", "example", "test", "bench"] {
        manifest.remove(table);
    }
    Ok(manifest.to_string())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if from.is_dir() {
        for entry in fs::read_dir(from)? {
            let name = entry?.file_name();
            copy(&from.join(&name), &to.join(&name))?;
        }
        return Ok(());
    }
    write(to, &fs::read_to_string(from)?)
}

/// Writes a file, if it is not so already: cargo builds what is newer than its last build.
fn write(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}
