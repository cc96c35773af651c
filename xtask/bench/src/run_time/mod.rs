//! Validating an input, and reading and validating JSON text.

mod judges;
mod portrait;
mod reference;

use std::hint::black_box;

use runcomfy_client::{ModelInput, Validate as _};
use serde_json::Value;

use crate::measure::{Timing, in_turn, side};

/// Samples for each side.
const ROUNDS: usize = 301;

/// The times of all sides on one model.
pub(crate) struct RunTime {
    /// The model's id.
    pub(crate) model: &'static str,
    /// Validating an input that is in memory; the first is ours.
    pub(crate) validating: Vec<Timing>,
    /// Reading and validating JSON text; the first is ours.
    pub(crate) reading: Vec<Timing>,
}

/// Times one model: a macro, as the sides share names and not types.
macro_rules! times {
    ($id:literal, $module:ident, $judge:ident) => {{
        let text = $module::TEXT;
        let value: Value = serde_json::from_str(text).expect("the input is JSON");
        let schema = serde_json::from_str(judges::$judge::SCHEMA).expect("the schema is JSON");
        let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
        let input = $module::Input::from_json(text).expect("the input is good");
        let plain: $module::Plain = serde_json::from_str(text).expect("the input fits");
        assert!($module::by_hand(&input) && garde::Validate::validate(&plain).is_ok());
        assert!(judges::$judge::is_valid(&value) && validator.is_valid(&value));
        let validating = vec![
            side("runcomfy-client", || black_box(&input).validate().is_ok()),
            side("by hand", || $module::by_hand(black_box(&input))),
            side("garde", || {
                garde::Validate::validate(black_box(&plain)).is_ok()
            }),
            side("jsonschema, macro", || {
                judges::$judge::is_valid(black_box(&value))
            }),
            side("jsonschema, compiled", || {
                validator.is_valid(black_box(&value))
            }),
        ];
        let reading = vec![
            side("runcomfy-client", || {
                $module::Input::from_json(black_box(text)).is_ok()
            }),
            side("serde alone", || {
                serde_json::from_str::<$module::Plain>(black_box(text)).is_ok()
            }),
            side("serde, garde", || {
                serde_json::from_str::<$module::Plain>(black_box(text))
                    .is_ok_and(|plain| garde::Validate::validate(&plain).is_ok())
            }),
            side("serde, jsonschema", || {
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

/// Times all sides.
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
