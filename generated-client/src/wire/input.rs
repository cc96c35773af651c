//! Reading a whole input: types, required and unknown properties, and every limit, all at once.

use serde::de::{Deserializer, Error as _};
use serde_json::Value;
use thiserror::Error;

use super::field::Object;
use super::read::{Report, read_object};
use crate::validate::{Validate, Violation, Violations, is_good, violations_of};

/// Why a text is not a good input.
#[derive(Debug, Error)]
pub enum InputError {
    /// The text is not JSON.
    #[error("not JSON: {0}")]
    Syntax(#[from] serde_json::Error),
    /// The JSON is not an input of the model.
    #[error(transparent)]
    Invalid(#[from] Violations),
}

/// Reads and checks an input from JSON text.
pub(crate) fn from_json<T: Object + Validate>(text: &str) -> Result<T, InputError> {
    let mut input = T::blank();
    let report = read_text(&mut input, text)?;
    if report.has_duplicates {
        // The last of two members counts; only the parsed value tells which violations remain.
        let value: Value = serde_json::from_str(text)?;
        return Ok(from_value(&value)?);
    }
    finish(&input, report)?;
    Ok(input)
}

/// Reads and checks an input from a JSON value.
pub(crate) fn from_value<T: Object + Validate>(value: &Value) -> Result<T, Violations> {
    let mut input = T::blank();
    let report = match read_object(&mut input, value) {
        Ok(report) => report,
        // A value that is there in memory reads without fail; the reader notes and goes on.
        Err(error) => unreachable!("reading a JSON value failed: {error}"),
    };
    finish(&input, report)?;
    Ok(input)
}

/// Reads an object for serde: what cannot be typed is an error, limits are not checked.
pub(crate) fn deserialize<'de, T: Object, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let mut object = T::blank();
    let report = read_object(&mut object, deserializer)?;
    if report.has_duplicates {
        return Err(D::Error::custom("a property stands twice"));
    }
    Violations::none_or(report.violations).map_err(D::Error::custom)?;
    Ok(object)
}

/// Not generic, so that the text reader is compiled once for all models.
fn read_text(object: &mut dyn Object, text: &str) -> Result<Report, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let report = read_object(object, &mut deserializer)?;
    deserializer.end()?;
    Ok(report)
}

fn finish(input: &impl Validate, report: Report) -> Result<(), Violations> {
    let mut violations = report.violations;
    if violations.is_empty() && is_good(input) {
        return Ok(());
    }
    let limits = violations_of(input);
    if !violations.is_empty() {
        let read = violations.len();
        for violation in limits {
            // A field that could not be read holds a blank, whose limits mean nothing.
            if !violations[..read]
                .iter()
                .any(|read| covers(read, &violation))
            {
                violations.push(violation);
            }
        }
    } else {
        violations = limits;
    }
    Violations::none_or(violations)
}

/// Whether `outer` is about the place of `inner`, or one that holds it.
fn covers(outer: &Violation, inner: &Violation) -> bool {
    inner
        .path
        .strip_prefix(&outer.path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
