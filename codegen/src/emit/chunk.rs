//! The parts that generated files are made of.

use proc_macro2::TokenStream;

/// A part of a generated file.
pub(crate) enum Chunk {
    /// Documentation of the module.
    ModuleDocs(String),
    /// A Rust item.
    Item(TokenStream),
    /// A call of one of the client's macros, as text that is already formatted.
    Macro(String),
    /// A Rust item in a call of one of the client's macros.
    ItemInMacro {
        /// The macro.
        name: &'static str,
        /// The item.
        item: TokenStream,
    },
}
