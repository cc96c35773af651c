//! The media rules as data.

use proc_macro2::TokenStream;
use quote::quote;

use super::literal;
use crate::dialect::RuleName;
use crate::model::{Item, Media, MediaKind, Model, Object, Shape, Text};

/// A media field and the way to it.
pub(super) struct MediaField<'m> {
    /// Wire names from the input; `*` for every item of a list.
    pub(super) path: Vec<&'m str>,
    /// What is known of the file.
    pub(super) media: &'m Media,
}

/// Every media field of a model's input.
pub(super) fn fields(model: &Model) -> Vec<MediaField<'_>> {
    let mut fields = Vec::new();
    collect(&model.input, &[], &mut fields);
    fields
}

fn collect<'m>(object: &'m Object, path: &[&'m str], fields: &mut Vec<MediaField<'m>>) {
    for property in &object.properties {
        let mut path = path.to_vec();
        path.push(&property.wire);
        let item = match &property.shape {
            Shape::One(item) => item,
            Shape::List(list) => {
                path.push("*");
                &list.item
            }
        };
        match item {
            Item::Text(Text {
                media: Some(media), ..
            }) => fields.push(MediaField { path, media }),
            Item::Object(within) => collect(within, &path, fields),
            _ => {}
        }
    }
}

/// The constant of the model's trait, where it has media fields.
pub(super) fn constant(model: &Model) -> Option<TokenStream> {
    let fields = fields(model);
    if fields.is_empty() {
        return None;
    }
    let fields = fields.iter().map(|field| {
        let path = &field.path;
        let kind = match field.media.kind {
            MediaKind::Image => quote!(Image),
            MediaKind::Video => quote!(Video),
            MediaKind::Audio => quote!(Audio),
            MediaKind::Unknown => quote!(Unknown),
        };
        let rules = field.media.rules.iter().map(|rule| {
            let limit = literal::float(rule.limit);
            let name = match rule.rule {
                RuleName::MinWidth => quote!(MinWidth),
                RuleName::MaxWidth => quote!(MaxWidth),
                RuleName::MinHeight => quote!(MinHeight),
                RuleName::MaxHeight => quote!(MaxHeight),
                RuleName::MinAspectRatio => quote!(MinAspectRatio),
                RuleName::MaxAspectRatio => quote!(MaxAspectRatio),
                RuleName::MaxMegabytes => quote!(MaxMegabytes),
            };
            quote!(MediaRule::#name(#limit))
        });
        quote!(MediaField::new(&[#(#path),*], MediaKind::#kind, &[#(#rules),*]))
    });
    Some(quote!(const MEDIA: &'static [MediaField] = &[#(#fields),*];))
}
