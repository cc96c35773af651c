//! Builds the program `round_trip.rs` with generated models and runs it as a process. The process reads
//! requests and writes responses, each as one line of JSON.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use runcomfy_codegen::Generated;

use crate::scratch::Scratch;

/// The name of the program.
const PROGRAM: &str = "round_trip";

/// A running validator.
pub(crate) struct Validator {
    process: Child,
    requests: ChildStdin,
    responses: BufReader<ChildStdout>,
}

impl Validator {
    /// Builds the client with these models, builds the program as an example of the client, and starts it.
    pub(crate) fn start(scratch: &Scratch, generated: &Generated) -> io::Result<Self> {
        scratch.set_models(generated)?;
        let path = format!("generated-client/examples/{PROGRAM}.rs");
        scratch.write(&path, include_str!("round_trip.rs"))?;
        let build = scratch
            .cargo("build")
            .args(["--example", PROGRAM])
            .output()?;
        if !build.status.success() {
            let error = String::from_utf8_lossy(&build.stderr);
            return Err(io::Error::other(format!(
                "the copy of the client does not build:\n{error}"
            )));
        }
        let mut process = Command::new(scratch.target().join("debug/examples").join(PROGRAM))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(requests), Some(responses)) = (process.stdin.take(), process.stdout.take())
        else {
            return Err(io::Error::other("the program has no pipes"));
        };
        Ok(Self {
            process,
            requests,
            responses: BufReader::new(responses),
        })
    }

    /// The request and response pipes, for use on two threads, because a full pipe blocks its writer.
    pub(crate) fn split(&mut self) -> (impl Write + Send, impl BufRead + Send) {
        (&mut self.requests, &mut self.responses)
    }

    /// Validates one input, and returns the response as a line of JSON.
    pub(crate) fn validate(&mut self, model_id: &str, input: &str) -> io::Result<String> {
        write_request(&mut self.requests, model_id, input)?;
        self.requests.flush()?;
        let mut response = String::new();
        self.responses.read_line(&mut response)?;
        Ok(response)
    }

    /// Ends the process.
    pub(crate) fn stop(self) -> io::Result<()> {
        let Self {
            mut process,
            requests,
            ..
        } = self;
        drop(requests);
        process.wait().map(drop)
    }
}

/// Writes a request; `input` is JSON on one line.
pub(crate) fn write_request(to: &mut impl Write, model_id: &str, input: &str) -> io::Result<()> {
    writeln!(to, r#"{{"model_id":"{model_id}","input":{input}}}"#)
}
