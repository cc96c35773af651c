//! Validates the inputs of models. Each line of standard input has the form
//! `{"model_id": "…", "input": {…}}`. For each, one line is printed: `{"valid":true}`,
//! `{"valid":false,"violations":[…]}` or `{"error":"…"}`. Blank lines are skipped.
//!
//! ```sh
//! echo '{"model_id":"wan-ai/wan-2-2/image-to-video","input":{}}' \
//!     | cargo run -q -p runcomfy-client --example validate
//! ```

use std::io::{self, BufRead, Write};

use runcomfy_client::models;
use serde::Deserialize;
use serde_json::{Value, json};

/// A line of standard input.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    model_id: String,
    input: Value,
}

fn main() -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().split(b'\n') {
        let line = line?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        serde_json::to_writer(&mut out, &response(&line))?;
        out.write_all(b"\n")?;
        out.flush()?;
    }
    Ok(())
}

fn response(line: &[u8]) -> Value {
    let request: Request = match serde_json::from_slice(line) {
        Ok(request) => request,
        Err(error) => return json!({ "error": format!("not a request: {error}") }),
    };
    let Some(model) = models::find(&request.model_id) else {
        return json!({ "error": format!("unknown model `{}`", request.model_id) });
    };
    match model.validate(&request.input) {
        Ok(()) => json!({ "valid": true }),
        Err(violations) => json!({ "valid": false, "violations": violations }),
    }
}
