//! Updates the cargo features in the client's `Cargo.toml`: one for each owner of models.

use thiserror::Error;

/// The line before the features.
pub const BEGIN: &str = "# models: begin, kept by `cargo xtask codegen`";
/// The line after the features.
pub const END: &str = "# models: end";

/// The manifest does not mark where the features go.
#[derive(Debug, Error)]
#[error("the manifest must contain the line `{BEGIN}` and, after it, the line `{END}`, once each")]
pub struct ManifestError;

/// Returns the manifest with the lines between the markers replaced by the definitions of the given features,
/// `all-models` and `any-model`. The feature `all-models` enables all given features, and each of these
/// enables `any-model`.
///
/// # Errors
///
/// When [`BEGIN`] and [`END`] do not occur exactly once each, in this order.
pub fn with_features(manifest: &str, features: &[String]) -> Result<String, ManifestError> {
    let (before, rest) = manifest.split_once(BEGIN).ok_or(ManifestError)?;
    let (_, after) = rest.split_once(END).ok_or(ManifestError)?;
    if before.contains(END) || rest.contains(BEGIN) || after.contains(END) {
        return Err(ManifestError);
    }
    let names: Vec<String> = features
        .iter()
        .map(|feature| format!("\"{feature}\""))
        .collect();
    let definitions: String = features
        .iter()
        .map(|feature| format!("{feature} = [\"any-model\"]\n"))
        .collect();
    Ok(format!(
        "{before}{BEGIN}\nall-models = [{}]\nany-model = []\n{definitions}{END}{after}",
        names.join(", ")
    ))
}
