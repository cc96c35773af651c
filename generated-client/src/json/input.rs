//! Reads and validates an input in two steps: first the types and the required and unknown properties,
//! then the limits.

use serde::de::{Deserializer, Error as _};
use serde_json::Value;
use thiserror::Error;

use super::field::Object;
use super::read::{ReadReport, read_object};
use crate::validate::{Validate, Violation, Violations, is_valid, violations_of};

/// Why a text is not a valid input.
#[derive(Debug, Error)]
pub enum InputError {
    /// The text is not JSON.
    #[error("not JSON: {0}")]
    Syntax(#[from] serde_json::Error),
    /// The JSON is not a valid input of the model.
    #[error(transparent)]
    Invalid(#[from] Violations),
}

/// Reads and validates an input from JSON text.
pub(crate) fn from_json<T: Object + Validate>(text: &str) -> Result<T, InputError> {
    let mut input = T::placeholder();
    let mut report = ReadReport::default();
    read_text(&mut input, text, &mut report)?;
    if report.has_duplicates {
        // Of properties with the same name only the last counts, but violations of the earlier ones may
        // have been recorded. `Value` keeps only the last, so the input is read again from a `Value`.
        let value: Value = serde_json::from_str(text)?;
        return Ok(from_value(&value)?);
    }
    finish(&input, report)?;
    Ok(input)
}

/// Reads and validates an input from a JSON value.
pub(crate) fn from_value<T: Object + Validate>(value: &Value) -> Result<T, Violations> {
    let mut input = T::placeholder();
    let mut report = ReadReport::default();
    if let Err(error) = read_object(&mut input, value, &mut report) {
        // A `Value` contains no syntax errors, and violations are recorded in `report`, not returned.
        unreachable!("reading a JSON value failed: {error}");
    }
    finish(&input, report)?;
    Ok(input)
}

/// Reads an object for serde. Wrong types, unknown values of string enums, and missing, unknown or duplicate
/// properties are errors. Limits, which include enums of integers, are not checked.
pub(crate) fn deserialize<'de, T: Object, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let mut object = T::placeholder();
    let mut report = ReadReport::default();
    read_object(&mut object, deserializer, &mut report)?;
    if report.has_duplicates {
        return Err(D::Error::custom("duplicate property"));
    }
    Violations::into_result(report.violations).map_err(D::Error::custom)?;
    Ok(object)
}

/// Reads JSON text into an object. The function is not generic, so that the JSON parser is compiled once
/// for all models.
fn read_text(
    object: &mut dyn Object,
    text: &str,
    report: &mut ReadReport,
) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    read_object(object, &mut deserializer, report)?;
    deserializer.end()
}

fn finish(input: &impl Validate, report: ReadReport) -> Result<(), Violations> {
    let mut violations = report.violations;
    if violations.is_empty() && is_valid(input) {
        return Ok(());
    }
    let of_limits = violations_of(input);
    let read = violations.len();
    for violation in of_limits {
        // A field that could not be read holds a placeholder, so violations of its limits are dropped.
        if !violations[..read]
            .iter()
            .any(|outer| contains(outer, &violation))
        {
            violations.push(violation);
        }
    }
    Violations::into_result(violations)
}

/// Whether the path of `outer` is the path of `inner` or the path of a value that contains it.
fn contains(outer: &Violation, inner: &Violation) -> bool {
    inner
        .path
        .strip_prefix(&outer.path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
