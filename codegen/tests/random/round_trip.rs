//! Reads inputs of generated models, one per line of standard input, `{"model_id": "…", "input": {…}}`.
//!
//! Each response is one line: `{"valid":true}`, `{"valid":false,"violations":[…]}`, or `{"error":"…"}`
//! if reading the input from text and from a [`Value`] gives different results, if a valid input does
//! not serialize to the JSON that it was read from, or if the model is unknown.
//! The tests build this program in a copy of the client.

use std::collections::HashMap;
use std::io::{self, BufRead, Write};

use runcomfy_client::{InputError, Model, ModelInput, ModelVisitor, models};
use serde_json::{Value, json};

/// Maps the id of each model to the function that responds to the model's inputs.
#[derive(Default)]
struct Models(HashMap<&'static str, fn(&Value) -> Value>);

impl ModelVisitor for Models {
    fn visit<M: Model>(&mut self, _: M) {
        self.0.insert(M::ID, respond::<M>);
    }
}

fn main() -> io::Result<()> {
    let mut models = Models::default();
    models::visit(&mut models);
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line?)?;
        let model = request["model_id"].as_str().and_then(|id| models.0.get(id));
        let response = match model {
            Some(respond) => respond(&request["input"]),
            None => json!({ "error": "unknown model" }),
        };
        serde_json::to_writer(&mut out, &response)?;
        out.write_all(b"\n")?;
        out.flush()?;
    }
    Ok(())
}

fn respond<M: Model>(value: &Value) -> Value {
    let from_text = M::Input::from_json(&value.to_string());
    match (from_text, M::Input::from_value(value)) {
        (Ok(input), Ok(other)) if input == other => match serde_json::to_value(&input) {
            Ok(written) if is_same(&written, value) => json!({ "valid": true }),
            written => json!({ "error": format!("written as {written:?}") }),
        },
        (Err(InputError::Invalid(violations)), Err(others)) if violations == others => {
            json!({ "valid": false, "violations": violations })
        }
        (from_text, from_value) => {
            json!({ "error": format!("from text {from_text:?}, from a value {from_value:?}") })
        }
    }
}

/// Whether two values are equal as JSON, where 5 and 5.0 are one number.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            let are_integers = !one.is_f64() && !other.is_f64();
            one == other || (!are_integers && one.as_f64() == other.as_f64())
        }
        (Value::Array(one), Value::Array(other)) => {
            let mut pairs = one.iter().zip(other);
            one.len() == other.len() && pairs.all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let is_in_other = |(name, one)| other.get(name).is_some_and(|other| is_same(one, other));
            one.len() == other.len() && one.iter().all(is_in_other)
        }
        _ => one == other,
    }
}
