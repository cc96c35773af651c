//! Notes about the values that a merge keeps, replaces or removes.

use std::fmt;

use runcomfy_codegen::json::{Json, Member, escape_step};
use runcomfy_codegen::text::escape_invisible;

/// A note about one value, for the user who runs the import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    /// What happens.
    pub(crate) kind: NoteKind,
    /// The JSON pointer in the model file.
    pub(crate) pointer: String,
    /// Depending on the kind: the old and the new value, the removed value, or the reason.
    pub(crate) message: String,
}

/// What happens to a value of the existing file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoteKind {
    /// The value is kept, since the source has no such value.
    Unknown,
    /// The value is kept, since the source has only a blank string.
    Kept,
    /// A field name is added to `names`, so that the name stays the same when the title changes.
    Pinned,
    /// A title or a description is replaced or removed.
    Text,
    /// A value is replaced.
    Replaced,
    /// A value is removed.
    Removed,
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.kind {
            NoteKind::Unknown | NoteKind::Kept => "kept",
            NoteKind::Pinned => "pinned",
            NoteKind::Text | NoteKind::Replaced => "replaced",
            NoteKind::Removed => "removed",
        };
        let (pointer, message) = (&self.pointer, &self.message);
        write!(out, "{verb} {}: {message}", escape_invisible(pointer))
    }
}

/// The note about a field name that is added to `names`.
pub(super) fn pinned(name: &Member) -> Note {
    let field = name.value.as_str().unwrap_or_default();
    Note {
        kind: NoteKind::Pinned,
        pointer: step("/names", &name.name),
        message: format!("the field stays `{field}` when its title changes"),
    }
}

/// The pointer to a member or item.
pub(super) fn step(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", escape_step(name))
}

/// A value as a note shows it.
pub(super) fn shown(value: &Json) -> String {
    escape_invisible(&value.excerpt())
}
