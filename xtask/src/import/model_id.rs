//! The model id in the address of a curl call.

use percent_encoding::percent_decode_str;
use runcomfy_codegen::ModelId;

/// Parses the path after `/v1/models/` as a model id. Its segments may be percent-encoded.
///
/// # Errors
///
/// Returns the reason if the path is not a model id.
pub(super) fn from_url_path(path: &str) -> Result<ModelId, String> {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        let decoded = percent_decode_str(segment).decode_utf8();
        let decoded = decoded.map_err(|_| "its percent-encoding is not UTF-8".to_owned())?;
        if decoded.contains('/') {
            return Err("a segment contains an encoded `/`".to_owned());
        }
        segments.push(decoded);
    }
    let id = segments.join("/").parse();
    id.map_err(|error: runcomfy_codegen::model_id::InvalidModelId| error.to_string())
}
