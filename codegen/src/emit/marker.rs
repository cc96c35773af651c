//! The marker type of a model, which ties its id and path to its types.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use quote::quote;

use super::chunk::Chunk;
use super::tokens::{doc_attributes, ident};
use super::{about, docs, literal, media};
use crate::lower::LoweredModel;
use crate::model_id::ModelId;

/// The characters that are percent-encoded in a path segment: all except RFC 3986's unreserved
/// characters.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

pub(super) fn marker(model: &LoweredModel<'_>) -> [Chunk; 2] {
    let name = ident(&model.names.marker);
    let id = model.model.id.to_string();
    let path = path(&model.model.id);
    let mut lines = vec![format!("The model {}.", docs::code(&id))];
    lines.extend(about::docs(&model.model.about));
    let docs = doc_attributes(&lines);
    let about = about::constant(&model.model.about);
    let media = media::constant(model.model);
    let allow = literal::allow_approx_constant(&quote!(#media #about));
    let example = model.model.example.as_ref().map(|_| {
        quote! {
            #[inline]
            fn example() -> Option<Input> {
                Some(Input::example())
            }
        }
    });
    [
        Chunk::Item(quote! {
            #docs
            #[derive(Clone, Copy, Debug)]
            pub struct #name;
        }),
        Chunk::Item(quote! {
            #allow
            impl Model for #name {
                type Input = Input;
                type Output = Output;
                const ID: &'static str = #id;
                const PATH: &'static str = #path;
                #about
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
