//! Validates inputs, one per line of standard input, `{"model_id": "…", "input": {…}}`. Each response
//! is one line, `{"valid":true}`, `{"valid":false,"violations":[…]}` or `{"error":"…"}`.
//!
//! ```sh
//! echo '{"model_id":"wan-ai/wan-2-2/image-to-video","input":{}}' \
//!     | cargo run -q -p runcomfy-client --example validate
//! ```

use std::collections::HashMap;
use std::io::{self, BufRead, Write};

use runcomfy_client::{Model, ModelInput, ModelVisitor, Violations, models};
use serde::Deserialize;
use serde_json::{Value, json};

/// A line of standard input.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    model_id: String,
    input: Value,
}

/// Validates an input of one model.
type Check = fn(&Value) -> Result<(), Violations>;

/// The check of every model that is compiled in, by model id.
#[derive(Default)]
struct Checks(HashMap<&'static str, Check>);

impl ModelVisitor for Checks {
    fn visit<M: Model>(&mut self, _: M) {
        self.0
            .insert(M::ID, |input| M::Input::from_value(input).map(drop));
    }
}

fn main() -> io::Result<()> {
    let mut checks = Checks::default();
    models::visit(&mut checks);
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().split(b'\n') {
        let line = line?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        serde_json::to_writer(&mut out, &response(&checks, &line))?;
        out.write_all(b"\n")?;
        out.flush()?;
    }
    Ok(())
}

fn response(checks: &Checks, line: &[u8]) -> Value {
    let request: Request = match serde_json::from_slice(line) {
        Ok(request) => request,
        Err(error) => return json!({ "error": format!("not a request: {error}") }),
    };
    let Some(check) = checks.0.get(request.model_id.as_str()) else {
        return json!({ "error": format!("unknown model `{}`", request.model_id) });
    };
    match check(&request.input) {
        Ok(()) => json!({ "valid": true }),
        Err(violations) => json!({ "valid": false, "violations": violations }),
    }
}
