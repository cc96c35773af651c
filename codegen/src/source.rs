//! Model files before parsing.

/// A model file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The path below the folder of schemas, separated by `/`.
    pub path: String,
    /// The content.
    pub bytes: Vec<u8>,
}

impl SourceFile {
    /// The path relative to the workspace: `schemas/…`.
    pub(crate) fn display_path(&self) -> String {
        format!("schemas/{}", self.path)
    }
}
