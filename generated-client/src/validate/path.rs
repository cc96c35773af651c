//! Locations in an input, kept on the stack so that valid input needs no allocation.

use std::fmt::Write;

/// A location in an input. Converted to a JSON pointer only for violations.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Path<'a> {
    /// The input itself.
    Root,
    /// A property of the parent.
    Name(&'a Path<'a>, &'a str),
    /// An item of the parent.
    Index(&'a Path<'a>, usize),
}

impl Path<'_> {
    /// The JSON pointer (RFC 6901) of this location.
    pub(crate) fn pointer(&self) -> String {
        let mut pointer = String::new();
        self.write(&mut pointer);
        pointer
    }

    /// The location for use in a sentence, such as "`loras`" or "item 0 of `loras`".
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Root => "the input".to_owned(),
            Self::Name(_, name) => format!("`{name}`"),
            Self::Index(parent, index) => format!("item {index} of {}", parent.label()),
        }
    }

    fn write(&self, pointer: &mut String) {
        match self {
            Self::Root => {}
            Self::Name(parent, name) => {
                parent.write(pointer);
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
            Self::Index(parent, index) => {
                parent.write(pointer);
                let _ = write!(pointer, "/{index}");
            }
        }
    }
}
