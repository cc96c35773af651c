//! Reading past inputs: JSON Lines, as the `validate` example takes them, or the journal of a batch.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

/// A past input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PastInput {
    /// The id of the model that the input was for.
    pub(crate) model_id: String,
    /// The input.
    pub(crate) input: Value,
}

/// A line. In a journal, lines about later steps of a job have neither a model nor an input.
#[derive(Deserialize)]
struct Line {
    index: Option<u64>,
    model_id: Option<String>,
    input: Option<Value>,
}

/// The past inputs could not be parsed. The message contains no part of an input.
#[derive(Debug, Error)]
pub(crate) enum InputsError {
    /// A line is neither a JSON object with `model_id` and `input` nor a line of a journal.
    #[error(
        "{}: line {line} is neither `{{\"model_id\": …, \"input\": …}}` nor a line of a batch's journal",
        path.display()
    )]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
}

/// Parses the inputs in the text of a file. If several inputs in a journal have the same index, only the
/// last one is returned. An incomplete line is ignored if it is the last one or the file is a
/// journal.
pub(crate) fn past_inputs(path: &Path, text: &[u8]) -> Result<Vec<PastInput>, InputsError> {
    let invalid = |line| InputsError::Line {
        path: path.to_owned(),
        line,
    };
    let mut inputs = Vec::new();
    let mut positions = BTreeMap::new();
    // The first incomplete line, unless it is the last line.
    let mut incomplete = None;
    let count = text.split(|byte| *byte == b'\n').count();
    for (number, line) in (1..).zip(text.split(|byte| *byte == b'\n')) {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let (index, past) = match serde_json::from_slice(line) {
            Ok(Line {
                index,
                model_id: Some(model_id),
                input: Some(input),
            }) => (index, PastInput { model_id, input }),
            // A later step of a job.
            Ok(Line {
                index: Some(_),
                model_id: None,
                input: None,
            }) => continue,
            // A process was interrupted while it wrote the line.
            Err(error) if error.is_eof() => {
                incomplete = incomplete.or(Some(number).filter(|line| *line < count));
                continue;
            }
            _ => {
                let incomplete = incomplete.filter(|_| positions.is_empty());
                return Err(invalid(incomplete.unwrap_or(number)));
            }
        };
        match index.and_then(|index| positions.insert(index, inputs.len())) {
            Some(position) => {
                inputs[position] = past;
                if let Some(index) = index {
                    positions.insert(index, position);
                }
            }
            None => inputs.push(past),
        }
    }
    match incomplete.filter(|_| positions.is_empty()) {
        Some(line) => Err(invalid(line)),
        None => Ok(inputs),
    }
}
