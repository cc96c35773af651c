//! The marker type of a model: its id, its path and its types bound together.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use quote::quote;

use super::{Piece, docs, ident, literal, media};
use crate::lower::Lowered;
use crate::model::ModelId;

/// What stands for itself in a path segment: RFC 3986's unreserved characters.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

pub(super) fn marker(lowered: &Lowered<'_>) -> [Piece; 2] {
    let name = ident(&lowered.names.marker);
    let id = lowered.model.id.to_string();
    let path = path(&lowered.model.id);
    let doc = format!(" The model {}.", docs::code(&id));
    let media = media::constant(lowered.model);
    let allow = media.as_ref().and_then(literal::constants_allowed);
    let example = lowered.model.example.as_ref().map(|_| {
        quote! {
            #[inline]
            fn example() -> Option<Input> {
                Some(Input::example())
            }
        }
    });
    [
        Piece::Item(quote! {
            #[doc = #doc]
            #[derive(Clone, Copy, Debug)]
            pub struct #name;
        }),
        Piece::Item(quote! {
            #allow
            impl Model for #name {
                type Input = Input;
                type Output = Output;
                const ID: &'static str = #id;
                const PATH: &'static str = #path;
                #media
                #example
            }
        }),
    ]
}

fn path(id: &ModelId) -> String {
    let segments = id
        .segments()
        .iter()
        .map(|segment| format!("/{}", utf8_percent_encode(segment, SEGMENT)));
    format!("/v1/models{}", segments.collect::<String>())
}
