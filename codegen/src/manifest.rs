//! The owners' features in the client's `Cargo.toml`.

use thiserror::Error;

/// The line before the features.
pub const BEGIN: &str = "# models: begin, kept by `cargo xtask codegen`";
/// The line after the features.
pub const END: &str = "# models: end";

/// The manifest has no place for the features.
#[derive(Debug, Error)]
#[error("the manifest must hold the line `{BEGIN}` and after it the line `{END}`, once each")]
pub struct ManifestError;

/// The manifest with these features between the markers, and nothing else changed.
///
/// # Errors
///
/// When the markers are not there, once each and in order.
pub fn with_features(manifest: &str, features: &[String]) -> Result<String, ManifestError> {
    let (before, rest) = manifest.split_once(BEGIN).ok_or(ManifestError)?;
    let (_, after) = rest.split_once(END).ok_or(ManifestError)?;
    if rest.contains(BEGIN) || after.contains(END) {
        return Err(ManifestError);
    }
    let all = features
        .iter()
        .map(|feature| format!("\"{feature}\""))
        .collect::<Vec<_>>();
    let each = features
        .iter()
        .map(|feature| format!("{feature} = [\"any-model\"]\n"))
        .collect::<String>();
    Ok(format!(
        "{before}{BEGIN}\nall-models = [{}]\nany-model = []\n{each}{END}{after}",
        all.join(", ")
    ))
}
