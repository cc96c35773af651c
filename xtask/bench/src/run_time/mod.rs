//! Times validating an input in memory, and reading and validating JSON text.

mod portrait;
mod reference;
mod validators;

use std::hint::black_box;

use runcomfy_client::{ModelInput, Validate as _};
use serde_json::Value;

use crate::measure::{Timing, candidate, in_turn};

/// The number of samples of each candidate.
const ROUNDS: usize = 301;

/// The times for one model.
pub(crate) struct RunTime {
    /// The model's id.
    pub(crate) model: &'static str,
    /// The times to validate an input in memory. The first is that of our generated code.
    pub(crate) validating: Vec<Timing>,
    /// The times to read and validate JSON text. The first is that of our generated code.
    pub(crate) reading: Vec<Timing>,
}

/// Times one model. This is a macro because each module defines the same names, but with different types.
macro_rules! times {
    ($id:literal, $module:ident, $validator:ident) => {{
        let text = $module::TEXT;
        let value: Value = serde_json::from_str(text).expect("the input is JSON");
        let schema =
            serde_json::from_str(validators::$validator::SCHEMA).expect("the schema is JSON");
        let validator = jsonschema::validator_for(&schema).expect("the schema is valid");
        let input = $module::Input::from_json(text).expect("the input is valid");
        let plain: $module::Plain =
            serde_json::from_str(text).expect("the input has the right types");
        assert!($module::by_hand(&input) && garde::Validate::validate(&plain).is_ok());
        assert!(validators::$validator::is_valid(&value) && validator.is_valid(&value));
        let validating = vec![
            candidate("runcomfy-client", || black_box(&input).validate().is_ok()),
            candidate("by hand", || $module::by_hand(black_box(&input))),
            candidate("garde", || {
                garde::Validate::validate(black_box(&plain)).is_ok()
            }),
            candidate("jsonschema, macro", || {
                validators::$validator::is_valid(black_box(&value))
            }),
            candidate("jsonschema, compiled", || {
                validator.is_valid(black_box(&value))
            }),
        ];
        let reading = vec![
            candidate("runcomfy-client", || {
                $module::Input::from_json(black_box(text)).is_ok()
            }),
            candidate("serde alone", || {
                serde_json::from_str::<$module::Plain>(black_box(text)).is_ok()
            }),
            candidate("serde, garde", || {
                serde_json::from_str::<$module::Plain>(black_box(text))
                    .is_ok_and(|plain| garde::Validate::validate(&plain).is_ok())
            }),
            candidate("serde, jsonschema", || {
                let value: Value = serde_json::from_str(black_box(text)).unwrap_or_default();
                validator.is_valid(&value)
                    && serde_json::from_value::<$module::Plain>(value).is_ok()
            }),
        ];
        RunTime {
            model: $id,
            validating: in_turn(validating, ROUNDS),
            reading: in_turn(reading, ROUNDS),
        }
    }};
}

/// Times the two models that have a module here.
pub(crate) fn measure() -> Vec<RunTime> {
    vec![
        times!(
            "community/fantasy-portrait/image-to-video",
            portrait,
            Portrait
        ),
        times!(
            "happyhorse/happyhorse-1.0/reference-to-video",
            reference,
            Reference
        ),
    ]
}
